"""Measure 11 in the compiled engine."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from kejin_sim.measures.eleventh import postings as p
from kejin_sim.measures.eleventh.class_rules import enrols
from kejin_sim.measures.eleventh.recording import S_PUPILS, T_PUPILS
from kejin_sim.measures.eleventh.streams import CLASSES

from kejin_sim import random as rng
from kejin_sim.engine.cash import pay_covered
from kejin_sim.engine.firms import support
from kejin_sim.engine.layout import F8, I8, line_row
from kejin_sim.jit import internal

LINE: Final = line_row("evening_classes")
STATE: Final = np.dtype([("pupils", F8)], align=True)
FILE: Final = np.dtype([("terms", I8)], align=True)


@internal
def firm_year(
    person: Any, firm: Any, file: Any, slot: int, book: Any, n: int, quarter: Any, city: Any, rules: Any, state: Any,
    world: Any, behaviour: Any, u0: float, u1: float, u2: float, u3: float,
) -> None:  # fmt: skip
    """X1. A firm enrols, if the line covers the fee."""
    own = rules.eleventh
    if own.enabled == 0 or quarter.policy == 0 or own.fee <= 0.0:
        return
    u, _, _, _ = rng.uniforms(quarter.seed, CLASSES, quarter.path, person.entity, quarter.k)
    if enrols(u, own.chance) and pay_covered(city, city.flow, city.stat, LINE, p.FEE, own.fee):
        firm.cash += own.fee
        file.eleventh.terms += 1
        state.eleventh.pupils += 1.0
        support(firm)


@internal
def close(
    people: Any, firms: Any, files: Any, live: Any, alive: int, book: Any, n: int, quarter: Any, city: Any, rules: Any,
    state: Any, world: Any, behaviour: Any, flow: Any, series: Any, stat: Any,
) -> None:  # fmt: skip
    """Pupils of the quarter."""
    series[S_PUPILS] = state.eleventh.pupils
    stat[T_PUPILS] += state.eleventh.pupils
    state.eleventh.pupils = 0.0
