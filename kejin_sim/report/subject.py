"""What a report is about: a run folder, its scenario and its summary, read once and checked."""

from __future__ import annotations

import datetime
import math
import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import get_args

from kejin_sim.errors import InputError
from kejin_sim.outcomes.described import World
from kejin_sim.outcomes.summary import Line, Summary
from kejin_sim.parameters import registry_digest
from kejin_sim.scenario.changes import Change, changed_keys
from kejin_sim.scenario.evidence import measures_on
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.store.read import Run, open_run
from kejin_sim.store.summary import read_summary


@dataclass(frozen=True)
class Subject:
    """A run that has been read."""

    run: Run
    scenario: Scenario
    summary: Summary

    def line(self, name: str, world: World = "package") -> Line | None:
        """The line of a metric; None where no path defines it."""
        line = self.summary.get(name, world)
        return line if line is not None and line.n > 0 and math.isfinite(line.mean) else None

    def need(self, name: str, world: World = "package") -> Line:
        """The line of a metric that every run defines. Errors: `InputError` when the folder lacks it."""
        line = self.line(name, world)
        if line is None:
            raise self.run.damaged("summary.csv")
        return line

    @cached_property
    def changes(self) -> list[Change]:
        """What the scenario has otherwise than the one that it extends, the policy first; empty also where it extends nothing."""
        base = self.run.base
        found = changed_keys(base, self.scenario) if base is not None else []
        return sorted(found, key=lambda change: not change.of_package)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Measures that are on in the package."""
        return measures_on(self.scenario)

    @property
    def has_twin(self) -> bool:
        """Whether the run compares with a baseline."""
        return self.run.has_twin

    @property
    def spends(self) -> bool:
        """Whether the city treasury pays or receives anything, in either world."""
        found = (self.line(name, world) for name in ("fiscal_outlay", "fiscal_recovery") for world in get_args(World))
        return any(line is not None and line.mean != 0.0 for line in found)

    @property
    def paths(self) -> int:
        """Number of paths."""
        return self.summary.paths

    @property
    def baseline(self) -> str:
        """Title of the baseline, empty without one."""
        baseline = self.scenario.baseline
        return baseline.title if self.has_twin and baseline is not None else ""

    def number(self, key: str) -> float:
        """A plain number of the scenario."""
        return float(self.scenario.values[key])  # type: ignore[arg-type]


def open_subject(folder: str | Path) -> Subject:
    """Read a run folder for a report. Errors: `InputError` when it is none, or damaged, or of another version, or has one path."""
    run = open_run(folder)
    run.verify()
    summary = read_summary(run)
    if run.manifest.get("parameters_digest") != registry_digest():
        # A report quotes rules, parameters and sources of this version beside the figures of that run.
        made, command = run.manifest.get("kejin_sim", "?"), run.manifest.get("command", "kejin run …")
        raise InputError.of(
            f"由参数库不同的版本（kejin_sim {made}）写出：报告里的参数和规则会与数字不符。",
            f"was written by a version with other parameters (kejin_sim {made}): rules and figures would not agree.",
            file=str(run.folder), hint_zh=f"重新运行：{command}", hint_en=f"run it again: {command}",
        )  # fmt: skip
    if summary.paths == 1:
        raise InputError.of(
            "只有1条路径：报告讲均值、分位数和概率，一条路径谈不上。",
            "has a single path: a report is about means, quantiles and probabilities, and one path has none.",
            file=str(run.folder), hint_zh="用更多路径重新运行，例如 --paths 1000；一条路径的经过用 kejin trace 看。",
            hint_en="run it again with more, such as --paths 1000; kejin trace tells the story of one path.",
        )  # fmt: skip
    loaded = run.loaded
    return Subject(run, replace(loaded, letterhead=loaded.letterhead.filled), summary)


def stamp(run: Run) -> int:
    """The moment that a document of a run carries: ``SOURCE_DATE_EPOCH`` if it is set, else when the run was made."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "").strip()
    if given:
        if not given.isdigit():
            raise InputError.of(
                f"环境变量 SOURCE_DATE_EPOCH 不是秒数：{given}。", f"SOURCE_DATE_EPOCH is no number of seconds: {given}.",
                hint_zh="写1970年以来的秒数，或取消这个变量。", hint_en="write seconds since 1970, or unset it.",
            )  # fmt: skip
        return int(given)
    try:
        return int(datetime.datetime.fromisoformat(str(run.manifest["created"])).timestamp())
    except (KeyError, ValueError) as error:
        raise run.damaged("manifest.json") from error
