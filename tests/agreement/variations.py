"""Variations of the demonstration in which single mechanisms are switched on or taken to an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kejin_sim.measures.basic_research import recording as b
from kejin_sim.measures.commercialisation import recording as t
from kejin_sim.measures.credit import recording as c
from kejin_sim.measures.ecosystem import recording as eco
from kejin_sim.measures.evaluation import recording as ev
from kejin_sim.measures.grant_to_equity import recording as g
from kejin_sim.measures.insurance import recording as i
from kejin_sim.measures.people import recording as h
from kejin_sim.measures.pilots import recording as a
from kejin_sim.recording import (
    STATS,
    T_ALLOCATIONS_CUT,
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
BASIC = "measures.basic_research"
COVER = "measures.insurance"
GRANT = "measures.grant_to_equity"
TRANSFER = "measures.commercialisation"
EVALUATION = "measures.evaluation"
ECOSYSTEM = "measures.ecosystem"
PEOPLE = "measures.people"
PILOTS = "measures.pilots"
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
SOLD = {  # most firms are insured, at rates that lose money
    f"{COVER}.takeup.reach": "100%",
    f"{COVER}.pricing.mode": "flat",
    f"{COVER}.risk.frequency": ["40%", "20%", "20%", "30%"],
}
POOLED = {  # pools of whoever there is, firms that fail
    "budget.commercialisation.amount": "5000万元",
    f"{TRANSFER}.securitisation.min_score": 0,
    f"{TRANSFER}.securitisation.min_stage": 0,
    f"{TRANSFER}.securitisation.min_sales": "0元",
    f"{TRANSFER}.securitisation.min_ticket": "1万元",
    "world.credit.recovery_years": 1,
    "world.failure.hazard": ["20%", "20%", "15%", "15%", "15%", "15%", "15%", "85%"],
}
HURRIED = {  # firms from elsewhere that are soon listed
    "behaviour.relocated_share": "50%",
    "world.exits.ipo_min_stage": 2,
    "world.exits.ipo_min_value": "3000万元",
    "world.rounds.odds": ["30%", "30%", "30%", "30%", "30%", "30%"],
}
RICH = {"world.value.quality_drift": 0.5, f"{FUND}.investment_years": 5, f"{FUND}.life_years": 6}

MANY_PARTNERS = {
    f"{BASIC}.municipal.leaders": 5,
    f"{BASIC}.municipal.districts": 5,
    "budget.joint_fund.amount": "3000万元",
}
RUNNING = {  # a municipal fund, written out where the baseline has none
    "municipal.districts": 3,
    "municipal.banks": 2,
    "municipal.leaders": 3,
    "municipal.offer": "300万元",
    "municipal.min_partner": "100万元",
    "project.per_year": 20,
    "project.ticket": ["20万元", "60万元"],
    "procurement.list_share": "30%",
}

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
    "holdings counted together": (
        8,
        {
            "measures.equity.eligibility.holding_scope": "state",
            f"{FUND}.holding_cap": "12%",
            f"{DIRECT}.holding_cap": "8%",
            "measures.equity.follow_on.holding_cap": "12%",
        },
    ),
    "calls at once": (3, {f"{FUND}.calls": ["100%", "0%", "0%"]}),
    "district pays late": (8, {f"{FUND}.cash_delivery": "20%", f"{FUND}.district_share": "20%"}),
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
        {f"{LOSS}.unit": "portfolio", f"{LOSS}.when": "rolling", **LOW, f"{LOSS}.rate": "2%"},
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
            f"{GUARANTEE}.fee": "3%",
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
    "a guarantor with little room and a high cap": (
        4,
        {
            **EAGER,
            f"{CREDIT}.scheme": "none",
            f"{CREDIT}.loan.cap": "50万元",
            f"{GUARANTEE}.cap": "2000万元",
            f"{GUARANTEE}.capital": "2000万元",
            f"{GUARANTEE}.leverage": 2,
            f"{GUARANTEE}.fee_rebate": "3%",
            "budget.guarantee.amount": "100万元",
        },
    ),
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
    # measure 4
    "many partners, no match left": (
        4,
        {
            f"{BASIC}.municipal.leaders": 5,
            f"{BASIC}.municipal.banks": 5,
            f"{BASIC}.municipal.ratio": 0.5,
            "behaviour.partner_response": 2,
            "budget.joint_fund.unspent": "lapse",
        },
    ),
    "agreements of five years, projects of one": (
        4,
        {
            f"{BASIC}.municipal.agreement_years": 5,
            f"{BASIC}.municipal.min_partner": "0元",
            f"{BASIC}.project.years": 1,
            f"{BASIC}.procurement.list_share": "100%",
            "world.research.lag": [0.25, 1],
        },
    ),
    "projects of five years, the policy to the horizon": (
        4,
        {"policy_years": 8, f"{BASIC}.project.years": 5, f"{BASIC}.project.integrated_per_year": 3, **MANY_PARTNERS},
    ),
    "the city alone in the national fund": (
        3,
        {f"{BASIC}.nsfc.local_share": "100%", f"{BASIC}.nsfc.projects": 1, f"{BASIC}.nsfc.integrated": 1},
    ),
    "every project succeeds, many spin-outs": (
        4,
        {"world.research.success": "100%", "world.research.stock": "100万元", "behaviour.knowledge_spinouts": 1},
    ),
    "basic research in mid-year": (4, {**MANY_PARTNERS, "start": "2025Q3", "policy_years": 3}),
    "basic research in the baseline, not in the package": (
        4,
        {
            f"{BASIC}.enabled": False,
            "burn_in_years": 5,
            "baseline.budget.joint_fund.amount": "2000万元",
            **{f"baseline.{BASIC}.{key}": value for key, value in RUNNING.items()},
        },
    ),
    "research decides the white list": (4, {**EAGER, f"{BASIC}.indicator.weight": "50%"}),
    # measure 3
    "flat rates and a backstop": (3, {**SOLD, f"{COVER}.backstop.attachment": "50%"}),
    "insurers without a pool": (3, {**SOLD, f"{COVER}.pool.on": False, f"{COVER}.rd.wait": 2}),
    "a pool that cedes nearly all": (
        3,
        {
            **SOLD,
            f"{COVER}.pool.cede": "90%",
            f"{COVER}.pool.capacity": "10万元",
            f"{COVER}.pool.ceding_commission": "0%",
        },
    ),
    "no money for premiums": (3, {**SOLD, f"{COVER}.backstop.cap": "1万元", "budget.premium_subsidy.amount": "10万元"}),
    "insurance in the baseline": (
        3,
        {
            **SOLD,
            f"baseline.{COVER}.enabled": True,
            f"baseline.{COVER}.rd.wait": 1,
            "baseline.budget.premium_subsidy.amount": "200万元",
            "start": "2025Q2",
        },
    ),
    "insurance switched off": (2, {f"{COVER}.enabled": False}),
    # measure 5
    "pools of everybody": (4, {**POOLED, f"{TRANSFER}.securitisation.guarantor_cover": "100%"}),
    "pools without cover": (
        4,
        {
            **POOLED,
            f"{TRANSFER}.securitisation.guarantor_cover": "0%",
            f"{TRANSFER}.securitisation.overcollateral": "0%",
        },
    ),
    "pools too small": (3, {f"{TRANSFER}.securitisation.min_firms": 8, f"{TRANSFER}.securitisation.min_score": 90}),
    "commercialisation in mid-year": (4, {**POOLED, "start": "2025Q3", "policy_years": 3}),
    "commercialisation in the baseline": (
        4,
        {
            **POOLED,
            f"baseline.{TRANSFER}.enabled": True,
            "baseline.budget.commercialisation.amount": "1000万元",
            "burn_in_years": 4,
        },
    ),
    "vouchers for everybody": (
        4,
        {
            f"{TRANSFER}.voucher.take_up": "100%",
            f"{TRANSFER}.voucher.acceptance": "100%",
            f"{TRANSFER}.voucher.anyway": "90%",
            f"{TRANSFER}.voucher.effect": 3,
            "budget.commercialisation.amount": "500万元",
        },
    ),
    "many spin-outs and prizes": (
        3,
        {
            f"{TRANSFER}.equity.extra_spinouts": 30,
            f"{TRANSFER}.equity.cash_ratio": "100%",
            f"{TRANSFER}.landing.national": 10,
            f"{TRANSFER}.landing.provincial": 60,
        },
    ),
    # Far more spin-outs and prizes in a quarter than the compiled engine keeps candidates for.
    "more spin-outs than can be candidates": (
        1,
        {
            "world.arrivals.per_year": 1000,
            "world.arrivals.mix": ["0%", "0%", "100%"],
            "budget.commercialisation.amount": "50亿元",
            f"{TRANSFER}.landing.national": 50,
            f"{TRANSFER}.landing.provincial": 200,
        },
    ),
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
    # F1-F4, O2-O4
    "projects that fail, big ones": (
        3,
        {
            f"{EVALUATION}.research.per_year": 12,
            f"{EVALUATION}.research.success": "30%",
            f"{EVALUATION}.research.cost_spread": 2,
            f"{EVALUATION}.research.cap": "150万元",
            f"{EVALUATION}.research.milestone_years": 0.5,
            "budget.fintech.amount": "3000万元",
        },
    ),
    "platform without money": (
        3,
        {
            "budget.fintech.by_year": {2026: "0元"},
            "budget.fintech.unspent": "lapse",
            f"{EVALUATION}.platform.build_years": 0.5,
            f"{EVALUATION}.platform.noise": 0.2,
            f"{EVALUATION}.score.banks": "100%",
        },
    ),
    "evaluation and alliance end with the baseline": (
        3,
        {
            "baseline.measures.evaluation.enabled": True,
            "baseline.measures.ecosystem.enabled": True,
            "baseline.budget.fintech.amount": "3000万元",
            "baseline.budget.ecosystem.amount": "1000万元",
            f"{EVALUATION}.enabled": False,
            f"{ECOSYSTEM}.enabled": False,
        },
    ),
    "strong coordination in mid-year": (
        3,
        {
            "measures.commercialisation.voucher.take_up": "90%",
            f"{ECOSYSTEM}.co_match": 0.69,
            "budget.ecosystem.by_year": {2027: "0元"},
            "start": "2025Q3",
            f"{EVALUATION}.score.strength": "50%",
        },
    ),
    "strong coordination that ends, the only measure that visits firms": (
        4,
        {
            **{
                f"{at}{measure}.enabled": False
                for at in ("", "baseline.")
                for measure in (COVER, TRANSFER, EVALUATION, PEOPLE, PILOTS)
            },
            f"{ECOSYSTEM}.co_match": 0.69,
            "policy_years": 3,
        },
    ),
    # measure 8
    "talent start-ups that are too large": (
        4,
        {"measures.equity.eligibility.size_max": "10万元", f"{GRANT}.talent.per_year": 20},
    ),
    "attraction as a pure grant": (3, {f"{GRANT}.mode": "pure_grant", f"{GRANT}.attraction.per_year": 6}),
    "awards from a poor line": (4, {"budget.vc_awards.amount": "20万元", f"{PEOPLE}.landing.listed_per_year": 5}),
    "awards at the institutions' cap": (
        4,
        {f"{PEOPLE}.institutions": 2, f"{PEOPLE}.early.cap": "5万元", f"{PEOPLE}.settlement.firms_per_year": 6},
    ),
    "awards after five years": (4, {f"{PEOPLE}.early.hold": 5, f"{PEOPLE}.volume.hold": 3.5, "policy_years": 8}),
    "introduced firms are listed": (6, {**HURRIED, f"{PEOPLE}.landing.years": 5}),
    "introduced by the first round": (
        6,
        {**HURRIED, f"{PEOPLE}.landing.counted_from": "first_round", f"{PEOPLE}.landing.years": 15, "policy_years": 8},
    ),
    "private money answers to awards": (
        4,
        {
            "behaviour.award_response": 5,
            "behaviour.settlement_response": 0.1,
            f"{PEOPLE}.settlement.firms_per_year": 10,
            f"{PEOPLE}.settlement.years": 10,
            f"{PEOPLE}.early.award": "50%",
        },
    ),
    "many deputies": (
        4,
        {
            f"{PEOPLE}.deputy.per_year": 200,
            f"{PEOPLE}.deputy.apply": "100%",
            f"{PEOPLE}.deputy.min_score": 0,
            f"{PEOPLE}.deputy.years": 1,
            f"{PEOPLE}.deputy.effect": "50%",
            f"{PEOPLE}.deputy.university_share": "0%",
            f"{PEOPLE}.deputy.treasury_share": "10%",
            f"{PEOPLE}.deputy.stipend": "60万元",
            "budget.people_services.amount": "2000万元",
        },
    ),
    "deputies and advisers short of money": (
        4,
        {
            f"{PEOPLE}.deputy.per_year": 40,
            f"{PEOPLE}.deputy.apply": "60%",
            f"{PEOPLE}.adviser.number": 2,
            f"{PEOPLE}.adviser.apply": "80%",
            "budget.people_services.amount": "75万元",
            "budget.people_services.unspent": "carry",
        },
    ),
    "advisers for all": (
        4,
        {
            f"{PEOPLE}.adviser.number": 20,
            f"{PEOPLE}.adviser.apply": "100%",
            f"{PEOPLE}.adviser.boost": 0.69,
            f"{PEOPLE}.adviser.cost": "0元",
        },
    ),
    "people switched off": (
        4,
        {
            f"{PEOPLE}.enabled": False,
            "baseline.measures.people.deputy.per_year": 8,
            "baseline.measures.people.adviser.number": 1,
            "baseline.budget.people_services.amount": "100万元",
            "burn_in_years": 4,
        },
    ),
    "people in the package alone": (4, {"baseline.measures.people.enabled": False, "burn_in_years": 4}),
    "people in mid-year": (
        4,
        {"start": "2025Q3", "policy_years": 3, f"{PEOPLE}.settlement.firms_per_year": 4, f"{PEOPLE}.adviser.number": 2},
    ),
    # A1-A6
    "AIC funds, short-lived, up to the limit": (
        3,
        {
            f"{PILOTS}.aic.new_per_year": 3,
            f"{PILOTS}.aic.life": 3,
            f"{PILOTS}.aic.call_years": 3,
            f"{PILOTS}.aic.volatility": "80%",
            "budget.aic_funds.amount": "1亿元",
        },
    ),
    "AIC funds in the baseline, on terms of their own": (
        3,
        {
            "baseline.measures.pilots.enabled": True,
            "baseline.measures.pilots.aic.size": "1亿元",
            "baseline.measures.pilots.aic.life": 4,
            "baseline.measures.pilots.aic.share": "20%",
            "baseline.measures.pilots.buyback.term": 1,
            "baseline.measures.pilots.warrant.coverage": "5%",
            "baseline.budget.aic_funds.amount": "2000万元",
            "burn_in_years": 3,
        },
    ),
    "warrants that always find a buyer": (
        5,
        {
            **EAGER,
            f"{PILOTS}.regional.liquidity": "100%",
            f"{PILOTS}.warrant.life": 6,
            f"{CREDIT}.white_list.min_score": 0,
        },
    ),
    "warrants that never do": (
        5,
        {
            **EAGER,
            f"{PILOTS}.regional.liquidity": "0%",
            f"{PILOTS}.warrant.life": 1,
            f"{CREDIT}.white_list.min_score": 0,
        },
    ),
    "five warrants on a firm": (
        4,
        {**EAGER, f"{PILOTS}.warrant.life": 20, f"{LOANS}.term": "1季度", f"{CREDIT}.white_list.min_score": 0},
    ),
    "exits on the regional market": (
        4,
        {
            f"{PILOTS}.regional.exit": "100%",
            f"{PILOTS}.regional.small": "100%",
            "world.cash.pivot_odds": 5,
            f"{DIRECT}.reward_netting": "vintage",
        },
    ),
    "buy-backs over the quota": (
        3,
        {f"{PILOTS}.buyback.take_up": "100%", f"{PILOTS}.buyback.term": 1, f"{PILOTS}.buyback.relend_share": "60%"},
    ),
    "pilots in mid-year": (3, {"start": "2025Q3", "policy_years": 2, f"{PILOTS}.aic.new_per_year": 2}),
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
    "tolerance by class, rolling": (T_SANCTIONS, T_ALLOCATIONS_CUT),
    "tolerance gross, interim": (T_SANCTIONS,),
    "tolerance by head count": (T_SANCTIONS,),
    "tolerance of projects": (T_SANCTIONS,),
    "tolerance of the portfolio, rolling": (T_SANCTIONS,),
    "tolerance of the portfolio, interim": (T_SANCTIONS,),
    "budget refuses": (STATS.index("refused_by_budget"),),
    "holdings counted together": (T_CAPPED,),
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
    "many partners, no match left": (b.T_POSTPONED, b.T_BELOW),
    "agreements of five years, projects of one": (b.T_MISSED, b.T_LAG, b.T_UNFUNDED),
    "projects of five years, the policy to the horizon": (b.T_DISTRICTS, b.T_LEADERS),
    "basic research in the baseline, not in the package": (b.T_RETURNED, b.T_LAG),
    "flat rates and a backstop": (i.T_BORNE_CITY, i.T_CLAIMS_RD, i.T_CLAIMS_IP, i.T_CLAIMS_EQUIPMENT),
    "insurers without a pool": (i.T_BORNE_MEMBERS, i.T_LAPSED),
    "a pool that cedes nearly all": (i.T_BORNE_REINSURER,),
    "no money for premiums": (i.T_SUBSIDY_UNPAID, i.T_STACK_CAPPED),
    "pools of everybody": (t.T_ABS_ISSUES, t.T_ABS_EAD, t.T_ABS_SECOND),
    "pools without cover": (t.T_ABS_SENIOR,),
    "pools too small": (t.T_ABS_SKIPPED,),
    "vouchers for everybody": (t.T_VOUCHERS_REDEEMED, t.T_VOUCHERS_UNPAID),
    "many spin-outs and prizes": (t.T_SPINOUTS, t.T_UNIVERSITY_OUT, STATS.index("refused_by_budget")),
    "awards from a poor line": (h.T_UNFUNDED, h.T_LISTED),
    "awards at the institutions' cap": (h.T_CAPPED_EARLY, h.T_SETTLED),
    "awards after five years": (h.T_HELD_EARLY, h.T_FORFEITED),
    "introduced firms are listed": (h.T_FILINGS, h.T_LISTINGS),
    "introduced by the first round": (h.T_FILINGS, h.T_LISTINGS),
    "many deputies": (h.T_PLACED, h.T_DEPUTY_YEARS),
    "deputies and advisers short of money": (h.T_PLACED, h.T_SERVED, STATS.index("refused_by_budget")),
    "advisers for all": (h.T_SERVED, h.T_MATCHED, h.T_ADVISED),
    "grants at a discount, capped": (g.T_GRANT_CAPPED,),
    "grants repaid above the cap": (g.T_GRANT_CAPPED,),
    "calls at cost": (g.T_CALLED,),
    "calls at cost and interest": (g.T_CALLED,),
    "no call, sold early": (g.T_GRANT_EXITED, g.T_TEAM_YIELD),
    "grants are due back": (g.T_WRITTEN_OFF, g.T_REPAID, g.T_MILESTONES_MISSED),
    "talents, linked": (g.T_LINKED,),
    "grants refused": (STATS.index("refused_by_budget"),),
    "projects that fail, big ones": (ev.T_PROJECTS_STOPPED, ev.T_PROJECTS_DONE, ev.T_PROJECTS_CAPPED),
    "platform without money": (STATS.index("refused_by_budget"), ev.T_RENEWED),
    "strong coordination in mid-year": (eco.T_MATCHES, eco.T_SAVED, eco.T_PAID_TWICE, ev.T_RENEWED),
    "strong coordination that ends, the only measure that visits firms": (eco.T_MATCHES,),
    "AIC funds, short-lived, up to the limit": (a.T_AIC_FUNDS, a.T_AIC_LIMITED),
    "warrants that always find a buyer": (a.T_WARRANTS_EXERCISED, a.T_WARRANTS_SOLD, a.T_WARRANTS_WORTHLESS),
    "warrants that never do": (a.T_WARRANTS_UNSOLD,),
    "five warrants on a firm": (a.T_WARRANTS,),
    "buy-backs over the quota": (a.T_BUYBACK_REFUSED,),
}
"""What a variation must make happen, in the package, for its agreement to mean anything."""
