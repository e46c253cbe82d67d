"""``kejin run`` as a person types it: the answer on one screen, in both languages, with the figures of the files."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, get_args

import numpy as np
import pytest

from kejin_sim import execution
from kejin_sim.cli import figures
from kejin_sim.cli import progress as progress_module
from kejin_sim.cli import summary as summary_command
from kejin_sim.cli.app import main
from kejin_sim.cli.progress import Reporter, announced
from kejin_sim.cli.trace_run import subject
from kejin_sim.errors import display_width
from kejin_sim.lang import set_language
from kejin_sim.outcomes.described import World
from kejin_sim.outcomes.registry import RATIOS, by_name
from kejin_sim.outcomes.summary import Line, Summary
from kejin_sim.recording import STATS, BlockResult
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.scenario.load import load_scenario
from kejin_sim.store import tables
from kejin_sim.store.read import Run, open_run
from tests import fake_engine
from tests.interface.test_run_folder import SMALL, full_disk, names

FAKE = """
import sys
from kejin_sim import execution
from tests import fake_engine
from kejin_sim.cli.app import main
execution.engine = lambda name: fake_engine.simulate
sys.exit(main())
"""

# An engine whose first call hangs and swallows what is thrown at it, as a compiler may.
STUCK = FAKE.replace(
    "execution.engine = lambda name: fake_engine.simulate",
    """
import time
def stuck(*_):
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            pass
execution.engine = lambda name: stuck
""",
)


class Said(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Said]


@pytest.fixture
def kejin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the program in a folder that holds one scenario, with the made-up engine."""
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEJIN_LANG", "zh")
    monkeypatch.setattr(execution, "engine", lambda name: fake_engine.simulate)
    monkeypatch.setattr(execution, "is_compiled", lambda inputs: True)

    def call(*words: str) -> Said:
        code = main(words)
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return Said(code, printed.out, printed.err)

    return call


def test_the_answer_is_one_screen_of_chinese(kejin: Call) -> None:
    said = kejin("run", "small.yaml", "--paths", "50")
    assert said.code == 0
    lines = said.out.splitlines()
    assert len(lines) <= 74
    made_up = "方案贷款净损失由谁承担"  # the made-up shares of this line have four digits
    assert [line for line in lines if display_width(line) > 110 and not line.startswith(made_up)] == []
    for words in ("小样例", "50 条路径", "什么也不做", "种子 1", "市财政支出", "亿元", "95%区间", "5年存活企业",
        "撬动社会资本", "就业人年",
                  "市级税收", "市场等价倍数", "社会出资人", "跟投方（不含奖励）", "亏损容忍 60%", "净亏损口径",
                  "项目数口径", "单只到期超容忍", "信贷与拨改投", "首贷户", "转股率",
                  "是假设", str(Path("runs/small-1-50")), f"kejin trace {Path('runs/small-1-50')} --path"):  # fmt: skip
        assert words in said.out, words
    assert "nan" not in said.out.lower()
    assert Path("runs/small-1-50/manifest.json").is_file()
    assert names(".") == ["runs", "small.yaml"]


@pytest.mark.parametrize("out", ["runs/first", "first", "ningbo", "with a space", "-o"])
def test_the_next_step_traces_the_run_itself(kejin: Call, out: str) -> None:
    """Of any folder: also one named like a bundled scenario or an option, or one that a shell would take apart."""
    said = kejin("run", "small.yaml", "--paths", "50", "--seed", "3", f"--out={out}", "--lang", "en")
    assert said.code == 0
    typed = said.out.splitlines()[-1].removeprefix("Next: kejin ").partition(" (")[0]
    command, folder, *option = shlex.split(typed.replace("\\", "/"))
    assert command == "trace"
    assert option[0] == "--path"
    found = subject(folder, None, int(option[1]))
    assert found.run is not None
    assert found.run.folder.samefile(out)
    assert found.seed == 3


