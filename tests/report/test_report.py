"""Reports: their numbers are those of the run folder, their text is text, and they are whole PDF/A files."""

from __future__ import annotations

import csv
import json
import math
import re
from itertools import takewhile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import matplotlib.pyplot as plt
import pytest

from kejin_sim.cli.app import main
from kejin_sim.lang import set_language
from kejin_sim.outcomes import words as figures
from kejin_sim.outcomes.headlines import GAINS
from kejin_sim.outcomes.registry import RATIOS, metrics
from kejin_sim.outcomes.summary import Line, Summary
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.report import accounts, balance
from kejin_sim.report import make as making
from kejin_sim.report.data import Estimate, Head
from kejin_sim.report.document import Document, Heading, Picture, Table, all_words, as_data, words
from kejin_sim.report.fonts import MissingGlyph
from kejin_sim.report.parts import answer, gains, risk
from kejin_sim.report.subject import Subject, open_subject
from kejin_sim.report.typeset import pdf
from kejin_sim.scenario.load import load_scenario
from tests.interface.test_run_folder import SMALL
from tests.report.conftest import Make
from tests.report.reading import alternatives, bookmarks, fonts_of, opened, plain, text_of

SCALES = (1.0, 1e-8, 1e-4, 1e-9, 1e-6, 1e-3, 100.0)
CONSTANTS = {5.0, 50.0, 95.0}  # per cent of which a text speaks
UNIT = r"(?:亿元|万元|元|%|倍|家|人年|x\b|bn|m\b|k\b|firms|job-years)"
NUMBER = r"[+\u2212]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"


