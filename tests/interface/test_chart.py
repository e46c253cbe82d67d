"""Figures: every text inside the picture and on no other, no glyph missing, the numbers of the run folder, errors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest

from kejin_sim import execution
from kejin_sim.cli.app import main
from kejin_sim.lang import set_language
from kejin_sim.ledger import PARTY_LABELS
from kejin_sim.outcomes.bands import bands, running
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.statistics import LEVELS, Interval
from kejin_sim.outcomes.tolerance import BASES, CLASSES
from kejin_sim.outcomes.view import BOOK_LABELS
from kejin_sim.report import accounts, data, fonts, style
from kejin_sim.report.distribution import distribution_figure
from kejin_sim.report.fan import fan_figure, policy_end
from kejin_sim.report.figures import KINDS, draw
from kejin_sim.report.numbers import column
from kejin_sim.scenario.load import load_scenario
from kejin_sim.store.folder import choose
from kejin_sim.store.read import Run, open_run
from kejin_sim.store.run import Order, perform
from tests import fake_engine
from tests.interface.test_run_folder import SMALL

TOUCH = 0.6  # points by which the boxes of two texts may lie over each other: boxes are wider than ink

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make a run folder with the made-up engine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(execution, "engine", lambda name: fake_engine.simulate)
    monkeypatch.setattr(execution, "is_compiled", lambda inputs: True)

    def run(text: str = SMALL, *, paths: int = 40, twin: bool = True, name: str = "made") -> Path:
        (tmp_path / "small.yaml").write_text(text, encoding="utf-8")
        scenario = load_scenario(tmp_path / "small.yaml")
        target = choose(tmp_path / name, "small", 1, paths)
        return perform(Order(scenario, "small.yaml", target, paths=paths, seed=1, twin=twin, threads=1)).folder

    yield run
    set_language("auto")


def texts(figure: Any) -> list[tuple[str, Any]]:
    """Every visible text with its box in pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    undrawn = _undrawn(figure)
    shown = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip() and t not in undrawn]
    # The words alone: an annotation's own box includes its leader line.
    return [(t.get_text(), Text.get_window_extent(t, renderer)) for t in shown]


def _undrawn(figure: Any) -> set[Any]:
    """Labels of ticks that exist and are not drawn."""
    labels = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            drawn = axis._update_ticks() if axes.axison else []
            ticks = (*axis.get_major_ticks(), *axis.get_minor_ticks())
            labels |= {label for tick in ticks if tick not in drawn for label in (tick.label1, tick.label2)}
    return labels


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("paths", [1, 40])
def test_texts_lie_inside_and_apart(make: Make, kind: str, language: str, paths: int) -> None:
    set_language(language)
    run = open_run(make(paths=paths))
    with style.styled():
        figure = draw(run, kind)
        found = texts(figure)
        width, height = figure.get_size_inches() * figure.dpi
    assert len(found) > 8
    for text, box in found:
        assert box.x0 >= 0, text
        assert box.x1 <= width, text
        assert box.y0 >= 0, text
        assert box.y1 <= height, text
    slack = TOUCH * figure.dpi / 72
    for (one, a), (other, b) in combinations(found, 2):
        apart = a.x1 - slack <= b.x0 or b.x1 - slack <= a.x0 or a.y1 - slack <= b.y0 or b.y1 - slack <= a.y0
        assert apart, (one, other)
    everything = "\n".join(text for text, _ in found)
    assert "nan" not in everything
    assert ("路径" if language == "zh" else "path") in everything
    assert ("种子 1" if language == "zh" else "seed 1") in everything


