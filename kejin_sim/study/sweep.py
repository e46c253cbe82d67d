"""Running a sweep: every point once, streamed to disk, resumable at any moment; a point that fails does not stop the rest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from kejin_sim.errors import InputError, KejinError, MachineError
from kejin_sim.outcomes.described import described
from kejin_sim.outcomes.outcomes import Outcomes
from kejin_sim.scenario.scenario import Scenario, set_values
from kejin_sim.study import paired_points
from kejin_sim.study.cache import address
from kejin_sim.study.design import all_points, allowed
from kejin_sim.study.evaluate import Evaluate
from kejin_sim.study.journal import Journal
from kejin_sim.study.recorded import recorded
from kejin_sim.study.sweep_file import Sweep

JOURNAL: Final = "journal.jsonl"

T = TypeVar("T")
Told = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class PlannedPoint:
    """A point of the plan: its values, its address, and why it cannot be simulated (empty when it can)."""

    number: int
    values: Mapping[str, float]
    address: str
    error: tuple[str, str] = ("", "")


@dataclass
class Plan:
    """All points in order; ``dropped``: how many the constraints forbid."""

    sweep: Sweep
    points: list[PlannedPoint] = field(default_factory=list)
    dropped: int = 0

    @property
    def addresses(self) -> list[str]:
        """What has to be simulated, each once, in order."""
        return list(dict.fromkeys(point.address for point in self.points if not point.error[0]))


def plan(sweep: Sweep, engine: str) -> Plan:
    """Work out every point and its address; a point that the scenario's own checks refuse carries their words.

    Errors: `InputError` when the constraints leave no point.
    """
    names = {d.name for d in sweep.dimensions}
    fixed = {name: _value(sweep.scenario, name) for c in sweep.constraints for _, name in c.terms if name not in names}
    made = Plan(sweep)
    points = all_points(sweep.dimensions, sweep.design, sweep.points, sweep.draws, sweep.seed)
    for values in allowed(points, sweep.dimensions, sweep.constraints, fixed):
        if values is None:
            made.dropped += 1
            continue
        number = len(made.points)
        try:
            inputs = scenario_of(sweep, values).inputs()
        except InputError as error:
            said = "; ".join(p.message_zh for p in error.problems), "; ".join(p.message_en for p in error.problems)
            made.points.append(PlannedPoint(number, values, _refused(values), said))
            continue
        worlds = 1 if inputs.twin is None else 2
        key = address(inputs.digest, sweep.seed, worlds, f"{engine} {sweep.paths} {','.join(sweep.metrics)}")
        made.points.append(PlannedPoint(number, values, key))
    if not made.points:
        raise InputError.of(
            f"约束排除了全部 {made.dropped} 个点。", f"the constraints forbid all {made.dropped} points.", key="constraints",
            hint_zh="放宽约束，或让取值能满足它（可用 rest 由等式算出）。",
            hint_en="loosen them, or let the values meet them (rest computes a value from an equation).",
        )  # fmt: skip
    return made


def _value(scenario: Scenario, name: str) -> float:
    from kejin_sim.scenario.scenario import parameter_of

    parameter, index = parameter_of(name)
    value = scenario.values[parameter.key]
    return float(value[index] if isinstance(value, tuple) and index is not None else value)  # type: ignore[arg-type]


def _refused(values: Mapping[str, float]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def scenario_of(sweep: Sweep, values: Mapping[str, float]) -> Scenario:
    """The scenario at a point. Errors: `InputError` when its checks refuse it."""
    changes: dict[str, Any] = {}
    for dimension in sweep.dimensions:
        value = values[dimension.name]
        changes[dimension.name] = round(value) if dimension.parameter.is_integer else value
    return set_values(sweep.scenario, changes)


def run(made: Plan, evaluate: Evaluate, journal: Journal, told: Told | None = None) -> int:
    """Simulate what the journal does not have. Returns: how many points failed.

    A point is recorded while the next one is simulated: at most two are in memory, and a kill loses at most two. A fault of the
    program in one point is recorded with its words and the rest go on; a full disk or an interruption stops the sweep, and what
    was simulated is recorded.
    """
    sweep = made.sweep
    missing: dict[
        str, PlannedPoint
    ] = {}  # two points may have the same numbers, for example when a whole number is rounded
    for point in made.points:
        if not (point.error[0] or point.address in missing or journal.holds(point.address)):
            missing[point.address] = point

    def simulated(point: PlannedPoint) -> Outcomes | str:
        return _or_words(lambda: evaluate(scenario_of(sweep, point.values), sweep.paths))

    def by_path(outcomes: Outcomes) -> dict[str, Any]:
        return paired_points.packed(outcomes, sweep) if paired_points.kept(sweep, len(made.points)) else {}

    def record(point: PlannedPoint, outcomes: Outcomes | str) -> str:
        content: dict[str, Any] | str = (
            outcomes
            if isinstance(outcomes, str)
            else _or_words(lambda: recorded(described(outcomes, sweep.metrics)).packed() | by_path(outcomes))
        )
        journal.add(point.address, {"error": content} if isinstance(content, str) else content)
        return content if isinstance(content, str) else ""

    failed = 0

    def reported(point: PlannedPoint, words: str) -> None:
        nonlocal failed
        failed += bool(words)
        if words and told is not None:
            told(f"点 {point.number} 出错，其余继续：{words}", f"point {point.number} failed, the rest go on: {words}")

    with ThreadPoolExecutor(1, thread_name_prefix="kejin-record") as aside:
        flying: tuple[PlannedPoint, Future[str]] | None = None
        for point in missing.values():
            outcomes = simulated(point)
            if flying is not None:
                reported(flying[0], flying[1].result())
            flying = point, aside.submit(record, point, outcomes)
        if flying is not None:
            reported(flying[0], flying[1].result())
    return failed


def _or_words(work: Callable[[], T]) -> T | str:
    """What some work gives, or the words of what went wrong with it; the machine's faults stop everything."""
    try:
        return work()
    except (MachineError, OSError, MemoryError):
        raise
    except Exception as error:
        return error.render() if isinstance(error, KejinError) else f"{type(error).__name__}: {error}"