def test_english_is_equal(kejin: Call) -> None:
    said = kejin("run", "small.yaml", "--paths", "50", "--lang", "en")
    assert said.code == 0
    plain = said.out.replace("小样例", "").replace("什么也不做", "")
    assert not re.search("[\u3400-\u9fff，。；：（）]", plain)
    assert len(said.out.splitlines()) <= 75
    for words in (
        "50 paths",
        "city treasury outlay",
        "CNY",
        "difference [95 %]",
        "Loss tolerance 60%",
        "assumptions",
        "Next:",
    ):
        assert words in said.out, words
    assert "nan" not in plain.lower()


def test_the_limit_that_is_told_is_that_of_the_chosen_cell(kejin: Call) -> None:
    tolerance = Path("small.yaml").read_text(encoding="utf-8") + (
        "measures: {equity: {loss_tolerance: {basis: gross, unit: project, single_project: 40%}}}\n"
    )
    Path("project.yaml").write_text(tolerance, encoding="utf-8")
    out = kejin("run", "project.yaml", "--paths", "20").out
    assert "亏损容忍 60%" in out
    assert re.search("方案所选：亏损项目毛额、单个项目、.*，容忍 40%；", out)


def test_parts_of_a_whole_have_intervals_within_it(kejin: Call) -> None:
    assert kejin("run", "small.yaml", "--paths", "5").code == 0
    found = list(bounds(open_run("runs/small-1-5")))
    assert "deadweight_share" in {metric for metric, *_ in found}
    assert len(found) > 4
    for metric, world, low, high in found:
        assert not low < 0.0, (metric, world)
        assert not high > 1.0, (metric, world)


def bounds(run: Run) -> Iterator[tuple[str, str, float, float]]:
    """Intervals of shares that are within 0 and 1 on every path, of a world or of both together."""
    for (metric, world), row in run.summary.iterrows():  # type: ignore[misc]
        name = f"{metric}_twin" if world == "twin" else metric
        of_both = (metric, "package") not in run.summary.index
        if row["unit"] == "share" and (world != "difference" or of_both) and name in run.paths:
            values = run.paths[name].dropna()
            if len(values) and values.between(0.0, 1.0).all():
                yield metric, world, row["low95"], row["high95"]


def test_columns_align_by_cells_not_by_characters(kejin: Call) -> None:
    out = kejin("run", "small.yaml", "--paths", "20").out
    table = [line for line in out.splitlines() if line.startswith(("花多少", "市财政", "地方公共", "财政资金", "或有"))]
    assert len(table) >= 7
    assert len({display_width(line) for line in table}) == 1


def test_every_figure_is_that_of_the_summary_file(kejin: Call) -> None:
    out = kejin("run", "small.yaml", "--paths", "60").out
    summary = open_run("runs/small-1-60").summary
    set_language("zh")
    mean = summary.loc[("fiscal_outlay", "package"), "mean"]
    assert figures.quantity(by_name()["fiscal_outlay"], mean) in out
    low = summary.loc[("tax", "difference"), "low95"]
    assert math.isfinite(low)


def test_json_is_one_object_and_nothing_else(kejin: Call) -> None:
    said = kejin("run", "small.yaml", "--paths", "30", "--json", "--seed", "0")
    answer = json.loads(said.out)
    assert Path(answer["folder"]) == Path("runs/small-0-30")
    assert answer["seed"] == 0
    run = open_run(answer["folder"])
    assert answer["digests"]["inputs"] == run.manifest["inputs_digest"]
    checked = (("fiscal_net_cost", "package", "mean"), ("tax", "difference", "low95"), ("tax", "twin", "p95"))
    for name, world, column in checked:
        figure = answer["metrics"][name][world][column]
        assert figure == pytest.approx(run.summary.loc[(name, world), column], rel=1e-12)
    assert answer["metrics"]["fiscal_outlay"]["label_zh"] == "市财政支出"
    assert set(answer["metrics"]["cost_per_additional_survivor_10y"]) >= {"difference"}


def test_quiet_prints_the_folder_only(kejin: Call) -> None:
    said = kejin("run", "small.yaml", "--paths", "5", "--quiet", "--out", "here")
    assert said == (0, "here\n", "")


