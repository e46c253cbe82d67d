"""From a name or a file to a validated scenario, with every problem reported at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from kejin_sim import units
from kejin_sim.errors import InputError, Problem
from kejin_sim.lang import t
from kejin_sim.parameters import Parameter, registry
from kejin_sim.parameters.checking import Facts, Finding
from kejin_sim.parameters.registry import Value, budget_lines
from kejin_sim.scenario.chain import LETTERHEAD, Merged, read_chain
from kejin_sim.scenario.explain import explain
from kejin_sim.scenario.files import bundled, bundled_names, locate
from kejin_sim.scenario.model import package_model
from kejin_sim.scenario.scenario import (
    DEFAULT_START,
    INLINE_TITLE,
    Baseline,
    Letterhead,
    Scenario,
    UncertainRange,
    default_values,
    is_own,
    parameter_of,
    written_key,
)
from kejin_sim.scenario.slips import slips
from kejin_sim.scenario.tree import Entry, Mark, Node, mapping_node
from kejin_sim.timeline import Quarter

DEFAULT_BASELINE = "status_quo"
_NO_BASELINE = ("none", "无", "")


@dataclass
class _Draft:
    """What reading one file gave, before the checks of the whole."""

    scenario: Scenario
    problems: list[Problem] = field(default_factory=list)


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read, validate and resolve a scenario.

    Parameters: ``name_or_path`` is a bundled name (``ningbo``) or a file (with a ``.yaml`` suffix or a path separator).
    Errors: `InputError` holding every problem of the file, of what it extends and of its baseline; ``TypeError`` for what is
    neither a name nor a path.
    """
    if not isinstance(name_or_path, str | Path):
        raise TypeError(
            t(f"方案应为内置名称或 .yaml 文件（str 或 Path），不是 {type(name_or_path).__name__}；"
              "要改动数值，用 load_scenario 读入后再用 set_values。",
              f"a scenario is a bundled name or a .yaml file (str or Path), not {type(name_or_path).__name__}; to change values, "
              "load one with load_scenario and use set_values.")
        )  # fmt: skip
    path = name_or_path if isinstance(name_or_path, Path) else locate(name_or_path, None, None, "")
    merged = read_chain(path)
    draft = _draft(path, merged)
    scenario, problems = draft.scenario, draft.problems
    baseline, marks, notices = _baseline(merged, scenario, problems)
    marks = {f"baseline.{key}": mark for key, mark in marks.items()}
    scenario = replace(scenario, baseline=baseline, marks={**scenario.marks, **marks})
    # A relation that involves a value already refused would only repeat the complaint.
    found, more = scenario.problems(refused={problem.key.partition("[")[0] for problem in problems})
    problems += found
    if problems:
        raise InputError(_in_order(problems))
    return replace(
        scenario,
        notices=(*notices, *more),
        slips=slips(scenario, bundled_names(), partial(_known, scenario.letterhead.title)),
    )


_EXAMPLES: Final = ("demo", "ningbo")
"""The bundled scenarios that others, and most of the users', begin with."""


@cache
def _known(title: str) -> tuple[Facts, ...]:
    """The numbers of the bundled scenarios that a file of this title may hold, those of their twins included: a run's own scenario
    has the title of what was run."""
    named = re.compile(
        rf"^title: *[\"']?{re.escape(title)}[\"']? *$", re.MULTILINE
    )  # to read them all would take seconds
    files = [
        path for name, path in bundled().items() if name in _EXAMPLES or named.search(path.read_text(encoding="utf-8"))
    ]
    found = [load_scenario(path) for path in files]
    return tuple(facts for one in found for facts in (one.facts, one.twin_facts) if facts is not None)


def load_base(name_or_path: str | Path) -> Scenario | None:
    """What a scenario that loads extends, as far as its numbers go; None when it extends nothing."""
    path = name_or_path if isinstance(name_or_path, Path) else locate(name_or_path, None, None, "")
    below = read_chain(path).below
    return None if below is None else _numbers(Path(below.file.name), below)


def load_numbers(path: Path) -> Scenario:
    """A file as far as its numbers go: what is wrong with it, were it a scenario to be played, is not looked for."""
    return _numbers(path, read_chain(path))


