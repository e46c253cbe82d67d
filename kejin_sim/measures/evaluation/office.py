"""Measure 6 in the reference engine: fintech projects, the platform, the evaluation of firms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.ledger import Line
from kejin_sim.measures.evaluation import platform_rules, project_rules, score_rules
from kejin_sim.measures.evaluation import postings as e
from kejin_sim.measures.evaluation.recording import (
    S_PLATFORM_PAID,
    S_PLATFORM_WORKS,
    S_PROJECTS,
    S_PROJECTS_OPEN,
    S_RESEARCH_PAID,
    T_AUC_CLOSED,
    T_AUC_PAIRS,
    T_AUC_RIGHT,
    T_AUC_TIED,
    T_CHOSEN,
    T_CHOSEN_FAILED,
    T_COHORT,
    T_COHORT_GOOD,
    T_LOST_ON_FAILED,
    T_MISSED,
    T_PROJECTS,
    T_PROJECTS_CAPPED,
    T_PROJECTS_DONE,
    T_PROJECTS_STOPPED,
    T_RENEWED,
    T_SERVED,
    T_WRONG,
)
from kejin_sim.measures.evaluation.score_rules import BINS
from kejin_sim.measures.evaluation.streams import FINTECH_PROJECT
from kejin_sim.reference import office
from kejin_sim.reference.stakes import Status
from kejin_sim.world import enterprise
from kejin_sim.world.calendar import cost_of_year, quarterly_quota, quarters_in_force

if TYPE_CHECKING:
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise
    from kejin_sim.reference.office import Lanes

FINTECH = Line("fintech")


@dataclass
class Project:
    """A fintech project with a milestone before it; whether it passes is known to nobody but the draw."""

    name: str
    policy: bool
    due: int
    gap: int
    passes: tuple[bool, bool]
    payments: tuple[float, float]
    milestone: int = 0


class Office(office.Office):
    """Who approves projects, runs the platform and evaluates firms."""

    def __init__(self, city: City, room: str) -> None:
        super().__init__(city, room)
        self.projects: list[Project] = []
        self.bought: int | None = None
        self.run = False
        self.works = False
        self.noise: dict[int, float] = {}

    def open_year(self) -> None:
        """F2. The platform is bought once and run year by year; without the year's money it stands still."""
        if not self.in_force:
            return
        rules, clock, treasury = self.rules, self.clock, self.city.treasury
        if self.bought is None:
            capex = rules.platform_capex
            if capex > 0.0 and not treasury.pay_covered(FINTECH, e.PLATFORM_CAPEX, capex):
                return
            self.bought = clock.k
            self.notes.series[S_PLATFORM_PAID] += capex
            self.tell("platform_bought", "platform", amount=capex)
        quarters = platform_rules.first_year_quarters(
            quarters_in_force(clock.quarter_of_year, clock.period_end),
            platform_rules.quarter_ready(self.bought, rules.platform_build_years) - clock.k,
        )
        cost = cost_of_year(rules.platform_opex, quarters)
        self.run = cost <= 0.0 or treasury.pay_covered(FINTECH, e.PLATFORM_OPEX, cost)
        if self.run:
            self.notes.series[S_PLATFORM_PAID] += cost

    def influence(self) -> None:
        """F3. While the platform works the score has less noise, and banks reckon with it (F4). After the policy the last scores
        stand.
        """
        rules, k = self.rules, self.clock.k
        if not self.clock.policy:
            self.works = False
            self.city.score_noise = self.noise[k] = self.noise[k - 1]
            return
        before = self.works
        self.works = (
            rules.enabled == 1
            and self.bought is not None
            and self.run
            and k >= platform_rules.quarter_ready(self.bought, rules.platform_build_years)
        )
        noise = score_rules.noise_in_force(self.city.settings.world.score_noise, rules.platform_noise, self.works)
        self.city.score_noise = self.noise[k] = noise
        if self.works:
            self.city.shared_weight = rules.score_banks
        if self.works != before:
            self.tell("platform_works" if self.works else "platform_stops", "platform", noise=noise)

    def firm_year(self, firm: Enterprise, u: Lanes) -> None:
        """F4. A firm's score is renewed: three blocks in the weights of its stage."""
        rules = self.rules
        if not self.in_force or rules.score_strength <= 0.0:
            return
        firm.observe()
        group = score_rules.stage_group(firm.stage, firm.sustained)
        cover = score_rules.cover(firm.revenue, firm.cost)
        marks = score_rules.marks(
            firm.profile.kind == enterprise.TALENT,
            firm.funded_quarter >= 0,
            firm.supported_quarter >= 0,
            firm.had_loan and not firm.bad_mark,
        )
        weights = (rules.score_startup, rules.score_growth, rules.score_stable)[group]
        firm.score = score_rules.composite(
            firm.score,
            score_rules.standardised(cover, rules.score_cover_mean[group], rules.score_cover_spread[group]),
            score_rules.standardised(float(marks), rules.score_marks_mean[group], rules.score_marks_spread[group]),
            weights[0],
            weights[1],
            weights[2],
            rules.score_strength,
        )
        firm.percentile = 100.0 * rng.cumulative_normal(firm.score)
        if not self.clock.burn_in:
            self.notes.stats[T_RENEWED] += 1.0
        firm.tell("evaluated", percentile=firm.percentile, stage=group)

    def award(self) -> None:
        """F1. Milestones that fall due, then the quarter's approvals."""
        for project in self.projects:
            if project.due == self.clock.k:
                self._examine(project)
        self.projects = [project for project in self.projects if project.milestone < len(project.payments)]
        if self.in_force:
            for number in range(quarterly_quota(self.rules.research_per_year, self.clock.quarter_of_year)):
                self._approve(number)

    def _examine(self, project: Project) -> None:
        """A milestone: passed, the payment is made if the line has it; failed, the project has had its last."""
        number = project.milestone
        passed = project.passes[number]
        amount = project.payments[number] if passed else 0.0
        code = (e.RESEARCH_INTERIM, e.RESEARCH_FINAL)[number]
        if amount > 0.0:
            if self.city.treasury.pay_covered(FINTECH, code, amount):
                self.notes.series[S_RESEARCH_PAID] += amount
            else:
                amount = 0.0
        self.tell("project_examined", project.name, passed=passed, amount=amount, final=number == 1)
        project.milestone = number + 1 if passed else len(project.payments)
        project.due += project.gap
        if project.policy and project.milestone == len(project.payments):
            self.notes.stats[T_PROJECTS_DONE if passed else T_PROJECTS_STOPPED] += 1.0

    def _approve(self, number: int) -> None:
        """One project of the quarter's quota; none where the line cannot pay its first instalment."""
        rules, k = self.rules, self.clock.k
        u_cost, u_interim, u_final, _ = self.draw(FINTECH_PROJECT, number)
        cost = project_rules.eligible_cost(rules.research_cost, rules.research_cost_spread, rng.normal(u_cost))
        total = project_rules.subsidy(cost, rules.research_share, rules.research_cap)
        first, interim, final = (project_rules.instalment(total, part) for part in rules.research_payments)
        if total <= 0.0:
            return
        if first > 0.0 and not self.city.treasury.pay_covered(FINTECH, e.RESEARCH_FIRST, first):
            return
        gap = max(1, round(4.0 * rules.research_milestone_years))
        passes = tuple(project_rules.accepted(u, rules.research_success) for u in (u_interim, u_final))
        policy = not self.clock.burn_in
        name = f"fintech-{self.clock.calendar(k)}-{number + 1}"
        self.projects.append(Project(name, policy, k + gap, gap, (passes[0], passes[1]), (interim, final)))
        self.notes.series[S_PROJECTS] += 1.0
        self.notes.series[S_RESEARCH_PAID] += first
        if policy:
            self.notes.stats[T_PROJECTS] += 1.0
            self.notes.stats[T_PROJECTS_CAPPED] += 1.0 if rules.research_share * cost > rules.research_cap else 0.0
        self.tell("project_approved", name, cost=cost, subsidy=total)

    def close(self) -> None:
        """Stocks of the quarter."""
        self.notes.series[S_PROJECTS_OPEN] = float(len(self.projects))
        self.notes.series[S_PLATFORM_WORKS] = 1.0 if self.works else 0.0

    def finish(self) -> None:
        """F3. Who was chosen, and how well the score tells good firms from bad: the policy cohorts as they were last seen."""
        stats = self.notes.stats
        seen: dict[bool, list[int]] = {True: [], False: []}
        expected: dict[bool, list[float]] = {True: [], False: []}
        for firm in self.city.everybody:
            if firm.profile.outside or firm.profile.arrival < self.clock.opening:
                continue
            good = firm.profile.quality > 0.0
            seen[good].append(score_rules.bin_of(firm.percentile, BINS))
            last = firm.end_quarter if firm.end_quarter >= 0 else self.clock.last
            expected[good].append(score_rules.auc_part(self.noise[last]))
            chosen = firm.grant is not None or firm.seed.cost + firm.angel.cost + firm.follow_on.cost > 0.0
            stats[T_COHORT] += 1.0
            stats[T_COHORT_GOOD] += good
            stats[T_CHOSEN] += chosen
            stats[T_WRONG] += chosen and not good
            stats[T_MISSED] += good and not chosen
            stats[T_SERVED] += firm.supported_quarter >= 0 or firm.had_loan
            if chosen and firm.status is Status.FAILED:
                stats[T_CHOSEN_FAILED] += 1.0
                stats[T_LOST_ON_FAILED] += firm.seed.cost + firm.follow_on.cost
        counts = [{place: group.count(place) for place in set(group)} for group in (seen[True], seen[False])]
        for place, good_here in counts[0].items():
            below = sum(bad for other, bad in counts[1].items() if other < place)
            tied = counts[1].get(place, 0)
            stats[T_AUC_RIGHT] += good_here * (below + 0.5 * tied)
            stats[T_AUC_TIED] += good_here * tied
        good_firms, bad_firms = len(seen[True]), len(seen[False])
        stats[T_AUC_PAIRS] = float(good_firms * bad_firms)
        stats[T_AUC_CLOSED] = (
            0.5 * good_firms * bad_firms
            + math.fsum(expected[True]) * bad_firms
            + math.fsum(expected[False]) * good_firms
        )
