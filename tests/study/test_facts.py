"""The simulated world beside published figures: lives worked by hand, figures of them, the data file, the command."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from kejin_sim.cli.app import main
from kejin_sim.engine import run as engine_run
from kejin_sim.engine.run import lives as lives_of
from kejin_sim.lang import set_language
from kejin_sim.lives import End, Lives
from kejin_sim.outcomes.statistics import Interval
from kejin_sim.parameters.sources import EVIDENCE, sources
from kejin_sim.report import style
from kejin_sim.report.chosen import open_study
from kejin_sim.report.data import Head
from kejin_sim.report.findings import Findings, of_study
from kejin_sim.report.levels import levels, levels_figure
from kejin_sim.report.parts.facts import facts_tables
from kejin_sim.scenario.load import load_scenario
from kejin_sim.study.facts import moments, words
from kejin_sim.study.facts.beside import Beside
from kejin_sim.study.facts.published import GROUPS, PLACES, Moment, Published, known_moments
from kejin_sim.world import postings as w
from tests.lives import Dividend, Life, Round, told, written

pytestmark = pytest.mark.usefixtures("chinese")


def life(
    founded: int = 0, *rounds: Round, end: End = End.THERE, at: int = 100, price: float = 0.0, kept: float = 1.0,
    listed: int = -1, dividends: tuple[Dividend, ...] = (),
) -> Life:  # fmt: skip
    return Life(founded, rounds, dividends, end, at, listed, price, kept)


def path(*lives: Life, last: int = 100) -> Lives:
    return written(last, [*lives])


def measured(made: list[Lives]) -> np.ndarray:
    return np.stack([moments.measure(one) for one in made])


#: 1 yuan buys 1 of 4 at seed; then 1 of 5 is issued, so that a seed share of 25 % is 20 % after it.
SEED = Round(2, 0, 3.0, 1.0, 0.75)
ANGEL = Round(8, 1, 8.0, 2.0, 0.6)


def test_a_multiple_by_hand() -> None:
    """Sold for 20: the seed holder has 25 % · 0.8 = 20 %, 4 for 1; the angel holder 20 %, 4 for 2. A dividend of 5 in between."""
    sold = life(0, SEED, ANGEL, end=End.ACQUIRED, at=20, price=20.0, kept=0.6)
    assert path(sold).multiples == pytest.approx([4.0, 2.0])
    paying = life(
        0,
        SEED,
        ANGEL,
        end=End.ACQUIRED,
        at=20,
        price=20.0,
        kept=0.6,
        dividends=(Dividend(10, 5.0, 0.6), Dividend(4, 4.0, 0.75)),
    )
    seed, angel = path(paying).multiples
    assert seed == pytest.approx(4.0 + 0.2 * 5.0 + 0.25 * 4.0)
    assert angel == pytest.approx(2.0 + 0.2 * 5.0 / 2.0)  # the one before it was not its own
    assert path(life(0, SEED, end=End.FAILED, at=9, kept=0.75)).multiples == [0.0]


def test_rates_of_failure_by_age() -> None:
    """Of four firms one fails in its first year, one in its second; one that is sold in its second year is none of the third's."""
    lives = (life(0, end=End.FAILED, at=3), life(0, end=End.FAILED, at=4), life(0, end=End.ACQUIRED, at=6), life(0))
    young = life(98)  # cannot be watched for a year
    parts = {name: moments.RATIOS[name](path(*lives, young)) for name in ("hazard_1_1", "hazard_2_2", "hazard_3_3")}
    assert parts == {"hazard_1_1": (1, 4), "hazard_2_2": (1, 3), "hazard_3_3": (0, 1)}
    assert moments.RATIOS["survival_5y"](path(*lives, young)) == (2, 4)


