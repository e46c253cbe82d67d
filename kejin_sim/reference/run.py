"""The reference engine behind one call, with the same arguments and results as the compiled one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import numpy as np

from kejin_sim.ledger import LINES
from kejin_sim.postings import code_count
from kejin_sim.recording import BUDGET_ITEMS, PAIRS, SERIES, STATS, BlockResult
from kejin_sim.reference import statistics
from kejin_sim.reference.city import City
from kejin_sim.reference.hearing import Hearing, listening
from kejin_sim.reference.notes import Notes
from kejin_sim.reference.settings import Settings
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.timeline import QUARTERS_PER_YEAR


def run_world(
    inputs: Inputs,
    seed: int,
    path: int,
    world: int,
    notes: Notes | None = None,
    progress: Callable[[int, int], None] | None = None,
    hearing: Hearing | None = None,
) -> City:
    """One world of one path, simulated to the horizon.

    Parameters: ``world``: 0 package, 1 twin; ``notes``: with a diary for whoever wants to read it; ``progress``: told
    the quarters done and all quarters; ``hearing``: hears what rules are asked, so that every posting says which of
    them answered its amount.
    """
    with nullcontext() if hearing is None else listening(hearing):
        city = City(Settings(inputs, world), seed, path, notes, hearing)
        city.run(progress)
    return city


def simulate(inputs: Inputs, seed: int, first_path: int, n_paths: int, worlds: int = 2) -> BlockResult:
    """Simulate paths ``first_path`` … ``first_path + n_paths − 1`` with the reference engine.

    Parameters: ``inputs``: frozen numbers of the package and its baseline; ``seed``: in [0, 2**63); ``worlds``: 2 with the twin, 1
    without.

    Package and twin are simulated one after the other, each from its burn-in; they meet the same draws
    because a draw is a function of who decides what and when, not of what was drawn before.

    Returns: a `BlockResult`; its ``ledger_residual`` is that of this engine's own checks. Errors: ``LedgerError`` when postings and
    books disagree, which is a fault of the program.
    """
    quarters = inputs.horizon_quarters
    years = (inputs.start[1] - 1 + quarters + 3) // QUARTERS_PER_YEAR
    flows = np.zeros((n_paths, worlds, code_count(), quarters))
    series = np.zeros((n_paths, worlds, len(SERIES), quarters))
    stats = np.zeros((n_paths, worlds, len(STATS)))
    pairs = np.full((n_paths, len(PAIRS)), np.nan)
    budget = np.zeros((n_paths, worlds, len(LINES), years, len(BUDGET_ITEMS)))
    market = np.zeros((n_paths, quarters))
    counted = np.zeros(n_paths, np.int64)
    for index in range(n_paths):
        cities = [run_world(inputs, seed, first_path + index, world) for world in range(worlds)]
        for world, city in enumerate(cities):
            flows[index, world] = city.close.flows
            series[index, world] = city.close.series
            budget[index, world] = city.close.budget
            stats[index, world] = statistics.draw_up(city)
            # The burn-in, the same in both worlds, counts once.
            counted[index] += city.close.stepped - (city.close.stepped_before if world else 0)
        market[index] = cities[0].close.market
        if worlds == 2:
            pairs[index] = statistics.compare(*cities)
    return BlockResult(first_path, flows, series, stats, pairs, budget, market, counted)
