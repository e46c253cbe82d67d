"""How problems are rendered, and the choice of language."""

from __future__ import annotations

import pytest

from kejin_sim import lang
from kejin_sim.errors import InputError, LedgerError, MachineError, Problem, display_width, nearest
from kejin_sim.lang import both, pick, set_language


def test_caret_counts_chinese_characters_as_two_cells() -> None:
    set_language("zh")
    line = "说明: {规模: 200}"
    column = line.index("200") + 1
    text = Problem("a.yaml", 3, column, "k", "错", "wrong", excerpt=line).render()
    excerpt, caret = text.splitlines()[-2:]
    assert display_width(excerpt[: excerpt.index("200")]) == display_width(caret[: caret.index("^")])


def test_long_line_is_shown_as_a_window_around_the_caret() -> None:
    set_language("en")
    text = Problem("a.yaml", 1, 501, "k", "错", "wrong", excerpt="x" * 500 + "HERE" + "x" * 500).render()
    excerpt, caret = text.splitlines()[-2:]
    assert excerpt[caret.index("^") :].startswith("HERE")
    assert len(excerpt) < 160


def test_control_characters_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in Problem("a.yaml", 1, 1, "k", "错", "wrong", excerpt="\x1b[31mred").render()


def test_both_languages_and_exit_codes() -> None:
    problem = Problem("a.yaml", 1, 2, "key", "错了", "it is wrong", "改", "change it", "abc")
    error = InputError([problem, problem])
    set_language("zh")
    assert "输入有误（2处）" in error.render()
    assert "改法：改" in error.render()
    set_language("en")
    assert "a.yaml:1:2  key\n  it is wrong\n  Instead: change it" in error.render()
    assert InputError.exit_code == 2
    assert MachineError("盘满", "disk full").exit_code == LedgerError("不平", "off").exit_code == 1
    assert MachineError("盘满", "disk full", "清理", "clean up").render() == "disk full\nclean up"


def test_nearest_key() -> None:
    assert nearest("tiket", ["ticket", "reward"]) == ["ticket"]
    assert nearest("zzz", ["ticket", "reward"]) == []


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "KEJIN_LANG": "en"}, "en"),
    ],
)
def test_language_of_the_surroundings(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KEJIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert set_language("auto") == expected
    assert lang.language() == expected
    assert pick(both("zh", "en")) == expected
    assert pick("plain") == "plain"


def test_language_must_be_one_of_three() -> None:
    with pytest.raises(ValueError, match="fr"):
        set_language("fr")
