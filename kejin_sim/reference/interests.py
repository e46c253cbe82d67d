"""Step 8: interests in an angel sub-fund: their worth, how they change hands, the early buy-out (E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.equity import waterfall
from kejin_sim.recording import S_GOV_DIST, S_SOCIAL_BUYOUTS, T_BUYOUT_GIVEN_UP, T_BUYOUTS
from kejin_sim.reference.partners import Partner, ReinvestmentTest

if TYPE_CHECKING:
    from kejin_sim.reference.subfund import SubFund


def interest_value(fund: SubFund, partner: Partner, nav: float) -> float:
    """A partner's part if the fund's cash and ``nav`` went through the waterfall now (CNY)."""
    everyone = waterfall.partners_value(
        fund.cash + nav, fund.capital, fund.preferred, fund.preferred_paid, fund.caught_up,
        fund.terms.angel_subfunds_catch_up, fund.terms.angel_subfunds_carry,
    )  # fmt: skip
    return everyone * _share(fund, partner)


def _share(fund: SubFund, partner: Partner) -> float:
    paid_in = fund.paid_in()
    return partner.paid / paid_in if paid_in > 0.0 else 0.0


def _fair_nav(fund: SubFund) -> float:
    """Fair value of the holdings; only the partners inside know it."""
    nav = 0.0
    for firm in fund.city.firms:
        if firm.fund is fund:
            nav += firm.angel.share * firm.value
    return nav


def hand_over(seller: Partner, buyer: Partner) -> None:
    """A partner's whole interest, with its undrawn commitment, passes to another."""
    buyer.paid += seller.paid
    seller.paid = 0.0
    buyer.committed += seller.committed
    seller.committed = 0.0


def government_leaves(fund: SubFund, price: float, buyer: Partner) -> None:
    """The guidance fund sells its interest: money in by nature, commitment freed, concession at an end."""
    city = fund.city
    guidance = city.guidance
    capital = fund.capital * _share(fund, fund.government)
    principal = min(price, capital)
    guidance.receive(guidance.angel, principal, price - principal)
    guidance.purse.gain += price - capital
    if fund.government.committed > 0.0:
        guidance.angel.release(fund.government.committed, city.clock.policy)
    if fund.policy:
        city.notes.series[S_GOV_DIST] += price
    hand_over(fund.government, buyer)
    fund.test = ReinvestmentTest.LEFT
    fund.excess_pending = 0.0


def _excess_to_share(fund: SubFund) -> float:
    """E6, E7. Government excess, paid or still to come at fair value, of which a part would be ceded."""
    city = fund.city
    if fund.test is ReinvestmentTest.MISSED or city.clock.k < city.guidance.sanction.withheld_until:
        return 0.0
    everyone = waterfall.partners_excess(
        fund.cash + _fair_nav(fund), fund.capital, fund.preferred, fund.preferred_paid, fund.caught_up,
        fund.terms.angel_subfunds_catch_up, fund.terms.angel_subfunds_carry,
    )  # fmt: skip
    return fund.excess_pending + everyone * _share(fund, fund.government)


def consider_buyout(fund: SubFund) -> None:
    """E7. Social partners buy the government out where the contract makes it cheap and they have money."""
    city, terms = fund.city, fund.terms
    k = city.clock.k
    years = 0.25 * fund.age
    if (
        not terms.angel_subfunds_buyout_enabled
        or fund.government.paid <= 0.0
        or fund.social.paid <= 0.0
        or years > terms.angel_subfunds_buyout_years
    ):
        return
    value = interest_value(fund, fund.government, _fair_nav(fund))
    strike = waterfall.buyout_strike(
        fund.government_called, fund.government_weighted, k, fund.government_distributed, years,
        terms.angel_subfunds_buyout_free_years,
        city.settings.world.macro_lpr + terms.angel_subfunds_buyout_spread,
    )  # fmt: skip
    u, _, _, _ = city.draw(rng.SUBFUND_YEAR, fund.number)
    if not waterfall.buyout_exercised(value, strike, u, terms.angel_subfunds_buyout_funded):
        return
    city.ledger.post(q.BUYOUT, strike, fund=fund.account)
    lost = waterfall.given_up(value, _excess_to_share(fund), terms.angel_subfunds_concession, strike)
    fund.tell("buyout", strike=strike, value=value, spared=value - strike - lost)
    if fund.policy:
        city.notes.stats[T_BUYOUTS] += 1.0
        city.notes.stats[T_BUYOUT_GIVEN_UP] += lost
        city.notes.series[S_SOCIAL_BUYOUTS] += strike
    government_leaves(fund, strike, fund.social)
