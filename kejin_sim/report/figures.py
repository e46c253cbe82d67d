"""The figures by name. Each is a pure function from what `kejin_sim.report.data` read to a matplotlib figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from kejin_sim.report import accounts, data
from kejin_sim.report.balance import balance_figure
from kejin_sim.report.books import books_figure
from kejin_sim.report.distribution import distribution_figure
from kejin_sim.report.fan import fan_figure
from kejin_sim.report.funded import funded_figure
from kejin_sim.report.jcurve import jcurve_figure
from kejin_sim.report.liability import liability_figure
from kejin_sim.report.pool import pool_figure
from kejin_sim.report.sankey import sankey_figure
from kejin_sim.report.survival import survival_figure
from kejin_sim.report.tolerance import tolerance_figure
from kejin_sim.store.read import Run

KINDS: Final[dict[str, tuple[Callable[[Run], Any], Callable[[Any], Any]]]] = {
    "fan": (data.fan, fan_figure),
    "jcurve": (data.jcurve, jcurve_figure),
    "funded": (data.funded, funded_figure),
    "tolerance": (data.tolerance, tolerance_figure),
    "distribution": (accounts.distribution, distribution_figure),
    "books": (accounts.books, books_figure),
    "liability": (accounts.liability, liability_figure),
    "pool": (accounts.pool, pool_figure),
    "survival": (accounts.survival, survival_figure),
    "balance": (accounts.balance, balance_figure),
    "sankey": (accounts.flows, sankey_figure),
}


def draw(run: Run, kind: str) -> Any:
    """Draw a figure of a run, inside `kejin_sim.report.style.styled`. Errors: ``KeyError``; `InputError` when the run has
    nothing to show in it."""
    read, figure = KINDS[kind]
    return figure(read(run))
