"""What a command says of a scenario before it works: things to know, slips of the pen, signs that no report can print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import typer

from kejin_sim.lang import t

if TYPE_CHECKING:
    from pathlib import Path

    from kejin_sim.scenario.scenario import Letterhead, Scenario
    from kejin_sim.scenario.tree import Mark
    from kejin_sim.store.folder import Target


_MOST_UNUSUAL: Final = 5  # numbers outside their usual range that are told before a run


def notices(scenario: Scenario, most: int | None = None) -> list[str]:
    """All of it in the current language, each said once.

    Parameters: ``most``: so many numbers outside their usual range, the others are counted; all when None.
    """
    found = [*scenario.notices, *scenario.slips]
    unusual = [notice for notice in found if notice.unusual]
    shown = unusual if most is None else unusual[:most]
    said = [t(notice.zh, notice.en) for notice in found if not notice.unusual or notice in shown]
    if more := len(unusual) - len(shown):
        said.append(
            t(
                f"另有 {more} 项在常用范围之外，见 kejin check。",
                f"{more} more outside their usual range, see kejin check.",
            )
        )
    return list(dict.fromkeys([*said, *unfilled(scenario.letterhead), *_unprintable(scenario)]))


def unfilled(letterhead: Letterhead) -> list[str]:
    """A remark on what a new file has in its letterhead and nobody has filled in; nothing when there is nothing."""
    labels = {"author": ("编制单位", "who wrote it"), "description": ("方案要点", "what was changed")}
    keys = letterhead.unfilled
    if not keys:
        return []
    zh = "、".join(f"{labels[key][0]}（{key}）" for key in keys)
    en = " and ".join(f"{key} ({labels[key][1]})" for key in keys)
    return [
        t(
            f"{zh}还没有填写，报告里不印。",
            f"{en} {'is' if len(keys) == 1 else 'are'} not filled in yet: reports leave {'it' if len(keys) == 1 else 'them'} out.",
        )
    ]


def tell(scenarios: Sequence[Scenario]) -> None:
    """Print the notices of several scenarios to the error stream, each once."""
    for said in dict.fromkeys(notice for scenario in scenarios for notice in notices(scenario, _MOST_UNUSUAL)):
        typer.echo(t("注意：", "Note: ") + said, err=True)


def tell_elsewhere(wanted: Target, given: Path) -> None:
    """Say on the error stream that results are not in the folder that the user named, where that is so."""
    if wanted.base is None and given != wanted.folder:
        typer.echo(
            t(
                f"注意：{wanted.folder} 在运行期间被占用，结果写在 {given}。",
                f"Note: {wanted.folder} was taken during the run; the results are in {given}.",
            ),
            err=True,
        )


def _common(sign: str) -> bool:
    """Whether a sign is one that every Chinese font has: then no font need be opened."""
    return (
        " " <= sign <= "~"
        or "\u4e00" <= sign <= "\u9fa5"
        or sign in "，。、：；“”（）《》—…·％０１２３４５６７８９〔〕"
    )


def _unprintable(scenario: Scenario) -> Iterator[str]:
    """Signs of the letterhead that the fonts of reports and charts lack, all of them together, with their places."""
    texts = {name: str(text) for name, text in vars(scenario.letterhead).items()}
    if all(_common(sign) for text in texts.values() for sign in text):
        return
    from kejin_sim.report import fonts

    found = []
    for name, text in texts.items():
        gone = "".join(dict.fromkeys(fonts.missing(text, fonts.sans()) + fonts.missing(text, fonts.serif())))
        found += [(sign, _place(name, sign, scenario.marks.get(name))) for sign in gone]
    if found:
        zh = "、".join(f"{sign}（U+{ord(sign):04X}，{place[0]}）" for sign, place in found)
        en = ", ".join(f"{sign} (U+{ord(sign):04X}, {place[1]})" for sign, place in found)
        yield t(
            f"报告和图的字体没有这些字：{zh}。照样可以运行，但写不出报告；请换用别的字。",
            f"the fonts of reports and charts lack {en}. It runs all the same, but no report can be made: use other signs.",
        )


def _place(name: str, sign: str, mark: Mark | None) -> tuple[str, str]:
    """Where a sign stands: the key, and line and column from where its text begins."""
    if mark is None or not mark.line:
        return name, name
    for number in range(mark.line, len(mark.file.lines) + 1):
        column = mark.file.line(number).find(sign, mark.column - 1 if number == mark.line else 0)
        if column >= 0:
            return f"{name} 第{number}行第{column + 1}列", f"{name} line {number}, column {column + 1}"
    return f"{name} 第{mark.line}行", f"{name} line {mark.line}"