def test_the_funnel_and_where_a_cohort_is() -> None:
    """Looked at on the New Year after six whole years, whichever quarter of its year a firm was founded in."""
    later = Round(27, 2, 30.0, 3.0, 0.5)
    late = Round(28, 3, 90.0, 9.0, 0.4)  # after it
    lives = (
        life(0, SEED, ANGEL, later, late, listed=27, end=End.SOLD, at=40),
        life(3, SEED, end=End.FAILED, at=27),
        life(3, end=End.ACQUIRED, at=28),
        life(76, SEED._replace(quarter=82)),  # its cohort is looked at in quarter 104
    )
    one = path(*lives)
    expected = {
        "reached_angel": (1, 3), "reached_A": (1, 3), "reached_B": (0, 3), "from_A_to_B": (0, 1), "at_6_7y_listed": (1, 3),
        "at_6_7y_failed": (1, 3), "at_6_7y_acquired": (0, 3), "at_6_7y_there": (1, 3), "angel_to_A_2y": (0, 1),
    }  # fmt: skip
    assert {name: moments.RATIOS[name](one) for name in expected} == expected
    soon = later._replace(quarter=16)
    assert moments.RATIOS["angel_to_A_2y"](path(life(0, ANGEL, soon))) == (1, 1)


def test_rounds_by_hand() -> None:
    later = Round(20, 2, 15.0, 5.0, 0.4)
    public = Round(28, 5, 18.0, 2.0, 0.36), Round(34, 5, 30.0, 3.0, 0.33)  # both before a listing: neither is later
    one = path(life(0, SEED, ANGEL, later, *public), life(85, Round(97, 1, 5.0, 1.0, 0.8)))
    assert [*one.later] == [1, 2, 3, -1, -1, -1]
    assert [*moments.MEDIANS["gap_angel_A"](one)] == [3.0]
    assert [*moments.MEDIANS["step_up_angel"](one)] == [1.5]
    assert moments.MEDIANS["dilution_angel"](one) == pytest.approx([0.2, 1 / 6])
    assert moments.RATIOS["down_rounds"](one) == (1, 4)  # 18 after a post-money value of 20


def test_deals_and_exits_by_hand() -> None:
    """4x of 1 yuan, 2x of 2, 0 of 1; of two more deals one could not be watched for ten years, and one is still held."""
    lives = (
        life(0, SEED, ANGEL, end=End.ACQUIRED, at=20, price=20.0, kept=0.6),
        life(0, SEED, end=End.FAILED, at=9, kept=0.75),
        life(60, SEED._replace(quarter=62)),
        life(0, SEED, price=20.0, kept=0.75),
    )
    one = path(*lives)
    assert moments.RATIOS["deals_0_1"](one) == (1.0, 3.0)
    assert moments.RATIOS["deals_1_5"](one) == (2.0, 3.0)
    assert moments.RATIOS["money_0_1"](one) == (1.0, 4.0)
    assert moments.RATIOS["realised"](one) == pytest.approx((8.0, 3.0))
    assert moments.RATIOS["held"](one) == pytest.approx(((18 + 12) / 4, 2))
    assert moments.RATIOS["backed_acquired"](one) == (1, 3)
    assert moments.RATIOS["backed_failed"](one) == (1, 3)
    assert moments.RATIOS["backed_there"](one) == (1, 3)


def test_a_funded_firm_is_looked_at_ten_years_after_its_first_round() -> None:
    """The first round is in quarter 2: what happens from quarter 42 on is later; who is listed counts so, sold since or not."""
    one = path(
        life(0, SEED, end=End.FAILED, at=41), life(0, SEED, end=End.FAILED, at=42), life(0, SEED, listed=41, end=End.SOLD, at=60),
        life(0, SEED, listed=42), life(0, SEED, end=End.ACQUIRED, at=10), last=100,
    )  # fmt: skip
    found = {name: moments.RATIOS[f"backed_{name}"](one) for name in ("failed", "there", "listed", "acquired")}
    assert found == {"failed": (1, 5), "there": (2, 5), "listed": (1, 5), "acquired": (1, 5)}


