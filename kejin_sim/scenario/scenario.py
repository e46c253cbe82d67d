"""A scenario: what a user wrote, validated, with every number in the engine's units."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from kejin_sim import units
from kejin_sim.errors import InputError, Problem, nearest
from kejin_sim.lang import t
from kejin_sim.parameters import Parameter, by_key, registry
from kejin_sim.parameters.checking import Facts, Finding
from kejin_sim.parameters.registry import Value, budget_lines
from kejin_sim.scenario import inputs as numeric
from kejin_sim.scenario.checks import findings
from kejin_sim.scenario.frozen import freeze, rebuilt
from kejin_sim.scenario.tree import Mark, SourceFile
from kejin_sim.timeline import QUARTERS_PER_YEAR, Quarter

DEFAULT_START = Quarter(2025, 1)
INLINE_TITLE = (
    "方案内写出的基准"  # of a baseline that is written out and names no title; a title is in the language of its file
)


PLACEHOLDERS = {
    "author": ("（填写编制单位）", "(who wrote it)"),
    "description": ("（写明改了什么、为什么）", "(what was changed, and why)"),
}
"""What a new file has in the letterhead until somebody fills it in, Chinese and English."""


@dataclass(frozen=True)
class Letterhead:
    """Who wrote the scenario, when, on which document, as the file has it; ``…_en``: in English, where it says so."""

    title: str
    author: str
    date: str
    based_on: str
    description: str = ""
    title_en: str = ""
    based_on_en: str = ""
    description_en: str = ""

    @property
    def told(self) -> Letterhead:
        """In the current language, as far as the file has it."""
        return replace(
            self,
            title=t(self.title, self.title_en or self.title),
            based_on=t(self.based_on, self.based_on_en or self.based_on),
            description=t(self.description, self.description_en or self.description),
        )

    @property
    def unfilled(self) -> tuple[str, ...]:
        """Keys that still hold what a new file has there."""
        return tuple(key for key, texts in PLACEHOLDERS.items() if getattr(self, key) in texts)

    @property
    def filled(self) -> Letterhead:
        """Without what nobody has filled in: no reader shall take a placeholder for a text."""
        return replace(self, **dict.fromkeys(self.unfilled, ""))


@dataclass(frozen=True)
class UncertainRange:
    """A range or distribution of one numeric key, in the engine's units; ``index`` (from 0) is an element of a list."""

    key: str
    index: int | None
    low: float
    high: float
    distribution: str = "uniform"
    mode: float | None = None
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Baseline:
    """What the twin takes from another scenario: its measures and its budget. ``own_title``, ``title_en``: as in its file."""

    name: str
    own_title: str
    values: Mapping[str, Value]
    by_year: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    title_en: str = ""

    @property
    def title(self) -> str:
        """Its title in the current language, as far as the file has it."""
        return t(self.own_title, self.title_en or self.own_title)

    def __post_init__(self) -> None:
        freeze(self)

    def __reduce__(self) -> tuple[type[Any], tuple[Any, ...]]:
        return rebuilt(self)


def is_own(key: str) -> bool:
    """Whether package and twin may differ in a key; all other keys the twin takes from the package."""
    return key.startswith(("measures.", "budget."))


def written_key(key: str) -> str:
    """A registry key as the scenario file writes it."""
    parameter = by_key().get(key)
    return ".".join(parameter.path) if parameter else key


def default_values() -> dict[str, Value]:
    """The registry's value of every key."""
    return {parameter.key: parameter.value for parameter in registry()}


