"""Sweeps: designs and constraints in closed form, bad files answered at their place, and a kill at any moment survived."""

from __future__ import annotations

import csv
import dataclasses
import errno
import json
import os
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pyarrow.parquet as pq
import pytest

from kejin_sim import execution, load_scenario
from kejin_sim.errors import InputError
from kejin_sim.lang import set_language
from kejin_sim.outcomes.registry import by_name
from kejin_sim.parameters import by_key
from kejin_sim.recording import BlockResult
from kejin_sim.study import sweep
from kejin_sim.study.constraints import parse_constraint
from kejin_sim.study.design import Dimension, all_points, allowed, unit_points
from kejin_sim.study.evaluate import Evaluator
from kejin_sim.study.journal import Journal, open_journal
from kejin_sim.study.paired_points import packed, paired
from kejin_sim.study.sweep_file import Sweep, load_sweep
from kejin_sim.study.sweep_table import result_batches
from kejin_sim.units import UnitError
from tests import fake_engine
from tests.study.conftest import Kejin

ANGEL, INDUSTRY = "budget.angel_fund.amount", "budget.industry_funds.amount"
SWEEP = """\
title: 规模与比例
scenario: demo
paths: 4
vary:
  measures.equity.angel_subfunds.size: [4000万元, 5000万元]
  measures.equity.angel_subfunds.gov_share: {low: 30%, high: 60%, steps: 3}
metrics: [tax, fiscal_net_cost]
"""


@pytest.fixture
def file(here: Path) -> Path:
    path = here / "s.yaml"
    path.write_text(SWEEP, encoding="utf-8")
    return path


def dimension(key: str, **said: object) -> Dimension:
    return Dimension(key, by_key()[key], **said)  # type: ignore[arg-type]


def test_english_readers_get_the_english_title_where_the_file_has_one(here: Path, file: Path) -> None:
    assert load_sweep(file).title == "规模与比例"
    set_language("en")
    assert load_sweep(file).title == "规模与比例"
    file.write_text(SWEEP.replace("title: 规模与比例", "title: 规模与比例\ntitle_en: Size and share"), encoding="utf-8")
    assert load_sweep(file).title == "Size and share"
    set_language("zh")
    assert load_sweep(file).title == "规模与比例"


# ---- designs and constraints


def test_a_grid_is_every_combination_in_order(file: Path) -> None:
    sweep = load_sweep(file)
    points = [tuple(p.values()) for p in all_points(sweep.dimensions, "grid", 0, 1, 1)]
    assert points == [(a, b) for a in (4e7, 5e7) for b in (0.3, 0.45, 0.6)]


def test_samples_cover_every_key_evenly() -> None:
    low, high = 10_000_000.0, 20_000_000.0
    dims = [dimension(ANGEL, low=low, high=high), dimension(INDUSTRY, low=low, high=high)]
    for kind in ("latin_hypercube", "sobol"):
        points = list(all_points(dims, kind, 64, 1, 3))  # type: ignore[arg-type]
        for name in (ANGEL, INDUSTRY):
            cells = sorted(int((p[name] - low) / (high - low) * 64) for p in points)
            assert cells == list(range(64))  # one point in each sixty-fourth
    assert np.array_equal(unit_points("sobol", 3, 100, 5)[:40], unit_points("sobol", 3, 40, 5))


def test_distributions() -> None:
    key = "world.arrivals.per_year"
    u = np.linspace(0.0005, 0.9995, 1000)
    triangle = dimension(key, low=10.0, high=50.0, scale="triangular", mode=20.0)
    assert np.mean([triangle.at(x) for x in u]) == pytest.approx((10 + 50 + 20) / 3, rel=1e-3)
    ratio = dimension(key, low=10.0, high=1000.0, scale="log_uniform")
    assert ratio.at(0.5) == pytest.approx(100.0)
    whole = dimension("measures.equity.seed_direct.per_year", low=1.0, high=3.0)
    assert np.bincount([int(whole.at(x)) for x in u]).tolist() == pytest.approx([0, 333, 334, 333], abs=1)


def test_constraints() -> None:
    together = parse_constraint(f"{ANGEL} + 0.5 * {INDUSTRY} <= 6亿元")
    assert together.holds({ANGEL: 5e8, INDUSTRY: 2e8})
    assert not together.holds({ANGEL: 5e8, INDUSTRY: 2.01e8})
    equal = parse_constraint(f"{ANGEL}+{INDUSTRY} = 6亿元")
    dims = [dimension(ANGEL, levels=(1e8, 5e8, 7e8)), dimension(INDUSTRY, rest=True)]
    points = list(allowed(all_points(dims, "grid", 0, 1, 1), dims, [equal], {}))
    assert points == [{ANGEL: 1e8, INDUSTRY: 5e8}, {ANGEL: 5e8, INDUSTRY: 1e8}, None]


