"""A block of paths, one after the other, without the interpreter in between.

Threads that simulate would otherwise ask for the interpreter's lock several times a path, and wait while another thread holds it.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine.kernel import FULL, run_path
from kejin_sim.engine.layout import Record
from kejin_sim.jit import compiled, internal

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]


@internal
def forget(memory: Bytes, count: int) -> None:
    """Zero the first bytes of some records."""
    for index in range(count):
        memory[index] = 0


@internal
def turned(quarters: Floats, rows: Floats) -> None:
    """float64[world, quarter, row], as a path writes it, into float64[world, row, quarter], as it is read."""
    for n in range(quarters.shape[0]):
        for k in range(quarters.shape[1]):
            for row in range(quarters.shape[2]):
                rows[n, row, k] = quarters[n, k, row]


@compiled
def run_block(
    start: int, first_path: int, seed: int, checked: int, opening: int, last: int,
    world: Record, behaviour: Record, all_rules: Record, carries: Ints, appropriation: Floats, extra: Ints,
    start_quarter: int, policy_years: int, effects: Ints, worlds: int,
    common: Bytes, loan_memory: Bytes, grant_memory: Bytes, file_memory: Bytes,
    quarters: Record, people: Record, keys: Ints, firms: Record, live: Ints, lists: Ints, entities: Ints, draws: Floats,
    desks: Record, pieces: Record, sums: Record, closing: Ints, closings: Ints,
    funds: Record, chains: Record, loans: Record, book: Ints, grants: Record, grant_book: Ints, credits: Record, cities: Record,
    states: Record, files: Record, books: Ints, notes: Record, seen: Record, path_flows: Floats, path_series: Floats,
    flows: Floats, series: Floats, stats: Floats, pairs: Floats, budget: Floats, market: Floats, counted: Ints, problem: Floats,
) -> int:  # fmt: skip
    """Simulate the paths of a block from number ``start`` of it on.

    Parameters: ``first_path`` number of the block's first path; ``common`` … ``file_memory``: the bytes of the records that a
    path begins with at zero: all of the first, of the others those of the slots that the last path has used; ``path_flows``,
    ``path_series``: room for one path; ``flows`` … ``counted``: results by path; the others as for
    :func:`kejin_sim.engine.kernel.run_path`.

    Returns: how far it has come: all of them, or the one that had no room or whose ledger does not tie (``problem``).
    """
    quarter = quarters[0]
    slots = people.shape[0]
    for index in range(start, counted.shape[0]):
        used = quarter.slots
        forget(loan_memory, used * (loan_memory.shape[0] // slots))
        forget(grant_memory, used * (grant_memory.shape[0] // slots))
        forget(file_memory, used * (file_memory.shape[0] // slots))
        forget(common, common.shape[0])
        quarter.seed = seed
        quarter.path = first_path + index
        quarter.checked = checked
        quarter.opening = opening
        quarter.last = last
        stepped = run_path(
            world, behaviour, all_rules, carries, appropriation, extra, start_quarter, policy_years, effects, worlds, quarter,
            people, keys, firms, live, lists, entities, draws, desks[0], pieces, sums, closing, closings, funds, chains, loans,
            book, grants, grant_book, credits, cities, states, files, books, notes, seen, path_flows, path_series, stats[index],
            pairs[index], budget[index], market[index], problem,
        )  # fmt: skip
        if stepped == FULL or problem[0] != 0.0:
            return index
        counted[index] = stepped
        turned(path_flows, flows[index])
        turned(path_series, series[index])
    return int(counted.shape[0])
