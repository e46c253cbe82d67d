"""Cost of the compiled engine: ``python -m benchmarks.engine [--paths N] [--threads K] [--scenario NAME]``.

Prints one JSON object. Figures are wall time with ``threads`` threads at work; each is the least of several interleaved
rounds, because a shared machine only ever adds time.

* ``ns_per_enterprise_quarter``: per live enterprise-quarter, burn-in and both worlds counted.
* ``floor_ns``: one Philox block of four uniforms, same generator, same threads, nothing else done.
* ``ratio_to_floor``: the first over the second.
* ``reference_ns``: the reference engine (one thread, a few paths), and ``times_faster_than_reference`` on one thread.
* ``first_path_seconds``: the first path of this process: compilation, or loading what an earlier process compiled.
* ``ledger_share``: part of the time that the close's checks of the ledger take: the median over pairs of the same path with
  and without them, one right after the other in alternating order, by the processor time of one thread.
  ``ledger_share_low``, ``ledger_share_high``: 95 % range of that median. The recount of all firms stays in both.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from kejin_sim import random as rng
from kejin_sim.engine.run import simulate
from kejin_sim.jit import compiled
from kejin_sim.reference.run import simulate as simulate_reference
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.scenario.load import load_scenario

ROUNDS = 5
PAIRS = 100
FLOOR_BLOCKS = 4_000_000
CHUNK = 10


@compiled
def draw_blocks(path: int, blocks: int) -> float:
    """Sum of ``blocks`` Philox blocks: the floor."""
    total = 0.0
    for index in range(blocks):
        a, b, c, d = rng.uniforms(1, rng.ENTERPRISE_QUARTER, path, index & 4095, index >> 12)
        total += a + b + c + d
    return total


def wall(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def engine_round(pool: ThreadPoolExecutor, inputs: Inputs, paths: int) -> int:
    """Simulate ``paths`` paths in chunks; returns live enterprise-quarters."""
    tasks = [pool.submit(simulate, inputs, 1, first, min(CHUNK, paths - first)) for first in range(0, paths, CHUNK)]
    return sum(int(task.result().enterprise_quarters.sum()) for task in tasks)


def floor_round(pool: ThreadPoolExecutor, threads: int) -> None:
    """Draw FLOOR_BLOCKS blocks on every thread."""
    for task in [pool.submit(draw_blocks, path, FLOOR_BLOCKS) for path in range(threads)]:
        task.result()


def processor(work: Callable[[], object]) -> float:
    """Seconds of processor time that ``work`` takes in this thread."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def ledger_share(inputs: Inputs) -> tuple[float, float, float]:
    """Median of 1 − time without ÷ time with the checks over PAIRS paths, and its 95 % range by order statistics."""
    shares: list[float] = []
    for path in range(PAIRS):
        took: dict[bool, float] = {}
        for checked in (True, False) if path % 2 == 0 else (False, True):
            took[checked] = processor(lambda path=path, checked=checked: simulate(inputs, 1, path, 1, 2, checked))
        shares.append(1.0 - took[False] / took[True])
    shares.sort()
    reach = 0.98 * PAIRS**0.5
    return statistics.median(shares), shares[int(PAIRS / 2 - reach)], shares[int(PAIRS / 2 + reach)]


def measure(scenario: str, paths: int, threads: int) -> dict[str, float | int | str]:
    """All figures of one scenario."""
    inputs = load_scenario(scenario).inputs()
    cold = wall(lambda: simulate(inputs, 1, 0, 1))
    draw_blocks(0, 10)
    engine: list[float] = []
    floor: list[float] = []
    quarters = 0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(ROUNDS):
            start = time.perf_counter()
            quarters = engine_round(pool, inputs, paths)
            engine.append(time.perf_counter() - start)
            floor.append(wall(lambda: floor_round(pool, threads)))
    single = min(wall(lambda: simulate(inputs, 1, 0, 4)) for _ in range(ROUNDS))
    single_quarters = int(simulate(inputs, 1, 0, 4).enterprise_quarters.sum())
    simulate_reference(inputs, 1, 0, 1)  # compiles the rules that it calls
    start = time.perf_counter()
    reference_quarters = int(simulate_reference(inputs, 1, 0, 1).enterprise_quarters.sum())
    reference = time.perf_counter() - start
    share, low, high = ledger_share(inputs)
    ns = min(engine) / quarters * 1e9
    floor_ns = min(floor) / (threads * FLOOR_BLOCKS) * 1e9
    reference_ns = reference / reference_quarters * 1e9
    return {
        "scenario": scenario,
        "threads": threads,
        "paths": paths,
        "ns_per_enterprise_quarter": round(ns, 2),
        "floor_ns": round(floor_ns, 2),
        "ratio_to_floor": round(ns / floor_ns, 2),
        "reference_ns": round(reference_ns, 1),
        "times_faster_than_reference": round(reference_ns / (single / single_quarters * 1e9), 1),
        "enterprise_quarters_per_path": round(quarters / paths, 1),
        "paths_per_second": round(paths / min(engine), 1),
        "ledger_share": round(share, 4),
        "ledger_share_low": round(low, 4),
        "ledger_share_high": round(high, 4),
        "first_path_seconds": round(cold, 2),
    }


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenario", default="ningbo")
    parser.add_argument("--paths", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print(json.dumps(measure(options.scenario, options.paths, options.threads), indent=2))


if __name__ == "__main__":
    main()