def test_signs_factors_and_rounding_of_constraints() -> None:
    """What is taken away counts against, what is left over is divided by its factor, and 10 % and 20 % are 30 %."""
    apart = parse_constraint(f"{ANGEL} - 2 * {INDUSTRY} >= 1亿元")
    assert apart.left({ANGEL: 5e8, INDUSTRY: 1e8}) == 3e8
    assert [apart.holds({ANGEL: angel, INDUSTRY: 1e8}) for angel in (3e8, 2.99e8)] == [True, False]
    equal = parse_constraint(f"{ANGEL} + 2 * {INDUSTRY} = 6亿元")
    dims = [dimension(ANGEL, levels=(4e8,)), dimension(INDUSTRY, rest=True)]
    assert list(allowed(all_points(dims, "grid", 0, 1, 1), dims, [equal], {})) == [{ANGEL: 4e8, INDUSTRY: 1e8}]
    city, early = (f"measures.equity.angel_subfunds.{name}" for name in ("gov_share", "early_share"))
    assert 0.1 + 0.2 > 0.3
    for sign in ("<=", ">=", "="):
        shares = parse_constraint(f"{city} + {early} {sign} 30%")
        assert shares.holds({city: 0.1, early: 0.2})
        assert shares.holds({city: 0.1, early: 0.2001}) is (sign == ">=")
        assert shares.holds({city: 0.1, early: 0.1999}) is (sign == "<=")


def test_what_is_left_over_of_a_whole_number_is_whole() -> None:
    """Half a deal is no point: what is recorded is what is simulated, and the equation holds."""
    deals, other = "measures.equity.seed_direct.per_year", "measures.equity.follow_on.per_year"
    equal = parse_constraint(f"{deals} + 0.5 * {other} = 7")
    dims = [dimension(other, levels=(4.0, 5.0, 6.0)), dimension(deals, rest=True)]
    points = list(allowed(all_points(dims, "grid", 0, 1, 1), dims, [equal], {}))
    assert points == [{other: 4.0, deals: 5.0}, None, {other: 6.0, deals: 4.0}]


def test_a_whole_number_keeps_its_distribution() -> None:
    u = np.linspace(0.0005, 0.9995, 1000)
    deals = dimension("measures.equity.seed_direct.per_year", low=1.0, high=100.0, scale="log_uniform")
    assert {deals.at(x) for x in u} <= {float(n) for n in range(1, 101)}
    assert deals.at(0.5) == 10.0


@pytest.mark.parametrize(
    "text",
    ["a + b", f"{ANGEL} + x <= 1亿元", f"{ANGEL} {INDUSTRY} <= 1亿元", f"{ANGEL} <= 3",
     f"{ANGEL} + measures.equity.angel_subfunds.gov_share <= 1亿元", "measures.equity.enabled = 1"],
)  # fmt: skip
def test_a_wrong_constraint_is_refused(text: str) -> None:
    with pytest.raises(UnitError):
        parse_constraint(text)


def test_uncertain_keys_meet_every_lever_alike(here: Path) -> None:
    (here / "u.yaml").write_text(
        SWEEP + "uncertain:\n  world.failure.hazard[1]: {low: 3%, high: 8%}\ndraws: 5\n", encoding="utf-8"
    )
    sweep = load_sweep(here / "u.yaml")
    points = list(all_points(sweep.dimensions, sweep.design, sweep.points, sweep.draws, sweep.seed))
    futures = [p["world.failure.hazard[1]"] for p in points]
    assert len(points) == 30
    assert futures[:5] * 6 == futures


# ---- files


