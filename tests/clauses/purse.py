"""The guidance fund's purse of the compiled engine, one event at a time: what the worked cases of O1 are played on."""

from __future__ import annotations

from typing import Any

import numpy as np

from kejin_sim.engine import cash, layout, treasury
from kejin_sim.jit import compiled
from kejin_sim.measures.equity.postings import DRAW_ANGEL, RETURN_INCOME_ANGEL, RETURN_PRINCIPAL_ANGEL
from kejin_sim.parameters import registry
from kejin_sim.postings import code_count
from kejin_sim.recording import STATS
from kejin_sim.scenario.inputs import record

LINE = layout.ANGEL_LINE

# Doors from Python into functions that the engine compiles for itself.


@compiled
def _open_year(city: Any, carries: Any, appropriation: Any, opening: bool) -> None:
    treasury.open_year(city, carries, appropriation, opening)


@compiled
def _available(city: Any, line: int) -> float:
    return cash.available(city, line)


@compiled
def _fund_spending(city: Any, flow: Any, stat: Any, line: int, amount: float) -> bool:
    return cash.fund_spending(city, flow, stat, line, amount)


@compiled
def _commit(city: Any, stat: Any, line: int, amount: float) -> bool:
    return cash.commit(city, stat, line, amount)


@compiled
def _draw_committed(city: Any, flow: Any, line: int, amount: float) -> None:
    cash.draw_committed(city, flow, line, amount)


@compiled
def _release(city: Any, line: int, amount: float, policy: int) -> None:
    cash.release(city, line, amount, policy)


@compiled
def _receive(city: Any, line: int, principal: float, income: float) -> None:
    cash.receive(city, line, principal, income)


@compiled
def _sweep(city: Any, funds: Any, terms: Any, grant_terms: Any, goes_on: bool, last: bool, flow: Any) -> None:
    treasury.sweep(city, funds, terms, terms, grant_terms, goes_on, last, flow)


class Purse:
    """One city without firms or funds; every method is an event of a year and says what it moved (CNY)."""

    def __init__(self) -> None:
        self.city = np.zeros(1, layout.CITY)[0]
        self.funds = np.zeros(1, layout.SUBFUND)
        self.stat = np.zeros(len(STATS))
        self.values = {parameter.key: parameter.value for parameter in registry()}

    def open_year(self, amount: float, carry: bool, opening: bool) -> float:
        """A fiscal year opens with an appropriation; returns what is available."""
        granted = np.zeros(layout.LINE_COUNT)
        granted[LINE] = amount
        carries = np.full(layout.LINE_COUNT, 1 if carry else 0)
        _open_year(self.city, carries, granted, opening)
        return self.free_money()

    def free_money(self) -> float:
        """Neither spent nor committed, kept receipts included."""
        return float(_available(self.city, LINE))

    def lapsed(self) -> float:
        """Lapsed so far."""
        return float(self.city["lapsed"][LINE])

    def spend(self, amount: float) -> float:
        """The guidance fund pays; returns what the treasury had to give."""
        flow = np.zeros(code_count())
        assert _fund_spending(self.city, flow, self.stat, LINE, amount)
        return float(flow[DRAW_ANGEL])

    def commit(self, amount: float) -> bool:
        """A commitment is encumbered, or refused."""
        return bool(_commit(self.city, self.stat, LINE, amount))

    def call(self, amount: float) -> float:
        """A part of a commitment is called; returns what the treasury gives."""
        flow = np.zeros(code_count())
        _draw_committed(self.city, flow, LINE, amount)
        return float(flow[DRAW_ANGEL])

    def release(self, amount: float, policy: bool) -> float:
        """Commitment that will not be called is freed; returns what is available then."""
        _release(self.city, LINE, amount, 1 if policy else 0)
        return self.free_money()

    def receive(self, principal: float, income: float) -> float:
        """Money comes back; returns the guidance fund's cash."""
        _receive(self.city, LINE, principal, income)
        return float(self.city["cash"])

    def close_year(self, recycle: float, goes_on: bool, last: bool) -> tuple[float, float]:
        """Year-end without a reserve; returns principal and income given back to the treasury."""
        rates = {"measures.equity.recycle_share": recycle, "measures.equity.risk_reserve.rate": 0.0}
        terms = record("equity", {**self.values, **rates})
        flow = np.zeros(code_count())
        _sweep(self.city, self.funds, terms, record("grant_to_equity", self.values), goes_on, last, flow)
        return float(flow[RETURN_PRINCIPAL_ANGEL]), float(flow[RETURN_INCOME_ANGEL])