def test_loans_by_hand() -> None:
    one = written(100, [], (6, 2, 50.0, 20.0))
    assert moments.RATIOS["loan_default"](one) == (2, 8)
    assert moments.RATIOS["lgd"](one) == (30.0, 50.0)


def test_what_never_happened_has_an_upper_end() -> None:
    made = [path(*(life() for _ in range(50))) for _ in range(2)]
    found = moments.estimate("at_6_7y_listed", measured(made))
    assert (found.value, found.low, found.high) == (0.0, 0.0, 3 / 100)
    deals = [path(life(0, SEED, end=End.ACQUIRED, at=20, price=4.0, kept=0.75)) for _ in range(2)]
    by_money = moments.estimate("money_10_inf", measured(deals))
    assert by_money.value == 0.0
    assert math.isnan(by_money.high)  # a sum of money does not say how many deals there were


def test_levels_are_drawn_against_the_first_published_figure() -> None:
    """8 % against 1.6 % is five times as much; a second figure of the same moment is left to the table."""
    names = (
        "group",
        "moment",
        "simulated",
        "low95",
        "high95",
        "published",
        "published_low",
        "published_high",
        "verdict",
    )
    made = [
        ("survival", "hazard_1_1", 0.08, 0.064, 0.096, 0.016, None, None, "above"),
        ("survival", "hazard_1_1", 0.08, 0.064, 0.096, 0.199, None, None, "below"),
        ("rounds", "gap_angel_A", 2.0, None, None, 2.12, 1.06, 2.12, "alike"),
        ("loans", "lgd", None, None, None, 0.625, None, None, ""),
    ]
    rows = [dict(zip(names, row, strict=True)) for row in made]
    found = Findings("facts", ("甲",), Head("甲", "", 10, 1, 10, ""), {}, {}, {"facts": rows})
    data = levels(found)
    assert data is not None
    first, second = data.levels
    assert (first.value, first.low, first.high, first.range_low, first.range_high) == pytest.approx((5, 4, 6, 1, 1))
    assert (second.value, second.range_low, second.range_high) == pytest.approx((2 / 2.12, 0.5, 1.0))
    assert math.isnan(second.low)
    with style.styled():
        (axes,) = levels_figure(data).axes
    assert [text.get_text() for text in axes.get_yticklabels()][:2] == ["存活与失败", "第1年的失败率"]
    assert levels(Findings("facts", ("甲",), found.head, {}, {}, {"facts": rows[3:]})) is None


def test_what_is_the_same_on_many_paths_is_known() -> None:
    """A loss given default that is a parameter has no scatter to make an interval of; two paths may agree by chance."""
    same = [written(100, [], (6, 2, 50.0, 20.0 + 0.01 * k)) for k in range(12)]
    found = moments.estimate("lgd", measured(same))
    assert (found.low, found.high) == pytest.approx(((50.0 - 20.11) / 50.0, 0.6))
    assert found.low < found.value < found.high
    assert math.isnan(moments.estimate("lgd", measured([same[0]] * 2)).low)


def test_shares_of_deals_add_up_and_intervals_are_over_paths() -> None:
    made = [path(life(0, SEED, end=End.ACQUIRED, at=20, price=float(k), kept=0.75)) for k in (2, 8, 30, 60, 120, 400)]
    classes = [name for name in moments.RATIOS if name.startswith("deals_")]
    assert sum(moments.estimate(name, measured(made)).value for name in classes) == pytest.approx(1.0)
    found = moments.estimate("deals_0_1", measured(made))
    assert found.value == pytest.approx(1 / 6)
    assert found.n == 6
    listed = next(moment for moment in known_moments() if moment.name == "deals_0_1")
    assert listed.estimate(measured(made)).low == 0.0  # a share does not lie below 0


