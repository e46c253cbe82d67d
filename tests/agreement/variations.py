"""Variations of the demonstration in which single mechanisms are switched on or taken to an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kejin_sim.measures.credit import recording as c
from kejin_sim.measures.grant_to_equity import recording as g
from kejin_sim.recording import (
    STATS,
    T_BUYOUTS,
    T_CALLS_DELAYED,
    T_CAPPED,
    T_HOLDINGS_SOLD,
    T_SANCTIONS,
    T_SHARES_SOLD,
)

FUND = "measures.equity.angel_subfunds"
DIRECT = "measures.equity.seed_direct"
LOSS = "measures.equity.loss_tolerance"
SOE = "measures.equity.soe_purchase"
CHAIN = "measures.equity.chain_funds"
CREDIT = "measures.credit"
GUARANTEE = "measures.credit.guarantee"
GRANT = "measures.grant_to_equity"
LOANS = "world.credit"

LOW = {f"{LOSS}.rate": "10%", f"{LOSS}.not_exempt": "80%"}
RESERVE = "measures.equity.risk_reserve.rate"
EAGER = {  # borrowers who apply whenever they may, banks that hardly look
    f"{LOANS}.apply": "100%",
    f"{LOANS}.min_runway": 1,
    f"{LOANS}.burning_pd": "0%",
    f"{LOANS}.appetite": ["-4%"] * 5,
    f"{LOANS}.equity_multiple": "100%",
    "world.failure.hazard": ["15%", "14%", "12%", "10%", "10%", "8%", "5%", "60%"],
}
POOR_POOL = {
    f"{CREDIT}.pool.size": "40万元",
    f"{CREDIT}.pool.top_up": "0元",
    "baseline.measures.credit.pool.size": "40万元",
}
GENEROUS = {  # so many grants that everything happens to some
    "budget.grant_to_equity.amount": "1亿元",
    f"{GRANT}.project.per_year": 30,
    f"{GRANT}.competition.per_year": 16,
    f"{GRANT}.talent.per_year": 16,
    f"{GRANT}.project.min_score": 10,
}
RICH = {"world.value.quality_drift": 0.5, f"{FUND}.investment_years": 5, f"{FUND}.life_years": 6}

VARIATIONS: Final[dict[str, tuple[int, Mapping[str, Any]]]] = {
    # E6, E7
    "simple hurdle": (4, {f"{FUND}.hurdle_interest": "simple"}),
    "full catch-up": (4, {f"{FUND}.catch_up": "100%"}),
    "partial catch-up": (4, {f"{FUND}.catch_up": "50%", f"{FUND}.hurdle": "2%"}),
    "no hurdle, no carry": (4, {f"{FUND}.hurdle": "0%", f"{FUND}.carry": "0%"}),
    "concession to social": (4, {f"{FUND}.concession_to": "social", f"{FUND}.reinvestment.required": 0}),
    "concession to both": (4, {f"{FUND}.concession_to": "both", f"{FUND}.reinvestment.required": 0, **RICH}),
    "concession pending": (8, {f"{FUND}.hurdle": "0%", f"{FUND}.reinvestment.required": 0, **RICH}),
    "buy-out always funded": (6, {f"{FUND}.buyout.funded": "100%", f"{FUND}.buyout.spread": "-3%"}),
    "no buy-out": (3, {f"{FUND}.buyout.enabled": False}),
    # E1-E5
    "calls at once": (3, {f"{FUND}.calls": ["100%", "0%", "0%"]}),
    "district pays late": (3, {f"{FUND}.cash_delivery": "50%", f"{FUND}.district_share": "20%"}),
    "reinvestment 1.5": (4, {f"{FUND}.reinvestment.required": 1.5, f"{FUND}.reinvestment.fee_cut": "50%"}),
    "half of the deals outside": (
        4,
        {f"{FUND}.outside_share": "50%", f"{FUND}.reinvestment.subsidiary_share": "60%"},
    ),
    "many small deals": (
        3,
        {f"{FUND}.deals_per_quarter": 8, f"{FUND}.ticket": ["50万元", "60万元", "100万元"]},
    ),
    "long lives": (
        3,
        {f"{FUND}.investment_years": 6, f"{FUND}.life_years": 15, f"{FUND}.extension_years": 5},
    ),
    "baseline invests longer": (3, {"baseline.measures.equity.angel_subfunds.investment_years": 5}),
    "old and big firms": (
        3,
        {"measures.equity.eligibility.age_max": 1, "measures.equity.eligibility.size_max": "50万元"},
    ),
    # E8-E10, E14
    "vintage netting": (6, {f"{DIRECT}.reward_netting": "vintage", f"{DIRECT}.coinvest_probability": "100%"}),
    "vintage netting, rich": (
        4,
        {
            f"{DIRECT}.reward_netting": "vintage",
            f"{DIRECT}.reward": "100%",
            "world.exits.mna_hazard": ["20%", "20%", "20%", "20%", "20%", "20%", "20%"],
            "world.exits.mna_cap": "20%",
        },
    ),
    "reward response": (3, {"behaviour.reward_response": 5, f"{DIRECT}.reward": "50%"}),
    "reserve of half": (4, {RESERVE: "50%", **LOW}),
    "follow-on everywhere": (
        3,
        {"measures.equity.follow_on.max_stage": 5, "measures.equity.follow_on.per_year": 60},
    ),
    # E11
    "short chain funds": (
        4,
        {f"{CHAIN}.life": 5, f"{CHAIN}.new_per_year": 2, "budget.industry_funds.amount": "1亿元"},
    ),
    "chain funds first, from the angel line": (
        4,
        {f"{CHAIN}.new_per_year": 2, "budget.industry_funds.amount": "1500万元", f"{CHAIN}.life": 4},
    ),
    "chain funds last": (4, {f"{CHAIN}.priority": False, f"{CHAIN}.call_years": 2}),
    "chain orders": (3, {"behaviour.chain_orders": 0.5, f"{CHAIN}.volatility": "80%"}),
    # E13
    "shares of social partners": (
        4,
        {
            f"{SOE}.sellers": "social",
            f"{SOE}.what": "fund_shares",
            f"{SOE}.offer": "90%",
            f"{SOE}.min_age": 1,
            "behaviour.seller_reinvest": "100%",
        },
    ),
    "shares of the government": (
        4,
        {f"{SOE}.sellers": "government", f"{SOE}.offer": "90%", f"{SOE}.min_age": 1},
    ),
    "holdings, market price": (
        4,
        {
            f"{SOE}.what": "holdings",
            f"{SOE}.offer": "100%",
            f"{SOE}.min_age": 1,
            f"{SOE}.state_asset_rule": False,
            f"{SOE}.appraisal_lag": 4,
            f"{SOE}.budget": "3亿元",
        },
    ),
    # §1.4
    "tolerance by class, rolling": (4, {f"{LOSS}.basis": "class", f"{LOSS}.when": "rolling", **LOW}),
    "tolerance gross, interim": (
        4,
        {f"{LOSS}.basis": "gross", f"{LOSS}.when": "interim", **LOW, f"{LOSS}.interim_years": 2},
    ),
    "tolerance by head count": (4, {f"{LOSS}.basis": "head_count", RESERVE: "50%", **LOW}),
    "tolerance of projects": (
        4,
        {
            f"{LOSS}.unit": "project",
            f"{LOSS}.basis": "gross",
            f"{LOSS}.single_project": "40%",
            f"{LOSS}.when": "rolling",
            **LOW,
        },
    ),
    "tolerance of projects at the end": (
        4,
        {f"{LOSS}.unit": "project", f"{LOSS}.basis": "gross", f"{LOSS}.single_project": "60%", **LOW},
    ),
    "tolerance of the portfolio, rolling": (
        4,
        {f"{LOSS}.unit": "portfolio", f"{LOSS}.when": "rolling", **LOW},
    ),
    "tolerance of the portfolio, interim": (
        4,
        {
            f"{LOSS}.unit": "portfolio",
            f"{LOSS}.when": "interim",
            f"{LOSS}.basis": "class",
            f"{LOSS}.interim_years": 1,
            **LOW,
        },
    ),
    "tolerance of the portfolio at the end": (
        3,
        {f"{LOSS}.unit": "portfolio", f"{LOSS}.basis": "head_count", **LOW},
    ),
    "earlier because of tolerance": (
        3,
        {"behaviour.early_investing_per_tolerance": 0.5, f"{LOSS}.rate": "90%"},
    ),
    # time and budget
    "entry responds": (
        5,
        {"behaviour.entry_elasticity": 0.2, "behaviour.public_money_reference": "2000万元"},
    ),
    "books open in mid-year": (5, {"start": "2025Q3"}),
    "books open at the year's end": (4, {"start": "2025Q4", f"{DIRECT}.reward_netting": "vintage"}),
    "no burn-in": (4, {"burn_in_years": 0}),
    "long burn-in": (2, {"burn_in_years": 9}),
    "unspent money lapses": (
        4,
        {"budget.angel_fund.unspent": "lapse", "budget.industry_funds.unspent": "lapse"},
    ),
    "budget refuses": (6, {"budget.angel_fund.amount": "1050万元", "measures.equity.recycle_share": "0%"}),
    "money only in some years": (4, {"budget.angel_fund.by_year": {2025: "0元", 2026: "1亿元", 2027: "0元"}}),
    "all recycled": (4, {"measures.equity.recycle_share": "100%", "world.exits.mna_cap": "10%"}),
    "one enterprise more": (3, {"world.extra_arrivals": {"2025Q2": 1, "2024Q1": 3}}),
    "measure switched off": (2, {"measures.equity.enabled": False}),
    "policy as long as the horizon": (3, {"policy_years": 8}),
    # measure 2
    "bullet loans, renewed": (4, {**EAGER, f"{LOANS}.repayment": "bullet", f"{LOANS}.term": 3, f"{LOANS}.renewals": 3}),
    "bullet loans at market cost": (
        3,
        {
            **EAGER,
            f"{LOANS}.repayment": "bullet",
            f"{LOANS}.term": 4,
            f"{CREDIT}.relending.quota": "50万元",
            f"{CREDIT}.relending.extensions": 0,
        },
    ),
    "one-quarter loans": (3, {**EAGER, f"{LOANS}.term": 1, f"{GUARANTEE}.term": 1}),
    "no relending": (2, {**EAGER, f"{CREDIT}.relending.share": "0%"}),
    "banks without room": (
        3,
        {**EAGER, f"{LOANS}.capacity": ["300万元", "200万元", "0元", "100万元", "50万元"], f"{LOANS}.asked": 5},
    ),
    "pool that runs dry": (
        4,
        {
            **EAGER,
            **POOR_POOL,
            f"{CREDIT}.pool.leverage": 20,
            f"{CREDIT}.stop_loss.trigger": "100%",
            f"{CREDIT}.stop_loss.release": "100%",
        },
    ),
    "pool by its current size": (
        4,
        {
            **EAGER,
            **POOR_POOL,
            f"{CREDIT}.pool.leverage_of": "current",
            f"{CREDIT}.pool.leverage": 5,
            f"{CREDIT}.claim.lag": 0,
        },
    ),
    "stop-loss at once": (4, {**EAGER, f"{CREDIT}.stop_loss.trigger": "1%", f"{CREDIT}.stop_loss.release": "0.5%"}),
    "stop-loss off": (3, {**EAGER, f"{CREDIT}.stop_loss.trigger": "100%", f"{CREDIT}.stop_loss.release": "100%"}),
    "claims before recoveries": (
        3,
        {**EAGER, f"{CREDIT}.claim.ex_ante": True, f"{CREDIT}.claim.ex_ante_lag": 0, f"{LOANS}.recovery_years": 0},
    ),
    "claims after recoveries": (3, {**EAGER, f"{CREDIT}.claim.lag": 12, f"{LOANS}.recovery_years": 1}),
    "compensation": (4, {**EAGER, f"{CREDIT}.scheme": "compensation"}),
    "compensation, capped": (
        4,
        {
            **EAGER,
            f"{CREDIT}.scheme": "compensation",
            f"{CREDIT}.compensation.share": "75%",
            f"{CREDIT}.compensation.first_loan_bonus": "20%",
            f"{CREDIT}.stop_loss.trigger": "100%",
            f"{CREDIT}.stop_loss.release": "100%",
            "budget.risk_pool.amount": "30万元",
            "budget.risk_pool.unspent": "lapse",
        },
    ),
    "compensation by layer": (
        4,
        {
            **EAGER,
            f"{CREDIT}.scheme": "layer",
            f"{CREDIT}.layer.attachment": "0.5%",
            f"{CREDIT}.stop_loss.trigger": "100%",
            f"{CREDIT}.stop_loss.release": "100%",
        },
    ),
    "baseline compensates, package pools": (
        4,
        {**EAGER, "baseline.measures.credit.scheme": "compensation", "burn_in_years": 4},
    ),
    "baseline by layer, package nothing": (
        4,
        {**EAGER, "baseline.measures.credit.scheme": "layer", f"{CREDIT}.scheme": "none", f"{GUARANTEE}.on": False},
    ),
    "credit switched off": (3, {**EAGER, f"{CREDIT}.enabled": False}),
    "guarantees alone": (4, {**EAGER, f"{CREDIT}.scheme": "none", f"{GUARANTEE}.claim_rate_cap": "1%"}),
    "guarantees of a poor guarantor": (
        4,
        {
            **EAGER,
            f"{CREDIT}.scheme": "none",
            f"{GUARANTEE}.capital": "60万元",
            f"{GUARANTEE}.top_up": "0元",
            f"{GUARANTEE}.leverage": 15,
            f"{GUARANTEE}.premium_threshold": "50万元",
            f"{GUARANTEE}.claim_rate_cap": "0%",
            f"{GUARANTEE}.fee": "0%",
            "baseline.measures.credit.guarantee.capital": "60万元",
            "budget.guarantee.amount": "40万元",
        },
    ),
    "municipal re-guarantor": (
        3,
        {**EAGER, f"{CREDIT}.scheme": "none", f"{GUARANTEE}.re_guarantor": "municipal", f"{GUARANTEE}.fee": "3%"},
    ),
    "everybody on the white list": (3, {**EAGER, f"{CREDIT}.white_list.on": False, f"{CREDIT}.ranking.top_n": 1}),
    "short of money for interest": (
        3,
        {**EAGER, f"{CREDIT}.interest_subsidy.share": "100%", "budget.interest_subsidy.amount": "5万元"},
    ),
    "credit in mid-year": (4, {**EAGER, "start": "2025Q3", "policy_years": 3}),
    "loan money is kept, debt is ignored": (
        3,
        {**EAGER, "behaviour.loan_spending": "0%", "behaviour.debt_awareness": "0%"},
    ),
    "loan money is spent": (4, {**EAGER, "behaviour.loan_spending": "100%", f"{LOANS}.repayment": "bullet"}),
    "relending falls with instalments": (3, {**EAGER, f"{CREDIT}.relending.extensions": 2}),
    "nothing but insured loans and pledges": (
        4,
        {
            **EAGER,
            f"{CREDIT}.scheme": "none",
            f"{CREDIT}.guarantee.on": False,
            f"{LOANS}.appetite": ["1%"] * 5,
            f"{LOANS}.pledge_tolerance": "10%",
            "measures.insurance.loan.rate": "10%",
            "measures.insurance.loan.limit": "100万元",
            "measures.insurance.loan.capacity": "2000万元",
        },
    ),
    "insured loans, renewed": (
        4,
        {
            **EAGER,
            f"{CREDIT}.enabled": False,
            f"{LOANS}.appetite": ["1%"] * 5,
            f"{LOANS}.repayment": "bullet",
            "measures.insurance.loan.rate": "10%",
            "measures.commercialisation.pledge.on": False,
        },
    ),
    "no credit cycle, no loss": (3, {**EAGER, f"{LOANS}.cycle": "5%", f"{LOANS}.lgd": "0%"}),
    # measure 7
    "pure grants": (4, {**GENEROUS, f"{GRANT}.mode": "pure_grant"}),
    "grants at a discount, capped": (
        4,
        {**GENEROUS, f"{GRANT}.conversion.discount": "50%", f"{GRANT}.conversion.share_cap": "3%"},
    ),
    "grants repaid above the cap": (
        4,
        {
            **GENEROUS,
            f"{GRANT}.conversion.share_cap": "2%",
            f"{GRANT}.conversion.above_cap": "repaid",
            f"{GRANT}.attraction.per_year": 20,
        },
    ),
    "grants convert by sales": (
        4,
        {**GENEROUS, f"{GRANT}.conversion.min_sales": "10万元", f"{GRANT}.conversion.min_round": "10亿元"},
    ),
    "calls at cost": (
        4,
        {
            **GENEROUS,
            f"{GRANT}.exit.founder_call": "cost",
            f"{GRANT}.exit.call_funded": "100%",
            f"{GRANT}.conversion.min_round": "1万元",
        },
    ),
    "calls at cost and interest": (4, {**GENEROUS, f"{GRANT}.exit.call_funded": "100%"}),
    "no call, sold early": (
        4,
        {
            **GENEROUS,
            f"{GRANT}.exit.founder_call": "none",
            f"{GRANT}.exit.market_stage": 2,
            f"{GRANT}.exit.rofr_share": "50%",
            f"{GRANT}.exit.team_yield": "50%",
        },
    ),
    "grants are due back": (
        4,
        {**GENEROUS, f"{GRANT}.failure.dutiful_waiver": False, f"{GRANT}.conversion.window_years": 1},
    ),
    "grants in four tranches": (
        4,
        {
            **GENEROUS,
            f"{GRANT}.project.tranches": 4,
            f"{GRANT}.milestone.years": 0.25,
            f"{GRANT}.project.match": "300%",
            f"{GRANT}.milestone.success": "90%",
        },
    ),
    "attraction, the district pays all": (
        4,
        {**GENEROUS, f"{GRANT}.attraction.per_year": 40, f"{GRANT}.attraction.district_share": "100%"},
    ),
    "attraction of older firms": (
        4,
        {**GENEROUS, f"{GRANT}.attraction.per_year": 20, f"{GRANT}.attraction.age_max": 3},
    ),
    "attraction by halves": (
        4,
        {**GENEROUS, f"{GRANT}.attraction.per_year": 40, "behaviour.relocated_share": "50%"},
    ),
    "talents, linked": (
        6,
        {
            **GENEROUS,
            **EAGER,
            f"{GRANT}.talent.per_year": 100,
            f"{GRANT}.milestone.success": "99%",
            f"{GRANT}.milestone.years": 0.25,
            "budget.angel_fund.amount": "2亿元",
        },
    ),
    "grants recycled": (4, {**GENEROUS, f"{GRANT}.recycle_share": "100%", f"{GRANT}.exit.call_funded": "100%"}),
    "grants in the baseline": (
        4,
        {
            **GENEROUS,
            "baseline.measures.grant_to_equity.enabled": True,
            "baseline.measures.grant_to_equity.milestone.years": 0.5,
            "baseline.budget.grant_to_equity.amount": "3000万元",
            "burn_in_years": 4,
        },
    ),
    "grants refused": (4, {**GENEROUS, "budget.grant_to_equity.amount": "200万元"}),
    "grant money is kept": (3, {**GENEROUS, "behaviour.grant_spending": "0%"}),
    "dividends on grant shares": (
        5,
        {
            **GENEROUS,
            "world.cash.pivot_odds": 5,
            "world.cash.dividend": "100%",
            f"{GRANT}.conversion.min_sales": "1万元",
            f"{GRANT}.attraction.per_year": 20,
        },
    ),
    "grants in mid-year": (4, {**GENEROUS, "start": "2025Q2", "policy_years": 2}),
    # world
    "no window": (3, {"world.ipo_window.open_rate": "0%", "world.ipo_window.shut_rate": "50%"}),
    "listings at once": (
        4,
        {
            "world.exits.ipo_queue": 0,
            "world.exits.lock_up": 0,
            "world.exits.ipo_min_stage": 1,
            "world.exits.ipo_min_value": "1000万元",
            "world.exits.ipo_filing": "10%",
        },
    ),
    "redemptions": (4, {"world.exits.redemption_years": 2, "world.exits.redemption_exercise": "100%"}),
    "everybody pivots": (3, {"world.cash.pivot_odds": 5, "world.cash.dividend": "100%"}),
    "nobody fails": (2, {"world.failure.hazard": ["0%"] * 8}),
}
"""Each with its number of paths: mechanisms on their own and at their ends, on the demonstration's small
city.
"""

EXPECTED: Final[dict[str, tuple[int, ...]]] = {
    "buy-out always funded": (T_BUYOUTS,),
    "shares of social partners": (T_SHARES_SOLD,),
    "shares of the government": (T_SHARES_SOLD,),
    "holdings, market price": (T_HOLDINGS_SOLD,),
    "tolerance by class, rolling": (T_SANCTIONS,),
    "tolerance gross, interim": (T_SANCTIONS,),
    "tolerance by head count": (T_SANCTIONS,),
    "tolerance of projects": (T_SANCTIONS,),
    "tolerance of the portfolio, rolling": (T_SANCTIONS,),
    "tolerance of the portfolio, interim": (T_SANCTIONS,),
    "budget refuses": (STATS.index("refused_by_budget"),),
    "reinvestment 1.5": (STATS.index("reinvestment_tested"), T_CAPPED),
    "district pays late": (T_CALLS_DELAYED,),
    "old and big firms": (STATS.index("ineligible"),),
    "bullet loans, renewed": (c.T_RENEWED,),
    "banks without room": (c.T_REFUSED_BY_BANKS,),
    "pool that runs dry": (c.T_UNPAID, c.T_POOL_EMPTY, c.T_BORNE_POOL_CITY, c.T_LIMIT_FULL),
    "pool by its current size": (c.T_LIMIT_FULL, c.T_BORNE_POOL_BANK),
    "stop-loss at once": (c.T_STOPPED,),
    "compensation": (c.T_BORNE_COMPENSATION,),
    "compensation, capped": (c.T_STACK_CAPPED, c.T_UNPAID),
    "compensation by layer": (c.T_BORNE_COMPENSATION,),
    "guarantees alone": (c.T_BORNE_GUARANTOR, c.T_BORNE_NATIONAL, c.T_BORNE_RE_GUARANTOR),
    "guarantees of a poor guarantor": (c.T_UNPAID,),
    "municipal re-guarantor": (c.T_BORNE_GUARANTOR,),
    "grants at a discount, capped": (g.T_GRANT_CAPPED,),
    "grants repaid above the cap": (g.T_GRANT_CAPPED,),
    "calls at cost": (g.T_CALLED,),
    "calls at cost and interest": (g.T_CALLED,),
    "no call, sold early": (g.T_GRANT_EXITED, g.T_TEAM_YIELD),
    "grants are due back": (g.T_WRITTEN_OFF, g.T_REPAID, g.T_MILESTONES_MISSED),
    "talents, linked": (g.T_LINKED,),
    "grants refused": (STATS.index("refused_by_budget"),),
}
"""What a variation must make happen, in the package, for its agreement to mean anything."""
