"""Arrivals: new enterprises of the city, and firms outside it that a sub-fund invests in."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import post
from kejin_sim.engine.layout import ACTIVE, ALIVE, FAILURE_BANDS, GONE, Record
from kejin_sim.jit import internal
from kejin_sim.recording import S_ARRIVALS
from kejin_sim.world import postings as w
from kejin_sim.world.credit import season
from kejin_sim.world.enterprise import SPINOUT, arrival_mean, doublings, initial_log_value, pick, score
from kejin_sim.world.failure import quality_slope
from kejin_sim.world.rounds import growth_premium

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPINOUTS = 16384
"""Ordinals from here on are spin-outs that rooms have added to the arrivals of the world; firms elsewhere begin at 32768."""


@internal
def draw_person(
    person: Record, quarter: Record, world: Record, behaviour: Record, entity: int, outside: int, spinout: bool
) -> None:
    """Fill in what a firm is in both worlds from its birth draws.

    A firm outside the city that a GP has chosen is drawn from the scores above ``world.score.outside_min``: the GP selects
    there as here.
    """
    u0, u1, u2, u3 = rng.uniforms(quarter.seed, rng.ENTERPRISE_BIRTH, quarter.path, entity, quarter.k)
    v0, v1, _, _ = rng.uniforms(quarter.seed, rng.ENTERPRISE_BIRTH_MORE, quarter.path, entity, quarter.k)
    person.entity = entity
    person.arrival = quarter.k
    person.outside = outside
    mix = world.arrivals_mix
    person.kind = pick(u2, mix[0], mix[1], mix[2])
    if spinout or person.kind > 2:
        person.kind = 2
    weights = world.sectors_weights
    person.sector = pick(u3, weights[0], weights[1], weights[2])
    person.beta = world.sectors_beta[person.sector]
    person.hard_tech = world.sectors_hard_tech[person.sector]
    person.chain = world.sectors_chain[person.sector]
    sigma = world.score_noise
    if outside == 1:
        o0, _, _, _ = rng.uniforms(quarter.seed, rng.OUTSIDE_BIRTH, quarter.path, entity, quarter.k)
        rho = 1.0 / math.sqrt(1.0 + sigma * sigma)
        person.score = rng.normal(world.score_outside_min + (1.0 - world.score_outside_min) * o0)
        person.quality = rho * person.score + math.sqrt(1.0 - rho * rho) * rng.normal(u0)
        person.relocates = 0
    else:
        person.quality = world.arrivals_kind_quality[person.kind] + rng.normal(u0)
        person.noise = rng.normal(u1)
        person.score = score(person.quality, person.noise, sigma)
        person.relocates = 1 if person.kind != SPINOUT and v1 < behaviour.relocated_share else 0  # a spin-out begins here
    person.band = 0
    for band in range(1, len(FAILURE_BANDS)):
        if person.quality >= FAILURE_BANDS[band]:
            person.band = band
    person.premium = growth_premium(
        world.value_quality_drift, person.score, sigma, world.rounds_foresight
    )
    person.learning = world.cash_learning * math.exp(world.cash_learning_quality * person.quality)
    person.slope = quality_slope(world.failure_quality, world.failure_correlation) * person.quality
    person.log_value = initial_log_value(
        world.value_initial, world.value_initial_sd, world.value_quality_level, person.quality, rng.normal(v0)
    )


@internal
def seen_score(person: Record, noise: float, world: Record) -> float:
    """A firm's score as public screening sees it at this noise; one elsewhere is seen as its GP sees it."""
    if noise != world.score_noise and person.outside == 0:
        return score(person.quality, person.noise, noise)
    return person.score


@internal
def observe(firm: Record, person: Record, noise: float, world: Record) -> None:
    """The firm's score as public screening sees it, at the noise that the evaluation system leaves.

    Prices and what banks see for themselves rest on the market's score (``person.score``): a sharper public score changes who
    is chosen and who is lent to, not how firms fare.
    """
    firm.score = seen_score(person, noise, world)
    firm.percentile = 100.0 * rng.cumulative_normal(firm.score)


@internal
def observe_again(people: Record, firms: Record, live: NDArray[np.int64], alive: int, n: int, city: Record, world: Record) -> None:
    """The evaluation system's precision has changed: every firm alive is scored anew."""
    if city.score_noise == city.scored_with:
        return
    city.scored_with = city.score_noise
    for index in range(alive):
        slot = live[index]
        if firms[slot, n].status != GONE:
            observe(firms[slot, n], people[slot], city.score_noise, world)


@internal
def vacate(firm: Record) -> None:
    """Mark a firm's place in a world where it does not exist."""
    firm.status = GONE
    firm.end = ALIVE
    firm.end_quarter = -1
    firm.listed_quarter = -1
    firm.funded_quarter = -1
    firm.supported_quarter = -1
    firm.founders = 0.0
    firm.h_grant = 0.0
    firm.borrowed = 0
    firm.awarded = 0
    firm.raised = 0.0
    firm.instruments = 0
    firm.exit_price = 0.0
    firm.warranted = 0


