"""E6: how money leaves an angel sub-fund: waterfall, concession, liquidation, clawback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.equity import waterfall
from kejin_sim.recording import S_GOV_DIST, S_SOCIAL_DIST, S_SUBFUND_DIST
from kejin_sim.reference.partners import Partner, Phase, ReinvestmentTest

if TYPE_CHECKING:
    from kejin_sim.reference.subfund import SubFund


def distribute_pot(fund: SubFund) -> None:
    """What came from deals this quarter goes out."""
    amount = min(fund.pot, fund.cash)
    fund.pot = 0.0
    _distribute(fund, amount)


def concession_is_paid(fund: SubFund) -> bool:
    """Targets met, and no sanction in force."""
    city = fund.city
    return fund.test is ReinvestmentTest.MET and city.clock.k >= city.guidance.sanction.withheld_until


def _distribute(fund: SubFund, cash: float) -> None:
    """E6. ``cash`` (CNY) through the waterfall to partners and manager; then the concession."""
    city, terms = fund.city, fund.terms
    catch_up, carry = terms.angel_subfunds_catch_up, terms.angel_subfunds_carry
    capital, preferred, caught, split = waterfall.waterfall(
        cash, fund.capital, fund.preferred, fund.preferred_paid, fund.caught_up, catch_up, carry
    )
    to_manager = waterfall.gp_part(caught, split, catch_up, carry)
    fund.capital -= capital
    fund.preferred -= preferred
    fund.preferred_paid += preferred
    fund.caught_up += caught
    fund.carry_paid += to_manager
    fund.cash -= cash
    if to_manager > 0.0:
        city.ledger.post(q.CARRY, to_manager, fund=fund.account)
    to_partners = cash - to_manager
    excess = caught + split - to_manager
    paid_in = fund.paid_in()
    for partner in fund.partners:
        share = partner.paid / paid_in
        amount = to_partners * share
        if amount <= 0.0:
            continue
        city.ledger.post(partner.distribution_code, amount, fund=fund.account)
        _note(fund, partner, amount)
        if partner is fund.government:
            city.guidance.receive(city.guidance.angel, capital * share, amount - capital * share)
            over = excess * share
            city.guidance.purse.gain += amount - capital * share
            if fund.test is ReinvestmentTest.UNTESTED:
                fund.excess_pending += over
            elif concession_is_paid(fund):
                give_up(fund, over)
    fund.distributed += to_partners
    if fund.policy:
        city.notes.series[S_SUBFUND_DIST] += to_partners


def _note(fund: SubFund, partner: Partner, amount: float) -> None:
    if partner is fund.government:
        fund.government_distributed += amount
    if fund.policy:
        series = fund.city.notes.series
        if partner is fund.government:
            series[S_GOV_DIST] += amount
        elif partner is fund.social:
            series[S_SOCIAL_DIST] += amount


def give_up(fund: SubFund, excess: float) -> None:
    """E6. The concession on government excess, out of what the guidance fund has just received.

    Social partners who have sold their interest are outsiders, to whom nothing is ceded.
    """
    city, terms = fund.city, fund.terms
    ceded = waterfall.concession(excess, terms.angel_subfunds_concession)
    to_social = (0.0, ceded, 0.5 * ceded)[terms.angel_subfunds_concession_to]
    to_manager = ceded - to_social
    if fund.social.paid <= 0.0:
        ceded, to_social = to_manager, 0.0
    if ceded <= 0.0:
        return
    if to_manager > 0.0:
        city.ledger.post(q.CONCESSION_GP, to_manager, fund=fund.account)
    if to_social > 0.0:
        city.ledger.post(q.CONCESSION_SOCIAL, to_social, fund=fund.account)
    city.guidance.cede(ceded, excess, fund.name)
    city.guidance.purse.gain -= ceded
    if fund.policy:
        city.notes.series[S_GOV_DIST] -= ceded
        city.notes.series[S_SOCIAL_DIST] += to_social


def liquidate(fund: SubFund) -> None:
    """E2, E6. Owed fees come before partners; all cash through the waterfall; then the GP's clawback, for the partners alone."""
    fund.pay_owed_fee()
    if fund.cash > 0.0:
        _distribute(fund, fund.cash)
    fund.pot = 0.0
    profit = fund.distributed + fund.carry_paid - fund.called
    back = waterfall.clawback(
        fund.carry_paid, fund.terms.angel_subfunds_carry, profit, fund.capital + fund.preferred
    )
    if back > 0.0:
        _claw_back(fund, back)
    fund.free_commitments()
    fund.phase = Phase.CLOSED
    fund.city.ledger.tie(f"{fund.name} cash", fund.cash, 0.0, fund.account.received)
    fund.city.ledger.close_account(fund.account)
    fund.tell("fund_closed", paid_in=fund.called, distributed=fund.distributed)


def _claw_back(fund: SubFund, amount: float) -> None:
    city = fund.city
    city.ledger.post(q.CLAWBACK, amount, fund=fund.account)
    fund.carry_paid -= amount
    paid_in = fund.paid_in()
    for partner in fund.partners:
        part = amount * partner.paid / paid_in
        if part <= 0.0:
            continue
        city.ledger.post(partner.distribution_code, part, fund=fund.account)
        _note(fund, partner, part)
        if partner is fund.government:
            principal = min(part, fund.capital * partner.paid / paid_in)
            city.guidance.receive(city.guidance.angel, principal, part - principal)
    fund.distributed += amount
    if fund.policy:
        city.notes.series[S_SUBFUND_DIST] += amount
