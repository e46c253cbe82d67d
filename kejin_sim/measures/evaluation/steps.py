"""Measure 6 in the compiled engine: projects and platform are paid, the platform sharpens the score, scores are renewed."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import pay_covered
from kejin_sim.engine.credit.layout import BAD_MARK
from kejin_sim.engine.layout import F8, FAILED, I8, Record, line_row
from kejin_sim.jit import internal
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
from kejin_sim.world import enterprise
from kejin_sim.world.calendar import cost_of_year, quarterly_quota, quarters_in_force
from kejin_sim.world.failure import told_slope, told_spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LINE: Final = line_row("fintech")
VISITED_AFTER: Final = 0
"""A visit after the policy changes nothing here."""

PROJECTS: Final = 256
"""Room for open projects: at most 10 are approved in a quarter, and none is open for longer than six years."""
QUARTERS: Final = 224
"""The longest burn-in and horizon together have 220."""

STAGES: Final = 3
"""Groups of stages, each with weights of its own (F4)."""
MARKS: Final = 5
"""A firm's file shows 0 to 4 of them (F4)."""

STATE: Final = np.dtype(
    [
        ("open", I8),  # projects that still have a milestone before them, in order of approval
        ("due", I8, (PROJECTS,)),  # quarter of the next milestone
        ("gap", I8, (PROJECTS,)),  # quarters between milestones
        ("interim_done", I8, (PROJECTS,)),
        ("passes_interim", I8, (PROJECTS,)),
        ("passes_final", I8, (PROJECTS,)),
        ("policy", I8, (PROJECTS,)),  # approved after the books opened
        ("interim", F8, (PROJECTS,)),  # CNY
        ("final", F8, (PROJECTS,)),
        ("bought", I8),  # quarter of the platform's purchase; only with ``has_platform``
        ("has_platform", I8),
        ("run", I8),  # this fiscal year's running cost is paid
        ("works", I8),
        ("noise", F8, (QUARTERS,)),  # in force by quarter
        ("tabulated", F8),  # the noise for which the four that follow were worked out
        ("of_quality", F8, (STAGES,)),  # parts of a score in use, by group of stages: of a unit of quality
        ("of_noise", F8, (STAGES,)),
        ("of_operating", F8, (STAGES,)),
        ("of_marks", F8, (STAGES * MARKS,)),  # of so many marks
        ("good", F8, (BINS,)),  # firms by score, while the area under the curve is worked out
        ("bad", F8, (BINS,)),
    ],
    align=True,
)
"""What a world keeps of measure 6."""