@internal
def found(firm: Record, person: Record, quarter: Record, world: Record, noise: float) -> None:
    """A firm starts in one world with founders' money (the caller posts it), no revenue, no outside holder.

    ``noise``: of the score that public screening sees.
    """
    observe(firm, person, noise, world)
    firm.lifted = 0
    firm.boost = 0.0
    firm.productivity = 1.0
    firm.private_in = 0.0
    firm.exit_price = 0.0
    firm.warranted = 0
    firm.instruments = 0
    firm.status = ACTIVE
    firm.end = 0
    firm.end_quarter = -1
    firm.listed_quarter = -1
    firm.stage = 0
    firm.sustained = 0
    firm.tried_pivot = 0
    firm.short = 0
    firm.log_value = person.log_value
    firm.cash = world.cash_initial
    firm.cost = world.cash_initial / world.cash_initial_runway
    firm.revenue = 0.0
    firm.last_round = quarter.k
    firm.timer = 0
    firm.offer = 0.0
    firm.founders = 1.0
    firm.h_seed = 0.0
    firm.h_coinvestor = 0.0
    firm.h_subfund = 0.0
    firm.h_follow = 0.0
    firm.h_private = 0.0
    firm.h_soe = 0.0
    firm.h_grant = 0.0
    firm.owes = 0
    firm.debt = 0.0
    firm.securitised = 0.0
    firm.pooled = 0
    firm.granted = 0
    firm.borrowed = 0
    firm.awarded = 0
    firm.season = season(person.entity)
    firm.grant_proceeds = 0.0
    firm.fund = -1
    firm.deal_class = 0
    firm.entry_quarter = -1
    firm.cost_subfund = 0.0
    firm.got_subfund = 0.0
    firm.cost_seed = 0.0
    firm.got_seed = 0.0
    firm.reward_paid = 0.0
    firm.cost_coinvestor = 0.0
    firm.joined = 0.0
    firm.got_coinvestor = 0.0
    firm.seed_quarter = -1
    firm.seed_open = 0
    firm.reward_rate = 0.0
    firm.reward_by_vintage = 0
    firm.vintage = 0
    firm.cost_follow = 0.0
    firm.got_follow = 0.0
    firm.follow_quarter = -1
    firm.mark = math.exp(person.log_value)
    firm.log_mark = person.log_value
    firm.mark_before = firm.mark
    firm.redeem_quarter = -1
    firm.supported_quarter = -1
    firm.funded_quarter = -1
    firm.raised = 0.0
    firm.kept = 1.0
    firm.kept_round = 1.0
    firm.yielded = 0.0


@internal
def arrivals_wanted(city: Record, world: Record, behaviour: Record, u: float) -> int:
    """How many firms are founded in a world this quarter: Poisson, same uniform in both worlds."""
    twice = 0.0
    if behaviour.entry_elasticity > 0.0:
        money = city.public_money[0] + city.public_money[1] + city.public_money[2] + city.public_money[3]
        twice = doublings(money, behaviour.public_money_reference)
    return rng.poisson(u, arrival_mean(world.arrivals_per_year, behaviour.entry_elasticity, twice))


@internal
def arrive(
    people: Record, keys: NDArray[np.int64], firms: Record, live: NDArray[np.int64], counts: NDArray[np.int64],
    quarter: Record, cities: Record, world: Record, behaviour: Record, extra: int, wanted: Ints, spun: Ints,
) -> bool:  # fmt: skip
    """Step 3: arrivals of the quarter in every world. Returns False when there is no room left.

    ``counts``: [slots used, live slots]; ``wanted``, ``spun``: room for how many arrive in each world. A firm that exists in
    one world only leaves its place in the other empty.
    """
    u, u_spin, _, _ = rng.uniforms(quarter.seed, rng.ARRIVAL_COUNT, quarter.path, 0, quarter.k)
    most = 0
    most_spun = 0
    for world_number in range(quarter.worlds):
        n = arrivals_wanted(cities[world_number], world, behaviour, u) + extra
        wanted[world_number] = n
        spun[world_number] = 0
        most = max(most, n)
        if cities[world_number].spinouts > 0.0:
            spun[world_number] = rng.poisson(u_spin, cities[world_number].spinouts)
            most_spun = max(most_spun, spun[world_number])
    for number in range(most + most_spun):
        spinout = number >= most
        ordinal = number - most + SPINOUTS if spinout else number
        slot = counts[0]
        if slot >= people.shape[0]:
            return False
        draw_person(people[slot], quarter, world, behaviour, (quarter.k << 16) | ordinal, 0, spinout)
        keys[slot] = people[slot].entity
        for world_number in range(quarter.worlds):
            if number - most < spun[world_number] if spinout else number < wanted[world_number]:
                found(firms[slot, world_number], people[slot], quarter, world, cities[world_number].score_noise)
                post(cities[world_number].flow, w.FOUNDING, world.cash_initial)
                cities[world_number].series[S_ARRIVALS] += 1.0
            else:
                vacate(firms[slot, world_number])
        live[counts[1]] = slot
        counts[0] += 1
        counts[1] += 1
    return True