def test_one_path_has_no_errors_and_says_so(kejin: Call) -> None:
    said = kejin("run", "small.yaml", "--paths", "1")
    assert not [word for word in ("P5", "最差5%", "中位数", "的路径") if word in said.out.replace("居中的那条路径", "")]
    assert re.search(r"期内回本（[0-9.]+年）|期内不回本", said.out)
    assert said.code == 0
    assert "没有误差" in said.out
    assert "nan" not in said.out.lower()
    answer = json.loads(kejin("run", "small.yaml", "--paths", "1", "--json").out)
    assert answer["metrics"]["fiscal_outlay"]["package"]["se"] is None


def test_without_a_twin_nothing_is_compared(kejin: Call) -> None:
    said = kejin("run", "small.yaml", "--paths", "20", "--no-twin")
    assert said.code == 0
    assert "不与基准比较" in said.out
    assert "差异 [" not in said.out
    assert "基准 " not in said.out


def test_seed_zero_is_a_seed_and_seeds_differ(kejin: Call) -> None:
    kejin("run", "small.yaml", "--paths", "8", "--seed", "0", "--out", "a")
    kejin("run", "small.yaml", "--paths", "8", "--seed", "0", "--out", "b")
    kejin("run", "small.yaml", "--paths", "8", "--seed", "1", "--out", "c")
    a, b, c = (Path(name, "paths.parquet").read_bytes() for name in "abc")
    assert a == b
    assert a != c


@pytest.mark.parametrize(
    "words",
    [
        ("--paths", "0"), ("--paths", "-3"), ("--paths", "1.5"), ("--paths", "many"), ("--paths", "99999999999"),
        ("--seed", "-1"), ("--seed", str(2**63)), ("--threads", "0"), ("--engine", "fast"), ("--lang", "fr"),
        ("--path", "7", "--extra"), ("--out", "small.yaml"), ("--out", ""), ("--out", "small.yaml/x"),
    ],
)  # fmt: skip
def test_wrong_options_are_the_users_fault(kejin: Call, words: tuple[str, ...]) -> None:
    said = kejin("run", "small.yaml", *words)
    assert said.code == 2
    assert said.out == ""
    assert said.err.strip()
    assert names(".") == ["small.yaml"]