@pytest.mark.parametrize("suffix", style.FORMATS)
def test_the_command_draws_and_repeats_itself(make: Make, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make()
    drawn = []
    for kind in KINDS:
        assert main(["chart", str(folder), "--kind", kind, "-o", f"a.{suffix}", "--lang", "zh"]) == 0
        assert main(["chart", str(folder), "--kind", kind, "-o", f"b.{suffix}", "--lang", "zh"]) == 0
        first = Path(f"a.{suffix}").read_bytes()
        assert first == Path(f"b.{suffix}").read_bytes()
        drawn.append(first)
    assert len(set(drawn)) == len(KINDS)
    assert "已画出" in capsys.readouterr().out
    assert sorted(p.name for p in Path().iterdir()) == [f"a.{suffix}", f"b.{suffix}", "made", "small.yaml"]


def test_the_default_file_is_named_after_the_run(make: Make) -> None:
    folder = make()
    assert main(["chart", str(folder)]) == 0
    assert Path("made-fan.svg").read_bytes().startswith(b"<?xml")


def test_a_character_without_glyph_is_named(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make(SMALL.replace("小样例", "小样例🦄"))
    assert main(["chart", str(folder), "--lang", "zh"]) == 2
    said = capsys.readouterr().err
    assert "🦄 (U+1F984)" in said
    assert not list(Path().glob("*.svg"))


def test_fonts_have_what_chinese_reports_need() -> None:
    wanted = "宁波科技金融亿元万元％±−–—“”《》〔〕①②③①～￥甬郯鄞暨·…"
    for font in (fonts.sans(), fonts.serif()):
        assert fonts.missing(wanted, font) == ""
    assert fonts.missing("好🦄a🦄", fonts.sans()) == "🦄"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "figure.doc"], "后缀"),
        (["-o", "figure"], "后缀"),
        (["-o", "nowhere/figure.svg"], "没有文件夹"),
        (["--kind", "pie"], "pie"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    make: Make, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make()
    assert main(["chart", str(folder), *words, "--lang", "zh"]) == 2
    assert said in capsys.readouterr().err


def test_runs_without_the_subject_are_refused(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make(twin=False)
    assert main(["chart", str(folder), "--kind", "funded", "--lang", "zh"]) == 2
    assert "没有基准" in capsys.readouterr().err
    assert main(["chart", str(folder), "--kind", "fan", "--lang", "zh"]) == 0
    assert main(["chart", "nothing", "--lang", "en"]) == 2
    assert "no such folder" in capsys.readouterr().err


def test_figures_show_the_run_folder(make: Make) -> None:
    """The fan ends at the summary's own figures: one definition, two roads to it."""
    run = open_run(make())
    shown = data.fan(run)
    summary: Any = run.summary.loc[("fiscal_net_cost", "package")]
    ends = [shown.cumulative.at(level)[-1] for level in LEVELS]
    assert ends == pytest.approx([summary[f"p{round(100 * level)}"] for level in LEVELS], rel=1e-12)
    assert shown.cumulative.mean[-1] == pytest.approx(summary["mean"], rel=1e-12)
    assert shown.cumulative.error[-1] == pytest.approx(summary["se"], rel=1e-12)
    assert shown.net_cost.mean == pytest.approx(summary["mean"], rel=1e-12)
    chosen = {one["name"]: one["fiscal_net_cost"] for one in run.manifest["representatives"]}
    assert {one.name: one.cumulative[-1] for one in shown.whole} == pytest.approx(chosen, rel=1e-12)
    curve = data.jcurve(run)
    paid: Any = run.paths["subfund_tvpi"]
    assert curve.tvpi.mean == pytest.approx(paid.mean(), rel=1e-12)


@pytest.mark.parametrize(
    ("opening", "policy", "calendar_years", "end"),
    [
        (1, 4, 10, 2028.5),  # between 2028, the last year of the policy, and 2029
        (1, 9, 10, 2033.5), (1, 10, 10, None),
        (3, 4, 11, 2029.0),  # from mid-2025 to mid-2029
        (2, 9, 11, 2033.75), (2, 10, 11, None), (4, 10, 11, None),
    ],
)  # fmt: skip
def test_a_line_stands_where_the_policy_ends(opening: int, policy: int, calendar_years: int, end: float | None) -> None:
    """A year stands at its number and reaches half a year to either side; where the horizon ends too there is no line."""
    figure = plt.figure()
    upper, lower = figure.subplots(2, 1)
    head = data.Head("方案", "", 40, 1, policy, "kejin", opening)
    policy_end(upper, lower, 2025.0 + np.arange(calendar_years), head)
    for axes in (upper, lower):
        assert [line.get_xdata()[0] for line in axes.lines] == ([] if end is None else [end])
    assert [text.xy[0] for text in upper.texts] == ([] if end is None else [end])
    plt.close(figure)


@pytest.mark.parametrize(("start", "end"), [("2025Q1", 2027.5), ("2025Q3", 2028.0)])
@pytest.mark.parametrize("kind", ["fan", "jcurve"])
def test_figures_of_runs_show_where_their_policy_ends(make: Make, kind: str, start: str, end: float) -> None:
    """Three years of policy in five of horizon."""
    run = open_run(make(f"{SMALL}start: {start}\n"))
    with style.styled():
        figure = draw(run, kind)
    for axes in figure.axes[:2]:
        standing = [line for line in axes.lines if list(line.get_ydata()) == [0, 1]]
        assert [line.get_xdata()[0] for line in standing] == [end]


def test_a_run_is_named_by_its_figures(make: Make) -> None:
    head = data.head(open_run(make(f"{SMALL}start: 2025Q4\n")))
    assert (head.title, head.baseline, head.paths, head.seed) == ("小样例", "什么也不做", 40, 1)
    assert (head.policy_years, head.opening) == (3, 4)
    assert data.head(open_run(make(twin=False, name="alone"))).baseline == ""


def test_whole_paths_of_a_fan_are_their_own(make: Make) -> None:
    """Year by year what the table of the run holds of that path, its sum from year to year, and the twin's medians."""
    run = open_run(make())
    shown = data.fan(run)
    assert [one.name for one in shown.whole] == ["P5", "P50", "P95"]
    for one in shown.whole:
        own: Any = run.years[run.years["path"] == one.path]["fiscal_net_cost"]
        assert one.yearly == pytest.approx(own.to_numpy())
        assert one.cumulative == pytest.approx(own.cumsum().to_numpy())
    twin: Any = run.years.pivot(index="path", columns="year", values="fiscal_net_cost_twin")
    assert shown.twin_yearly == pytest.approx(twin.median().to_numpy())
    assert shown.twin_cumulative == pytest.approx(twin.cumsum(axis=1).median().to_numpy())


def _by_year(run: Run, name: str) -> Any:
    """A yearly series of the run: a row a path, a column a year."""
    return run.years.pivot(index="path", columns="year", values=name)


def test_money_that_is_drawn_is_that_of_the_run_folder(make: Make) -> None:
    """Every series and cell worked out from the tables of the folder by another road."""
    run = open_run(make())
    row: Any = run.summary.loc
    net = row["fiscal_net_cost", "package"]
    spread = accounts.distribution(run)
    assert (spread.low, spread.high, spread.tail) == pytest.approx((net["p5"], net["p95"], net["tail_mean"]))
    assert np.array_equal(spread.sample, run.paths["fiscal_net_cost"].to_numpy())
    assert spread.twin is not None
    assert np.array_equal(spread.twin, run.paths["fiscal_net_cost_twin"].to_numpy())
    books = accounts.books(run)
    errors = []
    for book, code in zip(
        books.books, [c for c in BOOK_LABELS if _by_year(run, f"fiscal_outlay_{c}").to_numpy().any()], strict=True
    ):
        assert book.label == BOOK_LABELS[code]
        for drawn, side in ((book.outlay, "outlay"), (book.recovery, "recovery")):
            table = _by_year(run, f"fiscal_{side}_{code}")
            assert drawn == pytest.approx(table.mean().to_numpy())
            errors.append(table.sem().max())
    assert books.error == pytest.approx(max(errors))
    promised = accounts.liability(run)
    for bands_, name in ((promised.liability, "liability"), (promised.bare, "uncovered")):
        for level in LEVELS:
            assert bands_.at(level) == pytest.approx(_by_year(run, name).quantile(level).to_numpy())
    assert promised.peak.mean == pytest.approx(row["peak_liability", "package"]["mean"])
    assert promised.open_peak.mean == pytest.approx(row["peak_uncovered_liability", "package"]["mean"])
    pool = accounts.pool(run)
    assert pool.balance.at(0.5) == pytest.approx(_by_year(run, "pool_balance").median().to_numpy())
    assert pool.guarantor.at(0.5) == pytest.approx(_by_year(run, "guarantor_cash").median().to_numpy())
    assert pool.stopped == pytest.approx((_by_year(run, "pool_stopped") > 0).mean().to_numpy())
    assert pool.emptied.mean == pytest.approx(row["pool_exhausted", "package"]["mean"])
    assert pool.stopped_years.mean == pytest.approx(row["pool_stopped_years", "package"]["mean"])
    for source in accounts.survival(run).rows:
        for part, drawn in (("package_only", source.gained), ("twin_only", source.lost), ("both", source.both)):
            assert drawn.mean == pytest.approx(row[f"{source.name}_{part}", "difference"]["mean"])


def test_who_pays_and_who_gets_is_that_of_the_run_folder(make: Make) -> None:
    """From the greatest payer to the greatest receiver, beyond the twin where there is one; flows between parties of the market are
    no policy's."""
    run = open_run(make())
    row: Any = run.summary.loc
    for balance, world in (
        (accounts.balance(run), "difference"),
        (accounts.balance(open_run(make(twin=False, name="alone"))), "package"),
    ):
        assert balance.extra is (world == "difference")
        nets = [share.net.mean for share in balance.shares]
        assert nets == sorted(nets)
        assert sum(nets) == pytest.approx(0.0, abs=1e-6 * sum(map(abs, nets)))
    labels = {label: party for party, label in PARTY_LABELS.items()}
    for share in accounts.balance(run).shares:
        assert share.net.mean == pytest.approx(row[f"net_{labels[share.label]}", "difference"]["mean"])
    drawn = accounts.flows(run)
    market = {"enterprise", "outside", "social_investor", "co_investor", "university"}
    money = {
        name.removeprefix("money_"): line["mean"]
        for (name, world), line in run.summary.iterrows()  # type: ignore[misc]
        if name.startswith("money_")
        and world == "package"
        and not set(name.removeprefix("money_").split("_to_")) <= market
    }
    total = sum(money.values())
    kept = {name: amount for name, amount in money.items() if amount >= 0.004 * total}
    assert {f"{flow.payer}_to_{flow.payee}": flow.amount for flow in drawn.flows} == pytest.approx(kept)
    assert drawn.left_out == pytest.approx(1 - sum(kept.values()) / total)
    assert 0.0 < drawn.left_out < 1.0


def test_who_would_have_been_funded_and_what_was_lost_are_those_of_the_run_folder(make: Make) -> None:
    run = open_run(make())
    row: Any = run.summary.loc
    funded = data.funded(run)
    for name, drawn in (
        ("funded_both", funded.both), ("funded_package_only", funded.package_only), ("funded_twin_only", funded.twin_only),
        ("funded_neither", funded.neither), ("funded_earlier", funded.earlier), ("funded_later", funded.later),
        ("raised_more", funded.more), ("raised_less", funded.less), ("deadweight_share", funded.deadweight),
        ("crowded_out_share", funded.crowded_out),
    ):  # fmt: skip
        cells = row[name, "difference"]
        assert (drawn.mean, drawn.error, drawn.low, drawn.high) == pytest.approx(
            (cells["mean"], cells["se"], cells["low95"], cells["high95"]), nan_ok=True
        )
    shown = data.tolerance(run)
    assert shown.rate == 0.6
    by_class = dict(zip(CLASSES, run.loaded.values["measures.equity.loss_tolerance.class_tolerance"], strict=True))  # type: ignore[arg-type]
    rows = iter(shown.rows)
    for basis in BASES:
        lines = (
            [("loss_class_" + name, by_class[name]) for name in CLASSES]
            if basis == "class"
            else [(f"loss_{basis}", 0.6)]
        )
        for number, (name, limit) in enumerate(lines):
            line, cells = next(rows), row[name, "package"]
            assert (line.mean, line.tolerance) == pytest.approx((cells["mean"], limit))
            assert line.quantiles == pytest.approx([cells[f"p{level}"] for level in (5, 25, 50, 75, 95)])
            if number:
                assert (line.pooled, line.single) == (None, None)  # one verdict for all three classes
                continue
            assert line.pooled is not None
            assert line.single is not None
            assert line.pooled.mean == pytest.approx(row[f"portfolio_breach_{basis}", "package"]["mean"])
            assert line.single.mean == pytest.approx(row[f"breach_probability_{basis}", "package"]["mean"])
    assert next(rows, None) is None
    curve = data.jcurve(run)
    calls, back = (_by_year(run, f"subfund_{name}") for name in ("calls", "distributions"))
    assert curve.calls.mean == pytest.approx(calls.mean().to_numpy())
    assert curve.distributions.mean == pytest.approx(back.mean().to_numpy())
    assert curve.net.at(0.5) == pytest.approx((back - calls).cumsum(axis=1).median().to_numpy())


def test_yearly_reads_what_the_table_holds(make: Make) -> None:
    run: Run = open_run(make(paths=7))
    years, columns = run.yearly("fiscal_outlay", "fiscal_outlay_twin")
    table = run.years
    assert list(years) == sorted(table["year"].unique())
    for name, values in columns.items():
        assert values.shape == (7, len(years))
        assert np.array_equal(values.ravel(), table[name].to_numpy())
    assert json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))["paths"] == 7


