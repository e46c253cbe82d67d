"""A traced path's postings: as words, as a CSV file for programs, and held against the compiled engine's ledger."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from kejin_sim.lang import t
from kejin_sim.ledger import PARTY_LABELS, Nature, Party, Posting
from kejin_sim.parameters.registry import registry
from kejin_sim.postings import postings, rooms
from kejin_sim.units import format_money
from kejin_sim.writing import telling, whole_file

if TYPE_CHECKING:
    from kejin_sim.cli.traced import Traced
    from kejin_sim.recording import BlockResult
    from kejin_sim.reference.ledger import Entry

COLUMNS: Final = ("world", "quarter", "payer", "payee", "rule", "amount", "entity")
TOLERANCE: Final = 1e-9  # relative difference that rounding can explain
SHOWN: Final = 5  # differences that are told


_VEHICLES: Final[dict[str, Party]] = {
    "subfund": Party.ANGEL_SUBFUND, "chain": Party.CHAIN_FUND, "aic": Party.AIC_FUND, "bank": Party.BANK,
}  # fmt: skip
"""What the names of funds and banks begin with; a firm's key begins with its year."""


def holder(entity: str) -> tuple[str, str]:
    """The fund or bank, in the current language, and the firm that a posting belongs to, each empty where there is none."""
    vehicle, firm = "", ""
    for name in filter(None, entity.split("/")):
        kind, _, number = name.partition("-")
        if kind in _VEHICLES:
            vehicle = f"{party(_VEHICLES[kind])}{t('', ' ')}{number}"
        else:
            firm = name
    return vehicle, firm


def named(entity: str) -> str:
    """Whom a posting or an event belongs to, in the current language: ``天使子基金2025-1/2025Q2-003``."""
    return "/".join(filter(None, holder(entity)))


def codes() -> dict[int, Posting]:
    """Posting codes by number."""
    return {posting.number: posting for posting in postings()}


def party(name: Party) -> str:
    """A party in the current language."""
    return t(*PARTY_LABELS[name])


def label(posting: Posting) -> str:
    """What is paid for, in the current language."""
    return t(posting.zh, posting.en)


def sentence(entry: Entry, posting: Posting) -> str:
    """One posting as a line: ``〔E8〕种子直投 200万元：引导基金 → 企业``."""
    who = f"{party(posting.payer)} → {party(posting.payee)}"
    amount = format_money(entry.amount)
    return t(
        f"〔{posting.rule}〕{label(posting)} {amount}：{who}", f"[{posting.rule}] {label(posting)} {amount}: {who}"
    )


Stated = Mapping[tuple[str, float], str]
"""Parameters by rule and amount: what a world's scenario says is to be paid."""


def stated(traced: Traced) -> tuple[Stated, ...]:
    """By world, the sums of money that the scenario states; where a rule has two of the same amount, neither."""
    facts = (traced.scenario.facts, traced.scenario.twin_facts)[: len(traced.cities)]
    return tuple(_stated(world.values) for world in facts if world is not None)


def _stated(values: Mapping[str, Any]) -> Stated:
    found: dict[tuple[str, float], list[str]] = defaultdict(list)
    for parameter in registry():
        value = values[parameter.key]
        if parameter.kind == "money" and isinstance(value, int | float) and value > 0:
            for rule in parameter.rules:
                found[rule, float(value)].append(parameter.key)
    return {place: keys[0] for place, keys in found.items() if len(keys) == 1}


def reckoning(entry: Entry, posting: Posting, sums: Stated) -> str:
    """How the amount came about: the rule function that answered it and what it was asked, as in a rule's worked cases.

    ``guarantee_rules.fee(balance = 732,000.88，rate = 0.008)``; with its measure in front where the function is another measure's.
    An amount that no function answers may be one that the scenario states, by ``sums`` of :func:`stated`: then it is the
    parameter's key. Empty for an amount that is neither.
    """
    answer = entry.answer
    if answer is None:
        return sums.get((posting.rule, entry.amount), "")
    *elsewhere, module, function = answer.function.split(".")
    package = elsewhere[0] if elsewhere else answer.room
    name = f"{module}.{function}" if package == rooms()[posting.number] else f"{package}.{module}.{function}"
    return f"{name}({t('，', ', ').join(f'{key} = {_asked(value)}' for key, value in answer.arguments)})"