def printed_numbers(text: str) -> list[str]:
    """Numbers with a unit, money in English, and numbers in brackets or spans."""
    found = re.findall(rf"({NUMBER})\s*{UNIT}", text)
    found += re.findall(rf"CNY ({NUMBER})", text)
    for inside in re.findall(rf"\[({NUMBER}, {NUMBER})\]", text):
        found += inside.split(", ")
    for low, high in re.findall(rf"({NUMBER}) ~ ({NUMBER})", text):
        found += [low, high]
    return found


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "summary.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def held_numbers(folder: Path) -> set[float]:
    """Every number of the summary, the scenario and the manifest."""
    held: set[float] = set()
    for row in rows_of(folder):
        held |= {float(cell) for cell in row.values() if re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", cell)}
    scenario = (folder / "scenario.yaml").read_text(encoding="utf-8")
    held |= {float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", scenario)}
    held |= {float(number) / 100 for number in re.findall(r"(-?\d+(?:\.\d+)?)%", scenario)}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    paid = next(row for row in rows_of(folder) if row["metric"] == "payback_years")
    return held | {float(manifest["paths"]), int(paid["n"]) / manifest["paths"]}


def is_held(number: str, held: set[float]) -> bool:
    """Whether a printed number is one of the folder's, rounded to the digits printed."""
    value = abs(float(number.replace(",", "").replace("\u2212", "-")))
    decimals = len(number.partition(".")[2])
    half = 0.5 * 10.0**-decimals * (1 + 1e-9)
    return value in CONSTANTS or any(abs(abs(one) * scale - value) <= half for one in held for scale in SCALES)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", making.KINDS)
def test_numbers_are_those_of_the_run_folder(make: Make, kind: str, language: str) -> None:
    set_language(language)
    folder = make()
    subject = open_subject(folder)
    document = making.KINDS[kind](subject)
    held = held_numbers(folder)
    # What follows the rules quotes the policy and the registry; there the folder is not the source.
    own = takewhile(lambda block: not (isinstance(block, Heading) and block.text in ("规则", "Rules")), document.blocks)
    shown = [text for block in own if not isinstance(block, Picture) for text in words(block)]
    numbers = [number for text in shown for number in printed_numbers(text)]
    assert len(numbers) > 100
    assert [number for number in numbers if not is_held(number, held)] == []
    content = text_of(pdf(document))
    alternatives = {block.alt for block in document.blocks if isinstance(block, Picture)}
    assert [text for text in all_words(document) if text not in alternatives and not is_shown(text, content)] == []


def is_shown(text: str, content: str) -> bool:
    """Whether a text is in a PDF: whole, or with one place where the end of a page breaks it."""
    whole = plain(text)
    pieces = [whole[i : i + 12] for i in range(0, len(whole), 12)]
    return whole in content or (len(pieces) > 2 and sum(piece not in content for piece in pieces) <= 1)


def test_headline_cells_are_the_summarys(make: Make) -> None:
    """A few cells, worked out here from the summary by hand."""
    folder = make()
    rows = {(row["metric"], row["world"]): row for row in rows_of(folder)}
    content = text_of(making.make([folder], "briefing"))
    for name in ("fiscal_outlay", "fiscal_recovery", "public_net_cost"):
        mean = float(rows[name, "package"]["mean"])
        scale, unit = (1e8, "亿元") if abs(mean) >= 1e8 else (1e4, "万元")
        figure = mean / scale
        text = f"{figure:#,.3g}".rstrip(".") if abs(figure) < 1000.0 else f"{float(f'{figure:.3g}'):,.0f}"
        text = text.replace("-", "\u2212")
        assert f"{text}{unit}" in content, name
    share = float(rows["deadweight_share", "difference"]["mean"])
    assert f"{100 * share:.1f}%在基准下也会获得外部股权融资" in content


def told(name: str, mean: float, half: float = 1.0, *, world: Any = "package", n: int = 40, tail: float = 0.0) -> Line:
    """A line by hand, 40 paths: an interval of ``half`` to either side, and quantiles 1 to 5 亿元 above the mean."""
    metric = next(one for one in (*metrics(), *RATIOS) if one.name == name)
    quantiles = tuple(mean + 1e8 * k for k in range(1, 6))
    return Line(metric, world, n, mean, half / 2, mean - half, mean + half, quantiles, tail, "upper")


def subject_of(*lines: Line) -> Subject:
    no_run: Any = SimpleNamespace(has_twin=any(line.world != "package" for line in lines))
    return Subject(no_run, load_scenario("demo"), Summary(lines, 40))


def said_of(parts: Any) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in parts)


@pytest.mark.parametrize(
    ("mean", "half", "chinese", "english"),
    [
        (3e8, 1e8, "，比基准多 3.00亿元", ", CNY 300 m more than the twin"),
        (-3e8, 1e8, "，比基准少 3.00亿元", ", CNY 300 m less than the twin"),
        (3e8, 4e8, "，与基准的差异与0无法区分", ", not to be told apart from the twin"),
        (-3e8, 4e8, "，与基准的差异与0无法区分", ", not to be told apart from the twin"),
        (3e8, 3e8, "，与基准的差异与0无法区分", ", not to be told apart from the twin"),  # the interval ends at 0
        (-3e8, 3e8, "，与基准的差异与0无法区分", ", not to be told apart from the twin"),
        (0.0, 0.0, "，与基准的差异与0无法区分", ", not to be told apart from the twin"),
        (3e8, float("nan"), "，与基准的差异与0无法区分", ", not to be told apart from the twin"),  # of a single path
    ],
)
def test_a_difference_in_words(mean: float, half: float, chinese: str, english: str) -> None:
    """More or less only where the interval leaves no doubt."""
    line = told("fiscal_outlay", mean, half, world="difference")
    assert answer.more(line) == chinese
    set_language("en")
    assert answer.more(line) == english
    assert answer.more(None) == ""


@pytest.mark.parametrize(
    ("net", "chinese", "english"),
    [
        (2e8, "收支相抵净支出 2.00亿元", "which leaves a net cost of CNY 200 m"),
        (-2e8, "收支相抵净回收 2.00亿元", "which leaves net receipts of CNY 200 m"),
    ],
)
def test_what_comes_back_is_net_of_what_was_paid(net: float, chinese: str, english: str) -> None:
    """8 of 40 paths pay back; the worst 5 % cost 9 亿元 on average, whichever way the mean goes."""
    lines = [told("fiscal_recovery", 5e8), told("fiscal_net_cost", net, tail=9e8), told("payback_years", 7.0, n=8)]
    lines.append(told("fiscal_outlay", 7e8))
    said = said_of(answer._back(subject_of(*lines)))
    assert "全期收回 5.00亿元" in said
    assert chinese in said
    assert "20%的路径在观察期内回本，最差5%路径的净支出平均 9.00亿元" in said
    set_language("en")
    said = said_of(answer._back(subject_of(*lines)))
    assert english in said
    assert "20% of paths pay back" in said
    assert "CNY 900 m on the mean of the worst 5 %" in said


def test_what_it_costs_and_buys_in_words() -> None:
    """Outlay against the twin, the peak at 95 % of paths; gains as differences, none of what is 0 in both."""
    lines = [
        told("fiscal_outlay", 6e8), told("fiscal_outlay", -1e8, 2e7, world="difference"), told("peak_cash_need", 2e8),
        told("listings", 9.0), told("listings", -2.0, 1.0, world="difference"), told("tax", 0.0),
        told("tax", 0.0, 0.0, world="difference"), told("research", 0.0), told("research", -3e8, 1e8, world="difference"),
    ]  # fmt: skip
    cost = said_of(answer._cost(subject_of(*lines)))
    assert "市财政全期支出 6.00亿元，比基准少 1.00亿元" in cost
    assert "累计垫支最高时 2.00亿元，95%的路径不超过 7.00亿元" in cost
    bought = answer._gain(subject_of(*lines))
    assert bought is not None
    assert "−2家 [−3, −1]" in said_of(bought)
    assert "税收" not in said_of(bought)
    assert "\u22123亿元 [\u22124, \u22122]" in said_of(bought)  # what only the twin had
    assert answer._gain(subject_of(told("listings", 9.0))) is None


def test_every_gain_is_told_and_what_may_be_nothing_is_marked() -> None:
    """Tax and research stand last of seven, and are told when they fall."""
    lines = [told(name, 50.0) for name in GAINS]
    lines += [told(name, 5.0, 1.0, world="difference") for name in GAINS[:5]]
    lines += [told("tax", -1.2e8, 6e7, world="difference"), told("research", 1e8, 2e8, world="difference")]
    lines += [told(name, share, 0.01, world="difference") for name, share in
              (("deadweight_share", 0.866), ("crowded_out_share", 0.024))]  # fmt: skip
    bought = answer._gain(subject_of(*lines))
    assert bought is not None
    said = said_of(bought)
    assert "−1.2亿元 [−1.8, −0.6]；" in said
    assert "[−1, 3]（与0分不清）。" in said
    assert said.count("分不清") == 1
    assert (
        "得到公共资金的企业中，86.6% 在基准下也会获得外部股权融资；而基准下会获融资的企业中，2.4% 在方案下反而没有获得"
        in said
    )
    set_language("en")
    bought = answer._gain(subject_of(*lines))
    assert bought is not None
    assert "of the firms that find it in the twin, 2.4% do not under the package" in said_of(bought)


@pytest.mark.parametrize(
    ("net", "gap", "present", "chinese", "english"),
    [
        (-34e8, (-27e8, 4e8), (-12e8, 2e8), "净回收 34.0亿元，比基准多回收 27亿元 [23, 31]，按现值多回收 12亿元 [10, 14]；",
         "CNY 3.40 bn (CNY 2.7 bn [2.3, 3.1] more than the twin, CNY 1.2 bn [1.0, 1.4] more in present value)"),
        (34e8, (-27e8, 4e8), (12e8, 2e8), "净支出 34.0亿元，比基准少支出 27亿元 [23, 31]，按现值多支出 12亿元 [10, 14]；",
         "CNY 2.7 bn [2.3, 3.1] less than the twin, CNY 1.2 bn [1.0, 1.4] more in present value"),
        (-34e8, (27e8, 4e8), (12e8, 20e8),
         "比基准少回收 27亿元 [23, 31]，按现值相差 −12亿元 [−32, 8]（与0分不清）；", "differing by CNY −1"),
        (34e8, (1e8, 4e8), (-1e8, 4e8), "，与基准相差 +1亿元 [−3, 5]（与0分不清），按现值相差 −1亿元 [−5, 3]（与0分不清）；",
         "(may be 0)"),
    ],
)  # fmt: skip
def test_what_comes_back_is_told_against_the_twin(
    net: float, gap: tuple[float, float], present: tuple[float, float], chinese: str, english: str
) -> None:
    lines = [
        told("fiscal_recovery", 113e8), told("fiscal_recovery", 22.9e8, world="twin"), told("fiscal_outlay", 80e8),
        told("fiscal_net_cost", net), told("fiscal_net_cost", *gap, world="difference"),
        told("fiscal_net_cost_npv", *present, world="difference"), told("payback_years", 7.0, n=8),
    ]  # fmt: skip
    said = said_of(answer._back(subject_of(*lines)))
    assert "全期收回 113亿元（基准 22.9亿元）" in said
    assert chinese in said
    set_language("en")
    assert english in said_of(answer._back(subject_of(*lines)))


def test_the_least_and_the_most_likely_breach_are_named() -> None:
    probabilities = {"net_terminal": 0.3, "gross": 0.9, "head_count": 0.5, "class": 0.1}
    lines = [told(f"portfolio_breach_{name}", p, 0.05) for name, p in probabilities.items()]
    risk = answer._risk(subject_of(*lines))
    assert risk is not None
    words = said_of(risk)
    assert f"按{BASES['class'][0]}为 10.0%，按{BASES['gross'][0]}为 90.0%" in words
    assert answer._risk(subject_of(lines[0])) is None


@pytest.mark.parametrize(
    ("gain", "cost", "words"),
    [
        ((30.0, 5.0), (2e6, 1e6), "财政净支出 "), ((30.0, 5.0), (2e6, 3e6), "可能为负"),
        ((30.0, 5.0), (-2e6, 3e6), "可能为负"), ((30.0, 5.0), (-2e6, 1e6), "按现值计则不能肯定"),
        ((30.0, 30.0), (2e6, 1e6), "与0无法区分"), ((2.0, 5.0), (2e6, 1e6), "与0无法区分"),
        ((-2.0, 5.0), (2e6, 1e6), "与0无法区分"),
        ((-30.0, 5.0), (2e6, 1e6), "没有增加"), ((30.0, 5.0), None, "与0无法区分"), ((30.0, 5.0), (2e6, math.nan), "与0无法区分"),
    ],
)  # fmt: skip
def test_a_price_of_survivors_only_where_there_is_one(
    gain: tuple[float, float], cost: tuple[float, float] | None, words: str
) -> None:
    lines = [told("firms_surviving_5y", *gain, world="difference")]
    lines += [told("cost_per_additional_survivor_5y", *cost, world="difference")] if cost else []
    said = gains._priced(subject_of(*lines), 5)
    assert words in said
    assert ("财政净支出 200万元" in said or "财政净支出 0.02亿元" in said) is (words == "财政净支出 ")
    assert gains._priced(subject_of(told("tax", 1.0)), 5) == ""


@pytest.mark.parametrize(("half", "free"), [(1e8, True), (4e8, False)])
def test_no_net_cost_only_where_the_present_value_agrees(half: float, free: bool) -> None:
    """Money goes out early and comes back late: what is surely below 0 undiscounted may not be in present value."""
    lines = [
        told("firms_surviving_5y", 30.0, 5.0, world="difference"),
        told("cost_per_additional_survivor_5y", -2e6, 1e6, world="difference"),
        told("fiscal_net_cost_npv", -3e8, half, world="difference"),
    ]
    said = gains._priced(subject_of(*lines), 5)
    assert "折现" in said
    assert ("不存在“每多一家要花多少”；按现值计结论相同" in said) is free
    assert ("按现值计则不能肯定" in said) is not free


@pytest.mark.parametrize(
    ("bare", "chinese", "english"),
    [
        (5e8, "这部分的峰值，95%的路径不超过 10.0亿元", "that part peaks at no more than CNY 1.00 bn on 95 % of paths"),
        (-9e8, "都有已安排的预算或现金覆盖", "all of it is covered"),
    ],
)
def test_a_quantile_of_what_is_uncovered_is_not_read_as_one_of_the_whole(
    bare: float, chinese: str, english: str
) -> None:
    subject = subject_of(told("peak_liability", 18e8), told("peak_uncovered_liability", bare))
    for language, text in (("zh", chinese), ("en", english)):
        set_language(language)
        assert text in "".join(part for part in risk._promised(subject).text if isinstance(part, str))


def test_a_peak_that_is_the_same_on_all_paths_has_no_interval() -> None:
    line = told("peak_uncovered_liability", 0.0)
    for ends, said in (((3.6e8, 3.6e8), "3.60亿元"), ((3.5e8, 3.7e8), "3.6亿元 [3.5, 3.7]")):
        bounds = tuple(ends for _ in line.bounds)
        assert risk._peak(line._replace(quantiles=(0.0, 0.0, 0.0, 0.0, 3.6e8), bounds=bounds)) == said


@pytest.mark.parametrize("paths", [40, 400])
def test_what_is_said_of_the_tail_has_the_interval_of_the_summary(make: Make, paths: int) -> None:
    """From 200 paths on; with fewer there is none to be said, and the report calls them few."""
    run = make(paths=paths)
    line = open_subject(run).need("fiscal_net_cost")
    content = text_of(making.make([run], "briefing")).replace(" ", "").replace("\u00a0", "")
    for value, ends in ((line.tail, line.tail_bounds), (line.quantiles[-1], line.bounds_of(0.95))):
        told = figures.bounded(line, value, ends).replace("-", "\u2212").replace(" ", "")
        assert ("[" in told) == (paths == 400)
        assert told in content


def test_a_briefing_is_an_archival_tagged_pdf(make: Make) -> None:
    content = making.make([make()], "briefing")
    reader = opened(content)
    assert 4 <= len(reader.pages) <= 6
    set_language("en")
    try:
        assert 4 <= len(opened(making.make([make()], "briefing")).pages) <= 6
    finally:
        set_language("zh")
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).startswith("zh")
    about = catalog["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert b"/ObjStm" in content  # packed: a long report's tags take more room than its pages otherwise
    names, loose = fonts_of(content)
    assert loose == 0
    assert all(name.startswith(("NotoSansSC", "NotoSerifSC", "DejaVu")) for name in names)
    titles = bookmarks(content)
    assert [plain(title) for title in titles[:3]] == ["一、要回答的问题", "二、结论", "三、花多少、回多少"]
    text = text_of(content)
    assert all(f"—{page}—" in text for page in range(1, len(reader.pages) + 1))
    assert "图1" in text
    assert "表1" in text


def test_figures_are_read_aloud_and_heads_repeat(make: Make) -> None:
    document = making.KINDS["research"](open_subject(make()))
    content = pdf(document)
    spoken = alternatives(opened(content).trailer["/Root"]["/StructTreeRoot"])
    drawn = [block for block in document.blocks if isinstance(block, Picture)]
    assert len(drawn) >= 9
    assert {block.alt for block in drawn} <= spoken
    pages = [plain(page.extract_text()) for page in opened(content).pages]
    assert sum("参数取值范围证据来源" in page for page in pages) > 3
    assert sum("指标方案基准差异[95%区间]方案P5~P95" in page for page in pages) > 3
    named = {
        number: place for place, page in reversed(list(enumerate(pages))) for number in re.findall(r"续表(\d+)", page)
    }
    assert len(named) >= 3
    for number, place in named.items():  # named again only after its own page
        assert any(re.search(rf"(?<!续)表{number}(?!\d)", page) for page in pages[:place]), number
    titles = [plain(title) for title in bookmarks(content)]
    assert "三、方法" in titles
    assert "（二）一个季度的顺序" in titles
    assert any(title.startswith("E9") for title in titles)


@pytest.mark.parametrize(
    ("cell", "pieces"),
    [
        ("+261,598人年 [259,251, 263,944]", ["+261,598人年", "[259,251, 263,944]"]),
        ("71.1 ~ 76.1亿元", ["71.1 ~", "76.1亿元"]),
        ("CNY +6.00 bn [5.99, 6.01]", ["CNY +6.00 bn", "[5.99, 6.01]"]),
        ("CNY 7.11 ~ 7.61 bn", ["CNY 7.11 ~", "7.61 bn"]),
        ("1,174 firms", ["1,174", "firms"]),
        ("—", ["—"]),
        ("", []),
    ],
)
def test_a_figure_breaks_between_its_parts_only(cell: str, pieces: list[str]) -> None:
    table = Table("tab-x", "题", ("名", "数"), (("两 个 词", cell),), "lr", (1.0, 1.0))
    (row,) = as_data(Document("zh", "", "", (), (table,), False, 0, "", ""))[0]["blocks"][0]["rows"]
    assert row["cells"] == [["两 个 词"], pieces]


def test_the_same_run_gives_the_same_bytes(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make()
    first = making.make([folder], "briefing")
    assert making.make([folder], "briefing") == first
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    stamped = making.make([folder], "briefing")
    assert stamped != first
    assert "20231114" in str(opened(stamped).metadata)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(Exception, match="SOURCE_DATE_EPOCH"):
        making.make([folder], "briefing")


TITLE = "镕喆垚 = #strong[x] $a+b$ *粗* _斜_ <b>y</b> `z` @fig //x \\n {1} [2] ~"


def test_user_text_is_text(make: Make) -> None:
    wild = SMALL.replace("小样例", json.dumps(TITLE, ensure_ascii=False)).replace(
        "测试", '"#include \\"/etc/x\\" <a> $1"'
    )
    content = making.make([make(wild)], "briefing")
    assert plain(TITLE) in text_of(content)
    assert plain('#include "/etc/x" <a> $1') in text_of(content)
    assert opened(content).metadata.title == TITLE  # type: ignore[union-attr]


def test_a_character_without_glyph_is_named(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make(SMALL.replace("测试", "某某🦄"))
    with pytest.raises(MissingGlyph, match="🦄"):
        making.make([folder], "briefing")
    target = tmp_path / "x.pdf"
    assert main(["report", str(folder), "-o", str(target), "--lang", "zh"]) == 2
    assert "🦄 (U+1F984)" in capsys.readouterr().err
    assert not target.exists()


def test_a_report_of_a_single_path_is_refused(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "x.pdf"
    assert main(["report", str(make(paths=1)), "-o", str(target), "--lang", "zh"]) == 2
    said = capsys.readouterr().err
    assert "只有1条路径" in said
    assert "--paths 1000" in said
    assert not target.exists()


@pytest.mark.parametrize(
    ("kind", "paths", "twin"), [("briefing", 2, True), ("research", 40, False), ("briefing", 3, True)]
)
def test_thin_runs_have_reports(make: Make, kind: str, paths: int, twin: bool) -> None:
    document = making.KINDS[kind](open_subject(make(paths=paths, twin=twin)))
    assert not [text for text in all_words(document) if re.search(r"\bnan\b", text)]
    content = text_of(pdf(document))
    assert "路径不足200条" in content
    if not twin:
        assert "没有与基准比较" in content
        assert "谁也会获得融资？" not in content


NOTHING = """\
title: 什么也没有
author: 测试
date: 2025-01
based_on: 起草说明
policy_years: 3
horizon_years: 5
burn_in_years: 0
only: []
"""
ALIKE = {
    "no_policy": None,  # as it is bundled, against itself
    "no baseline": NOTHING + "baseline: none\n",
    "nothing against something": NOTHING + "baseline:\n  title: 有投资\n  only: [equity]\n",
    "something against itself": NOTHING.replace("[]", "[equity]") + "baseline:\n  title: 同样\n  only: [equity]\n",
}


@pytest.mark.parametrize("name", ALIKE)
def test_a_report_of_a_package_that_lacks_tables(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a text refers to is there, in both kinds and languages; the engine is the real one."""
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(ALIKE[name] or "", encoding="utf-8")
    scenario = "a.yaml" if ALIKE[name] else name
    assert main(["run", scenario, "--paths", "3", "--out", "made", "--lang", "zh"]) == 0
    for language in ("zh", "en"):
        for kind in making.KINDS:
            assert main(["report", "made", "--kind", kind, "--lang", language, "-o", f"{kind}-{language}.pdf"]) == 0
    set_language("zh")
    subject = open_subject("made")
    said = "".join(all_words(making.KINDS["research"](subject)))
    assert not re.search(r"\bnan\b", said)
    pays = subject.need("fiscal_outlay").mean > 0.0
    assert pays is (name == "something against itself")
    assert ("的路径在观察期内回本" in said) is pays
    assert ("不动用公共资金" in said) is (name in ("no_policy", "no baseline"))


@pytest.mark.parametrize(
    ("mean", "error", "open_"), [(12.34, 37.66, True), (-12.0, 6.5, True), (13.0, 6.0, False), (0.0, 0.0, False)]
)
def test_a_party_whose_net_may_be_nothing_is_hollow(mean: float, error: float, open_: bool) -> None:
    share = accounts.Share(("甲", "A"), Estimate(mean, error, mean - 2 * error, mean + 2 * error))
    assert balance.unclear(share) is open_
    figure = balance.balance_figure(accounts.Balance(Head("题", "", 40, 1, 10, ""), (share,), True))
    (bar,) = figure.axes[0].patches
    assert (bar.get_facecolor() == (1.0, 1.0, 1.0, 1.0)) is open_
    assert any("空心的与0分不清" in text.get_text().replace("\n", "") for text in figure.texts) is open_
    plt.close(figure)