def test_bands_are_numpys_quantiles() -> None:
    sample = np.random.default_rng(1).normal(size=(57, 4))
    found = bands(sample)
    assert found.quantiles == pytest.approx(np.quantile(sample, LEVELS, axis=0), rel=1e-12)
    assert found.mean == pytest.approx(sample.mean(axis=0), rel=1e-12)
    assert found.error == pytest.approx(sample.std(axis=0, ddof=1) / np.sqrt(57), rel=1e-12)
    assert np.array_equal(running(sample)[:, -1], np.cumsum(sample, axis=1)[:, -1])


@pytest.mark.parametrize(
    ("wanted", "gap"), [([0.0, 0.1, 0.2], 1.0), ([5.0, 0.0, 5.2, 4.9], 0.5), ([3.0], 1.0), ([1.0, 1.0, 1.0, 9.0], 2.0)]
)
def test_labels_move_apart_and_keep_their_order(wanted: list[float], gap: float) -> None:
    places = style.spread(wanted, gap)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    ordered = [places[i] for i in order]
    assert all(b - a >= gap - 1e-9 for a, b in pairwise(ordered))
    assert sum(places) == pytest.approx(sum(wanted))


def test_a_users_dollar_signs_are_dollar_signs() -> None:
    """Text is data: no mathematics is read into it, and none that is wrong breaks a finished study off."""
    with style.styled():
        figure = plt.figure()
        figure.text(0.1, 0.5, "US$5m 与 US$10m，$\\alpha_{x$ 方案")
        style.require_glyphs(figure)
        drawn = style.svg(figure).decode()
        plt.close(figure)
    assert "US$5m 与 US$10m，$\\alpha_{x$ 方案" in drawn


@pytest.mark.parametrize("kind", ["fan", "distribution"])
def test_a_mean_in_a_figure_has_the_digits_of_the_tables(make: Make, kind: str) -> None:
    """The mean of net cost with its 95 % interval, rounded by it, as in every table; no standard error beside it."""
    set_language("zh")
    run = open_run(make())
    line = run.rows["fiscal_net_cost", "package"]
    told = column(
        by_name()["fiscal_net_cost"], [Interval(float(line["mean"]), 0.0, float(line["low95"]), float(line["high95"]))]
    )
    drawn = fan_figure(data.fan(run)) if kind == "fan" else distribution_figure(accounts.distribution(run))
    said = " ".join(style.words(drawn).notes)
    assert f"均值 {told[0]}（95%区间）" in said
    assert "±" not in said
