"""The run folder: whole or not at all, the same bytes for any threads, readable, refused when it is not what it is."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from kejin_sim import execution
from kejin_sim.cli.notices import tell_elsewhere
from kejin_sim.errors import InputError, KejinError, MachineError
from kejin_sim.lang import set_language
from kejin_sim.ledger import Nature, Party
from kejin_sim.outcomes.registry import metrics
from kejin_sim.parameters import registry_digest
from kejin_sim.postings import postings
from kejin_sim.recording import BlockResult
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.scenario.load import load_scenario
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.store import folder as store_folder
from kejin_sim.store import tables
from kejin_sim.store.folder import choose
from kejin_sim.store.read import open_run
from kejin_sim.store.run import Finished, Order, perform
from kejin_sim.study import sweep
from tests import fake_engine

SMALL = """\
title: 小样例
author: 测试
date: 2025-01
based_on: 起草说明
policy_years: 3
horizon_years: 5
burn_in_years: 0
baseline:
  title: 什么也不做
  measures: {equity: {enabled: false}}
"""
FILES = ["manifest.json", "paths.parquet", "representative.parquet", "scenario.yaml", "summary.csv", "years.parquet"]

Go = Callable[..., Finished]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder and the made-up engine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(execution, "engine", lambda name: fake_engine.simulate)
    return tmp_path


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    file = tmp_path_factory.mktemp("scenario") / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return load_scenario(file)


@pytest.fixture
def go(here: Path, scenario: Scenario) -> Go:
    """Run the small scenario into a folder."""

    def call(out: str | None = None, *, paths: int = 12, force: bool = False, **options: Any) -> Finished:
        seed = options.pop("seed", 1)
        target = choose(out, scenario.name, seed, paths, force=force)
        words = options.pop("words", ("kejin", "run", "small.yaml"))
        return perform(Order(scenario, "small.yaml", target, paths, seed, words=words, **options))

    return call


def names(folder: str | Path) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def nothing_left(folder: Path) -> bool:
    return names(folder) == []


def test_a_run_leaves_exactly_its_files(go: Go, here: Path) -> None:
    finished = go()
    assert finished.folder == Path("runs/small-1-12")
    assert names(finished.folder) == FILES
    assert names(here) == ["runs"]
    assert names("runs") == ["small-1-12"]
    assert go().folder == Path("runs/small-1-12-2")
    assert go(seed=0).folder == Path("runs/small-0-12")


def test_bytes_do_not_depend_on_threads_or_blocks(go: Go) -> None:
    first = go("a", paths=41, threads=1, block=1).folder
    for name, threads, block in (("b", 1, 7), ("c", 2, 3), ("d", 4, 16), ("e", 2, None)):
        other = go(name, paths=41, threads=threads, block=block).folder
        for file in FILES:
            if file != "manifest.json":
                assert (first / file).read_bytes() == (other / file).read_bytes(), (name, file)
    varying = {"created", "seconds", "threads"}
    one, two = (json.loads((f / "manifest.json").read_text(encoding="utf-8")) for f in (first, other))
    assert {k for k in one if one[k] != two[k]} <= varying


def test_groups_of_rows_do_not_depend_on_blocks(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "YEAR_PATHS_PER_GROUP", 8)
    monkeypatch.setattr(tables, "PATHS_PER_GROUP", 10)
    one = go("one", paths=37, threads=1, block=37).folder
    two = go("two", paths=37, threads=2, block=5).folder
    for file in ("paths.parquet", "years.parquet"):
        assert (one / file).read_bytes() == (two / file).read_bytes()
    assert pq.read_metadata(one / "years.parquet").num_row_groups == 5
    years = open_run(two).years
    assert years["path"].tolist() == [p for p in range(37) for _ in range(5)]
    assert years["year"].tolist() == list(range(2025, 2030)) * 37


def test_the_first_paths_of_many_are_those_paths(go: Go) -> None:
    few, many = open_run(go("few", paths=10).folder), open_run(go("many", paths=60, threads=2).folder)
    assert few.paths.equals(many.paths.iloc[:10])
    assert few.years.equals(many.years[many.years["path"] < 10])


@pytest.mark.parametrize("name", [name for name in FILES if name != "manifest.json"])
@pytest.mark.parametrize("more", [b"", b"\n"])
def test_a_file_of_another_size_is_refused_when_the_folder_is_opened(go: Go, name: str, more: bytes) -> None:
    """Cut short or grown: it is not read first to find out. One of the same size is what `verify` is for."""
    folder = go().folder
    file, whole = folder / name, (folder / name).read_bytes()
    open_run(folder)
    file.write_bytes(whole + more if more else whole[:-1])
    with pytest.raises(InputError) as refused:
        open_run(folder)
    assert f"{name} 损坏" in refused.value.problems[0].message_zh
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(InputError) as refused:
        open_run(folder).verify()
    assert f"{name} 损坏" in refused.value.problems[0].message_zh
    file.unlink()
    with pytest.raises(InputError):
        open_run(folder)
    file.mkdir()  # of whatever size
    with pytest.raises(InputError):
        open_run(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"paths": "12"}, {"seed": None}, {"worlds": "package"}, {"title": 5}, {"files": []}, {"files": {}},
        {"files": FILES}, {"files": 7},
        {"files": {name: {} for name in FILES[1:]}}, {"files": dict.fromkeys(FILES[1:], 7)},
    ],
)  # fmt: skip
def test_a_manifest_that_does_not_say_what_is_read_of_it_is_refused(go: Go, changes: dict[str, Any]) -> None:
    folder = go().folder
    file = folder / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | changes), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        open_run(folder)
    assert "损坏" in refused.value.problems[0].message_zh


def test_everything_in_the_folder_can_be_read_and_agrees(go: Go) -> None:
    finished = go("out", paths=50)
    run = open_run(finished.folder)
    run.verify()
    assert list(run.paths.index) == list(range(50))
    net = run.paths["fiscal_outlay"] - run.paths["fiscal_recovery"]
    assert np.allclose(net, run.paths["fiscal_net_cost"], rtol=1e-12)
    yearly = run.years.groupby("path")["fiscal_net_cost_twin"].sum()
    assert np.allclose(yearly, run.paths["fiscal_net_cost_twin"], rtol=1e-9)
    summary = run.summary
    assert summary.loc[("tax", "twin"), "mean"] == pytest.approx(run.paths["tax_twin"].mean(), rel=1e-12)
    gain = run.paths["tax"] - run.paths["tax_twin"]
    assert summary.loc[("tax", "difference"), "se"] == pytest.approx(gain.std() / 50**0.5, rel=1e-12)
    assert summary.loc[("subfund_irr", "package"), "n"] == run.paths["subfund_irr"].notna().sum()
    whole = run.representative
    assert set(whole["representative"]) == {"P5", "P50", "P95"}
    one = whole[(whole["representative"] == "P50") & (whole["world"] == "package")]
    paid = [p.name for p in postings() if p.payer is Party.CITY_TREASURY and p.nature is not Nature.INCOME]
    assert {"draw_angel", "draw_industry", "draw_grant", "pool_city", "compensation"} < set(paid)
    cost = sum(one[f"flow_{name}"].sum() for name in paid)
    assert cost == pytest.approx(run.paths.loc[one["path"].iloc[0], "fiscal_outlay"], rel=1e-12)
    assert one["quarter"].tolist()[:5] == ["2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1"]
    assert load_scenario(finished.folder / "scenario.yaml").digest == run.manifest["inputs_digest"]


def test_columns_carry_labels_units_and_the_certificate(go: Go) -> None:
    finished = go("out")
    run = open_run(finished.folder)
    described = run.columns()
    for metric in metrics():
        assert described[metric.name]["label_zh"] == metric.zh
        assert described[metric.name]["unit"] == metric.unit
        assert described[metric.name]["formula_en"] == metric.formula_en
    assert described["tax_twin"]["label_zh"].endswith("（基准）")
    assert set(described) == {"path", *run.paths.columns}
    for name in ("paths.parquet", "years.parquet", "representative.parquet"):
        birth = json.loads(pq.read_schema(finished.folder / name).metadata[b"kejin"])
        assert birth["seed"] == 1
        assert birth["parameters_digest"] == registry_digest()
        assert {k: run.manifest[k] for k in birth} == birth
        assert all(column.get("label_zh") and column.get("label_en") for column in run.columns(name).values()), name


def test_summary_opens_in_a_spreadsheet(go: Go) -> None:
    path = go("out").folder / "summary.csv"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert tuple(rows[0]) == tables.SUMMARY_COLUMNS
    worlds = [row["world"] for row in rows if row["metric"] == "fiscal_net_cost"]
    assert worlds == ["package", "twin", "difference"]
    assert {row["world"] for row in rows if row["metric"] == "deadweight_share"} == {"difference"}
    assert not any("nan" in row["mean"] or "inf" in row["mean"] for row in rows)


def test_no_place_on_this_machine_is_written_down(go: Go, here: Path) -> None:
    words = ("kejin", "run", str(here / "deep" / "small.yaml"), f"--out={here / 'out'}", "--paths", "12")
    folder = go("out", words=words).folder
    manifest = (folder / "manifest.json").read_text(encoding="utf-8")
    assert str(here) not in manifest
    assert "kejin run small.yaml --out=out --paths 12" in manifest


def test_without_a_twin(go: Go) -> None:
    run = open_run(go("out", twin=False).folder)
    assert not run.has_twin
    assert not [name for name in run.paths.columns if name.endswith("_twin")]
    assert "deadweight_share" not in run.paths.columns
    assert set(run.representative["world"]) == {"package"}
    assert run.manifest["command"].endswith("--no-twin")


# ---- whole or not at all


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["write_paths", "write_representative", "write_summary"])
@pytest.mark.parametrize("out", [None, "deep/er/out"])
def test_a_full_disk_at_the_end_leaves_nothing(
    go: Go, here: Path, monkeypatch: pytest.MonkeyPatch, step: str, out: str | None
) -> None:
    monkeypatch.setattr(tables, step, full_disk)
    with pytest.raises(MachineError) as caught:
        go(out)
    assert caught.value.exit_code == 1
    assert "磁盘已满" in caught.value.zh
    assert "full" in caught.value.en
    assert nothing_left(here)


def test_a_full_disk_in_the_middle_leaves_nothing(go: Go, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "YEAR_PATHS_PER_GROUP", 5)
    monkeypatch.setattr(tables.YearsWriter, "_write", full_disk)
    with pytest.raises(MachineError):
        go("out", paths=40, threads=2, block=3)
    assert nothing_left(here)


def test_a_full_disk_when_the_folder_gets_its_name(go: Go, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(MachineError):
        go("out")
    assert nothing_left(here)


class Failing:
    """The made-up engine, which raises an exception in the block that holds a given path."""

    def __init__(self, path: int, error: BaseException) -> None:
        self.path, self.error = path, error

    def __call__(self, inputs: Inputs, seed: int, first: int, count: int, worlds: int) -> BlockResult:
        if first <= self.path < first + count:
            raise self.error
        return fake_engine.simulate(inputs, seed, first, count, worlds)


@pytest.mark.parametrize("path", [0, 1, 29])
@pytest.mark.parametrize("threads", [1, 3])
def test_an_interruption_inside_a_block_leaves_nothing(
    go: Go, here: Path, monkeypatch: pytest.MonkeyPatch, path: int, threads: int
) -> None:
    monkeypatch.setattr(execution, "engine", lambda name: Failing(path, KeyboardInterrupt()))
    with pytest.raises(MachineError, match=r"Interrupted|中断") as caught:
        go("out", paths=40, threads=threads, block=4)
    assert caught.value.exit_code == 130
    assert nothing_left(here)


def test_a_fault_of_the_program_passes_through_and_leaves_nothing(
    go: Go, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "engine", lambda name: Failing(17, ZeroDivisionError("a defect")))
    with pytest.raises(ZeroDivisionError):
        go(None, paths=40, threads=2, block=4)
    assert nothing_left(here)


def test_an_interruption_waits_for_no_more_than_the_blocks_in_flight(
    go: Go, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def slow(inputs: Inputs, seed: int, first: int, count: int, worlds: int) -> BlockResult:
        calls.append(first)
        time.sleep(0.02)
        return fake_engine.simulate(inputs, seed, first, count, worlds)

    def stop(done: int, total: int) -> None:
        if done >= 6:
            raise KeyboardInterrupt

    monkeypatch.setattr(execution, "engine", lambda name: slow)
    scenario = load_scenario(write_small(here))
    with pytest.raises(MachineError):
        perform(Order(scenario, "small", choose("out", "small", 1, 400), 400, 1, threads=2, block=2), stop)
    assert len(calls) <= 10
    assert names(here) == ["small.yaml"]


def write_small(folder: Path) -> Path:
    file = folder / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_no_permission(go: Go, here: Path) -> None:
    locked = here / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(MachineError):
        go("locked/out")
    assert nothing_left(locked)


def test_no_permission_is_reported_as_such(go: Go, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(MachineError, match=r"permission|权限"):
        go("out")
    assert nothing_left(here)


# ---- where a run may go


def test_an_earlier_run_is_replaced_only_by_force(go: Go) -> None:
    go("out", seed=1)
    with pytest.raises(InputError, match="--force") as caught:
        go("out", seed=2)
    assert caught.value.exit_code == 2
    go("out", seed=2, force=True)
    assert open_run("out").manifest["seed"] == 2
    assert names(".") == ["out"]


def test_an_earlier_run_survives_a_run_that_fails(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    go("out", seed=1)
    monkeypatch.setattr(tables, "write_summary", full_disk)
    with pytest.raises(MachineError):
        go("out", seed=2, force=True)
    run = open_run("out")
    run.verify()
    assert run.manifest["seed"] == 1
    assert names(".") == ["out"]


def test_a_file_put_among_the_results_is_not_deleted(go: Go, here: Path) -> None:
    go("out", seed=1)
    (here / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"notes\.txt"):
        go("out", seed=2, force=True)
    assert open_run("out").manifest["seed"] == 1
    assert (here / "out" / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("inside", ["out/second", "out/deep/er", "link/second"])
def test_results_do_not_go_into_other_results(go: Go, here: Path, inside: str) -> None:
    go("out")
    (here / "link").symlink_to(here / "out", target_is_directory=True)
    before = names("out")
    with pytest.raises(InputError, match="那里只放它自己的文件") as refusal:
        go(inside)
    beside = here / Path(inside).name
    assert f"--out {beside}" in refusal.value.problems[0].hint_zh
    assert names("out") == before
    go(beside)
    assert open_run(beside).manifest["paths"]


def test_results_do_not_go_into_other_results_by_default(go: Go, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go("out")
    monkeypatch.chdir(here / "out")
    with pytest.raises(InputError, match="那里只放它自己的文件"):
        store_folder.choose(None, "demo", 1, 10)
    with pytest.raises(InputError, match="那里只放它自己的文件"):
        sweep.folder_of(None, "demo_funds")


def test_what_a_killed_run_left_is_removed_a_week_later_and_nothing_else(go: Go, here: Path) -> None:
    """A run that is still going has changed something since; one that is whole waits for its name; other names are others' own."""
    days = {".out.partial-0123abcd": 8, ".out.partial-0123abce": 6, ".out.partial-0123abcf": 8, ".out.partial-mine": 8,
            ".other.partial-0123abcd": 8, ".out.partial-0123abc0": 8}  # fmt: skip
    for name, age in days.items():
        (here / name).mkdir()
        (here / name / "years.parquet").write_text("half", encoding="utf-8")
        if name.endswith("f"):
            (here / name / "manifest.json").write_text("{}", encoding="utf-8")
        then = time.time() - age * 24 * 3600
        for path in (here / name / "years.parquet", here / name):
            os.utime(path, (then, then))
    os.utime(here / ".out.partial-0123abc0" / "years.parquet")  # still being written
    go("out")
    assert names(".") == sorted(["out", *(name for name in days if name != ".out.partial-0123abcd")])