@dataclass(frozen=True)
class Scenario:
    """A validated scenario. Nothing of it can be changed in place: `set_values` makes another, checked again.

    ``values`` holds every registry key; ``given`` says which of them the file (or what it extends) writes.
    ``by_year``: CNY by budget line and calendar year, of lines that have any; ``extra_arrivals``: enterprises by quarter.
    ``allow_book_moves``: moving money between budget books has been approved. ``notices`` are things to know, not errors;
    ``slips`` things to look at again in the file itself, of no meaning to who reads a result.
    """

    name: str
    file: str
    letterhead: Letterhead
    start: Quarter
    values: Mapping[str, Value]
    given: frozenset[str]
    by_year: Mapping[str, Mapping[int, float]]
    extra_arrivals: Mapping[Quarter, int]
    uncertain: Mapping[str, UncertainRange]
    baseline: Baseline | None
    allow_book_moves: bool = False
    notices: tuple[Finding, ...] = ()
    slips: tuple[Finding, ...] = field(default=(), repr=False, compare=False)
    marks: Mapping[str, Mark] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        freeze(self)

    def __reduce__(self) -> tuple[type[Any], tuple[Any, ...]]:
        return rebuilt(self)

    @property
    def title(self) -> str:
        """Title of the letterhead, in the current language as far as the file has it."""
        return self.letterhead.told.title

    @property
    def facts(self) -> Facts:
        """What checks see of the package."""
        return Facts(self.values, self.start, self.by_year)

    @property
    def twin_facts(self) -> Facts | None:
        """What checks see of the twin: the baseline's measures and budget in the package's world."""
        if self.baseline is None:
            return None
        values = {**self.values, **{k: v for k, v in self.baseline.values.items() if is_own(k)}}
        return Facts(values, self.start, self.baseline.by_year)

    def assumptions(self) -> list[Parameter]:
        """Parameters whose value rests on an assumption (evidence A)."""
        return [parameter for parameter in registry() if parameter.evidence == "A"]

    def changed(self) -> list[Parameter]:
        """Parameters whose value differs from the registry's."""
        return [parameter for parameter in registry() if self.values[parameter.key] != parameter.value]

    def inputs(self) -> numeric.Inputs:
        """The frozen numbers for an engine."""
        return self._inputs

    @cached_property
    def _inputs(self) -> numeric.Inputs:
        shared = {group: numeric.record(group, self.values) for group in numeric.SHARED_GROUPS}
        package = {group: numeric.record(group, self.values) for group in numeric.OWN_GROUPS}
        twin_facts = self.twin_facts
        twin = None if twin_facts is None else {g: numeric.record(g, twin_facts.values) for g in numeric.OWN_GROUPS}
        years = self.facts.policy_years
        appropriation = np.zeros((2, len(budget_lines()), len(years)))
        for world, facts in enumerate((self.facts, twin_facts)):
            for row, line in enumerate(budget_lines()):
                # Without a baseline the burn-in runs under the package's own budget.
                appropriation[world, row] = list((facts or self.facts).appropriations(line).values())
        burn_in = int(self.facts.number("time.burn_in_years")) * QUARTERS_PER_YEAR
        horizon = int(self.facts.number("time.horizon_years")) * QUARTERS_PER_YEAR
        extra = np.zeros(burn_in + horizon, dtype=np.int64)
        for quarter, count in self.extra_arrivals.items():
            extra[quarter - self.start + burn_in] += count
        start = (self.start.year, self.start.quarter)
        records = {**shared, **{f"package.{g}": r for g, r in package.items()}}
        records |= {f"twin.{g}": r for g, r in (twin or {}).items()}
        digest = numeric.digest_of(records, {"appropriation": appropriation, "extra_arrivals": extra}, start)
        return numeric.Inputs(
            **shared,
            package=package,
            twin=twin,
            appropriation=appropriation,
            extra_arrivals=extra,
            start=start,
            digest=digest,
        )

    @property
    def digest(self) -> str:
        """SHA-256 over everything numeric."""
        return self.inputs().digest

    def dump(self) -> str:
        """The resolved scenario as YAML: every key, readable units; loads back to identical inputs."""
        from kejin_sim.scenario.dump import dump

        return dump(self)

    def problems(self, refused: Collection[str] = ()) -> tuple[list[Problem], tuple[Finding, ...]]:
        """What the checks of the whole say about package and twin: problems at their places, and notices.

        Parameters: ``refused`` are keys whose value was not accepted; findings about them are left out.
        """
        problems: list[Problem] = []
        notices: list[Finding] = []
        own = findings(self.facts)
        twin = findings(self.twin_facts) if self.twin_facts is not None else []
        for finding in own + arrivals_in_time(self):
            if any(written_key(key) in refused for key in finding.keys):
                continue
            if finding.severity == "notice":
                notices.append(finding)
            else:
                problems.append(self._place(finding, ""))
        seen = {(finding.keys, finding.zh) for finding in own}
        problems += [
            self._place(finding, "baseline.")
            for finding in twin
            if finding.severity == "error" and (finding.keys, finding.zh) not in seen
        ]
        return problems, tuple(notices)

    def _place(self, finding: Finding, prefix: str) -> Problem:
        keys = [prefix + key for key in finding.keys]
        written = [key for key in keys if key in self.marks]
        # Of several keys that do not go together, one in the user's own file is to be changed, not one that it extends.
        own = [key for key in written if self.marks[key].file.name == self.file]
        key = (own or written or keys)[0]
        mark = self.marks.get(key) or self.marks.get("baseline" if prefix else "") or Mark(SourceFile(self.file))
        return mark.problem(written_key(key), finding.zh, finding.en, finding.hint_zh, finding.hint_en)


def arrivals_in_time(scenario: Scenario) -> list[Finding]:
    """Additional enterprises arrive while arrivals are simulated: in the burn-in or the policy years."""
    facts = scenario.facts
    first = scenario.start + -int(facts.number("time.burn_in_years")) * QUARTERS_PER_YEAR
    last = scenario.start + (int(facts.number("time.policy_years")) * QUARTERS_PER_YEAR - 1)
    return [
        Finding(
            (f"world.extra_arrivals.{quarter}",),
            f"{quarter} 不在企业新设的时段 {first}–{last} 之内。",
            f"{quarter} is outside {first}–{last}, when enterprises arrive.",
            f"写 {first} 至 {last} 的季度。",
            f"write a quarter from {first} to {last}.",
        )
        for quarter in scenario.extra_arrivals
        if not first <= quarter <= last
    ]


