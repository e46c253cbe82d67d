"""Metrics that add postings up: one yuan at a time under every posting there is, and who counts it.

Each metric has its list of postings, written from its definition; under every other posting a yuan must not move it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import pytest

from kejin_sim.ledger import LINES
from kejin_sim.outcomes.parties import flow_name, involved, net_name
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import View
from kejin_sim.postings import code_count, postings
from kejin_sim.recording import BUDGET_ITEMS, PAIRS, SERIES, STATS, BlockResult
from tests.worked import CONTEXT, QUARTERS

CITY_PAYS: Mapping[str, tuple[str, ...]] = {
    "equity": ("draw_angel", "draw_industry"),
    "credit": ("interest_subsidy", "pool_city", "compensation", "layer", "guarantee_capital", "fee_rebate"),
    "insurance": ("premium_subsidy", "pool_backstop"),
    "basic_research": ("basic_nsfc_city", "basic_fund_city", "basic_contract"),
    "commercialisation": ("pledge_subsidy", "institution_award", "abs_subsidy", "voucher", "landing_firm", "landing_team"),
    "evaluation": ("fintech_first", "fintech_interim", "fintech_final", "platform_capex", "platform_opex"),
    "grant_to_equity": ("draw_grant",),
    "people": ("early_award", "volume_award", "landing_award", "listed_award", "deputy_city", "adviser_fee"),
    "pilots": ("draw_aic",),
    "ecosystem": ("alliance_cost",),
}  # fmt: skip
"""By measure, what the city treasury pays out of the budget."""
PRINCIPAL: Mapping[str, tuple[str, ...]] = {
    "equity": ("return_principal_angel", "return_principal_industry", "reserve_release"),
    "credit": ("pool_return_city", "compensation_returned", "guarantee_returned"),
    "insurance": (),
    "basic_research": ("basic_return_city",),
    "commercialisation": (),
    "evaluation": (),
    "grant_to_equity": ("return_principal_grant",),
    "people": (),
    "pilots": ("return_principal_aic",),
    "ecosystem": (),
}
"""By measure, what comes back to the city treasury as principal."""
INCOME: Mapping[str, tuple[str, ...]] = {
    "equity": ("return_income_angel", "return_income_industry"),
    "credit": ("guarantee_surplus",),
    "grant_to_equity": ("return_income_grant",),
    "pilots": ("return_income_aic",),
}
"""By measure, what comes to it as income."""
FORGONE = ("basic_tax_city_bank", "basic_tax_city_leader")
"""City tax that is not collected (B4)."""

PUBLIC_PAYS = (
    # equity: the guidance fund, districts and SOEs put money into funds and firms, give up returns, buy shares from others
    "call_government", "call_district", "call_soe", "seed", "follow_on", "chain_call_government", "concession_gp",
    "concession_social", "reward", "reward_private", "share_from_social",
    # credit: the treasury to firms and banks; pool (but for the banks' own account) and guarantor to banks; premiums, shares
    # handed on
    "interest_subsidy", "compensation", "layer", "claim_city", "claim_district", "guarantee_claim", "premium_national",
    "premium_re_guarantor", "national_returned", "re_guarantor_returned",
    # insurance, basic research: the joint fund stands outside the public sector
    "premium_subsidy", "pool_backstop", "basic_nsfc_city", "basic_fund_city", "basic_fund_district", "basic_contract",
    # commercialisation, with the guarantor of IP securities; evaluation
    "pledge_subsidy", "institution_award", "abs_subsidy", "voucher", "landing_firm", "landing_team", "abs_claim",
    "fintech_first", "fintech_interim", "fintech_final", "platform_capex", "platform_opex",
    # grants, from the guidance fund and from districts
    "grant", "competition", "tranche", "talent_grant", "attraction_city", "attraction_district", "pure_grant", "team_yield",
    # people
    "early_award", "volume_award", "landing_award", "listed_award", "settlement_firm", "settlement_manager", "settlement_rent",
    "deputy_city", "adviser_fee",
    # pilots, ecosystem
    "aic_call_soe", "aic_call_government", "alliance_cost",
)  # fmt: skip
"""What the local public sector (city and districts, guidance fund, SOEs, risk pool, guarantor, guarantor of IP securities) pays to
others."""
PUBLIC_GETS = (
    # guidance fund and SOEs from firms and markets
    "dividend_guidance", "dividend_soe", "dividend_grant", "exit_guidance", "exit_soe", "redeem_guidance", "horizon_guidance",
    "horizon_soe",
    # equity
    "distribute_government", "distribute_district", "distribute_soe", "buyout", "chain_distribute_government",
    # credit: recoveries into the pool (but for the banks' own account), into the line and to the guarantor; fees; others' shares
    "pool_recovery_city", "pool_recovery_district", "compensation_returned", "guarantee_fee", "national_share",
    "re_guarantor_share", "guarantee_recovery",
    # basic research, commercialisation
    "basic_return_city", "basic_return_district", "abs_guarantee_fee", "abs_reimbursed",
    # grants
    "repaid_exit", "repaid_above_cap", "repaid", "founder_call", "rofr", "market_sale", "exit_grant", "horizon_grant",
    # pilots
    "aic_distribute_soe", "aic_distribute_government", "regional_sale",
)  # fmt: skip
"""What it is paid by others."""
DISTRICTS_PAY = (
    "call_district", "pool_district", "basic_fund_district", "attraction_district", "settlement_firm", "settlement_manager",
    "settlement_rent",
)  # fmt: skip
DISTRICTS_GET = ("distribute_district", "pool_return_district", "basic_return_district", "attraction_return")
SOES_PAY = ("call_soe", "share_from_social", "share_from_government", "holding_bought", "aic_call_soe")
SOES_GET = ("dividend_soe", "exit_soe", "horizon_soe", "distribute_soe", "aic_distribute_soe")
GPS_PAY = ("call_gp", "clawback")
GPS_GET = (
    "fee", "carry", "concession_gp", "distribute_gp",  # funds
    "early_award", "volume_award", "landing_award", "listed_award", "settlement_firm", "settlement_rent",  # measure 8
)  # fmt: skip

RED = (
    "attraction_city", "attraction_district",  # G9
    "settlement_firm", "settlement_manager", "settlement_rent",  # H4
)  # fmt: skip
APPROVAL = (
    "share_from_social",  # E13; between SOEs and the guidance fund it stays inside
    "landing_award", "listed_award",  # H3
    "pool_backstop",  # I5
    "basic_contract",  # B5
    "abs_claim", "abs_subsidy",  # T4
    "landing_firm", "landing_team",  # T7
)  # fmt: skip
EARLY, VOLUME, LANDING = ("early_award",), ("volume_award",), ("landing_award", "listed_award")
CONCESSION = ("concession_gp", "concession_social")


def _every(by_measure: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for names in by_measure.values() for name in names)


ADDED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # the city treasury
    "fiscal_outlay": (_every(CITY_PAYS), ()),
    "fiscal_recovery": ((*_every(PRINCIPAL), *_every(INCOME)), ()),
    "fiscal_net_cost": (_every(CITY_PAYS), (*_every(PRINCIPAL), *_every(INCOME))),
    "fiscal_principal": (_every(PRINCIPAL), ()),
    "fiscal_income": (_every(INCOME), ()),
    "fiscal_forgone": (FORGONE, ()),
    **{f"cost_{room}": (CITY_PAYS[room], (*PRINCIPAL[room], *INCOME.get(room, ()))) for room in CITY_PAYS},
    # the local public sector, districts, SOEs
    "public_outlay": (PUBLIC_PAYS, ()),
    "public_recovery": (PUBLIC_GETS, ()),
    "public_net_cost": (PUBLIC_PAYS, PUBLIC_GETS),
    "district_net_cost": (DISTRICTS_PAY, DISTRICTS_GET),
    "soe_net_cost": (SOES_PAY, SOES_GET),
    # legal status
    "red_outlay": (RED, ()),
    "approval_outlay": (APPROVAL, ()),
    # capital
    "social_capital": (("call_social",), ()),  # and recorded rows: see the metrics of equity
    "private_investment": (("private_round", "co_invest", "reinvest"), ()),
    "chain_social_capital": (("chain_call_social", "chain_call_leader"), ()),
    "aic_social_capital": (("aic_call_social",), ()),
    "state_social_capital": (("call_soe", "call_district", "chain_call_aic", "aic_call_aic", "aic_call_soe"), ()),
    "coinvestor_reward": (("reward", "reward_private"), ()),
    "reward_to_private": (("reward_private",), ()),
    "concession": (CONCESSION, ()),
    "net_gp": (GPS_GET, GPS_PAY),
    # credit
    "interest_subsidy": (("interest_subsidy",), ()),
    "pool_paid_in_city": (("pool_city",), ()),
    "guarantee_paid_in": (("guarantee_capital",), ()),  # the fee rebate (C15) is no capital
    "relending": (("relend",), ()),  # relending for buy-backs (A5) is apart
    # commercialisation
    "pledge_cost": (("pledged_interest", "appraisal_fee"), ()),
    "pledge_subsidy": (("pledge_subsidy",), ()),
    "institution_awards": (("institution_award",), ()),
    # people
    "vc_early_award": (EARLY, ()),
    "vc_volume_award": (VOLUME, ()),
    "vc_landing_award": (LANDING, ()),
    "vc_awards": ((*EARLY, *VOLUME, *LANDING), ()),
    "all_awards": ((*EARLY, *VOLUME, "reward", "reward_private", *CONCESSION), ()),  # E15: H1, H2, E9 and concession
    "vc_settlement_paid": (("settlement_firm", "settlement_manager", "settlement_rent"), ()),
    "deputy_cost": (("deputy_city",), ()),  # the university's and the firm's part of H5 is not the treasury's
    "adviser_cost": (("adviser_fee",), ()),
}
"""By metric: postings that add to it, postings that lessen it."""
FLOWS = tuple(sorted({flow_name(p.payer, p.payee) for p in postings()}))
NETS = tuple(net_name(party) for party in involved())
KEYS = (*ADDED, *FLOWS, *NETS)


@pytest.fixture(scope="module")
def yuan() -> BlockResult:
    """As many paths as there are postings: on each, a yuan in the package and three in the twin under one of them."""
    codes = code_count()
    context = CONTEXT
    block = BlockResult(
        0,
        flows=np.zeros((codes, 2, codes, QUARTERS)),
        series=np.zeros((codes, 2, len(SERIES), QUARTERS)),
        stats=np.zeros((codes, 2, len(STATS))),
        pairs=np.zeros((codes, len(PAIRS))),
        budget=np.zeros((codes, 2, len(LINES), context.years, len(BUDGET_ITEMS))),
        market=np.ones((codes, QUARTERS)),
        enterprise_quarters=np.ones(codes, dtype=np.int64),
    )
    for p in postings():
        block.flows[p.number, 0, p.number, p.number % QUARTERS] = 1.0
        block.flows[p.number, 1, p.number, -1] = 3.0
    return block


def _moved(block: BlockResult, key: str) -> dict[str, float]:
    """By posting, what a yuan under it does to the metric; what does nothing is left out."""
    compute = by_name()[key].compute
    package, twin = (compute(View(block, world, CONTEXT)) for world in (0, 1))
    assert np.array_equal(3.0 * package, twin), key
    return {p.name: float(package[p.number]) for p in postings() if package[p.number] != 0.0}


@pytest.mark.parametrize("key", ADDED)
def test_a_yuan_counts_where_the_definition_says_so(key: str, yuan: BlockResult) -> None:
    more, less = ADDED[key]
    assert len({*more, *less}) == len(more) + len(less)
    assert _moved(yuan, key) == dict.fromkeys(more, 1.0) | dict.fromkeys(less, -1.0)


def test_a_yuan_leaves_its_payer_and_reaches_its_payee(yuan: BlockResult) -> None:
    flows = {key: _moved(yuan, key) for key in FLOWS}
    nets = {key: _moved(yuan, key) for key in NETS}
    for p in postings():
        assert [key for key in FLOWS if p.name in flows[key]] == [flow_name(p.payer, p.payee)], p.name
        assert flows[flow_name(p.payer, p.payee)][p.name] == 1.0
        reached = {key: moved[p.name] for key, moved in nets.items() if p.name in moved}
        assert reached == {net_name(p.payer): -1.0, net_name(p.payee): 1.0}, p.name


def test_measures_costs_add_up_to_the_treasurys(yuan: BlockResult) -> None:
    view = View(yuan, 0, CONTEXT)
    parts = sum(by_name()[f"cost_{room}"].compute(view) for room in CITY_PAYS)
    assert np.array_equal(parts, by_name()["fiscal_net_cost"].compute(view))


@pytest.mark.parametrize("world", [0, 1])
def test_every_draw_and_receipt_belongs_to_the_book_of_its_line(world: int, yuan: BlockResult) -> None:
    """The package has the industry funds in the government fund budget and the pool in the state capital budget, the twin vice
    versa; every other line stays in the general budget."""
    industry, pool = ("fund", "state_capital") if world == 0 else ("state_capital", "fund")
    books = tuple(
        {line: {"industry_funds": a, "risk_pool": b}.get(line, "general") for line in LINES}
        for a, b in (("fund", "state_capital"), ("state_capital", "fund"))
    )
    view = View(yuan, world, dataclasses.replace(CONTEXT, books=books))
    size = 1.0 if world == 0 else 3.0

    def counted(key: str) -> set[str]:
        found = by_name()[key].compute(view)
        assert set(np.unique(found)) == {0.0, size}, key
        return {p.name for p in postings() if found[p.number] != 0.0}

    industry_in = {"return_principal_industry", "return_income_industry"}
    pool_in, pool_out = {"pool_return_city", "compensation_returned"}, {"pool_city", "compensation", "layer"}
    assert counted(f"fiscal_outlay_{industry}") == {"draw_industry"}
    assert counted(f"fiscal_recovery_{industry}") == industry_in
    assert counted(f"fiscal_outlay_{pool}") == pool_out
    assert counted(f"fiscal_recovery_{pool}") == pool_in
    assert counted("fiscal_outlay_general") == {*_every(CITY_PAYS)} - {"draw_industry"} - pool_out
    assert counted("fiscal_recovery_general") == {*_every(PRINCIPAL), *_every(INCOME)} - industry_in - pool_in
