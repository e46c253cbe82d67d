"""A report of an own package says what was changed against the scenario that it extends, and prints no placeholder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kejin_sim import execution
from kejin_sim.cli.app import main
from kejin_sim.lang import set_language
from kejin_sim.report.document import Block, Paragraph, Table
from kejin_sim.report.parts.question import question
from kejin_sim.report.subject import open_subject
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.starter import starter
from tests import fake_engine
from tests.report.reading import text_of

_OWN = "  angel_fund: {amount: 8000万元}\nmeasures:\n  equity:\n    loss_tolerance: {rate: 80%}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(execution, "engine", lambda name: fake_engine.simulate)
    return tmp_path


def _run(text: str, lang: str = "zh") -> str:
    Path("own.yaml").write_text(text, encoding="utf-8")
    assert main(["run", "own.yaml", "--paths", "30", "--out", "own", "--force", "--lang", lang]) == 0
    return "own"


def _started(base: str = "demo") -> str:
    return starter(load_scenario(base), base, Path())


def _changed(blocks: list[Block]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table) and block.id == "tab-changes"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_changed_stands_with_the_question(here: Path, language: str) -> None:
    text = "extends: demo\ntitle: 我的方案\nauthor: 科技局\ndate: 2025-01\nbased_on: 起草说明\nbudget:\n" + _OWN
    folder = _run(text)
    (here / "own.yaml").unlink()  # the folder is enough
    set_language(language)  # type: ignore[arg-type]
    (table,) = _changed(question(open_subject(folder)))
    assert ("与 demo 不同的 2 项" if language == "zh" else "2 not as in demo") == table.caption
    listed = [row for row in table.rows if isinstance(row, tuple)]
    money = ("6000万元", "8000万元") if language == "zh" else ("CNY 60.0 m", "CNY 80.0 m")
    assert {row[1:] for row in listed} == {("60%", "80%"), money}
    assert any(("亏损容忍率〔第1条〕" if language == "zh" else "[measure 1]") in row[0] for row in listed)
    assert json.loads((here / "own" / "manifest.json").read_text(encoding="utf-8"))["extends"] == "demo"


def test_many_changes_are_counted_and_the_policy_comes_first(here: Path) -> None:
    subject = open_subject(_run("extends: demo\ntitle: 同\nauthor: 局\ndate: 2025-01\nbased_on: 文\n"))
    said = [str(block.text) for block in question(subject) if isinstance(block, Paragraph)]
    assert any("完全相同" in text for text in said)
    assert main(["run", "demo", "--paths", "30", "--out", "demo"]) == 0
    (table,) = _changed(question(open_subject("demo")))
    assert len(table.rows) == 12
    assert table.notes == ("另有 71 项，用 kejin check --json 查看。",)
    assert "期（年）" not in str(table.rows[0])


def test_what_extends_nothing_has_no_table(here: Path) -> None:
    assert main(["run", "ningbo", "--paths", "2", "--out", "n"]) == 0
    assert not (here / "n" / "base.yaml").exists()
    assert open_subject("n").run.base is None
    assert not _changed(question(open_subject("n")))


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("填写编制", "写明改了什么")), ("en", ("who wrote it", "and why"))]
)
def test_placeholders_are_told_and_not_printed(
    here: Path, language: str, words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    set_language(language)  # type: ignore[arg-type]
    folder = _run(_started(), language)
    said = capsys.readouterr().err
    remark = "还没有填写" if language == "zh" else "not filled in yet"
    assert said.count(remark) == 1
    assert main(["check", "own.yaml", "--lang", language]) == 0
    assert capsys.readouterr().out.count(remark) == 1
    assert main(["report", folder, "-o", "own.pdf", "--lang", language]) == 0
    assert capsys.readouterr().err.count(remark) == 1
    printed = text_of((here / "own.pdf").read_bytes())
    for text in words:
        assert text.replace(" ", "") not in printed
    letter = open_subject(folder).scenario.letterhead
    assert (letter.author, letter.description) == ("", "")


def test_a_letterhead_that_is_filled_in_is_left_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = _started().replace("（填写编制单位）", "宁波市科技局").replace("（写明改了什么、为什么）", "放宽容亏")
    folder = _run(text)
    assert "还没有填写" not in capsys.readouterr().err
    letter = open_subject(folder).scenario.letterhead
    assert (letter.author, letter.description) == ("宁波市科技局", "放宽容亏")
