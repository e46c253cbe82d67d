"""What the figures of money show, read from a run folder; every statistic comes from ``outcomes``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kejin_sim.errors import InputError
from kejin_sim.ledger import PARTY_LABELS, Party
from kejin_sim.outcomes.bands import Bands, bands
from kejin_sim.outcomes.described import World
from kejin_sim.outcomes.parties import flow_name, involved, net_name, pairs
from kejin_sim.outcomes.representative import MEASURED_BY
from kejin_sim.outcomes.statistics import Array
from kejin_sim.outcomes.view import BOOK_LABELS, BOOKS
from kejin_sim.report.data import Estimate, Head, NothingToShow, cells, estimate, head
from kejin_sim.store.read import Run

Label = tuple[str, str]


@dataclass(frozen=True)
class Distribution:
    """Net fiscal cost over the paths, CNY: the sample, the twin's (None without), the mean, P5 and P95, and the mean of
    the worst 5 % (CVaR)."""

    head: Head
    sample: Array
    twin: Array | None
    mean: Estimate
    low: float
    high: float
    tail: float


@dataclass(frozen=True)
class Book:
    """One budget book by fiscal year, CNY, means over paths."""

    label: Label
    outlay: Array
    recovery: Array


@dataclass(frozen=True)
class Books:
    """Year × budget book. ``error``: the largest Monte Carlo standard error of any mean shown."""

    head: Head
    years: Array
    books: tuple[Book, ...]
    error: float


@dataclass(frozen=True)
class Liability:
    """Commitments and contingent liability at the end of each fiscal year and what of it has no cover, CNY, and both peaks."""

    head: Head
    years: Array
    liability: Bands
    bare: Bands
    peak: Estimate
    open_peak: Estimate


@dataclass(frozen=True)
class Share:
    """What one party is left with."""

    label: Label
    net: Estimate


@dataclass(frozen=True)
class Balance:
    """Net money by party, CNY, from the greatest payer to the greatest receiver; sums to 0. ``extra``: less the twin's."""

    head: Head
    shares: tuple[Share, ...]
    extra: bool


@dataclass(frozen=True)
class Flow:
    """Money from one party to another, CNY, mean over paths."""

    payer: Party
    payee: Party
    amount: float


@dataclass(frozen=True)
class Flows:
    """Money of the package by party over the whole time; ``left_out``: share of it in flows too small to draw."""

    head: Head
    flows: tuple[Flow, ...]
    left_out: float


@dataclass(frozen=True)
class Source:
    """Firms of one kind (funded, alive, listed): only with the package, only in the twin, either way."""

    name: str
    gained: Estimate
    lost: Estimate
    both: Estimate


@dataclass(frozen=True)
class Pool:
    """Risk pool and guarantor at the end of each fiscal year, CNY; ``stopped``: share of paths with the stop-loss in force
    then; over the whole time: the share of paths short of a claim, and years under stop-loss."""

    head: Head
    years: Array
    balance: Bands
    guarantor: Bands
    stopped: Array
    emptied: Estimate
    stopped_years: Estimate


@dataclass(frozen=True)
class Survival:
    """Where the gain in firms comes from."""

    head: Head
    rows: tuple[Source, ...]


_LEAST: Final = 0.004  # of the sum: less is no line that can be seen
#: Both among these: money that moves without any policy, such as a firm's costs.
_MARKET: Final = frozenset(
    {Party.ENTERPRISE, Party.OUTSIDE, Party.SOCIAL_INVESTOR, Party.CO_INVESTOR, Party.UNIVERSITY}
)


def nothing_to_show(run: Run, zh: str, en: str) -> InputError:
    """The run has nothing of that kind."""
    return NothingToShow.of(f"这次运行里没有{zh}。", f"this run has no {en}.", file=str(run.folder))