def _numbers(path: Path, merged: Merged) -> Scenario:
    draft = _draft(path, merged)
    baseline, _, _ = _baseline(merged, draft.scenario, [])
    return replace(draft.scenario, baseline=baseline)


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Each problem once, file by file, from top to bottom."""
    unique = list(dict.fromkeys(problems))
    files = list(dict.fromkeys(problem.file for problem in unique))
    return sorted(unique, key=lambda problem: (files.index(problem.file), problem.line, problem.column))


def _draft(path: Path, merged: Merged) -> _Draft:
    """Validate a merged tree and turn it into a scenario without baseline."""
    root, problems = merged.root, merged.problems
    entries = dict(root.mapping)
    baseline = entries.get("baseline")
    if baseline is not None and not isinstance(baseline.node.value, dict):
        entries.pop("baseline")
    root = mapping_node(Mark(merged.file), entries)
    model, errors = _validate(root)
    problems += errors
    values, given, marks = default_values(), set[str](), {}
    for parameter in registry():
        number = _dig(model, parameter.path)
        if number is not None:
            values[parameter.key] = tuple(number) if isinstance(number, list) else number
            given.add(parameter.key)
            marks[parameter.key] = root.find(parameter.path)
    for key in ("start", "baseline", *LETTERHEAD):
        if key in merged.root.mapping:
            marks[key] = merged.root.find((key,))
    scenario = Scenario(
        name=path.stem,
        file=merged.file.name,
        letterhead=Letterhead(**{name: model.get(name) or "" for name in LETTERHEAD}),
        start=Quarter.parse(model["start"]) if model.get("start") else DEFAULT_START,
        values=values,
        given=frozenset(given),
        by_year=_by_year(model, root, marks),
        extra_arrivals=_extra_arrivals(model, root, marks),
        uncertain=_uncertain(model, root, problems),
        allow_book_moves=bool(model.get("allow_book_moves")),
        baseline=None,
        marks=marks,
    )
    return _Draft(scenario, problems)


def _validate(root: Node) -> tuple[dict[str, Any], list[Problem]]:
    """The validated content as nested dictionaries of what the file gives.

    A tree with problems is validated again without the faulty keys, so that the checks of the whole still see the rest.
    """
    problems: list[Problem] = []
    plain = root.plain()
    try:
        return package_model().model_validate(plain).model_dump(exclude_unset=True), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems = [explain(root, item) for item in found]
    for item in found:
        _remove(plain, tuple(part for part in item["loc"] if part != "[key]"))
    for name in LETTERHEAD:
        plain.setdefault(name, "2000-01" if name == "date" else "?")
    try:
        return package_model().model_validate(plain).model_dump(exclude_unset=True), problems
    except ValidationError:
        return {}, problems


def _remove(plain: Any, loc: tuple[Any, ...]) -> None:
    """Take the innermost mapping entry at or above a place out; a list with one faulty item goes as a whole."""
    while loc and isinstance(loc[-1], int):
        loc = loc[:-1]
    if loc[:1] == ("uncertain",):
        loc = loc[:2]
    for part in loc[:-1]:
        plain = plain.get(str(part)) if isinstance(plain, dict) else None
    if isinstance(plain, dict) and loc:
        plain.pop(str(loc[-1]), None)


def _dig(model: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        model = model.get(part) if isinstance(model, dict) else None
    return model


def _by_year(model: Any, root: Node, marks: dict[str, Mark]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    for line in budget_lines():
        path = ("budget", line, "by_year")
        years = _dig(model, path)
        if years:
            found[line] = {int(year): amount for year, amount in years.items()}
            marks.update({".".join((*path, year)): root.find((*path, year)) for year in years})
    return found


def _extra_arrivals(model: Any, root: Node, marks: dict[str, Mark]) -> dict[Quarter, int]:
    path = ("world", "extra_arrivals")
    found: dict[Quarter, int] = {}
    for text, count in (_dig(model, path) or {}).items():
        if count:
            found[Quarter.parse(text)] = count
        marks[f"world.extra_arrivals.{text}"] = root.find_key((*path, text))
    return found


def _uncertain(model: Any, root: Node, problems: list[Problem]) -> dict[str, UncertainRange]:
    found: dict[str, UncertainRange] = {}
    for name, row in (model.get("uncertain") or {}).items():
        path = ("uncertain", name)
        try:
            parameter, index = parameter_of(name)
            if parameter.kind in ("choice", "flag"):
                raise units.UnitError(
                    f"{name} 不是数值，不能给范围。",
                    f"{name} is not a number: it has no range.",
                    "只写数值参数。",
                    "name numeric parameters only.",
                )
        except units.UnitError as error:
            problems.append(
                root.find_key(path).problem(f"uncertain.{name}", error.zh, error.en, error.hint_zh, error.hint_en)
            )
            continue
        edges = {
            key: _edge(parameter, row[key], root, (*path, key), problems)
            for key in ("low", "high", "mode")
            if row.get(key) is not None
        }
        low, high, mode = edges.get("low"), edges.get("high"), edges.get("mode")
        if low is None or high is None or ("mode" in edges and mode is None):
            continue
        source, note = row.get("source") or "", row.get("note") or ""
        shape = row.get("distribution", "uniform")
        entry = UncertainRange(parameter.key, index, low, high, shape, mode, source, note)
        problems += _range_problems(name, parameter, entry, root)
        found[name] = entry
    return found


def _edge(
    parameter: Parameter, value: object, root: Node, path: tuple[str, ...], problems: list[Problem]
) -> float | None:
    try:
        return parameter.parse(value)
    except units.UnitError as error:
        problems.append(root.find(path).problem(".".join(path), error.zh, error.en, error.hint_zh, error.hint_en))
        return None


def _range_problems(name: str, parameter: Parameter, entry: UncertainRange, root: Node) -> list[Problem]:
    mark = root.find(("uncertain", name, "low"))
    low, high = parameter.exact(entry.low), parameter.exact(entry.high)
    if entry.low >= entry.high:
        return [
            mark.problem(
                f"uncertain.{name}",
                f"下限 {low} 不低于上限 {high}。",
                f"low {low} is not below high {high}.",
                "让 low 小于 high。",
                "let low be less than high.",
            )
        ]
    if entry.distribution == "log_uniform" and entry.low <= 0:
        return [
            mark.problem(
                f"uncertain.{name}",
                "对数均匀分布的下限必须大于 0。",
                "the low end of a log-uniform distribution must be above 0.",
                "提高 low，或用 uniform。",
                "raise low, or use uniform.",
            )
        ]
    if (entry.distribution == "triangular") != (entry.mode is not None) or (
        entry.mode is not None and not entry.low <= entry.mode <= entry.high
    ):
        return [
            mark.problem(
                f"uncertain.{name}",
                "三角分布（且只有三角分布）要写 mode，并在 low 与 high 之间。",
                "a triangular distribution, and only that, takes a mode between low and high.",
                f"例如 distribution: triangular 与 mode: {low}。",
                f"for example distribution: triangular and mode: {low}.",
            )
        ]
    return []


def _baseline(
    merged: Merged, scenario: Scenario, problems: list[Problem]
) -> tuple[Baseline | None, Mapping[str, Mark], list[Finding]]:
    """The twin's measures and budget: written out, from a name, or from a file; with their places, and notices."""
    entry = merged.root.mapping.get("baseline")
    if entry is not None and isinstance(entry.node.value, dict):
        return *_inline_baseline(entry.node), []
    if entry is None:
        name, mark = DEFAULT_BASELINE, None
    elif entry.node.value is None or entry.node.value in _NO_BASELINE:
        return None, {}, []
    elif isinstance(entry.node.value, str):
        name, mark = entry.node.value, entry.node.mark
    else:
        problems.append(
            entry.node.mark.problem(
                "baseline",
                f"{units.shown(entry.node.plain())} 不是基准。",
                f"{units.shown(entry.node.plain())} is not a baseline.",
                "写 status_quo、no_policy、none 或一个 .yaml 文件。",
                "write status_quo, no_policy, none or a .yaml file.",
            )
        )
        return None, {}, []
    try:
        path = locate(name, merged.folder if mark is None else None, mark, "baseline")
        other = _draft(path, read_chain(path, mark, "baseline"))
    except InputError as error:
        if mark is not None:
            problems += error.problems
        return None, {}, []
    problems += other.problems
    head = other.scenario.letterhead
    found = Baseline(
        other.scenario.name, head.title, _own(other.scenario.values), other.scenario.by_year, head.title_en
    )
    return found, other.scenario.marks, _taken_from_package(scenario, other.scenario)


