"""The golden summary of a bundled scenario: means of some key metrics over a few paths."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, Final

import kejin_sim
from kejin_sim.measures import MEASURES
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.outcomes.rooms import HEADLINES

FOLDER: Final = Path(__file__).parent / "golden"
SEED: Final = 1
PATHS: Final = {"demo": 200}
FEW: Final = 20
RESIDUAL: Final = 1e-9  # relative; the ledger's own checks are stricter still and stop the run
METRICS: Final = (
    "fiscal_outlay", "fiscal_recovery", "fiscal_net_cost", "fiscal_net_cost_npv", "public_net_cost", "soe_net_cost",
    "district_net_cost", "peak_cash_need", "peak_liability", "budget_execution_rate", "recycle_ratio", "social_capital",
    "private_later", "chain_social_capital", "firms_surviving_3y", "firms_surviving_5y", "firms_surviving_10y",
    "survivor_years", "listings", "acquisitions", "failures", "private_rounds", "job_years_net", "tax", "research",
    "subfund_tvpi", "subfund_dpi", "subfund_irr", "government_tvpi", "social_tvpi", "seed_tvpi", "coinvestor_irr",
    "chain_tvpi", "soe_multiple", "coinvestor_reward", "concession", "loss_net_terminal", "loss_gross",
    "loss_head_count", "portfolio_breach_gross", "breach_net_terminal_count", "breach_head_count_count", "sanctions",
    "buyouts", "shares_sold", "holdings_sold", "refused_by_budget", "capped_by_rule", "supported",
    "credit_lent", "npl", "claim_rate", "grant_disbursed", "grant_conversion_rate", "grant_recycle_ratio", "ndrc_score",
    *(name for few in HEADLINES.values() for name in few), *(f"cost_{measure}" for measure in MEASURES),
)  # fmt: skip
PAIRS: Final = ("funded_both", "funded_package_only", "funded_twin_only", "deadweight_share", "crowded_out_share")


def run(name: str) -> Outcomes:
    """Simulate a bundled scenario for its golden summary."""
    return kejin_sim.simulate(name, paths=PATHS.get(name, FEW), seed=SEED)


def golden_metrics(outcomes: Outcomes) -> dict[str, dict[str, float | None]]:
    """Means by metric and world; None where a metric is defined on no path."""
    summary = kejin_sim.summarise(outcomes)
    found: dict[str, dict[str, float | None]] = {}
    for name in (*METRICS, *(PAIRS if outcomes.has_twin else ())):
        lines = {world: summary.get(name, world) for world in ("package", "twin", "difference")}
        found[name] = {
            world: None if math.isnan(line.mean) else line.mean for world, line in lines.items() if line is not None
        }
    return found


def path_of(name: str) -> Path:
    """The file of a golden summary."""
    return FOLDER / f"{name}.json"


def read(name: str) -> dict[str, Any]:
    """A golden summary as it was written."""
    found: dict[str, Any] = json.loads(path_of(name).read_text(encoding="utf-8"))
    return found
