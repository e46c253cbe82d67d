"""Lending at the end of a quarter and of the horizon: exposures, subsidies, rebates, ranking; closing balances and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kejin_sim.ledger import Line, Party
from kejin_sim.measures.commercialisation import postings as ip
from kejin_sim.measures.credit import compensation_rules, loan_rules, pool_rules
from kejin_sim.measures.credit import postings as p
from kejin_sim.measures.credit.recording import (
    S_BALANCE,
    S_GUARANTEE_PUBLIC,
    S_GUARANTEED,
    S_GUARANTOR,
    S_OVERDUE,
    S_POLICY_BALANCE,
    S_POOL,
    S_POOL_PUBLIC,
    S_PRIZE,
    S_RELEASED,
    S_RELEND,
    S_STOPPED,
    T_BANK_BALANCE,
    T_BANK_OVERDUE,
)
from kejin_sim.reference import settlement
from kejin_sim.reference.banks import SCHEME_NONE, SCHEME_POOL
from kejin_sim.reference.loan import Product, State
from kejin_sim.world import postings as w

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.lending import Lending

LENT: Final = (w.LOAN, p.POLICY_LOAN, ip.PLEDGED_LOAN)
REPAID: Final = (
    w.LOAN_REPAID, p.POLICY_REPAID, ip.PLEDGED_REPAID, w.LOAN_REPAID_EXIT, p.POLICY_REPAID_EXIT, ip.PLEDGED_REPAID_EXIT,
    w.HORIZON_LOAN,
)  # fmt: skip


def close_quarter(lending: Lending) -> None:
    """Step 11. Exposures and stop-loss every quarter; at the end of a fiscal year, or of the part of it that the
    policy lasts, subsidies, rebates, ranking, winding-up.
    """
    city, rules = lending.city, lending.city.credit_rules
    product = lending.scheme_product
    guaranteed = lending.outstanding(Product.GUARANTEED)
    lending.guarantor.note_quarter((1.0 - rules.guarantee_bank_share) * guaranteed)
    lending.stop_loss.test(0.0 if product is None else lending.outstanding(product))
    city.notes.series[S_PRIZE] += lending.banks.prize(lending.loans)
    for loan in lending.loans:
        if loan.product is Product.LAYERED:
            lending.compensation.balances[loan.bank.number] += loan.balance
    # The opening, the end of the policy and the horizon may cut a fiscal year in two.
    if city.clock.quarter_of_year != city.clock.period_end and not city.clock.is_last:
        return
    if lending.policy:
        subsidise_interest(lending)
        lending.guarantor.receive_rebate()
        lending.banks.rank()
    lending.guarantor.year_sum = 0.0
    lending.compensation.pay_layers(lending.banks.all)
    over = rules.enabled == 0 or not city.clock.policy_next_year
    products = {loan.product for loan in lending.loans}
    if (over or rules.scheme != SCHEME_POOL) and Product.POOL not in products and lending.pool.funded > 0.0:
        lending.pool.wind_up()
    if (over or rules.guarantee_on == 0) and Product.GUARANTEED not in products and lending.guarantor.funded > 0.0:
        lending.guarantor.wind_up()


def subsidise_interest(lending: Lending) -> None:
    """C3. Part of the interest that white-listed borrowers paid this year comes back; all alike when money is short."""
    city, rules = lending.city, lending.city.credit_rules
    wishes = []
    wanted = 0.0
    for loan in lending.loans:
        if loan.listed and not loan.firm.gone:
            subsidy = loan_rules.interest_subsidy(
                loan.interest_year, rules.interest_subsidy_share, rules.interest_subsidy_cap
            )
            wishes.append((loan.firm, subsidy))
            wanted += subsidy
    if wanted <= 0.0:
        return
    scale = loan_rules.prorated(city.treasury.lines[Line("interest_subsidy")].spendable, wanted)
    if scale < 1.0:
        city.treasury.refuse((1.0 - scale) * wanted, "interest_subsidy")
    for firm, subsidy in wishes:
        amount = scale * subsidy
        if amount > 0.0:
            city.treasury.pay(Line("interest_subsidy"), p.INTEREST_SUBSIDY, amount, firm=firm.account)
            firm.cash += amount
            firm.support()


def run_off(lending: Lending) -> None:
    """Z1. Good loans are repaid from outside, bad ones settled at once, pool and guarantor returned."""
    for loan in lending.loans:
        if loan.state is State.DEFAULTED:
            if loan.claim_due >= 0:
                settlement.settle_claim(loan)
            settlement.settle_recovery(loan)
        else:
            loan.run_off()
    lending.loans.clear()
    if lending.pool.funded > 0.0:
        lending.pool.wind_up()
    if lending.guarantor.funded > 0.0:
        lending.guarantor.wind_up()


class CreditBooks:
    """Closing balances of lending, and how they are held against the ledger.

    ``principal``: loans open or in default by the postings; ``settled``: exposure settled this quarter;
    ``relending``: by the postings (CNY).
    """

    def __init__(self, city: City) -> None:
        self.city = city
        self.principal = 0.0
        self.settled = 0.0
        self.relending = 0.0
        self.lent = 0.0

    def write(self) -> None:
        """Step 12. Closing balances."""
        city = self.city
        lending, series, stats = city.lending, city.notes.series, city.notes.stats
        total = policy = arrears = relending = 0.0
        pooled = compensated = layered = guaranteed = 0.0
        rules = city.credit_rules
        for loan in lending.loans:
            total += loan.balance
            relending += loan.relending
            if loan.product is Product.POOL:
                pooled += loan.at_risk
            elif loan.product is Product.COMPENSATED:
                compensated += lending.compensation.promised(loan)
            elif loan.product is Product.LAYERED:
                layered += loan.at_risk
            elif loan.product is Product.GUARANTEED:
                guaranteed += lending.guarantor.own_part(loan)
            if not loan.listed:
                continue
            # A guarantor or an insurer that has paid holds the claim in the bank's place; a pool shares the loss and does not.
            bad = loan.exposure - loan.paid.guarantor - loan.paid.insurer
            policy += loan.balance + bad
            stats[T_BANK_BALANCE + loan.bank.number] += loan.balance + bad
            if loan.state is State.DEFAULTED:
                arrears += bad
                stats[T_BANK_OVERDUE + loan.bank.number] += bad
        series[S_BALANCE] = total
        series[S_POLICY_BALANCE] = policy
        series[S_OVERDUE] = arrears
        series[S_POOL] = lending.pool.cash
        series[S_GUARANTEED] = lending.guarantor.guaranteed.quarters[0]
        series[S_RELEASED] = (1.0 - rules.guarantee_bank_share) * lending.guarantor.released
        lending.guarantor.released = 0.0
        series[S_GUARANTEE_PUBLIC] = guaranteed + lending.guarantor.beyond_cap(
            [loan for loan in lending.loans if loan.product is Product.GUARANTEED]
        )
        layered *= compensation_rules.layer_most(rules.layer_attachment, rules.layer_detachment, rules.layer_share)
        series[S_POOL_PUBLIC] = lending.pool.public_exposure(pooled) + pool_rules.public_exposure(
            compensated + layered, 1.0, city.treasury.lines[Line("risk_pool")].spendable
        )
        series[S_GUARANTOR] = lending.guarantor.cash
        series[S_RELEND] = relending
        binds = city.clock.policy_next_year and rules.enabled == 1 and rules.scheme != SCHEME_NONE
        series[S_STOPPED] = float(binds and lending.stop_loss.stopped)

    def check(self) -> None:
        """Pool and guarantor have what the ledger says; loans and relending are what was paid out and not back."""
        ledger, lending = self.city.ledger, self.city.lending
        flows, tie = ledger.flows, ledger.tie
        for what, cash, party in (
            ("risk pool", lending.pool.cash, Party.RISK_POOL),
            ("guarantee company", lending.guarantor.cash, Party.GUARANTEE_COMPANY),
        ):
            account = ledger.alone[party]
            tie(what, cash, account.balance, account.received)
        for code in LENT:
            self.principal += flows[code]
            self.lent += flows[code]
        for code in REPAID:
            self.principal -= flows[code]
        self.principal -= self.settled
        self.settled = 0.0
        self.relending += flows[p.RELEND] - flows[p.RELEND_REPAID]
        principal = relending = 0.0
        for loan in lending.loans:
            principal += loan.balance + loan.exposure
            relending += loan.relending
        tie("loans", principal, self.principal, self.lent)
        tie("relending", relending, self.relending, self.lent)