def distribution(run: Run) -> Distribution:
    """The distribution of the net fiscal cost."""
    twin = f"{MEASURED_BY}_twin"
    columns = run.sample(MEASURED_BY, *([twin] if run.has_twin else []))
    low, high, tail = cells(run, MEASURED_BY, "package", ("p5", "p95", "tail_mean"))
    return Distribution(head(run), columns[MEASURED_BY], columns.get(twin), estimate(run, MEASURED_BY), low, high, tail)


def books(run: Run) -> Books:
    """Outlay and recovery of the city treasury by year and budget book; books without money are left out."""
    names = [f"fiscal_{side}_{book}" for book in BOOKS for side in ("outlay", "recovery")]
    years, columns = run.yearly(*names)
    found, errors = [], [0.0]
    for book in BOOKS:
        outlay, recovery = (bands(columns[f"fiscal_{side}_{book}"]) for side in ("outlay", "recovery"))
        if outlay.mean.any() or recovery.mean.any():
            found.append(Book(BOOK_LABELS[book], outlay.mean, recovery.mean))
            errors += [float(outlay.error.max()), float(recovery.error.max())]
    if not found:
        raise nothing_to_show(run, "财政收支", "fiscal flows")
    return Books(head(run), years.astype(float), tuple(found), max(errors))


def liability(run: Run) -> Liability:
    """What is promised, and what of it has no cover. Errors: `InputError` when there is none."""
    years, columns = run.yearly("liability", "uncovered")
    if not columns["liability"].any():
        raise nothing_to_show(run, "或有负债", "contingent liabilities")
    return Liability(
        head(run), years.astype(float), bands(columns["liability"]), bands(columns["uncovered"]),
        estimate(run, "peak_liability"), estimate(run, "peak_uncovered_liability"),
    )  # fmt: skip


def pool(run: Run) -> Pool:
    """The risk pool's course. Errors: `NothingToShow` when there is no pool, as with measure 2 off."""
    years, columns = run.yearly("pool_balance", "guarantor_cash", "pool_stopped")
    if not columns["pool_balance"].any():
        raise nothing_to_show(run, "风险池", "risk pool")
    return Pool(
        head(run), years.astype(float), bands(columns["pool_balance"]), bands(columns["guarantor_cash"]),
        (columns["pool_stopped"] > 0.0).mean(axis=0), estimate(run, "pool_exhausted"), estimate(run, "pool_stopped_years"),
    )  # fmt: skip


def balance(run: Run) -> Balance:
    """Who pays and who gets: what the package moves beyond its twin, or the package's own money without a twin."""
    world: World = "difference" if run.has_twin else "package"
    shares = [Share(PARTY_LABELS[party], estimate(run, net_name(party), world)) for party in involved()]
    size = sum(abs(share.net.mean) for share in shares)
    if size == 0.0:
        raise nothing_to_show(run, "各方收支的变化", "money that moved")
    seen = [share for share in shares if abs(share.net.mean) > 1e-9 * size]
    return Balance(head(run), tuple(sorted(seen, key=lambda share: share.net.mean)), run.has_twin)


def survival(run: Run) -> Survival:
    """Firms by what they are in package and twin. Errors: `NothingToShow` when the run has no twin."""
    if not run.has_twin:
        raise nothing_to_show(run, "基准，无法对照", "twin to compare with")
    rows = [
        Source(name, *(estimate(run, f"{name}_{part}", "difference") for part in ("package_only", "twin_only", "both")))
        for name in ("funded", "alive", "listed")
    ]
    return Survival(head(run), tuple(rows))


def flows(run: Run) -> Flows:
    """Money of the package from party to party."""
    found = [
        Flow(payer, payee, cells(run, flow_name(payer, payee), "package", ("mean",))[0])
        for payer, payee in pairs()
        if not {payer, payee} <= _MARKET
    ]
    total = sum(flow.amount for flow in found)
    if total <= 0.0:
        raise nothing_to_show(run, "政策资金", "money of the policy")
    kept = [flow for flow in found if flow.amount >= _LEAST * total]
    return Flows(head(run), tuple(kept), 1.0 - sum(flow.amount for flow in kept) / total)