def _asked(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1e3 else f"{value:.6g}"
    return str(value) if isinstance(value, int) else "…"


def rows(traced: Traced) -> Iterator[tuple[str, ...]]:
    """Every posting from the opening on, in order, package first; amounts in CNY so that they read back exactly."""
    by_number = codes()
    for world, city in zip(traced.worlds, traced.cities, strict=True):
        opening = city.clock.opening
        for entry in city.ledger.entries:
            if entry.quarter >= opening and entry.amount != 0.0:
                posting = by_number[entry.code]
                quarter = str(city.clock.calendar(entry.quarter))
                parties = (posting.payer.value, posting.payee.value)
                yield (world.value, quarter, *parties, posting.rule, repr(entry.amount), entry.entity)


def without_cash(traced: Traced) -> list[str]:
    """Rules under which the city treasury forgoes money and pays none: they stand in the file, but in no outlay."""
    by_number = codes()
    found = {
        by_number[entry.code].rule
        for city in traced.cities
        for entry in city.ledger.entries
        if by_number[entry.code].payer is Party.CITY_TREASURY and by_number[entry.code].nature is Nature.INCOME
    }
    return sorted(found)


def write(path: Path, traced: Traced) -> int:
    """Write the postings file, whole or not at all. Returns the number of postings. Errors: `MachineError`."""
    count = 0
    with telling(path), whole_file(path) as raw:
        # All of it is plain ASCII: no byte-order mark, which would be a part of the first column's name.
        stream = io.TextIOWrapper(raw, encoding="ascii", newline="")
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows(traced):
            writer.writerow(row)
            count += 1
        stream.detach()  # flushed; whoever opened the file closes it
    return count


def tie(traced: Traced, block: BlockResult) -> tuple[bool, list[str]]:
    """Hold every code's postings of every quarter against the compiled engine's.

    Returns: whether all agree up to rounding, and the verdict in words, its last line the answer.
    """
    worst = 0.0
    different: list[str] = []
    used: set[int] = set()
    for world, (name, city) in enumerate(zip(traced.worlds, traced.cities, strict=True)):
        mine, theirs = city.close.flows, block.flows[0, world]
        gap = np.abs(mine - theirs) / np.maximum(np.maximum(np.abs(mine), np.abs(theirs)), 1.0)
        worst = max(worst, float(gap.max()))
        for posting in postings():
            row = posting.number
            if mine[row].any() or theirs[row].any():
                used.add(row)
            for quarter in np.flatnonzero(gap[row] > TOLERANCE):
                when = traced.scenario.start + int(quarter)
                what = f"{when} {name.label} {posting.rule} {label(posting)}"
                different.append(f"  {what}: {float(mine[row, quarter])!r} ≠ {float(theirs[row, quarter])!r}")
    count, quarters = len(traced.cities), block.flows.shape[-1]
    if different:
        head = t("参照引擎 ≠ 编译引擎（元）：", "reference ≠ compiled engine (CNY):")
        verdict = t(
            f"对账：不一致，{len(different)} 处分录与编译引擎的账簿不同。这是程序的错误，请反馈。",
            f"Does not tie: {len(different)} quarterly postings differ from the compiled engine's ledger. "
            "This is a fault of the program; please report it.",
        )
        return False, [head, *different[:SHOWN], verdict]
    verdict = t(
        f"对账：与编译引擎的账簿一致（{count} 个世界 × {len(used)} 类分录 × {quarters} 季，最大相对差 {worst:.1e}）。",
        f"Ties to the compiled engine's ledger: {count} world{'s' if count > 1 else ''} × {len(used)} posting codes × "
        f"{quarters} quarters, largest relative difference {worst:.1e}.",
    )
    return True, [verdict]
