"""Reports: their numbers are those of the run folder, their text is text, and they are whole PDF/A files."""

from __future__ import annotations

import csv
import json
import re
from itertools import takewhile
from pathlib import Path

import pytest

from kejin_sim.cli.app import main
from kejin_sim.lang import set_language
from kejin_sim.report import make as making
from kejin_sim.report.document import Heading, Picture, all_words, words
from kejin_sim.report.fonts import MissingGlyph
from kejin_sim.report.subject import open_subject
from kejin_sim.report.typeset import pdf
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
    titles = [plain(title) for title in bookmarks(content)]
    assert "三、方法" in titles
    assert "（二）一个季度的顺序" in titles
    assert any(title.startswith("E9") for title in titles)


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


@pytest.mark.parametrize(
    ("kind", "paths", "twin"), [("briefing", 1, True), ("research", 40, False), ("briefing", 3, True)]
)
def test_thin_runs_have_reports(make: Make, kind: str, paths: int, twin: bool) -> None:
    document = making.KINDS[kind](open_subject(make(paths=paths, twin=twin)))
    assert not [text for text in all_words(document) if re.search(r"\bnan\b", text)]
    content = text_of(pdf(document))
    if not twin:
        assert "没有与基准比较" in content
        assert "谁也会获得融资？" not in content
