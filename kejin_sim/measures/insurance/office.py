"""Measure 3 in the reference engine: insurers, their pool, and the policies of firms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kejin_sim.ledger import Line, Party
from kejin_sim.measures.insurance import postings as p
from kejin_sim.measures.insurance import recording as r
from kejin_sim.measures.insurance import streams
from kejin_sim.measures.insurance.backstop_rules import backstop, insurers_money
from kejin_sim.measures.insurance.cover_rules import (
    asset_claim,
    damage,
    insured_assets,
    insured_first_set,
    insured_ip,
    insured_research,
    ip_claim,
    research_claim,
)
from kejin_sim.measures.insurance.pool_rules import (
    call,
    ceded_share,
    commission,
    expenses,
    follower_share,
    lead_fee,
    lead_part,
    surplus,
)
from kejin_sim.measures.insurance.premium_rules import (
    buys,
    known_probability,
    listens,
    net_ratio,
    own_probability,
    premium,
    priced_probability,
    safer,
    severity_ip,
    severity_research,
    severity_share,
)
from kejin_sim.measures.insurance.subsidy_rules import (
    left_of_year,
    line_subsidy,
    other_subsidy,
    within_stack,
    yearly_subsidy,
)
from kejin_sim.recording import S_SOCIAL_CALLS
from kejin_sim.reference.office import Lanes
from kejin_sim.reference.office import Office as Base
from kejin_sim.world.calendar import quarters_in_force
from kejin_sim.world.failure import fails, quality_slope, threshold
from kejin_sim.world.promises import share_paid

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise

LINE: Final = Line("premium_subsidy")
RESEARCH, IP, EQUIPMENT, FIRST_SET = KINDS = range(4)
PREMIUMS: Final = (p.PREMIUM_RD, p.PREMIUM_IP, p.PREMIUM_EQUIPMENT, p.PREMIUM_FIRST_SET)
CLAIMS: Final = (p.CLAIM_RD, p.CLAIM_IP, p.CLAIM_EQUIPMENT, p.CLAIM_FIRST_SET)
PREMIUM_STATS: Final = (r.T_PREMIUM_RD, r.T_PREMIUM_IP, r.T_PREMIUM_EQUIPMENT, r.T_PREMIUM_FIRST_SET)
CLAIM_STATS: Final = (r.T_CLAIMS_RD, r.T_CLAIMS_IP, r.T_CLAIMS_EQUIPMENT, r.T_CLAIMS_FIRST_SET)
WORDS: Final = ("rd", "ip", "equipment", "first_set")


@dataclass
class Policy:
    """A firm's cover of a year. ``insured``, ``ceded`` by line; ``spent``: eligible research since inception (CNY)."""

    firm: Enterprise
    began: int
    wait: int
    pooled: bool
    insured: list[float] = field(default_factory=lambda: [0.0] * len(KINDS))
    ceded: list[float] = field(default_factory=lambda: [0.0] * len(KINDS))
    subsidy: float = 0.0
    other: float = 0.0
    spent: float = 0.0


