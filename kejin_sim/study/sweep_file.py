"""What a sweep file says, checked before anything runs: every fault at its place, with what to write instead."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from kejin_sim.errors import InputError, Problem, nearest
from kejin_sim.lang import t
from kejin_sim.parameters import Parameter
from kejin_sim.scenario.files import read
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import Scenario, parameter_of
from kejin_sim.scenario.tree import Entry, Mark, Node
from kejin_sim.study.constraints import Constraint, canonical, idle_amount, parse_constraint
from kejin_sim.study.design import KINDS, MOST_POINTS, Dimension, Kind, Scale
from kejin_sim.study.quantity import parse_quantity
from kejin_sim.units import UnitError, parse_integer, shown
from kejin_sim.writing import as_typed

KEYS: Final = (
    "title", "title_en", "scenario", "paths", "seed", "design", "points", "draws", "vary", "uncertain", "constraints",
    "metrics",
)  # fmt: skip
_RANGE: Final = ("low", "high", "steps", "distribution", "mode", "source", "note")
_SCALES: Final = ("uniform", "log_uniform", "triangular")


@dataclass(frozen=True)
class Sweep:
    """A sweep: ``points`` of a sampled design; ``draws`` of the uncertain keys at each combination of a grid; ``metrics``:
    names of the metrics to keep, all when empty; ``own_title``, ``title_en``: as in its file."""

    name: str
    own_title: str
    title_en: str
    scenario: Scenario
    named: str
    paths: int
    seed: int
    design: Kind
    points: int
    draws: int
    dimensions: tuple[Dimension, ...]
    constraints: tuple[Constraint, ...]
    metrics: tuple[str, ...]

    @property
    def title(self) -> str:
        """For reading, in the current language where the file has it."""
        return t(self.own_title, self.title_en or self.own_title)


class _Reading:
    """One reading of a file: collects problems instead of stopping at the first."""

    def __init__(self, root: Node, problems: list[Problem]) -> None:
        self.root, self.problems = root, problems

    def refuse(self, node: Node, key: str, error: UnitError) -> None:
        self.refuse_at(node.mark, key, error)

    def refuse_at(self, mark: Mark, key: str, error: UnitError) -> None:
        self.problems.append(mark.problem(key, error.zh, error.en, error.hint_zh, error.hint_en))

    def entry(self, key: str) -> Node | None:
        entry = self.root.mapping.get(key)
        return entry.node if entry is not None and entry.node.value is not None else None

    def text(self, key: str) -> str:
        node = self.entry(key)
        return str(node.value) if node is not None else ""

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        node = self.entry(key)
        if node is None:
            return default
        try:
            number = parse_integer(node.plain())
            if not low <= number <= high:
                raise UnitError(
                    f"{number} 不在 {low:,} 至 {high:,} 之间。", f"{number} is not between {low:,} and {high:,}.",
                    "改成这个范围内的整数。", "write a whole number in that range.",
                )  # fmt: skip
            return number
        except UnitError as error:
            self.refuse(node, key, error)
            return default

    def word(self, key: str, options: Mapping[str, Any], default: str) -> Any:
        node = self.entry(key)
        if node is None:
            return options[default]
        if str(node.value) in options:
            return options[str(node.value)]
        listed = "、".join(options)
        close = nearest(str(node.value), options)
        self.problems.append(
            node.mark.problem(
                key,
                f"{shown(node.plain())} 不是可选的值。",
                f"{shown(node.plain())} is not one of the options.",
                f"{f'是否想写 {close[0]}？' if close else ''}可选：{listed}。",
                f"{f'did you mean {close[0]}? ' if close else ''}options: {', '.join(options)}.",
            )
        )
        return options[default]

    def unknown(self, entries: Mapping[str, Entry], known: Sequence[str], path: str) -> None:
        for key, entry in entries.items():
            if key not in known:
                close = nearest(key, known)
                self.problems.append(
                    entry.key.problem(
                        f"{path}{key}",
                        f"没有名为 {shown(key)} 的键。",
                        f"there is no key named {shown(key)}.",
                        f"是否想写 {close[0]}？" if close else f"这里可写：{'、'.join(known)}。",
                        f"did you mean {close[0]}?" if close else f"allowed here: {', '.join(known)}.",
                    )
                )


def load_sweep(path: Path, *, paths: int | None = None, seed: int | None = None) -> Sweep:
    """Read and check a sweep file.

    Parameters: ``paths`` and ``seed`` replace the file's. Errors: `InputError` with every problem found.
    """
    root, problems = read(path, None, "")
    _refuse_scenario(root)
    reading = _Reading(root, problems)
    reading.unknown(root.mapping, KEYS, "")
    scenario, named = _scenario(reading, path.parent)
    design: Kind = reading.word("design", KINDS, "grid")
    points = reading.integer("points", 0, 1, MOST_POINTS)
    if design != "grid" and points == 0 and "points" not in root.mapping:
        _missing(reading, "points", "points: 64", f"{design} 要写点数", f"{design} needs the number of points")
    if design == "grid" and points:
        node = root.mapping["points"].key
        problems.append(node.problem(
            "points", "网格的点数由各键的取值决定。", "the points of a grid follow from the values of its keys.",
            "删去 points，或写 design: latin_hypercube。", "remove points, or write design: latin_hypercube.",
        ))  # fmt: skip
    _applicable(reading, design)
    dimensions = _dimensions(reading, design, scenario)
    constraints = _constraints(reading, dimensions)
    sweep = Sweep(
        name=path.stem,
        own_title=reading.text("title") or path.stem,
        title_en=reading.text("title_en"),
        scenario=scenario or load_scenario("demo"),
        named=named,
        paths=paths or reading.integer("paths", 1000, 2, 1_000_000),
        seed=seed if seed is not None else reading.integer("seed", 1, 0, 2**63 - 1),
        design=design,
        points=points,
        draws=reading.integer("draws", 16, 1, 10_000),
        dimensions=dimensions,
        constraints=constraints,
        metrics=_metrics(reading),
    )
    if problems:
        raise InputError(sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column)))
    _size(sweep, root)
    return sweep


def _refuse_scenario(root: Node) -> None:
    """A scenario is no sweep: say so once, not of each of its keys. Errors: `InputError`."""
    if not root.mapping.keys().isdisjoint(("vary", "scenario")):
        return
    typical = [
        root.mapping[key].key for key in ("extends", "measures", "budget", "author", "world") if key in root.mapping
    ]
    if typical:
        name = as_typed(root.mark.file.name)
        raise InputError(
            typical[0].problem(
                "",
                "这是方案文件（没有 scenario 和 vary），不是扫描文件。",
                "this is a scenario (it has neither scenario nor vary), not a sweep file.",
                f"用 kejin run {name} 运行它；扫描文件写 scenario: {name} 和 vary: 要改的键。",
                f"run it with kejin run {name}; a sweep file has scenario: {name} and vary: with the keys to vary.",
            )
        )


def _applicable(reading: _Reading, design: Kind) -> None:
    """Refuse what the design would pass over in silence."""
    if design != "grid" and "draws" in reading.root.mapping:
        reading.problems.append(reading.root.mapping["draws"].key.problem(
            "draws", f"draws 只用于网格，{design} 用不到。", f"draws is for a grid: {design} does not use it.",
            "删去 draws；点数由 points 决定。", "remove draws: points says how many points there are.",
        ))  # fmt: skip


def _missing(reading: _Reading, key: str, example: str, zh: str, en: str) -> None:
    reading.problems.append(
        dataclasses.replace(reading.root.mark, line=0, column=0).problem(
            key,
            f"缺少 {key}：{zh}。",
            f"{key} is missing: {en}.",
            f"补一行，例如 {example}。",
            f"add a line such as {example}.",
        )
    )


def _scenario(reading: _Reading, folder: Path) -> tuple[Scenario | None, str]:
    node = reading.entry("scenario")
    if node is None:
        _missing(reading, "scenario", "scenario: ningbo", "在哪个方案上改", "the scenario that is varied")
        return None, ""
    name = str(node.value)
    try:
        from kejin_sim.scenario.files import is_path, locate

        place = locate(name, folder, node.mark, "scenario")
        if is_path(name) and not place.is_file():
            read(place, node.mark, "scenario")
        return load_scenario(place), name
    except InputError as error:
        reading.problems += error.problems
        return None, name


def _dimensions(reading: _Reading, design: Kind, scenario: Scenario | None) -> tuple[Dimension, ...]:
    found: dict[str, Dimension] = {}
    node = reading.entry("vary")
    if node is None or not node.mapping:
        _missing(
            reading,
            "vary",
            "vary: {measures.equity.angel_subfunds.size: [5000万元, 1亿元]}",
            "改哪些键",
            "the keys to vary",
        )
    else:
        for name, entry in node.mapping.items():
            _one(reading, found, name, entry, design, scenario, lever=True)
    node = reading.entry("uncertain")
    if node is None or node.value is False:
        return tuple(found.values())
    if node.value is True:
        for written, row in scenario.uncertain.items() if scenario is not None else ():
            name, scale = canonical(written), cast("Scale", row.distribution)
            mode = row.low if row.mode is None else row.mode
            found.setdefault(name, Dimension(
                name, parameter_of(name)[0], low=row.low, high=row.high, scale=scale, mode=mode, lever=False,
            ))  # fmt: skip
        if scenario is not None and not scenario.uncertain:
            reading.problems.append(node.mark.problem(
                "uncertain", "所用方案没有 uncertain 一段。", "the scenario has no section uncertain.",
                "在方案里补写，或在这里逐键写 {low: …, high: …}。", "add one, or write keys with {low: …, high: …} here.",
            ))  # fmt: skip
    elif not isinstance(node.value, dict):
        reading.problems.append(node.mark.problem(
            "uncertain", f"{shown(node.plain())} 不是 true，也没有列出键。",
            f"{shown(node.plain())} is neither true nor keys.",
            "写 true（取方案的 uncertain 一段），或逐键写 {low: …, high: …}。",
            "write true (the scenario's section uncertain), or keys with {low: …, high: …}.",
        ))  # fmt: skip
    else:
        for name, entry in node.mapping.items():
            _one(reading, found, name, entry, design, scenario, lever=False)
    return tuple(found.values())


def _one(
    reading: _Reading, found: dict[str, Dimension], written: str, entry: Entry, design: Kind, scenario: Scenario | None,
    *, lever: bool,
) -> None:  # fmt: skip
    """One key of ``vary`` or ``uncertain``."""
    path = f"{'vary' if lever else 'uncertain'}.{written}"
    try:
        parameter, index = parameter_of(written)
        name = canonical(written)
        if parameter.length is not None and index is None:
            raise UnitError(
                f"{name} 是列表。",
                f"{name} is a list.",
                f"写出第几项，例如 {name}[1]。",
                f"name an item, such as {name}[1].",
            )
        if scenario is not None and (idle := idle_amount(scenario, name)) is not None:
            raise idle
    except UnitError as error:
        reading.problems.append(entry.key.problem(path, error.zh, error.en, error.hint_zh, error.hint_en))
        return
    if name in found:
        reading.problems.append(entry.key.problem(
            path, f"前面已写过 {name}，是同一个参数。", f"{name} stands above already: it is the same parameter.",
            "只留一处。", "keep one of them.",
        ))  # fmt: skip
        return
    node = entry.node
    try:
        if node.value == "rest":
            found[name] = Dimension(name, parameter, rest=True, lever=lever)
        elif isinstance(node.value, list):
            if not node.value:
                raise UnitError("没有取值。", "no value is given.", "写 [值1, 值2]。", "write [value, value].")
            levels: list[float] = []
            for item in node.value:
                try:
                    level = float(parameter.parse(item.plain()))
                    if level in levels:
                        raise UnitError(f"{shown(item.plain())} 重复。", f"{shown(item.plain())} is there twice.",
                                        "每个取值只写一次。", "write each value once.")  # fmt: skip
                    levels.append(level)
                except UnitError as error:
                    reading.refuse(item, path, error)
            found[name] = Dimension(name, parameter, levels=tuple(levels), lever=lever)
        elif node.mapping:
            found[name] = _range(reading, path, name, parameter, node, design, lever=lever)
        else:
            found[name] = Dimension(name, parameter, levels=(float(parameter.parse(node.plain())),), lever=lever)
    except UnitError as error:
        reading.refuse(node, path, error)


def _range(
    reading: _Reading, path: str, name: str, parameter: Parameter, node: Node, design: Kind, *, lever: bool
) -> Dimension:
    """A range with its distribution; ``path``: where it stands in the file. Errors: `UnitError`."""
    reading.unknown(node.mapping, _RANGE, f"{path}.")
    if parameter.kind in ("choice", "flag"):
        raise UnitError(f"{name} 不是数值，没有范围。", f"{name} is no number: it has no range.",
                        f"写出取值，例如 [{', '.join(parameter.choices or ('true', 'false'))}]。",
                        f"list values, such as [{', '.join(parameter.choices or ('true', 'false'))}].")  # fmt: skip
    plain = {key: entry.node.plain() for key, entry in node.mapping.items() if entry.node.value is not None}
    ends, sound = {}, True
    for key in ("low", "high"):
        if key not in plain:
            mark = node.mapping[key].key if key in node.mapping else node.mark
            missing = UnitError(
                f"缺少 {key}。", f"{key} is missing.", "写成 {low: …, high: …}。", "write {low: …, high: …}."
            )
            reading.refuse_at(mark, f"{path}.{key}" if key in node.mapping else path, missing)
            sound = False
    for key in ("low", "high", "mode"):
        if key in plain:
            try:
                ends[key] = float(parameter.parse(plain[key]))
            except UnitError as error:
                reading.refuse(node.mapping[key].node, f"{path}.{key}", error)
                sound = False
    if not sound:  # what was refused needs no second answer
        return Dimension(name, parameter, lever=lever)
    low, high = ends["low"], ends["high"]
    if low >= high:
        raise UnitError(
            f"下限 {plain['low']} 不低于上限 {plain['high']}。", f"low {plain['low']} is not below high {plain['high']}.",
            "让 low 小于 high。", "let low be less than high.",
        )  # fmt: skip
    scale = str(plain.get("distribution", "uniform"))
    if scale not in _SCALES:
        raise UnitError(f"没有分布 {shown(scale)}。", f"there is no distribution {shown(scale)}.",
                        f"可选：{'、'.join(_SCALES)}。", f"options: {', '.join(_SCALES)}.")  # fmt: skip
    mode = ends.get("mode", float("nan"))
    if scale == "triangular" and not low <= mode <= high:
        raise UnitError("三角分布要写 mode，在 low 与 high 之间。", "a triangular distribution takes a mode between low and high.",
                        f"例如 mode: {plain['low']}。", f"for example mode: {plain['low']}.")  # fmt: skip
    if scale != "triangular" and "mode" in plain:
        raise UnitError(f"mode 只用于三角分布，这里是 {scale}。", f"mode is for triangular: this is {scale}.",
                        "删去 mode，或写 distribution: triangular。", "remove mode, or write triangular.")  # fmt: skip
    if scale == "log_uniform" and low <= 0.0:
        raise UnitError("对数均匀分布的下限必须大于 0。", "the low end of a log-uniform distribution must be above 0.",
                        "提高 low，或用 uniform。", "raise low, or use uniform.")  # fmt: skip
    steps = parse_integer(plain["steps"]) if "steps" in plain else 0
    if design != "grid" and "steps" in plain:
        raise UnitError(f"steps 只用于网格，{design} 用不到。", f"steps is for a grid: {design} does not use it.",
                        "删去 steps，或写 design: grid。", "remove steps, or write design: grid.")  # fmt: skip
    if design == "grid" and (lever or "steps" in plain) and not 2 <= steps <= 1000:
        raise UnitError("网格里的范围要写 steps（2 至 1000）。", "a range in a grid needs steps (2 to 1000).",
                        "例如 {low: …, high: …, steps: 5}，或写 [值1, 值2]。",
                        "for example {low: …, high: …, steps: 5}, or [value, value].")  # fmt: skip
    return Dimension(
        name, parameter, low=low, high=high, scale=cast("Scale", scale), mode=mode, steps=steps, lever=lever
    )


def _constraints(reading: _Reading, dimensions: tuple[Dimension, ...]) -> tuple[Constraint, ...]:
    node = reading.entry("constraints")
    found: list[Constraint] = []
    items = node.value if node is not None and isinstance(node.value, list) else [node] if node is not None else []
    for item in items:
        try:
            found.append(parse_constraint(str(item.plain())))
        except UnitError as error:
            reading.refuse(item, "constraints", error)
    rest = {d.name for d in dimensions if d.rest}
    for name in sorted(rest):
        equations = [c for c in found if c.sign == "=" and name in {n for _, n in c.terms}]
        if len(equations) != 1 or len(rest & {n for _, n in equations[0].terms}) != 1:
            path, mark = _place_of(reading, name)
            reading.problems.append(mark.problem(
                path, f"{name} 写了 rest，但没有恰好一个等式能算出它。",
                f"{name} says rest, but not exactly one equation gives it.",
                "在 constraints 里写一个等式，其中只有它一个 rest。", "write one equation in constraints with it as the only rest.",
            ))  # fmt: skip
    return tuple(found)


def _place_of(reading: _Reading, name: str) -> tuple[str, Mark]:
    """Where a key stands that the file writes, under whichever of its names."""
    for section in ("vary", "uncertain"):
        node = reading.entry(section)
        for written, entry in node.mapping.items() if node is not None else ():
            with suppress(UnitError):
                if canonical(written) == name:
                    return f"{section}.{written}", entry.node.mark
    return name, reading.root.mark


def _metrics(reading: _Reading) -> tuple[str, ...]:
    node = reading.entry("metrics")
    if node is None:
        return ()
    names = []
    for item in node.value if isinstance(node.value, list) else [node]:
        try:
            names.append(parse_quantity(str(item.plain())).metric.name)
        except InputError as error:
            problem = error.problems[0]
            reading.problems.append(item.mark.problem(
                "metrics", problem.message_zh, problem.message_en, problem.hint_zh, problem.hint_en
            ))  # fmt: skip
    return tuple(dict.fromkeys(names))


def _size(sweep: Sweep, root: Node) -> None:
    """A grid multiplies: refuse one that nobody can want."""
    if sweep.design != "grid":
        return
    total = 1
    for dimension in sweep.dimensions:
        if not dimension.rest:
            drawn = not (dimension.lever or dimension.levels or dimension.steps)
            total *= 1 if drawn else max(1, len(dimension.grid()))
    if any(not (d.lever or d.levels or d.steps or d.rest) for d in sweep.dimensions):
        total *= sweep.draws
    if total > MOST_POINTS:
        raise InputError(root.mapping["vary"].key.problem(
            "vary", f"网格有 {total:,} 个点，超过 {MOST_POINTS:,}。", f"the grid has {total:,} points, over {MOST_POINTS:,}.",
            "减少取值，或用 design: sobol 与 points: 256。", "take fewer values, or design: sobol with points: 256.",
        ))  # fmt: skip