def test_what_is_measured_is_what_the_file_lists() -> None:
    known = {moment.name: moment for moment in known_moments()}
    assert set(known) == moments.RATIOS.keys() | moments.MEDIANS.keys()
    assert {moment.group for moment in known.values()} == set(GROUPS)
    for moment in known.values():
        assert moment.published
        assert moment.zh != moment.en
        for one in moment.published:
            assert one.source in sources()
            assert one.evidence in EVIDENCE
            assert one.place in PLACES
            assert one.of_zh
            assert one.of_en
            assert math.isnan(one.low) == math.isnan(one.high)
            assert not one.has_range or one.low <= one.value <= one.high
            assert moment.unit != "share" or 0.0 < one.value < 1.0


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (0.10, 0.09, 0.11, "alike"), (0.12, 0.11, 0.13, "alike"), (0.2, 0.14, 0.3, "above"), (0.05, 0.04, 0.06, "below"),
        (0.2, 0.05, 0.4, "unclear"),
        (0.1, 0.02, 0.18, "unclear"), (0.1, 0.05, 0.3, "unclear"), (0.3, math.nan, math.nan, "unclear"),
        (math.nan, math.nan, math.nan, ""),
    ],
)  # fmt: skip
def test_verdicts(value: float, low: float, high: float, expected: str) -> None:
    known = Published(0.1, "CARTA", "us", "S", "甲", "a")
    moment = Moment("down_rounds", "rounds", "share", "甲", "a", (known,))
    assert Beside(moment, Interval(value, 0.0, low, high), known).verdict == expected
    ranged = Published(0.1, "CARTA", "us", "S", "甲", "a", 0.05, 0.3)
    if math.isfinite(value):
        verdict = Beside(moment, Interval(value, 0.0, low, high), ranged).verdict
        assert verdict == ("alike" if low >= 0.05 / 2 else "unclear")


def test_a_share_above_a_half_is_judged_by_what_is_left() -> None:
    """59 % that survive are 41 % that fail: a third more than 30 %."""
    known = Published(0.7, "SAIC", "cn", "D", "甲", "a")
    moment = Moment("survival_5y", "survival", "share", "甲", "a", (known,))
    assert Beside(moment, Interval(0.59, 0.0, 0.58, 0.60), known).verdict == "below"
    assert Beside(moment, Interval(0.80, 0.0, 0.79, 0.81), known).verdict == "above"
    assert Beside(moment, Interval(0.65, 0.0, 0.64, 0.66), known).verdict == "alike"


def test_figures_in_words() -> None:
    assert words.estimate("share", 0.1234, 0.1, 0.15) == "12.3% [10.0, 15.0]"
    assert words.estimate("years", 2.0, math.nan, math.nan) == "2.00年"
    assert words.span("multiple", 2.8, 2.8, 4.9) == "2.80倍 ~ 4.90倍"
    assert words.where("us", "BLS").count("美国") == 1
    assert words.where("us", "CARTA") == "美国 Carta 2025"


def test_lives_are_those_of_the_path() -> None:
    """Rounds move stage and dilution on, nobody acts after his end, and what is sold has a price."""
    found = lives_of(load_scenario("demo").inputs(), 1, 0)
    rounds = found.rounds
    assert len(found.founded) > 20
    assert len(rounds.firm) > 20
    same = rounds.firm[1:] == rounds.firm[:-1]
    assert (np.diff(rounds.firm) >= 0).all()
    assert (np.diff(rounds.stage)[same] >= 0).all()
    assert (np.diff(rounds.quarter)[same] > 0).all()
    assert (np.diff(rounds.kept)[same] < 0).all()
    assert (found.kept[rounds.firm] <= rounds.kept).all()
    assert (found.founded[rounds.firm] <= rounds.quarter).all()
    assert (rounds.quarter <= found.end_quarter[rounds.firm]).all()
    assert ((found.price > 0.0) == (found.end != End.FAILED)).all()
    assert (found.listed[found.end == End.SOLD] >= 0).all()