class Office(Base):
    """Who insures: sells policies at yearly visits, pays claims, keeps the pool's account."""

    def __init__(self, city: City, room: str) -> None:
        super().__init__(city, room)
        self.policies: list[Policy] = []
        self.pool = 0.0  # balance of the pool's account
        self.year_premium = 0.0  # of the calendar year, net of cession
        self.part = 0.0  # of a year that the running fiscal period is
        self.period_premium = self.period_claims = 0.0  # of that period, net of cession and of reinsurers
        self.subsidy_due = self.subsidy_paid = 0.0  # by the city, of the fiscal year's policies that ended (CNY)
        self.subsidy_share = 1.0  # paid of what was due in the last fiscal year

    # Selling

    def firm_year(self, firm: Enterprise, u: Lanes) -> None:
        """I1. A firm considers its cover of the coming year, line by line."""
        rules = self.rules
        if not self.in_force or rules.takeup_reach <= 0.0:
            return
        stats = self.notes.stats
        stats[r.T_LOW_VISITS if self._safer(firm) else r.T_HIGH_VISITS] += 1.0
        if not listens(u[0], rules.takeup_reach, rules.takeup_base):
            return
        policy = Policy(firm, self.clock.k, rules.rd_wait, rules.pool_on == 1)
        for line in KINDS:
            insured = self._sum_insured(firm, line)
            if insured > 0.0:
                self._consider(firm, policy, line, insured, u[0])
        if any(policy.insured):
            self._begin(policy)

    @property
    def _promised(self) -> float:
        """Share of the city's subsidy that firms count on: what was paid of the last year's, nothing without an appropriation."""
        return self.subsidy_share if self.city.treasury.lines[LINE].year_appropriated > 0.0 else 0.0

    def _safer(self, firm: Enterprise) -> bool:
        """Does the firm know that its research is safer than the average?"""
        return safer(self.rules.risk_quality[RESEARCH], firm.profile.quality)

    def _sum_insured(self, firm: Enterprise, line: int) -> float:
        rules, world = self.rules, self.city.settings.world
        match line:
            case 0:
                return insured_research(
                    firm.cost, firm.revenue, firm.cash, world.city_rd_share, rules.rd_eligible, rules.rd_wait,
                    rules.rd_limit,
                )  # fmt: skip
            case 1:
                return insured_ip(firm.value, rules.ip_value_share, rules.ip_limit)
            case 2:
                return insured_assets(firm.cost, rules.equipment_assets, rules.equipment_limit)
        return insured_first_set(
            firm.revenue, rules.first_set_sales_share, rules.first_set_limit, firm.profile.hard_tech, firm.sustained,
            firm.stage, rules.first_set_min_stage,
        )  # fmt: skip

    def _expected_payment(self, line: int, insured: float) -> float:
        rules = self.rules
        match line:
            case 0:
                return severity_research(insured, rules.rd_pay, rules.rd_deductible)
            case 1:
                return severity_ip(rules.ip_legal, rules.ip_damages, insured)
            case 2:
                return severity_share(insured, rules.equipment_severity)
        return severity_share(insured, rules.first_set_severity)

    def _consider(self, firm: Enterprise, policy: Policy, line: int, insured: float, u: float) -> None:
        rules, stats = self.rules, self.notes.stats
        frequency, effect = rules.risk_frequency[line], rules.risk_quality[line]
        priced = priced_probability(frequency, effect, firm.seen_score, self.city.score_noise, rules.pricing_score_weight)
        mine = own_probability(frequency, effect, firm.profile.quality)
        payment = self._expected_payment(line, insured)
        due = premium(
            insured, priced * payment, rules.pricing_load, rules.pricing_mode == 1, rules.pricing_flat_rates[line]
        )
        stack_cap = rules.subsidy_stack_cap[line]
        of_others = other_subsidy(due, rules.subsidy_other[line], stack_cap)
        of_city = line_subsidy(due, rules.subsidy_share[line], of_others, stack_cap)
        hoped = of_others + self._promised * left_of_year(of_city, policy.subsidy, rules.subsidy_cap)
        ratio = net_ratio(due, hoped, known_probability(priced, mine, rules.takeup_knowledge) * payment)
        wants = due > 0.0 and buys(u, rules.takeup_reach, rules.takeup_base, rules.takeup_price, ratio)
        affords = firm.cash >= due
        if line == RESEARCH and wants and affords:
            stats[r.T_LOW_INSURED if self._safer(firm) else r.T_HIGH_INSURED] += 1.0
        if not wants:
            return
        if not affords:
            stats[r.T_UNAFFORDABLE] += 1.0
            return
        policy.insured[line] = insured
        if policy.pooled:
            policy.ceded[line] = ceded_share(insured, rules.pool_capacity, rules.pool_cede)
        self._take_premium(firm, line, due, policy.ceded[line])
        stats[r.T_COVER] += insured
        policy.subsidy += of_city
        policy.other += of_others

    def _begin(self, policy: Policy) -> None:
        """The policy is in force; whether N4 cut its subsidy is counted."""
        rules = self.rules
        self.notes.stats[r.T_STACK_CAPPED] += self._cut(policy)
        policy.subsidy = yearly_subsidy(policy.subsidy, rules.subsidy_cap)
        self.policies.append(policy)
        self.notes.series[r.S_POLICIES] += 1.0
        policy.firm.tell("insured", lines=[WORDS[line] for line in KINDS if policy.insured[line] > 0.0],
                         amount=sum(policy.insured))  # fmt: skip

    def _cut(self, policy: Policy) -> float:
        """1 when all public subsidies of a line together would exceed the cap."""
        rules = self.rules
        for line in KINDS:
            cap = rules.subsidy_stack_cap[line]
            of_others = other_subsidy(1.0, rules.subsidy_other[line], cap)
            if policy.insured[line] > 0.0 and not within_stack(rules.subsidy_share[line], of_others, 1.0, cap):
                return 1.0
        return 0.0

    def _take_premium(self, firm: Enterprise, line: int, due: float, ceded: float) -> None:
        """I1, I4. The firm pays; the pool cedes, and pays the lead's fee and its members' expenses."""
        rules, series, stats = self.rules, self.notes.series, self.notes.stats
        post = self.city.ledger.post
        firm.cash -= due
        series[r.S_PREMIUM] += due
        stats[PREMIUM_STATS[line]] += due
        if rules.pool_on == 0:
            post(p.PREMIUM_DIRECT, due, firm=firm.account)
            return
        post(PREMIUMS[line], due, firm=firm.account)
        out = ceded * due
        back = commission(out, rules.pool_ceding_commission)
        fee = lead_fee(due, rules.pool_lead_fee)
        cost = expenses(due, rules.pricing_load, rules.pool_lead_fee)
        for code, amount in ((p.CEDED, out), (p.COMMISSION, back), (p.LEAD_FEE, fee), (p.POOL_EXPENSES, cost)):
            post(code, amount)
        self._settle(due + back, out + fee + cost)
        self.year_premium += due - out
        self.period_premium += due - out
        series[r.S_NET_PREMIUM] += due - out
        stats[r.T_NET_PREMIUM] += due - out

    def _settle(self, received: float, paid: float) -> None:
        """I4. The pool receives and pays; what it lacks its members pay in by shares. The caller posts the rest."""
        rules = self.rules
        called = call(paid, self.pool + received)
        if called <= 0.0:
            self.pool += received - paid
            return
        lead = lead_part(called, rules.pool_lead_share)
        self.city.ledger.post(p.CALL_LEAD, lead)
        self.city.ledger.post(p.CALL_FOLLOWERS, called - lead)
        self.notes.series[r.S_CALLED] += called
        self.notes.stats[r.T_FOLLOWER] -= called * follower_share(rules.pool_lead_share, rules.pool_members)
        self.pool = 0.0

    # Claims

    def serve(self) -> None:
        """Step 5. Policies of firms that are gone lapse; claims and subsidies that are due are paid."""
        rules, world = self.rules, self.city.settings.world
        if self.clock.year_opens:
            self._open_period()
        in_force = []
        for policy in self.policies:
            firm = policy.firm
            if firm.gone:
                self.notes.stats[r.T_LAPSED] += 1.0
                continue
            policy.spent += rules.rd_eligible * world.city_rd_share * (firm.revenue if firm.short else firm.cost)
            age = self.clock.k - policy.began
            if age == policy.wait and policy.insured[RESEARCH] > 0.0:
                self._settle_research(policy)
            if age < 4:
                in_force.append(policy)
                continue
            self._settle_year(policy)
            if self.rules.enabled == 1:
                self._pay_subsidy(policy)
        self.policies = in_force

    def _open_period(self) -> None:
        """The pool's account of a fiscal period begins, and firms learn what the city paid of the last one's subsidies."""
        self.part = 0.25 * quarters_in_force(self.clock.quarter_of_year, self.clock.period_end)
        self.period_premium = self.period_claims = 0.0
        known = share_paid(self.subsidy_paid, self.subsidy_due, self.subsidy_share)
        self.subsidy_share = known if self.in_force else 1.0
        self.subsidy_due = self.subsidy_paid = 0.0

    def _happens(self, policy: Policy, line: int, u: float) -> bool:
        """I3. Does the loss of a line happen, by the one-factor probit of firms' failures?"""
        rules = self.rules
        correlation = rules.risk_correlation[line]
        point = threshold(rules.risk_frequency[line], correlation, self.city.economy.factor)
        return fails(u, point - quality_slope(rules.risk_quality[line], correlation) * policy.firm.profile.quality)

    def _settle_research(self, policy: Policy) -> None:
        rules = self.rules
        u, _, _, _ = self.draw(streams.RESEARCH_CLAIM, policy.firm.profile.entity)
        if self._happens(policy, RESEARCH, u):
            claim = research_claim(policy.spent, policy.insured[RESEARCH], rules.rd_pay, rules.rd_deductible)
            self._pay_claim(policy, RESEARCH, claim, policy.spent)

    def _settle_year(self, policy: Policy) -> None:
        """I3. Disputes, damage to equipment and to first sets of the policy's year."""
        rules, insured = self.rules, policy.insured
        if insured[IP] + insured[EQUIPMENT] + insured[FIRST_SET] <= 0.0:
            return
        u = self.draw(streams.YEAR_CLAIM, policy.firm.profile.entity)
        size = self.draw(streams.DAMAGE, policy.firm.profile.entity)
        if insured[IP] > 0.0 and self._happens(policy, IP, u[0]):
            damages = damage(size[0], rules.ip_damages)
            self._pay_claim(policy, IP, ip_claim(rules.ip_legal, damages, insured[IP]), rules.ip_legal + damages)
        for line, severity in ((EQUIPMENT, rules.equipment_severity), (FIRST_SET, rules.first_set_severity)):
            if insured[line] > 0.0 and self._happens(policy, line, u[line - 1]):
                loss = damage(size[line - 1], severity * insured[line])
                self._pay_claim(policy, line, asset_claim(loss, insured[line]), loss)

    def _pay_claim(self, policy: Policy, line: int, claim: float, loss: float) -> None:
        """I3. Out of the pool or by the insurer alone; the money is the firm's cash."""
        firm, series, stats = policy.firm, self.notes.series, self.notes.stats
        stats[r.T_BORNE_FIRM] += loss - claim
        if claim <= 0.0:
            return
        post = self.city.ledger.post
        back = 0.0
        if policy.pooled:
            back = policy.ceded[line] * claim
            post(p.REINSURED, back)
            self._settle(back, claim)
            post(CLAIMS[line], claim, firm=firm.account)
            self.period_claims += claim - back
            series[r.S_NET_CLAIMS] += claim - back
            stats[r.T_NET_CLAIMS] += claim - back
        else:
            post(p.CLAIM_DIRECT, claim, firm=firm.account)
        firm.cash += claim
        series[r.S_CLAIMS] += claim
        series[r.S_CLAIM_COUNT] += 1.0
        stats[CLAIM_STATS[line]] += claim
        stats[r.T_BORNE_REINSURER] += back
        stats[r.T_BORNE_MEMBERS] += claim - back
        firm.tell("insurance_claim", line=WORDS[line], claim=claim, loss=loss)

    def _pay_subsidy(self, policy: Policy) -> None:
        """I2. Others pay their subsidy, the city pays its own if the line covers it."""
        firm, stats = policy.firm, self.notes.stats
        if policy.other > 0.0:
            self.city.ledger.post(p.OTHER_SUBSIDY, policy.other, firm=firm.account)
            firm.cash += policy.other
            stats[r.T_OTHER_SUBSIDY] += policy.other
        if policy.subsidy <= 0.0:
            return
        self.subsidy_due += policy.subsidy
        if self.city.treasury.pay_covered(LINE, p.PREMIUM_SUBSIDY, policy.subsidy, firm=firm.account):
            self.subsidy_paid += policy.subsidy
            firm.cash += policy.subsidy
            firm.support()
            self.notes.series[r.S_SUBSIDY] += policy.subsidy
            stats[r.T_SUBSIDY] += policy.subsidy
        else:
            stats[r.T_SUBSIDY_UNPAID] += policy.subsidy

    # The pool's year

    def assess(self) -> None:
        """Step 11. I5: the city's backstop of the pool's year, or of the part of it in which the policy runs; I4: at the year's end
        the surplus is shared."""
        clock, rules, stats = self.clock, self.rules, self.notes.stats
        if self.in_force and rules.pool_on == 1 and clock.quarter_of_year == clock.period_end:
            wanted = backstop(
                self.period_claims, self.period_premium, rules.backstop_attachment, rules.backstop_share,
                rules.backstop_cap * self.part,
            )  # fmt: skip
            if wanted > 0.0:
                paid = self.city.treasury.pay_most(LINE, p.BACKSTOP, wanted)
                self.pool += paid
                self.notes.series[r.S_BACKSTOP] += paid
                stats[r.T_BORNE_CITY] += paid
                stats[r.T_BORNE_MEMBERS] -= paid
                stats[r.T_BACKSTOP_UNPAID] += wanted - paid
                self.tell("insurance_backstop", "", claims=self.period_claims, premium=self.period_premium, paid=paid)
        if not clock.year_ends:
            return
        self._share(surplus(self.pool, self.year_premium, rules.pool_reserve))
        self.year_premium = 0.0

    def _share(self, amount: float) -> None:
        """I4. Members share what the pool does not need, by their shares."""
        if amount <= 0.0:
            return
        rules = self.rules
        lead = lead_part(amount, rules.pool_lead_share)
        self.city.ledger.post(p.SURPLUS_LEAD, lead)
        self.city.ledger.post(p.SURPLUS_FOLLOWERS, amount - lead)
        self.pool -= amount
        self.notes.stats[r.T_FOLLOWER] += amount * follower_share(rules.pool_lead_share, rules.pool_members)

    def end(self) -> None:
        """I4. At the horizon members share everything that is left in the pool."""
        self._share(self.pool)

    def check(self) -> None:
        """The pool's own book against the ledger's account; it is never below zero."""
        account = self.city.ledger.alone[Party.INSURANCE_POOL]
        self.city.ledger.tie("insurance pool", self.pool, account.balance, account.received)
        self.city.ledger.tie("insurance pool below zero", min(self.pool, 0.0), 0.0, account.received)

    def close(self) -> None:
        """Step 12. Firms and sums insured, the pool's balance, insurers' money among the social investors (I7)."""
        series = self.notes.series
        total = 0.0
        for policy in self.policies:
            insured = policy.insured
            total += insured[RESEARCH] + insured[IP] + insured[EQUIPMENT] + insured[FIRST_SET]
        series[r.S_INSURED_FIRMS] = float(len(self.policies))
        series[r.S_INSURED_SUM] = total
        series[r.S_POOL_BALANCE] = self.pool
        series[r.S_INSURER_LP] = insurers_money(series[S_SOCIAL_CALLS], self.rules.lp_share)