def test_a_file_put_there_during_the_run_stays_and_the_results_stand_beside_it(go: Go, here: Path) -> None:
    go("out", seed=1)
    target = store_folder.choose("out", "x", 2, 12, force=True)
    (here / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    with store_folder.whole(target) as (hidden, done):
        (hidden / "result").write_text("new", encoding="utf-8")
    assert [path.name for path in done] == ["out-2"]
    assert (here / "out-2" / "result").read_text(encoding="utf-8") == "new"
    assert (here / "out" / "notes.txt").exists()
    assert names(".") == ["out", "out-2"]


def test_an_interruption_while_results_are_exchanged_keeps_the_old(
    go: Go, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go("out", seed=1)
    target = store_folder.choose("out", "x", 2, 12, force=True)
    renamed = Path.rename

    def interrupted(self: Path, other: Path) -> Path:
        if ".partial-" in self.name:
            raise KeyboardInterrupt
        return renamed(self, other)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), store_folder.whole(target) as (hidden, _):
        (hidden / "result").write_text("new", encoding="utf-8")
    assert open_run("out").manifest["seed"] == 1
    assert names(".") == ["out"]


@pytest.mark.parametrize("force", [False, True])
def test_other_peoples_folders_are_never_touched(go: Go, here: Path, force: bool) -> None:
    theirs = here / "theirs"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("years of work", encoding="utf-8")
    (here / "file").write_text("x", encoding="utf-8")
    for name in ("theirs", "file", "file/out", ".", "", "a\0b", "x" * 300, "名" * 80):
        with pytest.raises(InputError):
            go(name, force=force)
    assert names(here) == ["file", "theirs"]
    assert names(theirs) == ["thesis.txt"]


def test_an_empty_folder_may_be_given(go: Go, here: Path) -> None:
    (here / "out").mkdir()
    go("out")
    assert names("out") == FILES


def test_results_get_a_name_beside_a_folder_that_is_held(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the old folder is open elsewhere, so that Windows does not let it be moved: the run is not thrown away."""
    go("out")
    move = Path.rename

    def held(self: Path, to: Path) -> Path:
        if self.name == "out":
            raise PermissionError(errno.EACCES, "held", str(self))
        return move(self, to)

    monkeypatch.setattr(Path, "rename", held)
    before = names("out")
    assert go("out", seed=2, force=True).folder == Path("out-2").resolve()
    assert names("out") == before
    assert [name for name in names(".") if name.startswith("out")] == ["out", "out-2"]


def test_two_runs_at_once_get_two_folders(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    publish = store_folder._publish

    def while_another_finished(hidden: Path, *rest: Any) -> Path:
        other = Path("runs/small-1-12")
        if not other.exists():
            shutil.copytree(hidden, other)
        return publish(hidden, *rest)

    monkeypatch.setattr(store_folder, "_publish", while_another_finished)
    assert go().folder == Path("runs/small-1-12-2")
    assert names("runs") == ["small-1-12", "small-1-12-2"]


@pytest.mark.parametrize("made", ["full", "file", "empty"])
def test_a_run_whose_named_folder_is_taken_meanwhile_is_kept(
    go: Go, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], made: str
) -> None:
    """A folder that somebody makes while the run is under way costs the run its name, not its results."""
    publish = store_folder._publish

    def while_somebody_works(hidden: Path, *rest: Any) -> Path:
        if made == "file":
            Path("out").write_text("theirs", encoding="utf-8")
        else:
            Path("out").mkdir()
        if made == "full":
            Path("out/thesis.txt").write_text("theirs", encoding="utf-8")
        return publish(hidden, *rest)

    monkeypatch.setattr(store_folder, "_publish", while_somebody_works)
    finished = go("out")
    assert finished.folder == Path("out" if made == "empty" else "out-2")
    assert names(finished.folder) == FILES
    assert names(".") == (["out"] if made == "empty" else ["out", "out-2"])
    set_language("en")
    tell_elsewhere(store_folder.Target(Path("out")), finished.folder)
    set_language("auto")
    assert ("the results are in out-2" in capsys.readouterr().err) == (made != "empty")


def test_nothing_is_lost_when_a_name_is_taken_between_old_and_new(go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    """The earlier results have been moved away, the new ones have not arrived: something else takes the name."""
    go("out", seed=1)
    move = Path.rename

    def taken(self: Path, to: Path) -> Path:
        moved = move(self, to)
        if ".replaced-" in Path(to).name:
            self.mkdir()
            (self / "thesis.txt").write_text("theirs", encoding="utf-8")
        return moved

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", taken)
        assert open_run(go("out", seed=2, force=True).folder).manifest["seed"] == 2
    assert names("out") == ["thesis.txt"]
    assert sorted(open_run(f"out-{i}").manifest["seed"] for i in (2, 3)) == [1, 2]


def test_a_scenario_with_a_strange_name_gets_a_plain_folder() -> None:
    assert store_folder.base_name("a b/c:*?\\方案", 3, 5) == Path("runs/a_b_c_方案-3-5")
    assert store_folder.base_name("...", 3, 5).name == "scenario-3-5"


# ---- reading


def test_what_is_no_whole_run_is_refused(go: Go, here: Path) -> None:
    good = go("good").folder

    def broken(change: Callable[[Path], object]) -> str:
        copy = here / "broken"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(good, copy)
        change(copy)
        with pytest.raises(InputError) as caught:
            open_run(copy).verify()
        assert caught.value.exit_code == 2
        return caught.value.render()

    def manifest(**changes: Any) -> Callable[[Path], object]:
        def change(copy: Path) -> None:
            path = copy / "manifest.json"
            path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")

        return change

    def flip(copy: Path) -> None:
        data = bytearray((copy / "paths.parquet").read_bytes())
        data[len(data) // 2] ^= 1
        (copy / "paths.parquet").write_bytes(bytes(data))

    assert "manifest.json" in broken(lambda copy: (copy / "manifest.json").unlink())
    assert "manifest.json" in broken(lambda copy: (copy / "manifest.json").write_text("{", encoding="utf-8"))
    assert "manifest.json" in broken(lambda copy: (copy / "manifest.json").write_bytes(b"\xff\xfe\0"))
    assert "years.parquet" in broken(lambda copy: (copy / "years.parquet").unlink())
    assert "paths.parquet" in broken(lambda copy: (copy / "paths.parquet").write_bytes(b"PAR1"))
    assert "paths.parquet" in broken(flip)
    assert "kejin run small.yaml" in broken(manifest(format_version=0))
    for spoiled in ({"worlds": None}, {"paths": "x"}, {"seed": "1"}, {"representatives": {}}):
        assert "manifest.json" in broken(manifest(**spoiled))
    assert "99" in broken(manifest(format_version=99))
    assert "kejin" in broken(manifest(format="somebody else's"))
    assert "manifest.json" in broken(manifest(files={}))
    with pytest.raises(InputError):
        open_run(here / "missing")
    with pytest.raises(InputError):
        open_run(good / "summary.csv")


def test_a_parquet_file_that_is_none_is_reported_when_it_is_read(go: Go) -> None:
    folder = go("out").folder
    size = (folder / "paths.parquet").stat().st_size
    (folder / "paths.parquet").write_bytes(b"\0" * size)
    run = open_run(folder)
    for read in (lambda: run.paths, run.columns):
        with pytest.raises(InputError, match=r"paths\.parquet"):
            read()


# ---- blocks of paths


def numbers(first: int, count: int) -> list[int]:
    return list(range(first, first + count))


@pytest.mark.parametrize(
    ("paths", "threads", "block"), [(1, 4, None), (2, 2, 1), (97, 3, 10), (97, 1, None), (5, 8, 50)]
)
def test_blocks_come_in_order_and_cover_every_path_once(paths: int, threads: int, block: int | None) -> None:
    told: list[int] = []
    blocks = execution.run_blocks(numbers, paths, threads=threads, block=block, progress=lambda n, _: told.append(n))
    assert [n for part in blocks for n in part] == list(range(paths))
    assert told[0] == 0
    assert told[-1] == paths
    assert told == sorted(told)


def test_the_first_path_runs_apart_so_that_waiting_for_it_can_be_interrupted() -> None:
    seen: list[tuple[int, int, str]] = []

    def work(first: int, count: int) -> None:
        seen.append((first, count, threading.current_thread().name))

    list(execution.run_blocks(work, 50, threads=2, block=4))
    assert seen[0] == (0, 1, "kejin-first")
    assert seen[1] == (1, 4, threading.main_thread().name)
    assert not execution.is_still_compiling()


def test_what_follows_at_the_same_place_starts_with_all_threads() -> None:
    """Nothing has to be compiled any more, and the time of a path is known: a study of small points wastes no processor."""
    pace, seen = execution.Pace(), []

    def work(first: int, count: int) -> int:
        seen.append(threading.current_thread().name)
        time.sleep(0.001 * count)
        return count

    assert sum(execution.run_blocks(work, 50, threads=2, pace=pace)) == 50
    assert seen[:2] == ["kejin-first", threading.main_thread().name]
    seen.clear()
    assert sum(execution.run_blocks(work, 50, threads=2, pace=pace)) == 50
    assert all(name.startswith("kejin_") for name in seen)


def test_few_blocks_are_in_flight() -> None:
    finished = taken = 0
    most = 0

    def work(first: int, count: int) -> int:
        nonlocal finished
        finished += count
        return count

    def consume() -> Iterator[None]:
        nonlocal taken, most
        for count in execution.run_blocks(work, 400, threads=2, block=5):
            most = max(most, finished - taken)
            taken += count
            yield

    assert sum(1 for _ in consume()) > 70
    assert most <= 6 * 5


def test_an_exception_in_a_block_reaches_the_caller() -> None:
    def work(first: int, count: int) -> int:
        if first > 20:
            raise KejinError("here")
        return first

    with pytest.raises(KejinError, match="here"):
        list(execution.run_blocks(work, 100, threads=2, block=5))
