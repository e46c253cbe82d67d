"""T1 in the compiled engine: what a firm's intellectual property is worth, and what banks lend on it."""

from __future__ import annotations

from kejin_sim import random as rng
from kejin_sim.engine.layout import Record
from kejin_sim.jit import internal
from kejin_sim.measures.commercialisation import (
    ip_rules,
)
from kejin_sim.measures.commercialisation.streams import APPRAISAL


@internal
def note_pledge(file: Record, own: Record, bank: int, amount: float) -> None:
    """T1. A bank has lent on a firm's pledge."""
    file.pledge_lent += amount
    own.pledged[bank] += amount


@internal
def note_pledge_interest(file: Record, amount: float) -> None:
    """T1. A firm has paid interest on its pledged loan."""
    file.pledge_interest += amount


@internal
def appraise(firm: Record, person: Record, file: Record, quarter: Record, terms: Record, research: float) -> None:
    """T1. A firm's stock of R&D, and what an appraiser sees of the firm."""
    if file.visited == 0:
        age = 0.25 * (quarter.k - person.arrival)
        file.stock = ip_rules.opening_stock(research, terms.ip_depreciation, age)
        file.visited = 1
    else:
        file.stock = ip_rules.stock(file.stock, research, terms.ip_depreciation)
    file.visited_quarter = quarter.k
    file.score = firm.score


@internal
def ip_value(person: Record, file: Record, quarter: Record, terms: Record) -> float:
    """T1. What the firm's intellectual property was appraised at on its last visit (CNY); worked out when somebody asks."""
    if file.visited == 0:
        return 0.0
    u, _, _, _ = rng.uniforms(quarter.seed, APPRAISAL, quarter.path, person.entity, file.visited_quarter)
    return ip_rules.appraised(
        file.stock, terms.ip_multiple, terms.ip_score, file.score, terms.ip_noise, rng.normal(u)
    )