def parameter_of(name: str) -> tuple[Parameter, int | None]:
    """The parameter that a dotted name means; ``key[2]`` is the second element of a list.

    Returns: the parameter and the element's index from 0, None for the whole. Errors: `kejin_sim.units.UnitError`.
    """
    stem, bracket, rest = name.strip().partition("[")
    parameter = by_key().get(stem) or by_key().get(f"time.{stem}")
    if parameter is None:
        close = nearest(stem, by_key())
        raise units.UnitError(
            f"没有名为 {units.shown(stem)} 的参数。",
            f"there is no parameter named {units.shown(stem)}.",
            f"是否想写 {close[0]}？" if close else "用 kejin params 查看全部。",
            f"did you mean {close[0]}?" if close else "see kejin params.",
        )
    if not bracket:
        return parameter, None
    number = rest.removesuffix("]")
    if parameter.length is None or not number.isdecimal() or not 1 <= int(number) <= parameter.length:
        raise units.UnitError(
            f"{name} 没有这一项。",
            f"{name} has no such item.",
            f"写 {stem}[1] 至 {stem}[{parameter.length}]。"
            if parameter.length
            else f"{stem} 不是列表，直接写 {stem}。",
            f"write {stem}[1] to {stem}[{parameter.length}]."
            if parameter.length
            else f"{stem} is no list: write {stem}.",
        )
    return parameter, int(number) - 1


def _number(parameter: Parameter, value: object) -> float | int:
    """A value given by a program: a text as a person writes it, or a number in the engine's units."""
    if isinstance(value, str | bool):
        return parameter.parse(value)
    number = units.parse_integer(value) if parameter.is_integer else units.parse_number(value)
    if parameter.kind == "choice" and not 0 <= number < len(parameter.choices):
        return parameter.parse(str(value))
    parameter.check_bounds(number)
    return number


def _changed_value(name: str, value: Any, values: Mapping[str, Value]) -> tuple[str, Value]:
    parameter, index = parameter_of(name)
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if parameter.length is None:
        return parameter.key, _number(parameter, value)
    if index is not None:
        old = values[parameter.key]
        assert isinstance(old, tuple)
        return parameter.key, (*old[:index], _number(parameter, value), *old[index + 1 :])
    if not isinstance(value, list | tuple) or len(value) != parameter.length:
        raise units.UnitError(
            f"{parameter.key} 需要 {parameter.length} 项。",
            f"{parameter.key} needs {parameter.length} items.",
            "写出全部各项。",
            "give all items.",
        )
    return parameter.key, tuple(_number(parameter, item) for item in value)


def set_values(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """A new scenario with some values changed; everything is checked again.

    Parameters: ``changes`` maps a registry key to a text as a person writes it (``"2亿元"``) or to a number in the
    engine's units (CNY, decimals, years, quarters, index of a choice). ``key[2]`` is the second element of a list;
    ``baseline.measures.…`` and ``baseline.budget.…`` change the twin; ``budget.<line>.by_year`` takes ``{year:
    amount}``, ``world.extra_arrivals`` takes ``{"2026Q1": 1}``, ``start`` takes ``"2025Q1"``. Returns: the new
    scenario.
    Errors: `InputError` with every problem.
    """
    values, twin = dict(scenario.values), scenario.baseline
    by_year, extra, start = dict(scenario.by_year), dict(scenario.extra_arrivals), scenario.start
    given = set(scenario.given)
    problems: list[Problem] = []
    for name, value in changes.items():
        try:
            if name == "start":
                start = value if isinstance(value, Quarter) else Quarter.parse(value)
            elif name == "world.extra_arrivals":
                extra = {
                    q if isinstance(q, Quarter) else Quarter.parse(q): units.parse_integer(n) for q, n in value.items()
                }
            elif name.startswith("budget.") and name.endswith(".by_year"):
                line = name.split(".")[1]
                amount = parameter_of(f"budget.{line}.amount")[0]
                by_year[line] = {int(year): float(_number(amount, a)) for year, a in value.items()}
            elif name.startswith("baseline.") and twin is not None:
                inner = name.removeprefix("baseline.")
                key, number = _changed_value(inner, value, twin.values)
                if not is_own(key):
                    raise units.UnitError(
                        f"基准只取 measures 与 budget，{key} 来自方案。",
                        f"the twin takes {key} from the package.",
                        f"直接写 {key}。",
                        f"write {key}.",
                    )
                twin = replace(twin, values={**twin.values, key: number})
            else:
                key, number = _changed_value(name, value, values)
                values[key] = number
                given.add(key)
        except units.UnitError as error:
            problems.append(Problem("", 0, 0, name, error.zh, error.en, error.hint_zh, error.hint_en))
    if problems:
        raise InputError(problems)
    changed = replace(
        scenario,
        values=values,
        baseline=twin,
        by_year={line: years for line, years in by_year.items() if years},
        extra_arrivals={quarter: count for quarter, count in extra.items() if count},
        start=start,
        given=frozenset(given),
        marks={},
    )
    problems, notices = changed.problems()
    if problems:
        raise InputError(problems)
    return replace(changed, notices=notices)
