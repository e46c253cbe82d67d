"""Step 3: what a firm is from birth, and the arrival of new firms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kejin_sim import random as rng
from kejin_sim.recording import S_ARRIVALS
from kejin_sim.reference.clock import ARRIVALS, Process
from kejin_sim.reference.enterprise import Enterprise
from kejin_sim.world import postings as w
from kejin_sim.world.enterprise import SPINOUT, arrival_mean, initial_log_value, pick, score
from kejin_sim.world.rounds import growth_premium

if TYPE_CHECKING:
    from kejin_sim.reference.city import City

SPINOUT_ORDINALS = 16384
"""Ordinals from here on are spin-outs that rooms have added to the arrivals of the world."""
OUTSIDE_ORDINALS = 32768
"""Ordinals from here on are firms outside the city that a sub-fund has found."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a firm is in every world: it follows from its birth draws alone.

    ``entity``: arrival quarter · 2**16 + ordinal; ``slope``: what its quality takes off the point of failure;
    ``learning``: quarterly revenue gained per yuan spent; ``score``: as the market sees it, with
    ``noise``; ``premium``: of prices over value, by that score.
    """

    key: str
    entity: int
    arrival: int
    outside: bool
    kind: int
    sector: int
    quality: float
    score: float
    noise: float
    relocated: bool
    beta: float
    hard_tech: bool
    in_chain: bool
    learning: float
    slope: float
    premium: float
    log_value: float


def draw_profile(city: City, ordinal: int, outside: bool = False, spinout: bool = False) -> Profile:
    """Draw a firm. One outside the city that a GP has chosen has at least the score ``outside_min``."""
    k = city.clock.k
    world = city.settings.world
    entity = (k << 16) | ordinal
    u_quality, u_score, u_kind, u_sector = city.draw(rng.ENTERPRISE_BIRTH, entity)
    u_value, u_relocation, _, _ = city.draw(rng.ENTERPRISE_BIRTH_MORE, entity)
    kind = 2 if spinout else min(2, pick(u_kind, *world.arrivals_mix))
    noise = 0.0
    sector = pick(u_sector, *world.sectors_weights[:3])
    if outside:
        u_selection, _, _, _ = city.draw(rng.OUTSIDE_BIRTH, entity)
        rho = 1.0 / math.sqrt(1.0 + world.score_noise * world.score_noise)
        observed = rng.normal(world.score_outside_min + (1.0 - world.score_outside_min) * u_selection)
        quality = rho * observed + math.sqrt(1.0 - rho * rho) * rng.normal(u_quality)
        relocated = False
    else:
        quality = world.arrivals_kind_quality[kind] + rng.normal(u_quality)
        noise = rng.normal(u_score)
        observed = score(quality, noise, world.score_noise)
        relocated = kind != SPINOUT and u_relocation < city.settings.behaviour.relocated_share  # a spin-out begins here
    number, prefix = ordinal + 1, ""
    if outside:
        number, prefix = ordinal - OUTSIDE_ORDINALS, "out"
    elif spinout:
        number, prefix = ordinal - SPINOUT_ORDINALS + 1, "spin"
    return Profile(
        key=f"{city.clock.calendar(k)}-{prefix}{number:03d}",
        entity=entity,
        arrival=k,
        outside=outside,
        kind=kind,
        sector=sector,
        quality=quality,
        score=observed,
        noise=noise,
        relocated=relocated,
        beta=world.sectors_beta[sector],
        hard_tech=world.sectors_hard_tech[sector] == 1,
        in_chain=world.sectors_chain[sector] == 1,
        learning=world.cash_learning * math.exp(world.cash_learning_quality * quality),
        slope=city.settings.slope * quality,
        premium=growth_premium(
            world.value_quality_drift, observed, world.score_noise, world.rounds_foresight
        ),
        log_value=initial_log_value(
            world.value_initial,
            world.value_initial_sd,
            world.value_quality_level,
            quality,
            rng.normal(u_value),
        ),
    )


class Births:
    """New enterprises of the city: Poisson, while the policy (or, in the burn-in, the baseline) runs."""

    def __init__(self, city: City) -> None:
        self.city = city
        city.env.process(self._run())

    def _run(self) -> Process:
        city = self.city
        while True:
            yield city.clock.until(ARRIVALS)
            if city.clock.policy:
                for ordinal in range(self._count()):
                    self._found(draw_profile(city, ordinal))
                if city.spinouts > 0.0:
                    _, u, _, _ = city.draw(rng.ARRIVAL_COUNT, 0)
                    for number in range(rng.poisson(u, city.spinouts)):
                        self._found(draw_profile(city, SPINOUT_ORDINALS + number, spinout=True))

    def _found(self, profile: Profile) -> None:
        city = self.city
        firm = Enterprise(city, profile)
        city.ledger.post(w.FOUNDING, firm.cash, firm=firm.account)
        city.notes.series[S_ARRIVALS] += 1.0
        city.admit(firm)

    def _count(self) -> int:
        city = self.city
        settings = city.settings
        elasticity = settings.behaviour.entry_elasticity
        twice = city.market.public_money_doublings() if elasticity > 0.0 else 0.0
        u, _, _, _ = city.draw(rng.ARRIVAL_COUNT, 0)
        mean = arrival_mean(settings.world.arrivals_per_year, elasticity, twice)
        return rng.poisson(u, mean) + settings.extra_arrivals[city.clock.k]
