"""What an engine writes down beside the postings: quarterly series and end-of-path statistics, by name.

Both engines fill the same rows; ``outcomes`` gives them labels, units and formulas. Each tuple names the rows of an array in
order, and each constant below it is the row's number.

*Policy* funds and deals are those made after the books open; what was made in the burn-in is *legacy* and shows only in the
cash flows of the treasury.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.measures import MEASURES
from kejin_sim.rows import assemble

ROOMS: Final[tuple[str, ...]] = tuple(m for m in MEASURES if m != "equity")
"""Measures that list rows of their own; those of measure 1 and of the world are below."""

_SERIES: Final[tuple[str, ...]] = (
    "live",  # city enterprises alive at the close (not yet acquired or sold after listing)
    "jobs",  # jobs in city enterprises, incl. acquired and listed ones
    "jobs_national",  # without relocated firms
    "tax",  # city share of a quarter's tax on the revenue that firms have at the close
    "research",  # R&D spending of a quarter as planned at the close; of firms short of cash what revenue allows
    "arrivals",
    "failures",
    "listings",
    "acquisitions",
    "private_rounds",
    "seed_deals",
    "subfund_deals",
    "follow_ons",
    "subfund_calls",  # policy sub-funds: all limited partners
    "subfund_distributions",  # policy sub-funds: to all limited partners, a clawback's money included, before the concession
    "government_calls",  # policy sub-funds: guidance fund
    "government_distributions",  # incl. buy-out and share sales, less concession
    "social_calls",  # policy sub-funds: social limited partners
    "social_distributions",  # incl. share sales and concession received
    "social_buyouts",  # what they paid the guidance fund for its interest (E7)
    "coinvestor_paid",  # policy seed deals
    "coinvestor_received",  # exit proceeds, dividends, redemption, horizon
    "coinvestor_reward",  # E9
    "private_reward",  # E9: to private money that joined a led round
    "seed_paid",  # policy seed deals: guidance fund
    "seed_received",  # before the reward
    "follow_paid",
    "follow_received",
    "private_same_round",  # private and co-investors' money in the same round as public money
    "private_later",  # private rounds of firms that public money had entered before
    "public_deals",  # money of seed direct, follow-on and sub-fund deals
    "chain_calls",
    "chain_distributions",
    "guidance_cash",  # closing cash of the guidance fund
    "reserve",  # risk reserve earmarked in it
    "encumbered",  # appropriated money committed and not yet drawn
    "undrawn_commitments",  # of the guidance fund to its funds
    "fund_commitments",  # policy sub-funds and chain-leader funds formed in the quarter: all partners' commitments
    "reported_nav",  # sub-funds' stale NAV, policy vintages
    "open_cost",  # policy sub-funds: cost of the deals that they hold at the close
    "tech_firms",  # city enterprises of hard technology, at least a year old, with revenue: like 高新技术企业
    "sales",  # revenue of a quarter that city enterprises have at the close
    "public_hard_tech",  # of public_deals: money to hard-technology firms
)
(
    S_LIVE, S_JOBS, S_JOBS_NATIONAL, S_TAX, S_RESEARCH, S_ARRIVALS, S_FAILURES, S_LISTINGS, S_ACQUISITIONS,
    S_PRIVATE_ROUNDS, S_SEED_DEALS, S_SUBFUND_DEALS, S_FOLLOW_ONS, S_SUBFUND_CALLS, S_SUBFUND_DIST, S_GOV_CALLS,
    S_GOV_DIST, S_SOCIAL_CALLS, S_SOCIAL_DIST, S_SOCIAL_BUYOUTS, S_COINV_PAID, S_COINV_RECEIVED, S_COINV_REWARD, S_PRIVATE_REWARD,
    S_SEED_PAID, S_SEED_RECEIVED, S_FOLLOW_PAID, S_FOLLOW_RECEIVED, S_PRIVATE_SAME, S_PRIVATE_LATER, S_PUBLIC_DEALS, S_CHAIN_CALLS,
    S_CHAIN_DIST, S_GUIDANCE_CASH, S_RESERVE, S_ENCUMBERED, S_UNDRAWN, S_FUND_COMMITMENTS, S_REPORTED_NAV, S_OPEN_COST,
    S_TECH_FIRMS, S_SALES, S_PUBLIC_HARD_TECH,
) = range(len(_SERIES))  # fmt: skip

SERIES: Final = assemble(_SERIES, [import_module(f"kejin_sim.measures.{m}.recording").SERIES for m in ROOMS])

_STATS: Final[tuple[str, ...]] = (
    "survivors_3y",  # policy cohorts with so many observed years: alive, acquired or listed
    "survivors_5y",
    "survivors_10y",
    "survivors_10y_national",  # without relocated firms
    "observed_3y",  # how many such firms there were
    "observed_5y",
    "observed_10y",
    "survivor_years",
    "supported",  # firms that public money entered
    "supported_relocated",
    "outside_deals",
    "deals",  # policy sub-fund deals
    "deals_lost",  # with value < cost
    "deals_cost",
    "deals_loss",  # sum of max(0, cost − value)
    "class_seed_cost",
    "class_seed_value",
    "class_angel_cost",
    "class_angel_value",
    "class_industry_cost",
    "class_industry_value",
    "projects_over",  # policy sub-fund deals whose loss exceeds the single-project tolerance
    "seed_deals",  # policy seed direct, same four
    "seed_lost",
    "seed_cost",
    "seed_loss",
    "subfund_fees",
    "subfund_carry",
    "funds_closed",  # policy sub-funds assessed at the end of their life
    "breach_net_terminal",  # of these, over the tolerance on each basis
    "breach_gross",
    "breach_class",
    "breach_head_count",
    "reviews",  # interim reviews of policy sub-funds
    "review_breach_net_terminal",
    "review_breach_gross",
    "review_breach_class",
    "review_breach_head_count",
    "rolling_tests",  # year-end tests of policy sub-funds
    "rolling_breach_net_terminal",
    "rolling_breach_gross",
    "rolling_breach_class",
    "rolling_breach_head_count",
    "portfolio_breach_net_terminal",  # pooled policy sub-funds at the horizon, 0 or 1
    "portfolio_breach_gross",
    "portfolio_breach_class",
    "portfolio_breach_head_count",
    "sanctions",  # breaches under the configured cell that were not exempted
    "allocations_cut",  # years whose new sub-funds were smaller for it
    "reinvestment_tested",  # policy sub-funds
    "reinvestment_met",
    "reinvestment_credit",  # summed multiple of the tested funds
    "buyouts",
    "buyout_given_up",  # true value of the government's interest less the strike
    "shares_sold",
    "holdings_sold",
    "crowded_out",  # private offers replaced
    "crowded_out_money",
    "refused_by_budget",  # requests that the appropriation could not cover
    "capped_by_rule",  # deals reduced or refused by E4 caps
    "ineligible",  # candidates turned away by E3
    "calls_delayed",
    "horizon_value",  # value realised under Z1
    "realised_value",  # value realised before the horizon by the same holders
    "ledger_residual",  # largest relative difference found by the checks of the ledger
)
(
    T_SURV3, T_SURV5, T_SURV10, T_SURV10_NATIONAL, T_OBS3, T_OBS5, T_OBS10, T_SURVIVOR_YEARS, T_SUPPORTED,
    T_SUPPORTED_RELOCATED, T_OUTSIDE_DEALS, T_DEALS, T_DEALS_LOST, T_DEALS_COST, T_DEALS_LOSS, T_CLASS_COST0,
    T_CLASS_VALUE0, T_CLASS_COST1, T_CLASS_VALUE1, T_CLASS_COST2, T_CLASS_VALUE2, T_PROJECTS_OVER, T_SEED_DEALS,
    T_SEED_LOST, T_SEED_COST, T_SEED_LOSS, T_FEES, T_CARRY, T_FUNDS_CLOSED, T_BREACH_NET, T_BREACH_GROSS,
    T_BREACH_CLASS, T_BREACH_HEAD, T_REVIEWS, T_REVIEW_NET, T_REVIEW_GROSS, T_REVIEW_CLASS, T_REVIEW_HEAD, T_ROLLING,
    T_ROLLING_NET, T_ROLLING_GROSS, T_ROLLING_CLASS, T_ROLLING_HEAD, T_PORT_NET, T_PORT_GROSS, T_PORT_CLASS,
    T_PORT_HEAD, T_SANCTIONS, T_ALLOCATIONS_CUT, T_REINVEST_TESTED, T_REINVEST_MET, T_REINVEST_CREDIT, T_BUYOUTS, T_BUYOUT_GIVEN_UP,
    T_SHARES_SOLD, T_HOLDINGS_SOLD, T_CROWDED, T_CROWDED_MONEY, T_REFUSED, T_CAPPED, T_INELIGIBLE, T_CALLS_DELAYED,
    T_HORIZON_VALUE, T_REALISED_VALUE, T_RESIDUAL,
) = range(len(_STATS))  # fmt: skip

STATS: Final = assemble(_STATS, [import_module(f"kejin_sim.measures.{m}.recording").STATS for m in ROOMS])

PAIRS: Final[tuple[str, ...]] = (
    "funded_both",  # policy cohorts: outside equity at any time, package × twin
    "funded_package_only",
    "funded_twin_only",
    "funded_neither",
    "funded_earlier",  # funded in both, sooner in the package
    "funded_later",
    "raised_more",  # funded in both, more money raised in the package
    "raised_less",
    "alive_both",  # at the horizon: alive, acquired or listed
    "alive_package_only",
    "alive_twin_only",
    "alive_neither",
    "listed_both",
    "listed_package_only",
    "listed_twin_only",
    "supported_anyway",  # public money entered in the package, and outside equity came in the twin too
    "supported_only_so",  # public money entered in the package, and nobody's in the twin
)
(
    X_FUNDED_BOTH, X_FUNDED_PACKAGE, X_FUNDED_TWIN, X_FUNDED_NEITHER, X_EARLIER, X_LATER, X_MORE, X_LESS, X_ALIVE_BOTH,
    X_ALIVE_PACKAGE, X_ALIVE_TWIN, X_ALIVE_NEITHER, X_LISTED_BOTH, X_LISTED_PACKAGE, X_LISTED_TWIN, X_ANYWAY,
    X_ONLY_SO,
) = range(len(PAIRS))  # fmt: skip

BUDGET_ITEMS: Final[tuple[str, ...]] = ("brought", "appropriated", "executed", "lapsed", "carried")
B_BROUGHT, B_APPROPRIATED, B_EXECUTED, B_LAPSED, B_CARRIED = range(len(BUDGET_ITEMS))
"""Of a line in a fiscal year: brought + appropriated = executed + lapsed + carried."""


@dataclass(frozen=True, slots=True)
class BlockResult:
    """Everything that an engine reports of consecutive paths. World 0 is the package, world 1 the twin (absent without one).

    Attributes
    ----------
    first_path: number of the first path.
    flows: CNY, float64[path, world, code, quarter]: postings of each code summed over the quarter, from the opening on.
    series: float64[path, world, series, quarter]: rows named by ``SERIES``.
    stats: float64[path, world, stat]: rows named by ``STATS``.
    pairs: float64[path, pair]: rows named by ``PAIRS``; NaN without a twin.
    budget: CNY, float64[path, world, line, fiscal year from the opening, item]: items named by ``BUDGET_ITEMS``.
        ``brought`` is what the year before left, commitments included; ``executed`` counts draws; ``carried`` is what
        is left at the year's end, including money encumbered by commitments.
    market: float64[path, quarter]: gross return of the equity market in the quarter.
    enterprise_quarters: int64[path]: live enterprise-quarters simulated, burn-in and both worlds counted.
    """

    first_path: int
    flows: NDArray[np.float64]
    series: NDArray[np.float64]
    stats: NDArray[np.float64]
    pairs: NDArray[np.float64]
    budget: NDArray[np.float64]
    market: NDArray[np.float64]
    enterprise_quarters: NDArray[np.int64]