@internal
def open_year(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """F2. The platform is bought once and run year by year; without the year's money it stands still."""
    own = state.evaluation
    terms = rules.evaluation
    if terms.enabled == 0 or quarter.policy == 0:
        return
    if own.has_platform == 0 and (
        terms.platform_capex <= 0.0 or pay_covered(city, flow, stat, LINE, e.PLATFORM_CAPEX, terms.platform_capex)
    ):
        own.has_platform = 1
        own.bought = quarter.k
        series[S_PLATFORM_PAID] += terms.platform_capex
    if own.has_platform == 0:
        return
    quarters = platform_rules.first_year_quarters(
        quarters_in_force(quarter.quarter_of_year, quarter.period_end),
        platform_rules.quarter_ready(own.bought, terms.platform_build_years) - quarter.k,
    )
    cost = cost_of_year(terms.platform_opex, quarters)
    own.run = 1
    if cost > 0.0:
        if pay_covered(city, flow, stat, LINE, e.PLATFORM_OPEX, cost):
            series[S_PLATFORM_PAID] += cost
        else:
            own.run = 0


@internal
def tabulate(own: Record, terms: Record, noise: float) -> None:
    """F4. What a unit of each part adds to a score in use: roots and quotients are dear, visits many, and the rule is linear."""
    own.tabulated = noise
    strength = terms.score_strength
    for group in range(STAGES):
        weights = terms.score_startup if group == 0 else (terms.score_growth if group == 1 else terms.score_stable)
        first, second, third = weights[0], weights[1], weights[2]
        own.of_quality[group] = score_rules.composite(
            enterprise.score(1.0, 0.0, noise), 0.0, 0.0, first, second, third, strength
        )
        own.of_noise[group] = score_rules.composite(
            enterprise.score(0.0, 1.0, noise), 0.0, 0.0, first, second, third, strength
        )
        own.of_operating[group] = score_rules.composite(0.0, 1.0, 0.0, first, second, third, strength)
        for marks in range(MARKS):
            record = score_rules.standardised(
                float(marks), terms.score_marks_mean[group], terms.score_marks_spread[group]
            )
            own.of_marks[group * MARKS + marks] = score_rules.composite(
                0.0, 0.0, record, first, second, third, strength
            )


@internal
def influence(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """F3. While the platform works the score has less noise, and banks reckon with it (F4). After the policy the last scores
    stand."""
    own = state.evaluation
    terms = rules.evaluation
    if quarter.policy == 0:
        own.works = 0
        city.score_noise = own.noise[quarter.k - 1]
    else:
        works = (
            terms.enabled == 1
            and own.has_platform == 1
            and own.run == 1
            and quarter.k >= platform_rules.quarter_ready(own.bought, terms.platform_build_years)
        )
        own.works = 1 if works else 0
        city.score_noise = score_rules.noise_in_force(world.score_noise, terms.platform_noise, works)
        if terms.enabled == 1 and (quarter.year_opens == 1 or own.tabulated != city.score_noise):
            tabulate(own, terms, city.score_noise)
        if works and terms.score_banks > 0.0:
            city.shared_weight = terms.score_banks
            city.shared_slope = told_slope(world.failure_quality, city.score_noise)
            city.shared_spread = told_spread(world.failure_quality, city.score_noise)
    own.noise[quarter.k] = city.score_noise


@internal
def firm_year(
    person: Record, firm: Record, file: Record, slot: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, u0: float, u1: float, u2: float, u3: float,
) -> None:  # fmt: skip
    """F4. A firm's score is renewed: three blocks in the weights of its stage."""
    terms = rules.evaluation
    if terms.enabled == 0 or quarter.policy == 0 or terms.score_strength <= 0.0:
        return
    own = state.evaluation
    group = score_rules.stage_group(firm.stage, firm.sustained == 1)
    operating = score_rules.standardised(
        score_rules.cover(firm.revenue, firm.cost), terms.score_cover_mean[group], terms.score_cover_spread[group]
    )
    marks = score_rules.marks(
        person.kind == enterprise.TALENT, firm.funded_quarter >= 0, firm.supported_quarter >= 0,
        firm.borrowed == 1 and firm.owes != BAD_MARK,
    )  # fmt: skip
    firm.score = (own.of_quality[group] * person.quality + own.of_noise[group] * person.noise) + (
        own.of_operating[group] * operating + own.of_marks[group * MARKS + marks]
    )
    firm.percentile = 100.0 * rng.cumulative_normal(firm.score)
    if quarter.k >= quarter.opening:
        city.stat[T_RENEWED] += 1.0


@internal
def award(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """F1. Milestones that fall due, then the quarter's approvals."""
    own = state.evaluation
    terms = rules.evaluation
    follow_projects(own, quarter, city, flow, series, stat)
    if terms.enabled == 0 or quarter.policy == 0:
        return
    policy = 1 if quarter.k >= quarter.opening else 0
    for number in range(quarterly_quota(terms.research_per_year, quarter.quarter_of_year)):
        u_cost, u_interim, u_final, _ = rng.uniforms(quarter.seed, FINTECH_PROJECT, quarter.path, number, quarter.k)
        cost = project_rules.eligible_cost(terms.research_cost, terms.research_cost_spread, rng.normal(u_cost))
        total = project_rules.subsidy(cost, terms.research_share, terms.research_cap)
        first = project_rules.instalment(total, terms.research_payments[0])
        if total <= 0.0 or (first > 0.0 and not pay_covered(city, flow, stat, LINE, e.RESEARCH_FIRST, first)):
            continue
        index = own.open
        own.open += 1
        gap = max(1, round(4.0 * terms.research_milestone_years))
        own.due[index] = quarter.k + gap
        own.gap[index] = gap
        own.interim_done[index] = 0
        own.passes_interim[index] = 1 if project_rules.accepted(u_interim, terms.research_success) else 0
        own.passes_final[index] = 1 if project_rules.accepted(u_final, terms.research_success) else 0
        own.policy[index] = policy
        own.interim[index] = project_rules.instalment(total, terms.research_payments[1])
        own.final[index] = project_rules.instalment(total, terms.research_payments[2])
        series[S_PROJECTS] += 1.0
        series[S_RESEARCH_PAID] += first
        if policy == 1:
            stat[T_PROJECTS] += 1.0
            if terms.research_share * cost > terms.research_cap:
                stat[T_PROJECTS_CAPPED] += 1.0


@internal
def follow_projects(own: Record, quarter: Record, city: Record, flow: Floats, series: Floats, stat: Floats) -> None:
    """F1. Milestones that fall due: passed, the next payment is made; failed, the project has had its last."""
    kept = 0
    for index in range(own.open):
        goes_on = True
        if own.due[index] == quarter.k:
            final = own.interim_done[index] == 1
            passed = own.passes_final[index] == 1 if final else own.passes_interim[index] == 1
            if passed:
                amount = own.final[index] if final else own.interim[index]
                code = e.RESEARCH_FINAL if final else e.RESEARCH_INTERIM
                if amount > 0.0 and pay_covered(city, flow, stat, LINE, code, amount):
                    series[S_RESEARCH_PAID] += amount
                own.interim_done[index] = 1
                own.due[index] = quarter.k + own.gap[index]
            goes_on = passed and not final
            if own.policy[index] == 1 and not goes_on:
                stat[T_PROJECTS_DONE if passed else T_PROJECTS_STOPPED] += 1.0
        if goes_on:
            own.due[kept] = own.due[index]
            own.gap[kept] = own.gap[index]
            own.interim_done[kept] = own.interim_done[index]
            own.passes_interim[kept] = own.passes_interim[index]
            own.passes_final[kept] = own.passes_final[index]
            own.policy[kept] = own.policy[index]
            own.interim[kept] = own.interim[index]
            own.final[kept] = own.final[index]
            kept += 1
    own.open = kept


@internal
def close(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """Stocks of the quarter."""
    series[S_PROJECTS_OPEN] = float(state.evaluation.open)
    series[S_PLATFORM_WORKS] = float(state.evaluation.works)


@internal
def finish(
    people: Record, firms: Record, files: Record, live: Ints, alive: int, book: Ints, n: int, quarter: Record, city: Record,
    rules: Record, state: Record, world: Record, behaviour: Record, flow: Floats, series: Floats, stat: Floats,
) -> None:  # fmt: skip
    """F3. Who was chosen, and how well the score tells good firms from bad: the policy cohorts as they were last seen."""
    own = state.evaluation
    for index in range(BINS):
        own.good[index] = 0.0
        own.bad[index] = 0.0
    expected_good = 0.0
    expected_bad = 0.0
    part = 0.0
    of_noise = -1.0
    for slot in range(alive):
        person = people[slot]
        firm = firms[slot, n]
        if person.outside == 1 or person.arrival < quarter.opening or firm.founders <= 0.0:
            continue
        good = person.quality > 0.0
        seen = score_rules.bin_of(firm.percentile, BINS)
        noise = own.noise[firm.end_quarter if firm.end_quarter >= 0 else quarter.last]
        if noise != of_noise:  # an arc sine is dear, and the noise is that of the firm before
            of_noise = noise
            part = score_rules.auc_part(noise)
        if good:
            own.good[seen] += 1.0
            expected_good += part
        else:
            own.bad[seen] += 1.0
            expected_bad += part
        stat[T_COHORT] += 1.0
        stat[T_COHORT_GOOD] += 1.0 if good else 0.0
        chosen = firm.awarded == 1 or firm.cost_seed + firm.cost_subfund + firm.cost_follow > 0.0
        if chosen:
            stat[T_CHOSEN] += 1.0
            stat[T_WRONG] += 0.0 if good else 1.0
            if firm.end == FAILED:
                stat[T_CHOSEN_FAILED] += 1.0
                stat[T_LOST_ON_FAILED] += firm.cost_seed + firm.cost_follow
        elif good:
            stat[T_MISSED] += 1.0
        if firm.supported_quarter >= 0 or firm.borrowed == 1:
            stat[T_SERVED] += 1.0
    below = 0.0
    good_firms = 0.0
    for index in range(BINS):
        stat[T_AUC_RIGHT] += own.good[index] * (below + 0.5 * own.bad[index])
        stat[T_AUC_TIED] += own.good[index] * own.bad[index]
        below += own.bad[index]
        good_firms += own.good[index]
    stat[T_AUC_PAIRS] = good_firms * below
    stat[T_AUC_CLOSED] = 0.5 * good_firms * below + expected_good * below + expected_bad * good_firms