def _own(values: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in values.items() if is_own(key)}


def _inline_baseline(node: Node) -> tuple[Baseline, Mapping[str, Mark]]:
    """A baseline written out inside the scenario: what it does not say has the registry's value."""
    letterhead = {name: Entry(node.mark, Node("2000-01" if name == "date" else "?", node.mark)) for name in LETTERHEAD}
    whole, _ = _validate(mapping_node(node.mark, {**letterhead, "baseline": Entry(node.mark, node)}))
    model = whole.get("baseline") or {}
    values = default_values()
    marks: dict[str, Mark] = {}
    for parameter in registry():
        number = _dig(model, parameter.path) if is_own(parameter.key) else None
        if number is not None:
            values[parameter.key] = tuple(number) if isinstance(number, list) else number
            marks[parameter.key] = node.find(parameter.path)
    by_year = _by_year(model, node, marks)
    title = model.get("title") or INLINE_TITLE
    return Baseline("baseline", title, _own(values), by_year, model.get("title_en") or ""), marks


def _taken_from_package(scenario: Scenario, other: Scenario) -> list[Finding]:
    """A notice when the baseline's file sets what the twin takes from the package."""
    keys = [written_key(k) for k in sorted(other.given) if not is_own(k) and other.values[k] != scenario.values[k]]
    if other.start != scenario.start:
        keys.append("start")
    if not keys:
        return []
    listed = "、".join(keys[:5]) + ("…" if len(keys) > 5 else "")
    return [
        Finding(
            tuple(keys),
            f"基准 {other.name} 中的 {listed} 与本方案不同：这些取自本方案，基准只取其 measures 与 budget。",
            f"the baseline {other.name} sets {listed} differently: these are taken from this scenario; "
            "the twin takes only measures and budget from the baseline.",
            severity="notice",
        )
    ]
