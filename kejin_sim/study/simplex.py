"""One sum of money divided among groups of budget lines in every way: 拨 (grant), 投 (equity), 贷 (credit)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kejin_sim.errors import InputError, nearest
from kejin_sim.lang import t
from kejin_sim.ledger import LINES
from kejin_sim.outcomes.view import BOOK_LABELS, BOOKS
from kejin_sim.scenario.scenario import Scenario, set_values

MOST: Final = 20_000  # divisions

#: What 拨, 投 and 贷 mean in budget lines; a line that the program does not have is left out.
NAMED: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("拨", "grant"): ("grant_to_equity",),
    ("投", "equity"): ("angel_fund",),
    ("贷", "credit"): ("risk_pool", "guarantee", "interest_subsidy"),
}


@dataclass(frozen=True)
class Group:
    """Budget lines that get money together, in the proportions that the scenario gives them."""

    zh: str
    en: str
    lines: tuple[str, ...]

    @property
    def label(self) -> str:
        """Label in the current language."""
        return t(self.zh, self.en)


def default_groups() -> list[Group]:
    """拨, 投, 贷 as far as their lines exist; when fewer than two of them do, every line by itself."""
    from kejin_sim.ledger import LINE_LABELS

    lines = {str(line) for line in LINES}
    found = [Group(*name, tuple(n for n in named if n in lines)) for name, named in NAMED.items() if lines & set(named)]
    return found if len(found) > 1 else [Group(*LINE_LABELS[line], (str(line),)) for line in LINES]


def parse_groups(texts: Sequence[str]) -> list[Group]:
    """``投=angel_fund,industry_funds`` for each group. Errors: `InputError`."""
    if not texts:
        return default_groups()
    lines = [str(line) for line in LINES]
    groups: list[Group] = []
    for text in texts:
        name, sign, listed = text.partition("=")
        found = tuple(part.strip() for part in listed.split(",") if part.strip())
        wrong = [n for n in found if n not in lines]
        if not sign or not name.strip() or not found or wrong:
            close = nearest(wrong[0], lines) if wrong else []
            raise InputError.of(
                f"{text}：{f'没有预算科目 {wrong[0]}' if wrong else '不是“名称=科目,科目”'}。",
                f"{text}: {f'there is no budget line {wrong[0]}' if wrong else 'is not NAME=line,line'}.", key="--group",
                hint_zh=f"{f'是否想写 {close[0]}？' if close else ''}可选：{'、'.join(lines)}。",
                hint_en=f"{f'did you mean {close[0]}? ' if close else ''}lines: {', '.join(lines)}.",
            )  # fmt: skip
        groups.append(Group(name.strip(), name.strip(), found))
    twice = [n for n in lines if sum(n in g.lines for g in groups) > 1]
    if twice or len(groups) < 2:
        raise InputError.of(
            f"科目 {twice[0]} 在两组里。" if twice else "至少要两组。",
            f"the line {twice[0]} is in two groups." if twice else "at least two groups are needed.", key="--group",
            hint_zh="例如 --group 投=angel_fund --group 产业=industry_funds。",
            hint_en="for example --group equity=angel_fund --group industry=industry_funds.",
        )  # fmt: skip
    return groups


def lattice(groups: int, steps: int) -> Iterator[tuple[float, ...]]:
    """Every way to divide ``steps`` equal parts among groups, as shares, in a fixed order."""

    def parts(left: int, count: int) -> Iterator[tuple[int, ...]]:
        if count == 1:
            yield (left,)
            return
        for one in range(left, -1, -1):
            for rest in parts(left - one, count - 1):
                yield (one, *rest)

    for whole in parts(steps, groups):
        yield tuple(part / steps for part in whole)


def count(groups: int, steps: int) -> int:
    """How many divisions `lattice` gives: C(steps + groups − 1, groups − 1)."""
    return math.comb(steps + groups - 1, groups - 1)


def check_count(groups: int, steps: int) -> None:
    """Refuse more than `MOST` divisions before any is made. Errors: `InputError`."""
    found = count(groups, steps)
    if found > MOST:
        raise InputError.of(
            f"{groups} 组、步长 {100 / steps:g}% 有 {found:,} 种分法，至多 {MOST:,} 种。",
            f"{groups} groups in steps of {100 / steps:g} % make {found:,} divisions; at most {MOST:,} are compared.", key="--step",
            hint_zh="把 --step 写大一些，或用 --group 把科目并成更少的组。",
            hint_en="write a coarser --step, or put the lines into fewer groups with --group.",
        )  # fmt: skip


def check_books(scenario: Scenario, groups: Sequence[Group]) -> None:
    """Refuse to move money between budget books unless the scenario says that it is approved: law does not let a bureau do so
    at will. Errors: `InputError`."""
    if scenario.allow_book_moves:
        return
    books = {line: BOOKS[int(scenario.values[f"budget.{line}.book"])] for g in groups for line in g.lines}  # type: ignore[arg-type]
    if len(set(books.values())) > 1:
        zh = "；".join(f"{line}：{BOOK_LABELS[book][0]}" for line, book in books.items())
        en = "; ".join(f"{line}: {BOOK_LABELS[book][1]}" for line, book in books.items())
        raise InputError.of(
            f"这些科目不在同一本预算里（{zh}），资金不能随意在各本预算之间调剂。",
            f"these lines are in different budget books ({en}): money does not move between books at will.", key="--group",
            hint_zh="只比较同一本预算里的科目；已获准调剂的，在方案里写 allow_book_moves: true。",
            hint_en="compare lines of one book; where moves are approved, write allow_book_moves: true in the scenario.",
        )  # fmt: skip


def divided(scenario: Scenario, groups: Sequence[Group], shares: Sequence[float], budget: float) -> Scenario:
    """The scenario with ``budget`` CNY a year divided by shares; single years' appropriations of these lines fall away."""
    changes: dict[str, Any] = {}
    for group, share in zip(groups, shares, strict=True):
        own = [float(scenario.values[f"budget.{line}.amount"]) for line in group.lines]  # type: ignore[arg-type]
        total = sum(own)
        for line, amount in zip(group.lines, own, strict=True):
            part = amount / total if total > 0.0 else 1.0 / len(own)
            changes[f"budget.{line}.amount"] = round(budget * share * part, 2)
            if scenario.by_year.get(line):
                changes[f"budget.{line}.by_year"] = {}
    return set_values(scenario, changes)
