"""Measure 5 in the reference engine: who appraises, issues securities, redeems vouchers and rewards landings (T1–T7)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from kejin_sim import random as rng
from kejin_sim.ledger import Line, Party
from kejin_sim.measures.commercialisation import ip_rules, landing_rules, pledge_rules, spinout_rules
from kejin_sim.measures.commercialisation import postings as p
from kejin_sim.measures.commercialisation import securitisation_rules as securities
from kejin_sim.measures.commercialisation import voucher_rules as vouchers
from kejin_sim.measures.commercialisation.recording import (
    S_ABS_CASH,
    S_ABS_DEFAULTED,
    S_ABS_FIRMS,
    S_ABS_GUARANTEED,
    S_ABS_ISSUED,
    S_ABS_SENIOR,
    S_CONTRACTS,
    S_EQUITY_FIRMS,
    S_LANDING_PAID,
    S_LANDINGS,
    S_PLEDGE_COST,
    S_VOUCHER_PAID,
    S_VOUCHERS,
    T_ABS_COST,
    T_ABS_EAD,
    T_ABS_FIRST,
    T_ABS_ISSUES,
    T_ABS_POOL,
    T_ABS_RECOVERED,
    T_ABS_SECOND,
    T_ABS_SENIOR,
    T_ABS_SKIPPED,
    T_ABS_SUBSIDISED,
    T_ABS_YEARS,
    T_LOAN_RATE,
    T_SPINOUTS,
    T_SPINOUTS_ALIVE,
    T_UNIVERSITY_IN,
    T_UNIVERSITY_OUT,
    T_VOUCHERS_DOUBLE,
    T_VOUCHERS_REDEEMED,
    T_VOUCHERS_TAKEN,
    T_VOUCHERS_UNPAID,
)
from kejin_sim.measures.commercialisation.spinout_rules import OBSERVED
from kejin_sim.measures.commercialisation.streams import APPRAISAL, LANDING
from kejin_sim.measures.ecosystem.office import Office as Alliance
from kejin_sim.reference.office import Lanes
from kejin_sim.reference.office import Office as Base
from kejin_sim.reference.stakes import Status
from kejin_sim.world import credit as lending
from kejin_sim.world.calendar import period_quota, quarters_in_force
from kejin_sim.world.enterprise import SPINOUT
from kejin_sim.world.promises import share_paid

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise

LINE: Final = Line("commercialisation")


class File:
    """What the measure knows of a firm.

    ``stock`` of R&D (CNY), ``visited_quarter`` and ``score`` as an appraiser last
    saw them; ``pooled``: in a pool, or in default in one; ``lent`` and
    ``interest``: on a pledge since the last visit (CNY); ``gain``: of productivity, by vouchers; ``part``: of the founding
    shares that a university holds.
    """

    def __init__(self) -> None:
        self.visited = False
        self.pooled = False
        self.stock = 0.0
        self.visited_quarter = -1
        self.score = 0.0
        self.lent = 0.0
        self.interest = 0.0
        self.gain = 0.0
        self.part = 0.0


class Member:
    """A firm in a pool: ``principal`` at the issue, ``left`` of it, ``arrears`` of interest and fee, ``ead`` in default,
    ``cost`` of issue, ``paid_year`` interest and fee of the fiscal year in ``quarters`` served, ``growth`` what spending the
    proceeds adds to the firm's quarterly cost (CNY).
    """

    def __init__(self, firm: Enterprise, principal: float, cost: float) -> None:
        self.firm = firm
        self.principal = principal
        self.left = principal
        self.cost = cost
        self.arrears = 0.0
        self.ead = 0.0
        self.recovery_due = -1
        self.paid_year = 0.0
        self.quarters = 0
        self.growth = 0.0
        self.growth_began = (firm.raised, firm.sustained)

    def spend(self, proceeds: float, term: int) -> None:
        """A part of the proceeds is spent evenly over the term."""
        firm = self.firm
        share = firm.city.settings.behaviour.loan_spending
        self.growth = lending.growth_spending(proceeds, share, term, firm.sustained)
        firm.cost += self.growth

    def end_growth(self) -> None:
        """The proceeds are spent."""
        self.firm.stop_spending(self.growth, self.growth_began)
        self.growth = 0.0

    @property
    def open(self) -> bool:
        """Is anything outstanding, good or bad?"""
        return self.left > 0.0 or self.ead > 0.0


class Issue:
    """One year's securities (T4): the pool, its account, what is owed to investors and guarantor."""

    def __init__(self, office: Office, members: list[Member], senior: float) -> None:
        rules, clock = office.rules, office.clock
        self.office = office
        self.members = members
        self.policy = not clock.burn_in
        self.term: int = rules.securitisation_term
        self.due: int = clock.k + rules.securitisation_term
        self.coupon: float = rules.securitisation_coupon
        self.fee: float = rules.securitisation_guarantee_fee
        self.lgd: float = rules.securitisation_lgd
        self.pool = 0.0
        for member in members:
            self.pool += member.principal
        self.senior_issued = senior
        self.senior = senior
        self.guarantee = rules.securitisation_guarantor_cover * senior
        self.claimed = 0.0
        self.interest_arrears = 0.0
        self.fee_arrears = 0.0
        self.cash = 0.0

    def count(self, statistic: int, amount: float) -> None:
        """Statistics count what was issued after the books opened."""
        if self.policy:
            self.office.notes.stats[statistic] += amount

    def quarter(self) -> None:
        """Firms pay, the account pays; when nothing is outstanding the issue is wound up."""
        for member in self.members:
            self.cash += self._serve(member)
        self.distribute()

    @property
    def settled(self) -> bool:
        """Is the term over and nothing outstanding from the firms?"""
        return self.office.clock.k >= self.due and not any(member.open for member in self.members)

    def _serve(self, member: Member) -> float:
        """A quarter of one firm. Returns what the account receives."""
        office, firm = self.office, member.firm
        k = office.clock.k
        received = 0.0
        if member.left > 0.0:
            fails = firm.status is Status.FAILED
            if firm.gone and not fails:
                received = member.left
                office.post(p.ABS_BUYER_REPAID, received, firm)
                member.left = 0.0
                member.arrears = 0.0
            elif not fails:
                received = self._collect(member, k)
                fails = member.left > 0.0 and k >= self.due
                firm.securitised = 0.0 if fails else member.left
                if member.left <= 0.0 or fails:
                    member.end_growth()
            if fails:
                member.ead = member.left
                member.left = 0.0
                member.recovery_due = k + round(4.0 * office.city.settings.world.credit_recovery_years)
                office.notes.series[S_ABS_DEFAULTED] += member.ead
                self.count(T_ABS_EAD, member.ead)
                firm.tell("abs_default", amount=member.ead)
        if member.ead > 0.0 and k >= member.recovery_due:
            received += self.recover(member)
        return received

    def _collect(self, member: Member, k: int) -> float:
        """A firm in business pays what it can: interest and fee first, then principal."""
        office, firm = self.office, member.firm
        member.quarters += 1
        due = member.arrears + lending.interest(member.left, self.coupon + self.fee)
        paid = min(firm.cash, due)
        if paid > 0.0:
            office.post(p.ABS_FIRM_INTEREST, paid, firm)
            firm.cash -= paid
            member.paid_year += paid
        member.arrears = due - paid
        back = min(firm.cash, lending.principal_due(member.left, self.due - k + 1, 1))
        if back > 0.0:
            office.post(p.ABS_FIRM_PRINCIPAL, back, firm)
            firm.cash -= back
            member.left -= back
        if member.left <= 0.0:
            office.files[firm].pooled = False
        return paid + back

    def recover(self, member: Member) -> float:
        """What a failed firm still brings. Returns what the account receives."""
        amount = (1.0 - self.lgd) * member.ead
        if amount > 0.0:
            self.office.post(p.ABS_RECOVERY, amount, member.firm)
        self.count(T_ABS_RECOVERED, amount)
        member.ead = 0.0
        return amount

    def distribute(self) -> None:
        """Senior notes, guarantor's fee and claims in order; the guarantor makes up what is short."""
        office = self.office
        k, post = office.clock.k, office.post
        interest, fee = self.interest_arrears, self.fee_arrears
        if k <= self.due:
            interest += lending.interest(self.senior, self.coupon)
            fee += lending.interest(self.senior, self.fee)
            self.count(T_ABS_YEARS, 0.25 * self.senior)
        principal = lending.principal_due(self.senior, self.due - k + 1, 1)
        interest_paid, principal_paid, claim, fee_paid, reimbursed, rest = securities.waterfall(
            self.cash, interest, principal, fee, self.claimed, self.guarantee - self.claimed
        )
        for code, amount in (
            (p.ABS_CLAIM, claim),
            (p.ABS_INTEREST, interest_paid),
            (p.ABS_PRINCIPAL, principal_paid),
            (p.ABS_GUARANTEE_FEE, fee_paid),
            (p.ABS_REIMBURSED, reimbursed),
        ):
            if amount > 0.0:
                post(code, amount)
        self.interest_arrears = interest - interest_paid
        self.senior -= principal_paid
        self.fee_arrears = fee - fee_paid
        self.claimed += claim - reimbursed
        self.cash = rest
        self.count(T_ABS_COST, interest_paid + fee_paid)

    def wind_up(self) -> None:
        """What is left goes back to the firms by their principal; the losses are known."""
        office, left = self.office, self.cash
        self.count(T_ABS_FIRST, max(0.0, self.pool - self.senior_issued - left))
        self.count(T_ABS_SECOND, self.claimed)
        self.count(T_ABS_SENIOR, self.senior)
        for member in self.members:
            firm = member.firm
            part = self.cash if member is self.members[-1] else left * member.principal / self.pool
            if part > 0.0:
                if firm.gone:
                    office.post(p.ABS_RESIDUAL_ESTATE, part)
                else:
                    office.post(p.ABS_RESIDUAL, part, firm)
                    firm.cash += part
            self.cash -= part
        self.cash = 0.0

    def settle_at_horizon(self) -> None:
        """All that is outstanding is settled from outside, recoveries come at once."""
        for member in self.members:
            if member.left > 0.0:
                self.office.post(p.ABS_HORIZON, member.left)
                self.cash += member.left
                member.left = 0.0
            if member.ead > 0.0:
                self.cash += self.recover(member)
        self.due = min(self.due, self.office.clock.k - 1)
        self.distribute()
        self.wind_up()