def test_no_more_threads_than_processors(kejin: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    for asked, used in (("1024", 3), ("2", 2)):
        assert kejin("run", "small.yaml", "--paths", "4", "--threads", asked, "--out", asked).code == 0
        assert json.loads(Path(asked, "manifest.json").read_text(encoding="utf-8"))["threads"] == used


def test_a_wrong_scenario_is_refused_before_anything_is_written(kejin: Call) -> None:
    Path("bad.yaml").write_text(SMALL + "policy_yaers: 3\n", encoding="utf-8")
    said = kejin("run", "bad.yaml", "--out", "out")
    assert said.code == 2
    assert "policy_years" in said.err
    assert not Path("out").exists()


def test_a_place_that_is_taken_is_refused_before_simulating(kejin: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    kejin("run", "small.yaml", "--paths", "5", "--out", "out")

    def never(*_: object) -> None:
        raise AssertionError("simulated in vain")

    monkeypatch.setattr(execution, "engine", lambda name: never)
    said = kejin("run", "small.yaml", "--paths", "5", "--out", "out")
    assert said.code == 2
    assert "--force" in said.err


def test_force_replaces_an_earlier_run(kejin: Call) -> None:
    kejin("run", "small.yaml", "--paths", "5", "--out", "out")
    assert kejin("run", "small.yaml", "--paths", "6", "--out", "out", "--force").code == 0
    assert open_run("out").manifest["paths"] == 6


def test_a_full_disk_is_the_machines_fault(kejin: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "write_summary", full_disk)
    said = kejin("run", "small.yaml", "--paths", "5")
    assert said.code == 1
    assert "磁盘已满" in said.err
    assert said.out == ""
    assert names(".") == ["small.yaml"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("sent", "script"), [(signal.SIGINT, FAKE), (signal.SIGTERM, FAKE), (signal.SIGINT, STUCK)])
def test_a_signal_stops_the_run_and_leaves_nothing(tmp_path: Path, sent: signal.Signals, script: str) -> None:
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    process = subprocess.Popen(
        [sys.executable, "-c", script, "run", "small.yaml", "--paths", "1000000", "--out", "deep/out", "--lang", "en"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # Whoever starts the tests in the background has them ignore interruptions, and every child after them.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        waiting = time.monotonic()
        while not list(tmp_path.glob("deep/.out.partial-*/years.parquet")) and time.monotonic() - waiting < 30:
            time.sleep(0.02)
        time.sleep(0.5)
        process.send_signal(sent)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert out == ""
    assert names(tmp_path) == ["small.yaml"]


# ---- figures


def line(name: str, mean: float, low: float = math.nan, high: float = math.nan) -> Line:
    metric = {**by_name(), **{ratio.name: ratio for ratio in RATIOS}}[name]
    return Line(metric, "package", 10, mean, math.nan, low, high, (), math.nan, "")


@pytest.mark.parametrize(
    ("language", "name", "value", "text"),
    [
        ("zh", "tax", 123456789.0, "1.23亿元"),
        ("zh", "tax", 99_999_999.0, "1.00亿元"),
        ("zh", "tax", -45_670_000.0, "-4,567万元"),
        ("zh", "tax", 0.0, "0元"),
        ("zh", "tax", math.nan, "无"),
        ("en", "tax", 123456789.0, "CNY 123 m"),
        ("en", "tax", 2.5e9, "CNY 2.50 bn"),
        ("zh", "loss_gross", 0.4567, "45.7%"),
        ("zh", "loss_gross", -0.0001, "0.0%"),
        ("zh", "subfund_tvpi", 1.234, "1.23倍"),
        ("zh", "listings", 12.34, "12.3家"),
        ("zh", "jobs_end", 23456.7, "23,457人"),
        ("zh", "payback_years", 7.25, "7.25年"),
        ("en", "payback_years", 7.25, "7.25 years"),
    ],
)
def test_quantities(language: str, name: str, value: float, text: str) -> None:
    set_language(language)
    assert figures.quantity(by_name()[name], value) == text


def test_estimates_show_the_digits_that_their_interval_supports() -> None:
    set_language("zh")
    assert figures.estimate(line("tax", 1.5234e8, 1.41e8, 1.64e8), signed=True) == "+1.5亿元 [1.4, 1.6]"
    assert figures.estimate(line("tax", 1.5234e8, 1.5134e8, 1.5334e8), signed=True) == "+1.52亿元 [1.51, 1.53]"
    assert figures.estimate(line("tax", -5e7, -6e7, -4e7), signed=True, beside=3e8) == "-0.5亿元 [-0.6, -0.4]"
    assert figures.estimate(line("tax", 51e4, 32e4, 69e4), signed=True, beside=3e8) == "+51万元 [32, 69]"
    assert figures.estimate(line("loss_gross", 0.0, 0.0, 0.0099)) == "0.0% [0.0, 1.0]"
    assert figures.estimate(line("listings", -0.061, -0.092, -0.03), signed=True) == "-0.06家 [-0.09, -0.03]"
    assert figures.estimate(line("tax", 2e8), signed=True) == "+2.00亿元"
    assert figures.estimate(None) == "无"
    set_language("en")
    assert figures.estimate(line("tax", 1.5234e9, 1.5134e9, 1.5334e9), signed=True) == "CNY +1.52 bn [1.51, 1.53]"


def compared(name: str, *, package: int = 10, twin: int = 10, both: int = 10) -> list[Line]:
    """The three lines of an outcome, defined on so many paths."""
    base = line(name, 0.5, 0.4, 0.6)._replace(quantiles=(0.1, 0.2, 0.3, 0.4, 0.5))
    worlds: tuple[tuple[World, int], ...] = (("package", package), ("twin", twin), ("difference", both))
    return [base._replace(world=world, n=n) for world, n in worlds]


def spread(
    name: str, mean: float, *quantiles: float, n: int = 10, tail: float = math.nan, world: World = "package"
) -> Line:
    return line(name, mean, mean, mean)._replace(quantiles=quantiles or (mean,) * 5, n=n, tail=tail, world=world)


def test_a_row_has_package_twin_difference_and_spread_in_their_columns() -> None:
    set_language("zh")
    lines = [
        spread("tax", 5e8, 1e8, 2e8, 3e8, 4e8, 9e8), spread("tax", 2e8, world="twin"),
        line("tax", 3e8, 2e8, 4e8)._replace(world="difference"),
        spread("fiscal_outlay", 1.0, world="twin"),  # there is a twin
    ]  # fmt: skip
    summary = Summary(tuple(lines), 10)
    assert list(summary_command._compared(summary, ("tax", "listings"))) == [
        [by_name()["tax"].label, "5.00亿元", "2.00亿元", "+3亿元 [2, 4]", "1.00 ~ 9.00亿元"]
    ]
    assert summary_command._heading(summary, "甲", "A") == ["甲", "方案", "基准", "差异 [95%区间]", "方案P5 ~ P95"]
    assert len(next(summary_command._compared(Summary(tuple(lines), 2), ("tax",)))) == 5
    # A small difference of large values is told in their unit.
    near = [spread("research", 3e8), spread("research", 3.5e8, world="twin"),
            line("research", -5e7, -6e7, -4e7)._replace(world="difference")]  # fmt: skip
    assert next(summary_command._compared(Summary(tuple(near), 10), ("research",)))[3] == "-0.5亿元 [-0.6, -0.4]"
    alone = Summary((lines[0],), 1)
    assert list(summary_command._compared(alone, ("tax",))) == [[by_name()["tax"].label, "5.00亿元"]]
    assert summary_command._heading(alone, "甲", "A") == ["甲", "方案"]


def test_what_is_said_of_the_money() -> None:
    """The worst 5 % of net cost, the peak that 95 % of paths stay below, and the 35 % of paths that pay back; intervals of the
    first two from 200 paths on."""
    set_language("zh")
    lines = [
        spread("fiscal_net_cost", 2e8, tail=8e8), spread("peak_cash_need", 3e8, 1e8, 2e8, 3e8, 4e8, 6e8),
        spread("payback_years", 9.0, n=7), spread("fiscal_outlay", 5e8),
    ]  # fmt: skip
    worst, back = list(summary_command._money(load_scenario("demo"), Summary(tuple(lines), 20)))[-2:]
    assert worst == "净支出最差5%路径平均 8.00亿元；95%的路径峰值需求不超过 6.00亿元（只看大概：200 条路径起给出区间）"
    assert back.startswith("35%的路径期内回本；折现率")
    nan = float("nan")
    lines = [lines[0]._replace(tail_bounds=(7e8, 9e8)), lines[1]._replace(bounds=((nan, nan), (nan, nan), (5.5e8, 6.3e8))),
             lines[2]._replace(n=70), lines[3]]  # fmt: skip
    worst, back = list(summary_command._money(load_scenario("demo"), Summary(tuple(lines), 200)))[-2:]
    assert worst == "净支出最差5%路径平均 8亿元 [7, 9]；95%的路径峰值需求不超过 6.0亿元 [5.5, 6.3]"
    assert back.startswith("35%的路径期内回本；折现率")


def test_a_package_that_pays_nothing_does_not_pay_back() -> None:
    """Neither on all paths nor on none: there is nothing to come back."""
    set_language("zh")
    lines = [spread(name, 0.0, tail=0.0) for name in ("fiscal_net_cost", "peak_cash_need", "fiscal_outlay")]
    said = list(summary_command._money(load_scenario("demo"), Summary(tuple(lines), 20)))[-1]
    assert "没有支出，谈不上回本" in said
    assert "期内回本" not in said


def test_one_path_says_whether_the_pool_lasts_and_no_probability() -> None:
    set_language("zh")
    for empty, life, said in ((0.0, {"n": 0}, "风险池期内足够赔付"), (1.0, {"n": 1}, "风险池开账后3.0年首次不足赔付")):
        lines = (spread("pool_exhausted", empty), spread("pool_life", 3.0, **life))
        assert list(summary_command._pool_lasts(Summary(lines, 1))) == [said]


def test_who_bears_a_loss_and_how_long_the_pool_lasts() -> None:
    """Pool and bank bear the bank's part together; nobody with less than 0.05 % is named."""
    set_language("zh")
    borne = {"bank": 0.2, "pool_bank": 0.15, "pool_city": 0.3, "compensation": 0.0, "pool_district": 0.1, "guarantor": 0.2499,
             "national": 0.0, "re_guarantor": 0.0004, "insurer": 0.0}  # fmt: skip
    lines = [spread("credit_loss", 1e8), *(spread(f"borne_share_{name}", part) for name, part in borne.items()),
             spread("pool_exhausted", 0.3), spread("pool_life", 4.0, 1.0, 2.0, 3.0, 4.0, 5.0)]  # fmt: skip
    loss, pool = summary_command._bearers(Summary(tuple(lines), 10))
    assert loss == "方案贷款净损失由谁承担：银行 35.0%、市财政 30.0%、区县 10.0%、担保公司 25.0%"
    assert pool.startswith("风险池期内曾不足赔付 30.0%")
    assert "（首次中位数第3.0年）" in pool
    assert list(summary_command._bearers(Summary((spread("credit_loss", 0.0),), 10))) == []


def test_returns_are_a_multiple_a_median_and_a_spread() -> None:
    set_language("zh")
    lines = [
        spread("subfund_tvpi", 1.5), spread("subfund_irr", 0.9, 0.01, 0.02, 0.03, 0.04, 0.05), spread("subfund_pme", 1.1),
        spread("seed_tvpi", 2.5), spread("seed_irr", 0.9, 0.11, 0.12, 0.13, 0.14, 0.15),
        spread("social_tvpi", 9.0, n=0), spread("social_irr", 0.9),
    ]  # fmt: skip
    rows = [re.split(r" {2,}", text.strip()) for text in summary_command._returns(Summary(tuple(lines), 10))]
    assert rows[1] == ["子基金（全体出资人）", "1.50倍", "3.0%", "1.0 ~ 5.0%", "1.10倍"]
    assert rows[2] == ["种子直投（付奖励前）", "2.50倍", "13.0%", "11.0 ~ 15.0%"]
    assert len(rows) == 3  # nothing of what no path defines
    assert list(summary_command._returns(Summary((), 10))) == []


def test_a_difference_over_fewer_paths_than_its_values_is_said() -> None:
    """Otherwise a reader would subtract the columns; a difference on no path at all is shown as none and needs no word."""
    set_language("zh")
    names = ("claim_rate", "npl", "grant_conversion_rate", "grant_recycle_ratio", "grant_net_loss_rate", "credit_lent")
    lines = [
        *compared("claim_rate", package=10, twin=8, both=8), *compared("npl", package=9, twin=10, both=9),
        *compared("grant_conversion_rate", package=7, twin=7, both=7), *compared("grant_recycle_ratio", package=9, twin=9, both=0),
        *compared("grant_net_loss_rate", package=8, twin=8, both=6), *compared("credit_lent"),
    ]  # fmt: skip
    found = list(summary_command._on_fewer(Summary(tuple(lines), 10), (*names, "pool_life")))
    labels = {name: by_name()[name].label for name in names}
    assert max(map(display_width, found)) <= summary_command.WIDTH
    assert ["".join(text.strip() for text in found)] == [
        "差异只计两边都有定义的路径，不等于前两列之差：" + "、".join(
            f"{labels[name]}（{n} 条）" for name, n in (("claim_rate", 8), ("npl", 9), ("grant_net_loss_rate", 6))
        )
    ]  # fmt: skip
    alone = [one for one in compared("npl", both=5) if one.world == "package"]
    assert not list(summary_command._on_fewer(Summary(tuple(alone), 10), names))
    assert not list(summary_command._on_fewer(Summary(tuple(compared("npl")), 10), names))


def test_a_difference_over_fewer_paths_is_said_on_the_screen(kejin: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of a third of the paths grants nothing: no recycle ratio there."""

    def partly(inputs: Inputs, seed: int, first: int, paths: int, worlds: int) -> BlockResult:
        block = fake_engine.simulate(inputs, seed, first, paths, worlds)
        granted = STATS.index("grant_disbursed")
        block.stats[:, :, granted] = 1.0
        block.stats[(first + np.arange(paths)) % 3 == 0, 1, granted] = 0.0
        return block

    monkeypatch.setattr(execution, "engine", lambda name: partly)
    out = kejin("run", "small.yaml", "--paths", "30").out
    assert "差异只计两边都有定义的路径" in out
    assert "（20 条）" in out


@pytest.mark.parametrize(
    ("gain", "cost", "words"),
    [
        ((5.0, 3.0, 7.0), (2e6, 1e6, 3e6), "财政净支出"), ((5.0, 3.0, 7.0), (-2e6, -3e6, -1e6), "按现值计则不能肯定"),
        ((5.0, 3.0, 7.0), (1e6, -1e6, 3e6), "可能为负"), ((-5.0, -7.0, -3.0), (2e6, 1e6, 3e6), "少于基准"),
        ((1.0, -1.0, 3.0), (math.nan,) * 3, "增量与0无法区分"), ((-1.0, -3.0, 1.0), (math.nan,) * 3, "增量与0无法区分"),
    ],
)  # fmt: skip
def test_what_a_survivor_costs_is_said_only_where_it_is_a_price(
    gain: tuple[float, float, float], cost: tuple[float, float, float], words: str
) -> None:
    set_language("zh")
    lines = [
        *compared("firms_observed_5y"), *compared("firms_surviving_5y")[:2],
        line("firms_surviving_5y", *gain)._replace(world="difference"),
        line("cost_per_additional_survivor_5y", *cost)._replace(world="difference"),
        *(compared(name)[2] for name in ("deadweight_share", "crowded_out_share")),
    ]  # fmt: skip
    said = list(summary_command._effects(Summary(tuple(lines), 10)))
    assert words in said[-1]
    assert sum("5年存活企业" in text for text in said) == 2  # its row and this sentence


@pytest.mark.parametrize(("high", "free"), [(-1e6, True), (1e6, False)])
def test_no_net_cost_is_said_only_where_the_present_value_agrees(high: float, free: bool) -> None:
    set_language("zh")
    lines = [
        *compared("firms_observed_5y"), *compared("firms_surviving_5y")[:2],
        line("firms_surviving_5y", 5.0, 3.0, 7.0)._replace(world="difference"),
        line("cost_per_additional_survivor_5y", -2e6, -3e6, -1e6)._replace(world="difference"),
        line("fiscal_net_cost_npv", -4e6, -9e6, high)._replace(world="difference"),
        *(compared(name)[2] for name in ("deadweight_share", "crowded_out_share")),
    ]  # fmt: skip
    *_, told, present = summary_command._effects(Summary(tuple(lines), 10))
    assert told.startswith("不折现计，方案比基准多收回的钱超过多花的钱")
    assert ("按现值计结论相同" in told) is free
    assert ("按现值计则不能肯定" in told) is not free
    assert present.startswith("净支出现值与基准之差 -400万元 [-900, ")


# ---- progress


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress_module, "time", made)
    set_language("zh")
    return made


def test_short_work_is_not_talked_about(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter(silent=False) as report:
        for done in range(11):
            report(done, 10)
            clock.now += 0.1
    assert capsys.readouterr().err == ""


def test_without_a_terminal_a_line_now_and_then(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter(silent=False) as report:
        for done in range(101):
            report(done, 100)
            clock.now += 0.5
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 4
    assert "21/100" in said[0]
    assert "约剩 40 秒" in said[0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_compiled_is_told_apart(clock: Clock, capsys: pytest.CaptureFixture[str], language: str) -> None:
    """A first trace after a first run compiles again: something else, and says so, in one line where there is no terminal."""
    set_language(language)
    said = []
    for engine in get_args(execution.Engine):
        with Reporter(silent=False, compiling=engine):
            said.append(capsys.readouterr().err)
    assert len(set(said)) == 2
    assert all(line.count("\n") == 1 for line in said)
    assert all(("compil" if language == "en" else "编译") in line for line in said)


def test_compilation_is_announced(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    with Reporter(silent=False, compiling="compiled") as report:
        assert "正在编译" in capsys.readouterr().err
        report(0, 100)
        clock.now += 23
        report(1, 100)
        assert "23 秒" in capsys.readouterr().err
        clock.now += 1
        report(50, 100)
    assert capsys.readouterr().err == ""
    with Reporter(silent=True, compiling="compiled") as report:
        report(1, 100)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("seconds", "silent", "said"), [(0.0, False, ""), (0.5, False, "正在写 分录[1].xlsx……\n"), (0.5, True, "")]
)
def test_work_is_announced_when_it_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], seconds: float, silent: bool, said: str
) -> None:
    monkeypatch.setattr(progress_module, "PATIENCE", 0.2)
    set_language("zh")
    with announced("正在写 分录[1].xlsx", silent=silent):
        time.sleep(seconds)
    assert capsys.readouterr().err == said


def test_what_is_announced_on_a_terminal_is_taken_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file may have brackets in its name, which are no colours; what follows begins on a clear line."""
    monkeypatch.setattr(progress_module, "PATIENCE", 0.1)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with announced("writing p[red].xlsx", silent=False):
        time.sleep(0.6)
    said = capsys.readouterr().err
    assert "writing p[red].xlsx" in said
    assert said.endswith("\x1b[2K")


def test_on_a_terminal_a_bar_appears_when_it_will_take_long(
    clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with Reporter(silent=False, compiling="compiled") as report:
        clock.now += 5
        report(1, 100)
        clock.now += 2
        report(2, 100)
        assert report._bar is not None
        clock.now += 1
        report(100, 100)
    assert "编译完成" in capsys.readouterr().err


def test_what_was_compiled_is_remembered_by_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    inputs = fake_engine.fake_inputs()
    assert not execution.is_compiled(inputs)
    execution.remember_compiled(inputs)
    assert execution.is_compiled(inputs)
    other = replace(inputs, world=inputs.valuation)  # records of another layout are compiled anew
    assert not execution.is_compiled(other)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "cache"))
    execution.remember_compiled(inputs)
    assert not execution.is_compiled(inputs)


def test_a_single_path_has_no_interval_anywhere(kejin: Call) -> None:
    """Neither on the terminal, where a probability of one path was given Wilson's, nor in the file that the report reads."""
    said = kejin("run", "small.yaml", "--paths", "1", "--out", "one")
    assert said.code == 0, said.err
    assert "没有误差和区间" in said.out
    assert "[" not in said.out
    with Path("one/summary.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    ends = [name for name in rows[0] if name.endswith(("low95", "high95"))]
    assert len(ends) == 10
    assert not any(row[name] for row in rows for name in ends)


def test_a_reason_is_given_only_for_cuts_that_are_shown() -> None:
    set_language("zh")
    demo = load_scenario("demo")
    for cuts, told in ((0.0, False), (0.001, False), (2.0, True)):
        lines = (spread("sanctions", 1.0), spread("allocations_cut", cuts))
        said = [text for text in summary_command._tolerance(demo, Summary(lines, 10)) if "实际削减年度安排" in text]
        assert len(said) == 1
        assert ("已没有安排可削减" in said[0]) is told
