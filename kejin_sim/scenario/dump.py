"""A resolved scenario as YAML: every key, in units a person can read, that loads back to identical inputs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kejin_sim.parameters import Parameter, registry
from kejin_sim.parameters.registry import Value, sections
from kejin_sim.units import exact_money

if TYPE_CHECKING:
    from kejin_sim.scenario.scenario import Scenario, UncertainRange


def quoted(text: str) -> str:
    """A user's text as a double-quoted YAML scalar: no text can end the quotation or add a key."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else _escape(c) for c in plain)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def written(parameter: Parameter, value: Value) -> str:
    """A value as it stands in a file."""
    if isinstance(value, tuple):
        return "[" + ", ".join(map(parameter.exact, value)) + "]"
    return parameter.exact(value)


def section_lines(
    prefix: str, values: Mapping[str, Value], by_year: Mapping[str, Mapping[int, float]], indent: int
) -> Iterator[str]:
    """The lines of one top-level section (``world``, ``measures``, …) with labels as comments."""
    open_path: tuple[str, ...] = ()
    for parameter in registry():
        if parameter.key.split(".")[0] != prefix:
            continue
        path = parameter.path
        for depth in range(1, len(path)):
            if path[:depth] != open_path[:depth]:
                label = sections().get(".".join(path[:depth]), ("", ""))[0]
                pad = "  " * (indent + depth - 1)
                yield f"{pad}{path[depth - 1]}:" + (f"  # {label}" if label else "")
                if prefix == "budget" and depth == 2 and by_year.get(path[1]):
                    years = ", ".join(f"{year}: {exact_money(a)}" for year, a in sorted(by_year[path[1]].items()))
                    yield f"{pad}  by_year: {{{years}}}"
        open_path = path[:-1]
        pad = "  " * (indent + len(path) - 1)
        yield f"{pad}{path[-1]}: {written(parameter, values[parameter.key])}  # {parameter.zh}"


def _uncertain_lines(uncertain: Mapping[str, UncertainRange], parameters: Mapping[str, Parameter]) -> Iterator[str]:
    if uncertain:
        yield "uncertain:"
    for name, row in uncertain.items():
        parameter = parameters[row.key]
        parts = [
            f"low: {parameter.exact(row.low)}",
            f"high: {parameter.exact(row.high)}",
            f"distribution: {row.distribution}",
        ]
        parts += [f"mode: {parameter.exact(row.mode)}"] if row.mode is not None else []
        parts += [f"{key}: {quoted(text)}" for key, text in (("source", row.source), ("note", row.note)) if text]
        yield f"  {quoted(name)}: {{{', '.join(parts)}}}"


def dump(scenario: Scenario) -> str:
    """The whole scenario, its baseline written out, so that the text depends on no other file."""
    lines = ["# yaml-language-server: $schema=kejin.schema.json"]
    lines += [f"{name}: {quoted(text)}" for name, text in vars(scenario.letterhead).items() if text]
    lines += ["", f"start: {scenario.start}", *section_lines("time", scenario.values, {}, 0)]
    for prefix in ("budget", "measures", "behaviour", "valuation", "world"):
        lines += ["", *section_lines(prefix, scenario.values, scenario.by_year, 0)]
    if scenario.extra_arrivals:
        quarters = ", ".join(f"{q}: {n}" for q, n in sorted(scenario.extra_arrivals.items()))
        lines.append(f"  extra_arrivals: {{{quarters}}}")
    if scenario.allow_book_moves:
        lines += ["", "allow_book_moves: true  # 已获准在各本预算之间调剂资金"]
    lines += ["", *_uncertain_lines(scenario.uncertain, {p.key: p for p in registry()})]
    if scenario.baseline is None:
        lines.append("baseline: none")
    else:
        twin = scenario.baseline
        lines += ["baseline:", f"  title: {quoted(twin.own_title)}"]
        lines += [f"  title_en: {quoted(twin.title_en)}"] if twin.title_en else []
        for prefix in ("budget", "measures"):
            lines += section_lines(prefix, scenario.baseline.values, scenario.baseline.by_year, 1)
    return "\n".join(lines).rstrip() + "\n"