@pytest.mark.parametrize(("name", "first"), [("demo", 0), ("demo", 7), ("ningbo", 3), ("no_policy", 1)])
def test_both_engines_tell_the_same_lives(name: str, first: int) -> None:
    """Who lives how long, with which rounds, to the quarter; money to 1e-9."""
    inputs = load_scenario(name).inputs()
    _, _, reference = told(inputs, 5, first)
    found = lives_of(inputs, 5, first)
    for key in ("last", "founded", "end", "end_quarter", "listed", "repaid", "defaulted"):
        assert np.array_equal(getattr(found, key), getattr(reference, key)), key
    for key in ("price", "kept", "yielded", "exposure", "recovered"):
        assert getattr(found, key) == pytest.approx(getattr(reference, key), rel=1e-9), key
    for key in ("firm", "quarter", "stage"):
        assert np.array_equal(getattr(found.rounds, key), getattr(reference.rounds, key)), key
    for key in ("price", "money", "kept", "yielded"):
        assert getattr(found.rounds, key) == pytest.approx(getattr(reference.rounds, key), rel=1e-9), key


def test_a_diary_changes_nothing() -> None:
    """A path is played the same with and without one, and one without room for its notes is played again."""
    inputs = load_scenario("demo").inputs()
    plain = engine_run.simulate(inputs, 1, 3, 1, worlds=1)
    noted, _ = engine_run._play(inputs, 1, 3, 1, 1, True, noted=True)
    assert np.array_equal(plain.flows, noted.flows)
    before = lives_of(inputs, 1, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_run, "_take_state", lambda *sizes: engine_run._State(*sizes[:-1], 5))
        again = lives_of(inputs, 1, 3)
    assert np.array_equal(before.rounds.money, again.rounds.money)


def test_holders_of_a_firm_get_what_the_postings_say() -> None:
    """What all rounds of a firm bring is what is posted to its investors, in a world where nobody redeems or sells early."""
    city, keys, found = told(load_scenario("no_policy").inputs(), 1, 0)
    posted: Counter[str] = Counter()
    for entry in city.ledger.entries:
        if entry.code in (w.EXIT_SOCIAL, w.HORIZON_SOCIAL, w.DIVIDEND_SOCIAL):
            for key in entry.entity.split("/"):
                posted[key] += entry.amount
    brought = np.bincount(found.rounds.firm, found.multiples * found.rounds.money, len(keys))
    assert (brought > 0.0).sum() > 100
    assert brought == pytest.approx(np.array([posted[key] for key in keys]), rel=1e-9, abs=1e-3)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "facts"
    assert main(["facts", "demo", "--paths", "2", "--out", str(out), "--excel", "--lang", "zh"]) == 0
    told = capsys.readouterr().out
    assert "按这些公开数字校准过" in told
    assert "6至7年内获天使轮或更后的轮次" in told
    assert "美国 Carta 2025" in told
    with (out / "facts.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == sum(len(moment.published) for moment in known_moments())
    assert {row["类别"] for row in rows} == {zh for zh, _ in GROUPS.values()}
    assert {row["代码"]: row["指标"] for row in rows} == {moment.name: moment.zh for moment in known_moments()}
    assert open_study(out).sheets[0].rows[0]["label"] == "第1年的失败率"  # for programs a label too, no second code
    assert (out / "study.xlsx").is_file()
    assert "设立6至7年时已上市" in (out / "levels.svg").read_text(encoding="utf-8")
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["engine"] == "compiled"
    set_language("zh")
    (table,) = facts_tables(of_study(open_study(out)), "facts-0")
    told_rows = [row for row in table.rows if isinstance(row, tuple)]
    assert len(told_rows) == len(rows)
    assert told_rows[0][0] == "第1年的失败率"
    assert told_rows[1][:2] == ("", "")  # a second source of the same figure
    assert main(["facts", "demo", "--paths", "2", "--out", str(out)]) == 2  # nothing is overwritten
