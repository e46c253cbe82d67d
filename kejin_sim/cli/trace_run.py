"""A run folder in the place of a scenario: the path of that run is told, and held against the run's own row of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from kejin_sim.lang import t

if TYPE_CHECKING:
    from kejin_sim.recording import BlockResult
    from kejin_sim.scenario.scenario import Scenario
    from kejin_sim.store.read import Run

DEFAULT_SEED: Final = 1
SHOWN: Final = 5  # figures that are told where they differ
TOLERANCE: Final = 1e-9  # relative difference that rounding can explain


@dataclass(frozen=True)
class Subject:
    """What is traced: a scenario, a seed, and the run that they come from, None where the scenario was named."""

    scenario: Scenario
    seed: int
    run: Run | None = None


def subject(named: str, seed: int | None, path: int) -> Subject:
    """The scenario that is named, or the one of the run folder that is named, with its seed.

    Errors: `InputError` when there is neither, when the run has another seed than the one asked for, or not so many paths.
    """
    from kejin_sim.errors import InputError
    from kejin_sim.scenario.files import locate
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.store.read import open_run
    from kejin_sim.writing import as_typed

    place = locate(named, None, None, "")
    if not place.is_dir():
        return Subject(load_scenario(named), DEFAULT_SEED if seed is None else seed)
    run = open_run(place)
    own, paths, name = int(run.manifest["seed"]), int(run.manifest["paths"]), str(run.manifest["scenario"])
    if seed is not None and seed != own:
        asked = f"kejin trace {as_typed(place / 'scenario.yaml')} --path {path} --seed {seed}"
        raise InputError.of(
            f"{place} 的种子是 {own}，不是 {seed}。", f"{place} has seed {own}, not {seed}.", key="--seed",
            hint_zh=f"去掉 --seed，讲这次运行的路径；要别的种子，写方案：{asked}",
            hint_en=f"leave --seed out to tell a path of this run; for another seed name the scenario: {asked}",
        )  # fmt: skip
    if path >= paths:
        raise InputError.of(
            f"{place} 有 {paths:,} 条路径，没有第 {path:,} 条。", f"{place} has {paths:,} paths, and no path {path:,}.",
            key="--path", hint_zh=f"写 0 至 {paths - 1}。", hint_en=f"write 0 to {paths - 1}.",
        )  # fmt: skip
    return Subject(replace(run.loaded, name=name), own, run)


def tie(run: Run, scenario: Scenario, path: int, block: BlockResult) -> tuple[bool, list[str]]:
    """Hold every figure of the path against the run's row of ``paths.parquet``.

    Parameters: ``block``: the path by the compiled engine. Returns: whether all agree up to rounding, and the verdict in words.
    """
    from kejin_sim.jit import source_digest
    from kejin_sim.outcomes.outcomes import Outcomes, condense
    from kejin_sim.outcomes.view import Context
    from kejin_sim.store.folder import PATHS

    outcomes = Outcomes(1, block.flows.shape[1])
    outcomes.add(replace(condense(block, Context.of(scenario.inputs())), first_path=0))
    mine, theirs = {name: float(column[0]) for name, column in outcomes.columns().items()}, run.row(path)
    gaps = {name: _gap(mine[name], value) for name, value in theirs.items() if name in mine}
    different = [name for name, gap in gaps.items() if not gap <= TOLERANCE]
    where = run.folder / PATHS
    if not different and len(gaps) == len(theirs):
        return True, [
            t(f"与运行结果一致：{where} 中 path = {path} 一行的 {len(gaps):,} 个数都相同（最大相对差 {max(gaps.values()):.1e}）。",
              f"Ties to the run: the {len(gaps):,} figures of the row path = {path} of {where} agree, largest relative difference "
              f"{max(gaps.values()):.1e}.")
        ]  # fmt: skip
    told = [f"  {name}: {mine[name]!r} ≠ {theirs[name]!r}" for name in different[:SHOWN]]
    why = t("这是程序的错误，请反馈。", "This is a fault of the program; please report it.")
    if run.manifest.get("source_digest") != source_digest():
        command = str(run.manifest["command"])
        why = t(f"这次运行由程序的另一版本写出，讲的不是它的路径；重新运行：{command}",
                "The run was written by another version of the program, and this is not its path; run it again: "
                f"{command}")  # fmt: skip
    count = len(different) + len(theirs) - len(gaps)
    return False, [
        *told,
        t(f"与运行结果不一致：{where} 中 path = {path} 一行有 {count} 个数不同。{why}",
          f"Does not tie to the run: {count} figures of the row path = {path} of {where} differ. {why}"),
    ]  # fmt: skip


def _gap(mine: float, theirs: float) -> float:
    """Relative difference of two figures, absolute of small ones; 0 where both are not defined, or the same infinity."""
    if mine == theirs or (mine != mine and theirs != theirs):
        return 0.0
    return abs(mine - theirs) / max(abs(mine), abs(theirs), 1.0)
