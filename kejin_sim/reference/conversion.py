"""A grant becomes equity, and the holding is sold or bought back (G3, G4, G5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kejin_sim import random as rng
from kejin_sim.measures.grant_to_equity import conversion_rules, exit_rules
from kejin_sim.measures.grant_to_equity import postings as g
from kejin_sim.measures.grant_to_equity.recording import T_CALLED, T_GRANT_CAPPED
from kejin_sim.recording import T_REALISED_VALUE
from kejin_sim.reference.grant import State
from kejin_sim.reference.stakes import Status

if TYPE_CHECKING:
    from kejin_sim.reference.grant import Grant

ABOVE_CAP_REPAID: Final = 1  # value of ``conversion.above_cap``; 0: the rest stays a grant
CALL_AT_COST_AND_INTEREST: Final = 2  # value of ``exit.founder_call``; 1: at cost, 0: none


def look_at_round(grant: Grant) -> None:
    """Step 6, last: does a round of this quarter, or do sales, convert the grant? Or is the holding sold?"""
    firm, rules = grant.firm, grant.city.grant_rules
    fresh = firm.last_round == grant.city.clock.k and firm.raised > grant.seen_raised
    if grant.state is State.WAITING:
        brought = firm.raised - grant.seen_raised if fresh else 0.0
        if conversion_rules.triggered(
            brought, rules.conversion_min_round, 4.0 * firm.revenue, rules.conversion_min_sales
        ):
            _convert(grant, firm.mark if fresh else firm.value)
    elif grant.state is State.HELD and fresh and firm.stage >= rules.exit_market_stage:
        _sell_in_round(grant)
    if fresh:
        grant.seen_raised = firm.raised


def _convert(grant: Grant, post_money: float) -> None:
    """G4. Shares at the round's price less the discount; the public share is capped and never the largest.

    The partner's matching money converts beside it, in proportion. ``post_money``: CNY.
    """
    city, firm, rules = grant.city, grant.firm, grant.city.grant_rules
    total = grant.paid + grant.matched
    public = grant.paid / total
    discount = rules.conversion_discount
    block = conversion_rules.block_share(total, discount, post_money)
    allowed = conversion_rules.public_share_allowed(
        block * public, rules.conversion_share_cap, firm.founders * (1.0 - block)
    )
    part = 1.0
    if allowed < block * public:
        part = conversion_rules.converted_part(allowed / public, total, discount, post_money)
        block = allowed / public
        if grant.policy:
            city.notes.stats[T_GRANT_CAPPED] += 1.0
    firm.dilute(block)
    firm.grant_share += block * public
    firm.private += block * (1.0 - public)
    grant.hold(part * grant.paid)
    firm.tell("converted", cost=grant.cost, share=block * public, post_money=post_money)
    above = grant.paid - grant.cost
    if above > 0.0 and rules.conversion_above_cap == ABOVE_CAP_REPAID:
        grant.repaid = min(firm.cash, above)
        firm.cash -= grant.repaid
        grant.receive(g.REPAID_ABOVE_CAP, grant.repaid, 0.0)
    grant.kept = above - grant.repaid


def _sell_in_round(grant: Grant) -> None:
    """G5 iii, ii. Sold at a later round's price; the founders may step in for the buyer at the same price."""
    city, firm, rules = grant.city, grant.firm, grant.city.grant_rules
    _, _, u, _ = city.draw(rng.GRANT_REVIEW, firm.profile.entity)
    price = exit_rules.sale_price(firm.grant_share, firm.mark)
    by_founders = rules.exit_rofr == 1 and u < rules.exit_rofr_share
    grant.come_back(g.ROFR if by_founders else g.MARKET_SALE, price, grant.cost)
    if by_founders:
        firm.founders += firm.grant_share
    else:
        firm.private += firm.grant_share
    firm.grant_share = 0.0
    city.notes.stats[T_REALISED_VALUE] += price
    grant.cede_to_team(price)
    grant.close(State.EXITED)


def founders_call(grant: Grant) -> None:
    """G5 i. Founders buy the public share back at cost, or cost and interest, where it pays and is funded."""
    city, firm, rules = grant.city, grant.firm, grant.city.grant_rules
    if (
        grant.state is not State.HELD
        or firm.status is not Status.ACTIVE
        or not 0.0 < grant.years_held <= rules.exit_window_years
    ):
        return  # in the quarter of the conversion value and cost are one figure, and rounding would decide
    at_cost_plus = rules.exit_founder_call == CALL_AT_COST_AND_INTEREST
    rate = city.settings.world.macro_lpr + rules.exit_call_spread if at_cost_plus else 0.0
    _, u, _, _ = city.draw(rng.GRANT_REVIEW, firm.profile.entity)
    strike = exit_rules.strike(grant.cost, rate, grant.years_held, grant.got)
    value = firm.grant_share * firm.value
    if exit_rules.calls(value, strike, u, rules.exit_call_funded):
        firm.tell("called", strike=strike, value=value)
        grant.come_back(g.FOUNDER_CALL, strike, grant.cost)
        firm.founders += firm.grant_share
        firm.grant_share = 0.0
        city.notes.stats[T_REALISED_VALUE] += strike
        if grant.policy:
            city.notes.stats[T_CALLED] += 1.0
        grant.close(State.REPAID)