class Office(Base):
    """The office of commercialisation.

    ``files``: of every firm it has dealt with; ``issues``: open, the oldest first; ``candidates``: firms for the year's pool,
    best score first; ``held``: spin-outs in which a university holds shares; ``pledged``: lent on pledges this fiscal year, by
    bank (CNY).
    """

    def __init__(self, city: City, room: str) -> None:
        super().__init__(city, room)
        self.files: dict[Enterprise, File] = {}
        self.issues: list[Issue] = []
        self.candidates: list[tuple[float, Enterprise]] = []
        self.part = 0.0  # of a year that the running fiscal period is
        self.issues_allowed = 0  # of securities in it (T4)
        self.landing_due = self.landing_paid = 0.0  # landing awards of this fiscal year (CNY, T7)
        self.landing_share = 1.0  # paid of those due in the last fiscal year
        self.newborn: list[Enterprise] = []
        self.held: list[Enterprise] = []
        self.pledged = [0.0] * len(self.city.settings.world.credit_appetite)

    def post(self, code: int, amount: float, firm: Enterprise | None = None) -> None:
        """A posting that concerns a firm, or none."""
        self.city.ledger.post(code, amount, firm=firm.account if firm is not None else None)

    def file(self, firm: Enterprise) -> File:
        """The file of a firm, opened when it is first asked for."""
        return self.files.setdefault(firm, File())

    # Lending asks what a pledge is worth and tells what it does on it.

    def ip_value(self, firm: Enterprise) -> float:
        """T1. What a firm's intellectual property was appraised at on its last visit (CNY)."""
        rules, file, city = self.rules, self.file(firm), self.city
        if not file.visited:
            return 0.0
        u = rng.uniforms(city.seed, APPRAISAL, city.path, firm.profile.entity, file.visited_quarter)[0]
        return ip_rules.appraised(
            file.stock, rules.ip_multiple, rules.ip_score, file.score, rules.ip_noise, rng.normal(u)
        )

    def note_pledge(self, firm: Enterprise, bank: int, amount: float) -> None:
        """T1. A bank has lent on a firm's pledge."""
        self.file(firm).lent += amount
        self.pledged[bank] += amount

    def note_pledge_interest(self, firm: Enterprise, amount: float) -> None:
        """T1. A firm has paid interest on its pledged loan."""
        self.file(firm).interest += amount

    # The moments of a quarter.

    def open_year(self) -> None:
        """A year's candidates for a pool, its pledged loans and its landing awards are counted anew."""
        clock = self.clock
        self.candidates.clear()
        self.part = 0.25 * quarters_in_force(clock.quarter_of_year, clock.period_end)
        self.issues_allowed = period_quota(1, clock.quarter_of_year, clock.period_end)
        known = share_paid(self.landing_paid, self.landing_due, self.landing_share)
        self.landing_share = known if self.in_force else 1.0
        self.landing_due = self.landing_paid = 0.0
        self.pledged = [0.0] * len(self.city.settings.world.credit_appetite)

    def influence(self) -> None:
        """T6, T7. Spin-outs that come because of the measure: of what it pays, not of its name."""
        rules = self.rules
        if self.in_force:
            if rules.equity_on == 1 and min(rules.equity_cash_ratio, rules.equity_cash_cap) > 0.0:
                self.city.spinouts += 0.25 * rules.equity_extra_spinouts
            if self.city.treasury.lines[LINE].year_appropriated > 0.0:
                self.city.spinouts += landing_rules.induced(
                    rules.landing_national, rules.landing_provincial, rules.landing_award_national,
                    rules.landing_award_provincial, rules.landing_induced, self.landing_share,
                )  # fmt: skip

    def arrive(self) -> None:
        """T6, and who may get a landing award (T7)."""
        self.newborn.clear()
        if not self.in_force:
            return
        k = self.clock.k
        for firm in self.city.everybody[self._arrived(k) :]:
            if firm.profile.kind == SPINOUT:
                self.newborn.append(firm)
                if self.rules.equity_on == 1:
                    self._contribute(firm)

    def _arrived(self, k: int) -> int:
        """Place of the quarter's first arrival among everybody."""
        begin = len(self.city.everybody)
        while begin > 0 and self.city.everybody[begin - 1].profile.arrival == k:
            begin -= 1
        return begin

    def _contribute(self, firm: Enterprise) -> None:
        """T6. A university brings intellectual property and cash into a new spin-out."""
        rules, file, value = self.rules, self.file(firm), firm.value
        ip_value = spinout_rules.valuation(value, rules.equity_ip_share)
        cash = spinout_rules.cash_part(ip_value, rules.equity_cash_ratio, rules.equity_cash_cap)
        file.part = spinout_rules.university_share(value, ip_value, cash, rules.equity_inventor_share)
        if cash > 0.0:
            self.post(p.UNIVERSITY_CASH, cash, firm)
            firm.cash += cash
            firm.log_value = math.log(value + cash)
            firm.mark = firm.mark_before = value + cash
            self.notes.stats[T_UNIVERSITY_IN] += cash
        self.notes.series[S_EQUITY_FIRMS] += 1.0
        firm.tell("university_shares", part=file.part, ip_value=ip_value, cash=cash)
        if file.part > 0.0:
            self.held.append(firm)

    def serve(self) -> None:
        """T4: every open issue. T6: universities whose firm was sold are paid."""
        for issue in self.issues:
            issue.quarter()
            if issue.settled:
                issue.wind_up()
        self.issues = [issue for issue in self.issues if not issue.settled]
        for firm in self.held:
            if firm.gone:
                self._pay_university(firm)
        self.held = [firm for firm in self.held if not firm.gone]

    def _pay_university(self, firm: Enterprise, code: int = p.UNIVERSITY_PROCEEDS) -> None:
        """T6. A university's founding shares, diluted by every issue since, of what the firm was sold for."""
        amount = spinout_rules.proceeds(firm.exit_price, firm.kept, self.file(firm).part)
        if amount > 0.0:
            self.post(code, amount)
            self.notes.stats[T_UNIVERSITY_OUT] += amount
            firm.tell("university_paid", amount=amount)

    def firm_year(self, firm: Enterprise, u: Lanes) -> None:
        """T1, T2, T4, T5."""
        rules = self.rules
        file = self.file(firm)
        if file.gain > 0.0:
            self._set_gain(firm, file, vouchers.faded(file.gain, rules.voucher_fade))
        if rules.enabled == 0:
            return
        spending = firm.revenue if firm.short else firm.cost
        research = ip_rules.research_of_year(spending, self.city.settings.world.city_rd_share)
        self._appraise(firm, file, research)
        if file.lent > 0.0 or file.interest > 0.0:
            self._subsidise_pledge(firm, file)
        if not self.in_force:
            return
        if vouchers.takes(u[1], rules.voucher_take_up):
            self._use_voucher(firm, file, research, u[1])
        if (
            rules.securitisation_on == 1
            and securities.eligible(
                firm.stage, firm.percentile, 4.0 * firm.revenue, file.pooled, firm.bad_mark, rules.securitisation_min_stage,
                rules.securitisation_min_score, rules.securitisation_min_sales,
            )
            and self._possible_ticket(firm) > 0.0
        ):  # fmt: skip
            self.candidates.append((firm.percentile, firm))

    def _appraise(self, firm: Enterprise, file: File, research: float) -> None:
        """T1. A firm's stock of R&D, and what an appraiser sees of the firm."""
        rules = self.rules
        if not file.visited:
            file.stock = ip_rules.opening_stock(research, rules.ip_depreciation, 0.25 * firm.age)
            file.visited = True
        else:
            file.stock = ip_rules.stock(file.stock, research, rules.ip_depreciation)
        file.visited_quarter = self.clock.k
        file.score = firm.score

    def _subsidise_pledge(self, firm: Enterprise, file: File) -> None:
        """T1, T2. The firm pays for the appraisal of a new pledge, and a part of what it has paid comes back."""
        rules = self.rules
        fee = 0.0
        if file.lent > 0.0:
            fee = min(firm.cash, pledge_rules.appraisal_fee(file.lent, rules.pledge_appraisal_fee))
            if fee > 0.0:
                self.post(p.APPRAISAL_FEE, fee, firm)
                firm.cash -= fee
        self.notes.series[S_PLEDGE_COST] += file.interest + fee
        amount = pledge_rules.cost_subsidy(
            file.interest, fee, rules.pledge_subsidy_share, rules.pledge_subsidy_cap
        )
        pays = self.in_force and rules.pledge_on == 1 and amount > 0.0
        if pays and self.city.treasury.pay_covered(LINE, p.PLEDGE_SUBSIDY, amount, firm=firm.account):
            firm.cash += amount
            firm.support()
        file.lent = 0.0
        file.interest = 0.0

    def _use_voucher(self, firm: Enterprise, file: File, research: float, u: float) -> None:
        """T5. A technical contract with a voucher."""
        rules, stats, series = self.rules, self.notes.stats, self.notes.series
        contract = vouchers.contract(research, rules.voucher_contract_share, rules.voucher_min_contract)
        amount = vouchers.voucher(contract, rules.voucher_rate, rules.voucher_cap)
        if amount <= 0.0:
            return
        alliance = self.city.rooms.offices["ecosystem"]
        accepted = vouchers.accepted(u, rules.voucher_take_up, rules.voucher_acceptance)
        extra = vouchers.own_part(contract, amount, rules.voucher_anyway)
        # Nothing is saved by refusing what would not have been paid.
        left = self.city.treasury.lines[LINE].spendable
        redeemed = vouchers.redeemed(accepted, extra, firm.cash, amount, left)
        if isinstance(alliance, Alliance) and alliance.refuses_duplicate(firm, amount if redeemed else 0.0):
            stats[T_VOUCHERS_DOUBLE] += 1.0
            return
        stats[T_VOUCHERS_TAKEN] += 1.0
        if not accepted:
            firm.tell("voucher_rejected", contract=contract)
            return
        if extra > firm.cash or not self.city.treasury.pay_covered(LINE, p.VOUCHER, amount, firm=firm.account):
            stats[T_VOUCHERS_UNPAID] += 1.0
            return
        if extra >= 0.0:
            self.post(p.VOUCHER_OWN, extra, firm)
        else:
            self.post(p.VOUCHER_SAVED, -extra, firm)
        firm.cash -= extra
        firm.support()
        stats[T_VOUCHERS_REDEEMED] += 1.0
        series[S_VOUCHERS] += 1.0
        series[S_VOUCHER_PAID] += amount
        series[S_CONTRACTS] += contract
        firm.tell("voucher", contract=contract, amount=amount)
        more = vouchers.gain(rules.voucher_effect, contract, rules.voucher_anyway, research)
        if more > 0.0:
            self._set_gain(firm, file, file.gain + more)

    def _set_gain(self, firm: Enterprise, file: File, gain: float) -> None:
        """T5. What vouchers add to a firm's productivity becomes ``gain``."""
        firm.lift(0.0, (1.0 + gain) / (1.0 + file.gain))
        file.gain = gain

    def award(self) -> None:
        """T7 every quarter; T3, T4 at the end of a fiscal year, or of the part of it that the policy lasts: of the two parts of
        a broken year one has the issue of securities.
        """
        if self.in_force:
            self._award_landings()
        if self.clock.quarter_of_year != self.clock.period_end:
            return
        if self.in_force:
            self._award_banks()
            self._subsidise_securities()
        for issue in self.issues:
            for member in issue.members:
                member.paid_year = 0.0
                member.quarters = 0
        if self.in_force and self.rules.securitisation_on == 1 and self.issues_allowed > 0:
            self._issue()

    def _award_landings(self) -> None:
        """T7. Each prize project that lands: to the best spin-out of the quarter without an award, or to the team."""
        rules, series, treasury = self.rules, self.notes.series, self.city.treasury
        u_national, u_provincial, _, _ = self.draw(LANDING, 0)
        national = landing_rules.landings(u_national, rules.landing_national)
        provincial = landing_rules.landings(u_provincial, rules.landing_provincial)
        for project in range(national + provincial):
            is_national = 1 if project < national else 0
            amount = landing_rules.award(
                is_national, 1 - is_national, rules.landing_award_national, rules.landing_award_provincial
            )
            series[S_LANDINGS] += 1.0
            if amount <= 0.0:
                continue
            self.landing_due += amount
            there = [firm for firm in self.newborn if firm.status is Status.ACTIVE]
            best = max(there, key=lambda firm: firm.percentile, default=None)
            if best is None:
                paid = treasury.pay_covered(LINE, p.LANDING_TEAM, amount)
            else:
                paid = treasury.pay_covered(LINE, p.LANDING_FIRM, amount, firm=best.account)
            if not paid:
                continue
            self.landing_paid += amount
            series[S_LANDING_PAID] += amount
            if best is None:
                self.tell("landing", "", amount=amount, national=bool(is_national))
            else:
                best.cash += amount
                best.support()
                self.newborn.remove(best)
                best.tell("landing", amount=amount, national=bool(is_national))

    def _award_banks(self) -> None:
        """T3. Banks are rewarded for the year's pledged loans."""
        rules, banks = self.rules, self.city.lending.banks
        for number, volume in enumerate(self.pledged):
            amount = pledge_rules.institution_award(volume, rules.pledge_award_rate, rules.pledge_award_cap * self.part)
            if amount > 0.0:
                name = banks.all[number].key
                self.city.treasury.pay_most(LINE, p.INSTITUTION_AWARD, amount, bank=name)
        self.pledged = [0.0] * len(self.city.settings.world.credit_appetite)

    def _subsidise_securities(self) -> None:
        """T4. A part of the year's all-in cost of every firm in a pool."""
        share = self.rules.securitisation_subsidy_share
        for issue in self.issues:
            for member in issue.members:
                firm = member.firm
                if firm.gone:
                    continue
                sold = issue.senior_issued / issue.pool
                cost = securities.all_in_cost(member.paid_year, sold, member.cost, member.quarters, issue.term)
                wanted = securities.subsidy(cost, share)
                if wanted > 0.0:
                    amount = self.city.treasury.pay_most(LINE, p.ABS_SUBSIDY, wanted, firm=firm.account)
                    if amount > 0.0:
                        firm.cash += amount
                        firm.support()
                        issue.count(T_ABS_SUBSIDISED, amount)

    def _possible_ticket(self, firm: Enterprise) -> float:
        """T4. What a firm can bring into a pool on the appraisal of its last visit; 0 where that is too little to take it."""
        rules = self.rules
        return securities.ticket(
            rules.securitisation_pool, rules.securitisation_firms, rules.securitisation_ltv, self.ip_value(firm),
            rules.securitisation_min_ticket,
        )  # fmt: skip

    def _issue(self) -> None:
        """T4. The year's candidates become a pool, investors subscribe the senior notes, the firms get the proceeds."""
        rules, stats, series = self.rules, self.notes.stats, self.notes.series
        best = sorted(self.candidates, key=lambda candidate: -candidate[0])[: securities.CANDIDATES]
        self.candidates.clear()
        members: list[Member] = []
        parts: list[float] = []
        for _, firm in best:
            if len(members) == rules.securitisation_firms:
                break
            if firm.status is not Status.ACTIVE or self.file(firm).pooled or firm.bad_mark:
                continue
            amount = self._possible_ticket(firm)
            if amount > 0.0:
                part = securities.senior_part(amount, rules.securitisation_overcollateral)
                members.append(Member(firm, amount, securities.issue_cost(part, rules.securitisation_issue_cost)))
                parts.append(part)
        if len(members) < rules.securitisation_min_firms:
            stats[T_ABS_SKIPPED] += 1.0
            return
        senior = costs = 0.0
        for part in parts:
            senior += part
        self.post(p.ABS_SUBSCRIBED, senior)
        for member, part in zip(members, parts, strict=True):
            firm = member.firm
            firm.cash += part - member.cost
            firm.securitised = member.principal
            member.spend(part - member.cost, rules.securitisation_term)
            self.post(p.ABS_PROCEEDS, part - member.cost, firm)
            self.file(firm).pooled = True
            costs += member.cost
            firm.tell("securitised", principal=member.principal, proceeds=part - member.cost)
        self.post(p.ABS_ISSUE_COST, costs)
        issue = Issue(self, members, senior)
        self.issues.append(issue)
        series[S_ABS_ISSUED] += senior
        series[S_ABS_FIRMS] += float(len(members))
        stats[T_ABS_ISSUES] += 1.0
        stats[T_ABS_POOL] += issue.pool
        stats[T_ABS_COST] += costs

    def end(self) -> None:
        """The horizon: what is outstanding is settled, universities are paid."""
        for issue in self.issues:
            issue.settle_at_horizon()
        self.issues.clear()
        for firm in self.held:
            self._pay_university(firm, p.HORIZON_UNIVERSITY)
        self.held.clear()

    def check(self) -> None:
        """The cash of all issues is what the ledger says of the special plans."""
        account = self.city.ledger.alone[Party.IP_ABS]
        cash = 0.0
        for issue in self.issues:
            cash += issue.cash
        self.city.ledger.tie("ip_abs", cash, account.balance, account.received)

    def close(self) -> None:
        series = self.notes.series
        for issue in self.issues:
            series[S_ABS_SENIOR] += issue.senior
            series[S_ABS_GUARANTEED] += min(issue.senior, issue.guarantee - issue.claimed)
            series[S_ABS_CASH] += issue.cash

    def finish(self) -> None:
        """Spin-outs founded after the opening that could be observed for three years, and those still there then; what an
        ordinary loan costs.
        """
        clock, stats, world = self.clock, self.notes.stats, self.city.settings.world
        spreads = 0.0
        for spread in world.credit_spread:
            spreads += spread
        stats[T_LOAN_RATE] = world.macro_lpr + spreads / len(world.credit_spread)
        for firm in self.city.everybody:
            profile = firm.profile
            if profile.kind != SPINOUT or profile.outside or profile.arrival < clock.opening:
                continue
            seen = profile.arrival + OBSERVED
            if seen <= clock.last + 1:
                stats[T_SPINOUTS] += 1.0
                if firm.status is not Status.FAILED or firm.end_quarter >= seen:
                    stats[T_SPINOUTS_ALIVE] += 1.0
