"""An engine that makes figures up: plausible, reproducible by path, independent of how paths are grouped.

Lets the road from block results to a run folder be tested in seconds and with any fault at any place.
"""

from __future__ import annotations

import numpy as np

from kejin_sim.ledger import LINES
from kejin_sim.parameters import registry
from kejin_sim.postings import code_count, postings
from kejin_sim.recording import BUDGET_ITEMS, PAIRS, SERIES, STATS, BlockResult
from kejin_sim.scenario.inputs import MEASURES, Inputs, record

RISING = ("live", "jobs", "jobs_national", "tax", "research")


def fake_inputs(horizon_years: int = 5, policy_years: int = 3, *, twin: bool = True) -> Inputs:
    """Registry defaults with a short horizon."""
    values = {p.key: p.value for p in registry()}
    values |= {"time.horizon_years": horizon_years, "time.policy_years": policy_years, "time.burn_in_years": 0}
    shared = {group: record(group, values) for group in ("time", "world", "behaviour", "valuation")}
    own = {group: record(group, values) for group in (*MEASURES, "budget")}
    return Inputs(
        **shared,
        package=own,
        twin=dict(own) if twin else None,
        appropriation=np.zeros((2, len(LINES), policy_years)),
        extra_arrivals=np.zeros(4 * horizon_years, dtype=np.int64),
        start=(2025, 1),
        digest="0" * 64,
    )


def _one_path(inputs: Inputs, seed: int, path: int, worlds: int) -> tuple[np.ndarray, ...]:
    quarters = inputs.horizon_quarters
    years = -(-(quarters + inputs.start[1] - 1) // 4)  # books that open in mid-year touch a calendar year more
    chance = np.random.default_rng((seed, path))
    early = np.linspace(1, 0, quarters).clip(0.3) - 0.3
    late = np.linspace(-0.5, 1, quarters).clip(0)
    flows = np.zeros((2, code_count(), quarters))
    for p in postings():
        money_back = p.payee.value in ("city_treasury", "guidance_fund", "social_investor", "co_investor", "gp")
        shape = late if money_back else early
        flows[:, p.number] = chance.exponential(1e7, (2, quarters)) * shape
    series = np.zeros((2, len(SERIES), quarters))
    for i, name in enumerate(SERIES):
        shape = (
            np.linspace(0, 1, quarters) if name in RISING else late if "dist" in name or "received" in name else early
        )
        scale = (
            1e6
            if name in ("tax", "research") or any(w in name for w in ("call", "dist", "paid", "rec", "priv"))
            else 30
        )
        series[:, i] = chance.exponential(scale, (2, quarters)) * shape
        if name in ("listings", "arrivals", "failures", "acquisitions", "private_rounds", "seed_deals", "follow_ons"):
            series[:, i] = np.floor(series[:, i])
    stats = np.floor(chance.exponential(20, (2, len(STATS))))
    for part, whole in (
        ("deals_lost", "deals"),
        ("deals_loss", "deals_cost"),
        ("survivors_10y", "observed_10y"),
        ("auc_closed", "auc_pairs"),
    ):
        stats[:, STATS.index(part)] = np.floor(stats[:, STATS.index(whole)] * chance.uniform(0, 1, 2))
    for i, name in enumerate(STATS):
        if name.startswith("portfolio_breach") or name == "grant_over_tolerance":
            stats[:, i] = chance.uniform(0, 1, 2) < 0.2
    stats[:, STATS.index("ledger_residual")] = 1e-15
    series[1] *= 0.7
    flows[1] *= 0.6
    pairs = np.floor(chance.exponential(30, len(PAIRS)))
    budget = chance.exponential(1e8, (2, len(LINES), years, len(BUDGET_ITEMS)))
    market = np.exp(chance.normal(0.015, 0.08, quarters))
    if worlds == 1:
        pairs[:] = np.nan
    return flows[:worlds], series[:worlds], stats[:worlds], pairs, budget[:worlds], market


def simulate(inputs: Inputs, seed: int, first_path: int, n_paths: int, worlds: int) -> BlockResult:
    """Same call as the engines'."""
    made = [_one_path(inputs, seed, path, worlds) for path in range(first_path, first_path + n_paths)]
    parts = [np.ascontiguousarray(np.stack(part)) for part in zip(*made, strict=True)]
    return BlockResult(first_path, *parts, enterprise_quarters=np.full(n_paths, 1000, dtype=np.int64))