_SIZE = "vary.measures.equity.angel_subfunds.size"
WRONG = [
    ("path: 3", "path", "paths"),
    ("seed: -1", "seed", "0"),
    ("design: soboll", "design", "sobol"),
    ("design: sobol", "points", "points: 64"),
    ("points: 7", "points", "points"),
    ("metrics: [taxx]", "metrics", "tax"),
    ("constraints: [a <= 3]", "constraints", "kejin params"),
    ("scenario: nigbo", "scenario", "ningbo"),
    ("vary: {measures.equity.angel_subfunds.sise: [1亿元]}", "vary.measures.equity.angel_subfunds.sise", "size"),
    ("vary: {measures.equity.angel_subfunds.size: [100]}", _SIZE, "万元"),
    ("vary: {measures.equity.angel_subfunds.size: []}", _SIZE, "值"),
    ("vary: {measures.equity.angel_subfunds.calls: [1]}", "vary.measures.equity.angel_subfunds.calls", "[1]"),
    ("vary: {measures.equity.angel_subfunds.size: {low: 1亿元}}", _SIZE, "high"),
    ("vary: {measures.equity.angel_subfunds.size: {low: , high: 2亿元}}", f"{_SIZE}.low", "high"),
    ("vary: {measures.equity.angel_subfunds.size: {low: 2亿元, high: 1亿元, steps: 3}}", _SIZE, "low"),
    ("vary: {measures.equity.angel_subfunds.size: {low: 1亿元, high: 2亿元}}", _SIZE, "steps"),
    ("vary: {measures.equity.loss_tolerance.basis: {low: 1, high: 2, steps: 2}}",
     "vary.measures.equity.loss_tolerance.basis", "gross"),
    ("vary: {budget.angel_fund.amount: rest}", "vary.budget.angel_fund.amount", "等式"),
    ("vary:", "vary", "vary:"),
    ("uncertain: true", "uncertain", "low"),
    ("uncertain: ture", "uncertain", "true"),
    ("uncertain: [a, b]", "uncertain", "true"),
    ("uncertain: {budget.angel_fund.amount: rest}", "uncertain.budget.angel_fund.amount", "等式"),
    ("uncertain: {world.arrivals.per_year: {low: 1, high: 2, mode: 1}}", "uncertain.world.arrivals.per_year", "triangular"),
    ("uncertain: {world.arrivals.per_year: {low: 1, high: 2, steps: 1}}", "uncertain.world.arrivals.per_year", "2 至 1000"),
    ("uncertain: {measures.equity.angel_subfunds.size: [1亿元]}", "uncertain.measures.equity.angel_subfunds.size", "只留一处"),
    ("vary: {horizon_years: [10], time.horizon_years: [12]}", "vary.time.horizon_years", "同一个参数"),
    ("vary: {measures.equity.angel_subfunds.size: [1亿元, 10000万元]}", _SIZE, "重复"),
    ("uncertain: {world.arrivals.per_year: {low: 1, high: 2, distribution: normal}}",
     "uncertain.world.arrivals.per_year", "uniform"),
    ("uncertain: {world.arrivals.per_year: {low: 1, hihg: 2}}", "uncertain.world.arrivals.per_year.hihg", "high"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "key", "fix"), WRONG)