def folder_of(out: str | None, name: str) -> Path:
    """Where a sweep lives: the same folder every time, so that it can be resumed and extended. Errors: `InputError`."""
    from kejin_sim.store.folder import MANIFEST, plain, refuse_inside_results
    from kejin_sim.study.folder import STUDIES

    folder = Path(out).expanduser() if out else Path(STUDIES) / f"sweep-{plain(name)}"
    strange = folder.is_dir() and any(folder.iterdir()) and not (folder / JOURNAL).is_file()
    if strange or (folder.exists() and not folder.is_dir()) or folder == Path():
        raise InputError.of(
            f"{folder} 里有别的内容。" if strange else f"{folder} 不能作为结果文件夹。",
            f"{folder} holds other things." if strange else f"{folder} cannot be the folder of a sweep.", key="--out",
            hint_zh="换一个名称；续跑时写原来扫描的文件夹。",
            hint_en=f"choose another name; to resume, name the folder of the sweep (with its {JOURNAL} and {MANIFEST}).",
        )  # fmt: skip
    refuse_inside_results(folder)
    return folder


def same_sweep(folder: Path, sweep: Sweep) -> bool:
    """Whether the results that a folder holds, if any, are of this sweep's scenario, paths and seed; its keys must be the same, so
    that its tables are extended and not replaced by others. Errors: `InputError` for other keys."""
    from kejin_sim.store.folder import MANIFEST

    try:
        held = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        theirs, digests = held["settings"]["keys"], [row["inputs_digest"] for row in held["scenarios"]]
        drawn = held["paths"], held["seed"]
    except (OSError, ValueError, LookupError, TypeError):  # nothing finished there
        return True
    ours = [d.name for d in sweep.dimensions]
    if sorted(theirs) != sorted(ours):
        raise InputError.of(
            f"{folder} 里是另一个扫描的结果，它改的键是：{'、'.join(theirs)}。",
            f"{folder} holds the results of another sweep, which varies: {', '.join(theirs)}.", key="--out",
            hint_zh="用 --out 换一个文件夹；同样的键增减取值或点数，可接着算。",
            hint_en="choose another folder with --out; the same keys may go on with other values or more points.",
        )  # fmt: skip
    return bool(digests == [sweep.scenario.digest] and drawn == (sweep.paths, sweep.seed))
