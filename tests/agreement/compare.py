"""How two engines' results are compared: events exactly, money to rounding."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.run import simulate as compiled
from kejin_sim.measures.credit.recording import BANK_NAMES
from kejin_sim.outcomes import rooms
from kejin_sim.outcomes.outcomes import condense
from kejin_sim.outcomes.registry import pair_metrics, world_metrics
from kejin_sim.outcomes.view import Context
from kejin_sim.outcomes.years import YEARS
from kejin_sim.postings import postings
from kejin_sim.recording import BUDGET_ITEMS, PAIRS, SERIES, STATS, T_RESIDUAL, BlockResult
from kejin_sim.reference.run import simulate as reference
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.scenario.scenario import Scenario

SEED: Final = 20250101

MONEY: Final = 1e-9
"""Relative difference of two sums of the same up to 1e5 terms, each rounded to 1e-16, with room to spare."""

LEAST: Final = 1.0
"""Differences are measured against at least this much: a crumb of 1e-8 CNY against nothing is rounding."""

PURSE: Final = 1e4
"""The same for a balance that 1e9 CNY may have passed (CNY, as at the ledger's close): what they leave in an emptied purse depends
on the order in which they came and went."""

BALANCES: Final = frozenset({"guidance_cash", "reserve"})
LEFT_OVER: Final = frozenset({"brought", "carried", "lapsed"})
"""Of a budget line's year: what is left of money that came and went."""

COUNTED_SERIES: Final = rooms.COUNTED_SERIES | frozenset(
    {
        "live",
        "tech_firms",
        "arrivals",
        "failures",
        "listings",
        "acquisitions",
        "private_rounds",
        "seed_deals",
        "subfund_deals",
        "follow_ons",
        "credit_loans",
        "credit_first_loans",
        "credit_defaults",
        "pool_stopped",
        "grants",
        "grant_conversions",
        "grant_waiting",
    }
)
MONEY_STATS: Final = rooms.MONEY_STATS | frozenset(
    {
        *(f"credit_{of}_bank_{bank.lower()}" for of in ("balance", "overdue") for bank in BANK_NAMES),
        "survivor_years",
        "deals_cost",
        "deals_loss",
        "class_seed_cost",
        "class_seed_value",
        "class_angel_cost",
        "class_angel_value",
        "class_industry_cost",
        "class_industry_value",
        "seed_cost",
        "seed_loss",
        "subfund_fees",
        "subfund_carry",
        "reinvestment_credit",
        "buyout_given_up",
        "crowded_out_money",
        "horizon_value",
        "realised_value",
        "credit_ead",
        "credit_recovered",
        "borne_bank",
        "borne_pool_city",
        "borne_pool_district",
        "borne_pool_bank",
        "borne_compensation",
        "borne_guarantor",
        "borne_national",
        "borne_re_guarantor",
        "borne_insurer",
        "pledged_ead",
        "pledged_loss",
        "unpaid_claims",
        "grant_disbursed",
        "grant_back",
        "grant_loss",
        "grant_closed_cost",
        "grant_team_yield",
    }
)
"""Statistics that are sums of money or ratios; every other one is a count, and equal exactly."""


def agree(scenario: Scenario, first: int, paths: int, worlds: int = 2, seed: int = SEED) -> BlockResult:
    """Run both engines and compare; returns the compiled one's block."""
    inputs = scenario.inputs()
    a = compiled(inputs, seed, first, paths, worlds)
    b = reference(inputs, seed, first, paths, worlds)
    assert differences(a, b) == []
    assert outcome_differences(a, b, inputs) == []
    assert a.stats[:, :, T_RESIDUAL].max() < 1e-9
    assert b.stats[:, :, T_RESIDUAL].max() < 1e-9
    return a


def differences(a: BlockResult, b: BlockResult) -> list[str]:
    """Where two blocks differ by more than rounding, in words; empty when they agree. The engines' own
    residuals are left out.
    """
    found: list[str] = []
    names = {posting.number: posting.name for posting in postings()}
    codes = [names.get(number, f"row {number}") for number in range(a.flows.shape[2])]
    for name, rows, exact in (
        ("flows", codes, ()),
        ("series", SERIES, COUNTED_SERIES),
        ("stats", STATS, frozenset(STATS) - MONEY_STATS),
    ):
        left, right = getattr(a, name), getattr(b, name)
        assert left.shape == right.shape, name
        for row, label in enumerate(rows):
            if name == "stats" and row == T_RESIDUAL:
                continue
            least = PURSE if name == "series" and label in BALANCES else LEAST
            found += _rows(f"{name} {label}", left[:, :, row], right[:, :, row], label in exact, least)
    for row, label in enumerate(PAIRS):
        found += _rows(f"pairs {label}", a.pairs[:, row], b.pairs[:, row], True)
    for row, label in enumerate(BUDGET_ITEMS):
        least = PURSE if label in LEFT_OVER else LEAST
        found += _rows(f"budget {label}", a.budget[..., row], b.budget[..., row], False, least)
    found += _rows("market", a.market, b.market, False)
    found += _rows("enterprise_quarters", a.enterprise_quarters, b.enterprise_quarters, True)
    return found


def _rows(
    what: str, left: NDArray[np.float64], right: NDArray[np.float64], exact: bool, least: float = LEAST
) -> list[str]:
    assert left.shape == right.shape, what
    scale = np.maximum(np.maximum(np.abs(left), np.abs(right)), least)
    limit = 0.0 if exact else MONEY * scale
    wrong = ~(np.abs(left - right) <= limit) & ~(np.isnan(left) & np.isnan(right))
    if not wrong.any():
        return []
    place = tuple(int(i) for i in np.argwhere(wrong)[0])
    return [f"{what} at {place}: {left[place]!r} and {right[place]!r}, {int(wrong.sum())} in all"]


def outcome_differences(a: BlockResult, b: BlockResult, inputs: Inputs) -> list[str]:
    """Metrics and yearly series that differ by more than rounding, whatever is computed from the blocks."""
    left, right = (condense(block, Context.of(inputs)) for block in (a, b))
    found: list[str] = []
    for row, metric in enumerate(world_metrics()):
        # What a party keeps is what is left of all that passed through its hands.
        least = PURSE if metric.name.startswith("net_") else LEAST
        found += _rows(f"metric {metric.name}", left.worlds[:, row], right.worlds[:, row], False, least)
    for row, metric in enumerate(pair_metrics() if left.pairs.size else ()):
        found += _rows(f"metric {metric.name}", left.pairs[row], right.pairs[row], False)
    for row, series in enumerate(YEARS):
        left_over = series.name.rpartition("_")[2] in LEFT_OVER or (series.taken == "end" and series.unit == "CNY")
        least = PURSE if left_over else LEAST
        found += _rows(f"yearly {series.name}", left.years[:, row], right.years[:, row], False, least)
    return found