def test_a_wrong_line_is_answered_at_its_place(here: Path, line: str, key: str, fix: str) -> None:
    replaced = line.partition(":")[0]
    kept, skipping = [], False
    for old in SWEEP.splitlines():
        skipping = (skipping and old.startswith(" ")) or old.partition(":")[0] == replaced
        if not skipping:
            kept.append(old)
    (here / "w.yaml").write_text("\n".join([*kept, line]) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_sweep(here / "w.yaml")
    problem = next(p for p in refused.value.problems if p.key == key)
    assert fix in problem.message_zh + problem.hint_zh
    assert problem.message_en
    if not problem.message_zh.startswith("缺少 points") and line != "vary:":
        assert problem.line == len(kept) + 1


def refused(here: Path, text: str) -> dict[str, str]:
    """What is answered, by key."""
    (here / "w.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as said:
        load_sweep(here / "w.yaml")
    return {p.key: p.message_zh + p.hint_zh for p in said.value.problems}


def test_what_a_design_does_not_use_is_answered(here: Path) -> None:
    said = refused(here, SWEEP + "design: sobol\npoints: 8\ndraws: 3\n")
    assert "只用于网格" in said["draws"]
    assert "steps 只用于网格" in said["vary.measures.equity.angel_subfunds.gov_share"]


LETTER = "extends: demo\ntitle: 逐年\nauthor: 科技局\ndate: 2025-01\nbased_on: 起草说明\n"
YEARS = LETTER + "budget: {angel_fund: {by_year: {2025: 3000万元, 2026: 3000万元, 2027: 3000万元, 2028: 3000万元}}}\n"


def test_an_appropriation_that_every_year_overrides_is_answered(here: Path, kejin: Kejin, fake: None) -> None:
    (here / "y.yaml").write_text(YEARS, encoding="utf-8")
    sweep = f"scenario: y.yaml\nvary: {{{ANGEL}: [3000万元, 4000万元]}}\n"
    assert "不起作用" in refused(here, sweep)[f"vary.{ANGEL}"]
    for words in (("solve", "y.yaml", "--vary", ANGEL, "--target", "tax >= 1元"),
                  ("sensitivity", "y.yaml", "--key", f"{ANGEL}=3000万元..4000万元")):  # fmt: skip
        said = kejin(*words)
        assert said.code == 2
        assert "不起作用" in said.err
    (here / "y.yaml").write_text(YEARS.replace("2025: 3000万元, ", ""), encoding="utf-8")
    assert load_sweep(here / "w.yaml").dimensions[0].name == ANGEL  # of 2025 the amount still decides


def test_a_key_has_one_name_also_in_constraints(here: Path) -> None:
    (here / "a.yaml").write_text(
        "scenario: demo\nvary: {time.horizon_years: [10, 12, 14]}\nconstraints: [horizon_years <= 12]\n",
        encoding="utf-8",
    )
    made = sweep.plan(load_sweep(here / "a.yaml"), "fake")
    assert [point.values["horizon_years"] for point in made.points] == [10.0, 12.0]


def test_the_mode_of_a_scenarios_range_may_be_zero(here: Path) -> None:
    (here / "z.yaml").write_text(
        LETTER + "uncertain: {world.macro.market_return: {low: -5%, high: 10%, distribution: triangular, mode: 0%}}\n",
        encoding="utf-8",
    )
    (here / "s.yaml").write_text(SWEEP.replace("demo", "z.yaml") + "uncertain: true\n", encoding="utf-8")
    assert load_sweep(here / "s.yaml").dimensions[-1].mode == 0.0


def test_a_huge_grid_is_refused(here: Path) -> None:
    rows = "".join(
        f"  measures.equity.angel_subfunds.calls[{i}]: {{low: 0, high: 1, steps: 1000}}\n" for i in (1, 2, 3)
    )
    (here / "h.yaml").write_text(f"scenario: demo\nvary:\n{rows}", encoding="utf-8")
    with pytest.raises(InputError, match="1,000,000,000"):
        load_sweep(here / "h.yaml")


# ---- running


def test_the_command(kejin: Kejin, fake: None, file: Path, here: Path) -> None:
    said = kejin("sweep", "s.yaml", "--excel")
    assert said.code == 0, said.err
    assert "study.xlsx 可用 Excel 打开" in said.out
    folder = here / "studies" / "sweep-s"
    table = pq.read_table(folder / "results.parquet").to_pandas()
    assert len(table) == 6 * 2 * 3  # points × metrics × worlds
    assert set(table["metric"]) == {"tax", "fiscal_net_cost"}
    points = pq.read_table(folder / "points.parquet").to_pandas()
    assert points["measures.equity.angel_subfunds.gov_share"].tolist() == [0.3, 0.45, 0.6] * 2
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["results"] == {"points": 6, "failed": 0, "dropped": 0}
    assert (folder / "study.xlsx").is_file()


def test_every_point_that_is_quoted_is_in_the_legend(kejin: Kejin, here: Path) -> None:
    levers = "\n".join(f"  {key}: [1000万元, 2000万元, 3000万元]" for key in (ANGEL, INDUSTRY))
    (here / "m.yaml").write_text(f"title: 多\nscenario: demo\npaths: 2\nvary:\n{levers}\n", encoding="utf-8")
    said = kejin("sweep", "m.yaml").out
    quoted = set(re.findall(r"点(\d+)(?!\d*：)", said))
    assert quoted
    assert quoted == set(re.findall(r"(?m)^点(\d+)：", said))


def test_points_of_one_lever_stand_in_rows_with_their_paired_differences(kejin: Kejin, here: Path) -> None:
    text = f"title: 一\nscenario: demo\npaths: 6\nvary:\n  {ANGEL}: [1000万元, 2000万元, 9000万元]\nmetrics: [tax, fiscal_outlay]\n"
    (here / "o.yaml").write_text(text, encoding="utf-8")
    said = kejin("sweep", "o.yaml").out
    assert "最小" not in said
    with open_journal(here / "studies" / "sweep-o" / sweep.JOURNAL) as journal:
        made = sweep.plan(load_sweep(here / "o.yaml"), "compiled")
        for name in ("tax", "fiscal_outlay"):
            label = by_name()[name].label
            rows = paired(journal, made.addresses, name)
            assert rows is not None
            assert rows[0].gap.value == 0.0
            assert not rows[0].apart
            assert f"{label} / " in said or f"各点分不清：{label}" in said or f"、{label}" in said
            assert (f"{label} / " in said) is any(one.apart for one in rows)
        assert "比 1000万元 多 [95%区间]" in said


@pytest.mark.parametrize(
    ("gap", "apart"),
    [
        ([3.0] * 2, False),  # both signs alike: as likely as two heads or two tails
        ([3.0] * 6, True),
        ([0.0] * 6, False),
        ([3.0, -2.0, 8.0, -1.0, 7.0, 3.0], False),
        ([3.0, 2.0, 4.0, 3.0, 2.5, 3.5], True),
    ],
)
def test_a_difference_of_few_paths_is_told_apart_only_where_chance_is_not_likely(gap: list[float], apart: bool) -> None:
    level = np.linspace(1.0, 2.0, len(gap))
    point = {name: SimpleNamespace(package=lambda _, v=v: v) for name, v in {"a": level, "b": level + gap}.items()}
    asked = SimpleNamespace(metrics=["tax"])
    entries = {name: packed(made, asked) for name, made in point.items()}  # type: ignore[arg-type]
    rows = paired(SimpleNamespace(get=entries.__getitem__), ["a", "b"], "tax")  # type: ignore[arg-type]
    assert rows is not None
    assert [row.apart for row in rows] == [False, apart]


def test_a_point_is_the_run_of_its_scenario(kejin: Kejin, fake: None, file: Path, here: Path) -> None:
    assert kejin("sweep", "s.yaml", "--quiet").code == 0
    table = pq.read_table(here / "studies" / "sweep-s" / "results.parquet").to_pandas()
    run = execution.run_paths(fake_engine.simulate, load_scenario("demo").inputs(), seed=1, paths=4)
    mean = table[(table.metric == "tax") & (table.world == "package") & (table.point == 0)]["mean"].item()
    assert mean == run.package("tax").mean()


def test_an_extended_sweep_runs_only_what_is_missing(kejin: Kejin, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counted(inputs: object, seed: int, first: int, count: int, worlds: int) -> BlockResult:
        calls.append(inputs.digest)  # type: ignore[attr-defined]
        return fake_engine.simulate(inputs, seed, first, count, worlds)  # type: ignore[arg-type]

    monkeypatch.setattr(execution, "engine", lambda name: counted)
    assert kejin("sweep", "s.yaml").code == 0
    assert len(set(calls)) == 6
    calls.clear()
    assert kejin("sweep", "s.yaml").code == 0
    assert not calls
    file.write_text(SWEEP.replace("[4000万元, 5000万元]", "[4000万元, 5000万元, 6000万元]"), encoding="utf-8")
    said = kejin("sweep", "s.yaml")
    assert "已有 6 个点" in said.err
    assert len(set(calls)) == 3


def test_a_point_that_fails_is_recorded_and_the_rest_go_on(
    kejin: Kejin, file: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = True

    def fragile(inputs: object, seed: int, first: int, count: int, worlds: int) -> BlockResult:
        if broken and inputs.package["equity"]["angel_subfunds_gov_share"] == 0.45:  # type: ignore[attr-defined]
            raise ZeroDivisionError("by hand")
        return fake_engine.simulate(inputs, seed, first, count, worlds)  # type: ignore[arg-type]

    monkeypatch.setattr(execution, "engine", lambda name: fragile)
    said = kejin("sweep", "s.yaml")
    assert said.code == 0
    assert "ZeroDivisionError: by hand" in said.err
    points = pq.read_table(here / "studies" / "sweep-s" / "points.parquet").to_pandas()
    assert [bool(e) for e in points["error"]] == [False, True, False] * 2
    broken = False
    assert kejin("sweep", "s.yaml").code == 0
    points = pq.read_table(here / "studies" / "sweep-s" / "points.parquet").to_pandas()
    assert not points["error"].any()


def test_a_point_that_breaks_the_scenarios_rules_is_recorded(kejin: Kejin, fake: None, here: Path) -> None:
    (here / "r.yaml").write_text(
        "scenario: demo\npaths: 2\nvary: {policy_years: [4, 9], horizon_years: [8]}\nmetrics: [tax]\n", encoding="utf-8"
    )
    said = kejin("sweep", "r.yaml")
    assert said.code == 0
    assert "1 个点不合方案规定" in said.err
    points = pq.read_table(here / "studies" / "sweep-r" / "points.parquet").to_pandas()
    assert "短于政策期" in points["error"][1]
    plan = sweep.plan(load_sweep(here / "r.yaml"), "fake")
    assert plan.addresses == [plan.points[0].address]  # what is refused is not simulated


def test_an_interruption_leaves_what_is_done(
    kejin: Kejin, file: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def stopping(inputs: object, seed: int, first: int, count: int, worlds: int) -> BlockResult:
        calls.append(inputs.digest)  # type: ignore[attr-defined]
        if len(set(calls)) == 4:
            raise KeyboardInterrupt
        return fake_engine.simulate(inputs, seed, first, count, worlds)  # type: ignore[arg-type]

    monkeypatch.setattr(execution, "engine", lambda name: stopping)
    said = kejin("sweep", "s.yaml")
    assert said.code == 130
    assert "接着算" in said.err
    with open_journal(here / "studies" / "sweep-s" / "journal.jsonl") as journal:
        assert len(journal) == 3


def test_a_full_disk_stops_the_sweep_and_keeps_what_was_recorded(
    kejin: Kejin, fake: None, file: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A point is recorded aside while the next is simulated: its fault still stops everything, in the words for a full disk."""
    add = Journal.add

    def full(journal: Journal, address: str, content: dict[str, Any]) -> None:
        if len(journal) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        add(journal, address, content)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "add", full)
        said = kejin("sweep", "s.yaml")
    assert said.code == 1
    assert "空间" in said.err
    with open_journal(here / "studies" / "sweep-s" / "journal.jsonl") as journal:
        assert len(journal) == 2
    assert kejin("sweep", "s.yaml", "--quiet").code == 0


def test_memory_does_not_grow_with_points(here: Path) -> None:
    peaks = []
    for points in (8, 64):
        (here / "m.yaml").write_text(
            f"scenario: demo\npaths: 2\ndesign: sobol\npoints: {points}\nmetrics: [tax]\n"
            f"vary: {{{ANGEL}: {{low: 4000万元, high: 1亿元}}}}\n", encoding="utf-8",
        )  # fmt: skip
        made = sweep.plan(load_sweep(here / "m.yaml"), "fake")
        evaluate = Evaluator(execution.Here(fake_engine.simulate, 1), seed=1)
        tracemalloc.start()
        with open_journal(here / f"{points}.jsonl") as journal:
            sweep.run(made, evaluate, journal)
            assert sum(batch.num_rows for batch in result_batches(made, journal)) == 3 * points
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2.0 * peaks[0]  # eight times the points


def test_what_an_earlier_run_left_is_not_certified(kejin: Kejin, fake: None, file: Path, here: Path) -> None:
    folder = here / "studies" / "sweep-s"
    assert kejin("sweep", "s.yaml", "--excel", "--quiet").code == 0
    (folder / "sweep.svg").write_text("earlier")  # the made-up figures are the same at all points: nothing is drawn
    (folder / "notes.txt").write_text("x")
    file.write_text(SWEEP.replace("[tax, fiscal_net_cost]", "[cost_per_additional_job_year]"), encoding="utf-8")
    assert kejin("sweep", "s.yaml", "--quiet").code == 0
    found = {path.name for path in folder.iterdir()}
    assert not {"study.xlsx", "sweep.svg", "sweep.png"} & found
    assert "notes.txt" in found
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert found - set(listed) == {"notes.txt", "manifest.json"}


def test_a_folder_is_of_one_sweep(kejin: Kejin, fake: None, file: Path, here: Path) -> None:
    assert kejin("sweep", "s.yaml", "--out", "o").code == 0
    before = (here / "o" / "points.csv").read_bytes()
    file.write_text(
        SWEEP.replace("gov_share: {low: 30%, high: 60%, steps: 3}", "calls[1]: [40%, 50%]"), encoding="utf-8"
    )
    said = kejin("sweep", "s.yaml", "--out", "o")
    assert said.code == 2
    assert "gov_share" in said.err
    assert "--out" in said.err
    assert (here / "o" / "points.csv").read_bytes() == before
    file.write_text(SWEEP.replace("demo", "ningbo"), encoding="utf-8")
    said = kejin("sweep", "s.yaml", "--out", "o")
    assert said.code == 0
    assert "方案、路径数或种子与 o 里原有结果所用的不同" in said.err
    assert "不同" not in kejin("sweep", "s.yaml", "--out", "o").err


def _held(folder: Path, made: Sweep, **changes: object) -> Path:
    """What the manifest of a finished sweep says of it, as far as the next one reads it."""
    about = {
        "settings": {"keys": [d.name for d in made.dimensions]}, "scenarios": [{"inputs_digest": made.scenario.digest}],
        "paths": made.paths, "seed": made.seed,
    }  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(about | changes), encoding="utf-8")
    return folder


def test_what_makes_a_sweep_another_one(file: Path, here: Path) -> None:
    """Another scenario, number of paths or seed; never the values of its keys, nor their order."""
    made = load_sweep(file)
    place = here / "o"
    assert sweep.same_sweep(place, made)  # nothing there
    assert sweep.same_sweep(_held(place, made), made)
    keys = [d.name for d in made.dimensions]
    assert sweep.same_sweep(_held(place, made, settings={"keys": keys[::-1]}), made)
    digest = {"inputs_digest": made.scenario.digest}
    for changes in ({"paths": 5}, {"seed": 2}, {"paths": 1, "seed": 4}, {"scenarios": [{"inputs_digest": "0" * 64}]},
                    {"scenarios": [digest, digest]}, {"scenarios": []}):  # fmt: skip
        assert sweep.same_sweep(_held(place, made, **changes), made) is False, changes
    for others in (keys[:1], [*keys, ANGEL], [keys[0], ANGEL], []):
        with pytest.raises(InputError) as said:
            sweep.same_sweep(_held(place, made, settings={"keys": others}), made)
        problem = said.value.problems[0]
        assert problem.key == "--out"
        assert all(key in problem.message_zh for key in others)
    for changes in ({"settings": {}}, {"settings": None}, {"scenarios": [{}]}):
        assert sweep.same_sweep(_held(place, made, **changes), made)  # nothing that can be read
    (place / "manifest.json").write_text("{", encoding="utf-8")
    assert sweep.same_sweep(place, made)
    file.write_text(SWEEP.replace("4000万元, 5000万元", "6000万元"), encoding="utf-8")
    assert sweep.same_sweep(_held(place, made), load_sweep(file))


@pytest.mark.parametrize("line", ["paths: 3", "seed: 5"])
def test_results_of_other_paths_or_another_seed_are_told(
    kejin: Kejin, fake: None, file: Path, here: Path, line: str
) -> None:
    assert kejin("sweep", "s.yaml", "--out", "o").code == 0
    file.write_text("".join(f"{x}\n" for x in SWEEP.splitlines() if x[:4] != line[:4]) + line + "\n", encoding="utf-8")
    said = kejin("sweep", "s.yaml", "--out", "o")
    assert "方案、路径数或种子与 o 里原有结果所用的不同" in said.err
    assert "已有" not in said.err  # of these nothing is known
    with open_journal(here / "o" / "journal.jsonl") as journal:
        assert len(journal) == 12


def test_a_recorded_point_is_of_its_seed_paths_metrics_and_engine(file: Path) -> None:
    """Each of them makes other points, and other values of the keys make points beside those that were."""

    def addresses(engine: str = "fake", **changes: Any) -> list[str]:
        return sweep.plan(dataclasses.replace(load_sweep(file), **changes), engine).addresses

    own = addresses()
    assert len(set(own)) == 6
    for others in (addresses(seed=2), addresses(paths=5), addresses(metrics=("tax",)), addresses("compiled"),
                   addresses(scenario=load_scenario("ningbo"))):  # fmt: skip
        assert not set(own) & set(others)
    file.write_text(SWEEP.replace("4000万元, 5000万元", "5000万元, 6000万元"), encoding="utf-8")
    assert addresses()[:3] == own[3:]
    assert not set(addresses()[3:]) & set(own)


def test_points_of_the_same_numbers_are_simulated_once(here: Path) -> None:
    """A whole number that is rounded: of five points three are left to simulate."""
    key = "measures.equity.seed_direct.per_year"
    (here / "d.yaml").write_text(
        f"scenario: demo\npaths: 2\nmetrics: [tax]\nvary: {{{key}: {{low: 1, high: 3, steps: 5}}}}\n", encoding="utf-8"
    )
    made = sweep.plan(load_sweep(here / "d.yaml"), "fake")
    assert len(made.addresses) == 3
    evaluate = Evaluator(execution.Here(fake_engine.simulate, 1), seed=1)
    with open_journal(here / "d.jsonl") as journal:
        assert sweep.run(made, evaluate, journal) == 0
        assert len(journal) == 3
        assert evaluate.simulated == 3 * 2


def test_people_read_the_words_of_their_language(kejin: Kejin, fake: None, file: Path, here: Path) -> None:
    key = "measures.equity.loss_tolerance.basis"
    file.write_text(
        f"scenario: demo\npaths: 2\nvary: {{{key}: [gross, net_terminal]}}\nmetrics: [tax]\n", encoding="utf-8"
    )
    assert kejin("sweep", "s.yaml", "--excel", "--out", "o").code == 0
    with (here / "o" / "results.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["情形"] for row in rows] == ["方案", "基准", "差异"] * 2
    assert {row["单位"] for row in rows} == {"元"}
    label = by_key()[key].placed()[0]
    words = {row[label] for row in rows}
    assert len(words) == 2
    assert not words & {"gross", "net_terminal"}
    sheet = openpyxl.load_workbook(here / "o" / "study.xlsx").worksheets[0]
    assert {sheet.cell(row, 2).value for row in (2, 3)} == words
    assert set(pq.read_table(here / "o" / "results.parquet")[key].to_pylist()) == {"gross", "net_terminal"}


def test_a_plan_is_printed_for_programs(kejin: Kejin, fake: None, file: Path, here: Path) -> None:
    said = kejin("sweep", "s.yaml", "--check", "--json")
    assert said.code == 0
    plan = json.loads(said.out)
    assert (plan["points"], plan["simulated"], plan["paths"], plan["refused"]) == (6, 6, 4, [])
    assert plan["keys"] == ["measures.equity.angel_subfunds.size", "measures.equity.angel_subfunds.gov_share"]
    assert [path.name for path in here.iterdir()] == ["s.yaml"]


def test_a_sweep_of_which_nothing_is_left_fails(kejin: Kejin, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(inputs: object, seed: int, first: int, count: int, worlds: int) -> BlockResult:
        raise ZeroDivisionError

    monkeypatch.setattr(execution, "engine", lambda name: broken)
    said = kejin("sweep", "s.yaml")
    assert said.code == 1
    assert "所有的点都失败了" in said.err


def test_other_peoples_folders_are_left_alone(kejin: Kejin, fake: None, file: Path, here: Path) -> None:
    (here / "theirs").mkdir()
    (here / "theirs" / "thesis.txt").write_text("x")
    assert kejin("sweep", "s.yaml", "--out", "theirs").code == 2
    assert [p.name for p in (here / "theirs").iterdir()] == ["thesis.txt"]


def test_two_processes_cannot_write_one_sweep(here: Path, kejin: Kejin, fake: None, file: Path) -> None:
    folder = here / "studies" / "sweep-s"
    folder.mkdir(parents=True)
    with open_journal(folder / "journal.jsonl"):
        said = kejin("sweep", "s.yaml")
    assert said.code == 1
    assert "另一个进程" in said.err


def test_a_torn_last_line_is_cut_off(here: Path) -> None:
    path = here / "j.jsonl"
    with open_journal(path) as journal:
        journal.add("a", {"lines": [1]})
        journal.add("b", {"lines": [2]})
    whole = path.read_bytes()
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        with open_journal(path) as journal:
            journal.add("c", {"error": "x"})
            assert [key in journal for key in "abc"] == [length >= whole.index(b"\n") + 1, length == len(whole), True]
            assert not journal.holds("c")


def test_a_point_that_the_disk_refuses_is_not_held(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = here / "j.jsonl"

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with open_journal(path) as journal:
        journal.add("a", {"lines": [1]})
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(OSError, match="full"):
                journal.add("b", {"lines": [2, 2, 2]})
        assert ("b" in journal, journal.holds("b"), len(journal)) == (False, False, 1)
        journal.add("c", {"lines": [3]})
        assert [journal.get(key)["lines"] for key in "ac"] == [[1], [3]]
    with open_journal(path) as journal:
        assert [key in journal for key in "abc"] == [True, False, True]


def test_an_unreadable_line_inside_costs_its_point_alone(here: Path) -> None:
    path = here / "j.jsonl"
    with open_journal(path) as journal:
        for key in "abc":
            journal.add(key, {"lines": [1]})
    lines = path.read_bytes().splitlines(keepends=True)
    spoiled = b"".join([lines[0], b"\xff\x00" + lines[1], b"7\n", lines[2]])
    path.write_bytes(spoiled + b'{"addr')
    with open_journal(path) as journal:
        assert [key in journal for key in "abc"] == [True, False, True]
        assert journal.get("c")["lines"] == [1]
        journal.add("b", {"lines": [2]})
        assert journal.get("b")["lines"] == [2]
    assert path.read_bytes().startswith(spoiled)


# Imports once, then forks a process per attempt and kills it: six times after its record has grown, each a little later than the
# one before, so that planning, simulating and recording are all hit; once when every point is recorded and tables are written.
DRIVER = """
import os, random, signal, sys, time
import scipy.stats
from pathlib import Path
from kejin_sim import execution
from kejin_sim.cli import sweep
from kejin_sim.cli.app import main
from tests import fake_engine

POINTS, KILLS, LATEST = 60, 6, 0.06

def slow(*words):
    time.sleep(0.002)
    return fake_engine.simulate(*words)

def start(out):
    child = os.fork()
    if child == 0:
        os._exit(main(["sweep", "many.yaml", "--quiet", "--threads", "1", "--out", out]))
    return child

def recorded():
    return journal.read_bytes().count(b"\\n") if journal.exists() else 0

execution.engine = lambda name: slow
assert os.waitpid(start("unbroken"), 0)[1] == 0
chance, journal = random.Random(20), Path("broken/journal.jsonl")
for kill in range(KILLS + 1):
    enough = recorded() + 1 if kill < KILLS else POINTS
    child = start("broken")
    while recorded() < enough:
        if os.waitpid(child, os.WNOHANG)[0]:
            sys.exit(f"done after {kill} kills")
        time.sleep(0.002)
    time.sleep((kill % KILLS + chance.random()) / KILLS * LATEST)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
assert os.waitpid(start("broken"), 0)[1] == 0
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_a_sweep_killed_again_and_again_gives_the_table_of_an_unbroken_one(here: Path) -> None:
    (here / "many.yaml").write_text(
        "scenario: demo\npaths: 2\ndesign: sobol\npoints: 60\nvary:\n"
        f"  {ANGEL}: {{low: 1000万元, high: 1亿元}}\n  {INDUSTRY}: {{low: 1000万元, high: 1亿元}}\n"
        "metrics: [tax, fiscal_net_cost]\n", encoding="utf-8",
    )  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(Path(execution.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", DRIVER], cwd=here, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    for name in ("results.parquet", "points.parquet"):
        one, other = (pq.read_table(here / folder / name) for folder in ("unbroken", "broken"))
        assert one.equals(other)
    for name in ("results.csv", "points.csv"):
        assert (here / "unbroken" / name).read_bytes() == (here / "broken" / name).read_bytes()
