"""Points: the same draws for all, only what is missing is simulated, on disk and in memory the same figures."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from kejin_sim import load_scenario, set_values
from kejin_sim.execution import KEPT_CACHES, Here, run_paths
from kejin_sim.study import cache as points
from kejin_sim.study.cache import PointCache, address
from kejin_sim.study.evaluate import Evaluator
from tests import fake_engine

DEMO = load_scenario("demo")


def evaluator(
    cache: PointCache | None = None, *, remember: bool = False, told: list[tuple[int, int]] | None = None
) -> Evaluator:
    progress = None if told is None else lambda done, total: told.append((done, total))
    return Evaluator(
        Here(fake_engine.simulate, 2), seed=7, engine="fake", cache=cache, remember=remember, progress=progress
    )


def test_a_point_is_what_a_run_gives() -> None:
    run = run_paths(fake_engine.simulate, DEMO.inputs(), seed=7, paths=13)
    point = evaluator()(DEMO, 13)
    assert np.array_equal(point.worlds, run.worlds, equal_nan=True)
    assert np.array_equal(point.pairs, run.pairs, equal_nan=True)


def test_more_paths_continue_the_first_ones(tmp_path: Path) -> None:
    whole = evaluator()(DEMO, 20)
    for make in (lambda: evaluator(remember=True), lambda: evaluator(PointCache(tmp_path))):
        one = make()
        one(DEMO, 8)
        grown = one(DEMO, 20)
        assert one.simulated == 20
        assert np.array_equal(grown.worlds, whole.worlds, equal_nan=True)
        assert np.array_equal(one(DEMO, 5).pairs, whole.pairs[:, :5], equal_nan=True)
        assert one.simulated == 20
    other = evaluator(PointCache(tmp_path))
    assert np.array_equal(other(DEMO, 20).worlds, whole.worlds, equal_nan=True)
    assert other.simulated == 0


def test_a_damaged_file_counts_as_absent(tmp_path: Path) -> None:
    cache = PointCache(tmp_path)
    evaluator(cache)(DEMO, 4)
    (file,) = cache.folder.iterdir()
    file.write_bytes(file.read_bytes()[:100])
    again = evaluator(cache)
    again(DEMO, 4)
    assert again.simulated == 4


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert evaluator(PointCache(tmp_path / "file"))(DEMO, 3).paths == 3


def test_progress_counts_paths_of_all_points() -> None:
    told: list[tuple[int, int]] = []
    one = evaluator(remember=True, told=told)
    one.expect(12)
    one(DEMO, 6)
    one(DEMO, 6)  # known
    assert told[-1] == (12, 12)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_whatever_decides_a_point_is_in_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """One thing changed at a time: the numbers, the seed, the worlds, the engine, the sources, a library, the machine."""
    one = ("a" * 64, 7, 2, "compiled")
    found = [address(*one)]
    assert address(*one) == found[0]
    found += [address("b" * 64, *one[1:]), address(one[0], 8, *one[2:]), address(*one[:2], 1, one[3])]
    found += [address(*one[:3], "reference")]
    versions = points.libraries()
    for name in versions:
        with monkeypatch.context() as patched:
            patched.setattr(points, "libraries", lambda name=name: versions | {name: "0.0"})
            found.append(address(*one))
    for place, name in ((points, "source_digest"), (points.platform, "machine")):
        with monkeypatch.context() as patched:
            patched.setattr(place, name, lambda: "another")
            found.append(address(*one))
    assert len(found) == len(set(found)) == 5 + len(versions) + 2
    assert address(*one) == found[0]


def test_a_point_of_another_seed_scenario_or_engine_is_not_taken(tmp_path: Path) -> None:
    """What lies on disk of one point is never given for another; fewer and more paths are the same point."""
    store = PointCache(tmp_path)
    evaluator(store)(DEMO, 6)
    dearer = set_values(DEMO, {"budget.angel_fund.amount": 7e7})
    place = Here(fake_engine.simulate, 1)
    for seed, engine, scenario, twin in (
        (8, "fake", DEMO, True), (7, "other", DEMO, True), (7, "fake", dearer, True), (7, "fake", DEMO, False)
    ):  # fmt: skip
        one = Evaluator(place, seed=seed, engine=engine, cache=store)
        point = one(scenario, 5, twin=twin)
        assert one.simulated == 5
        run = run_paths(fake_engine.simulate, scenario.inputs(), seed=seed, paths=5, twin=twin)
        assert np.array_equal(point.worlds, run.worlds, equal_nan=True)
    for paths, simulated in ((4, 0), (6, 0), (9, 3)):
        again = evaluator(store)
        again(DEMO, paths)
        assert again.simulated == simulated


def _kept(store: PointCache, name: str, size: int, age: int) -> Path:
    file = store.folder / name
    file.write_bytes(b"x" * size)
    os.utime(file, (1_000_000 - age, 1_000_000 - age))
    return file


def test_the_oldest_points_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of files of 40 bytes three fit into 120 exactly; a byte less, and two do. Names say nothing about age."""
    store = PointCache(tmp_path)
    store.folder.mkdir()
    files = [_kept(store, name, 40, age) for age, name in enumerate(("c.npy", "a.npy", "e.npy", "b.npy", "d.npy"))]
    for most, left in ((200, 5), (120, 3), (119, 2), (79, 1), (0, 0)):
        monkeypatch.setattr(points, "MOST_BYTES", most)
        store.tidy()
        assert [file.exists() for file in files] == [age < left for age in range(5)]
    store.tidy()
    assert store.folder.is_dir()


def test_only_points_of_old_versions_are_removed(tmp_path: Path) -> None:
    """Another checkout may use a version that is not ours: the newest stay. Folders that no version of the program made, and files,
    are somebody else's."""
    store = PointCache(tmp_path)
    store.tidy()  # nothing there yet
    store.folder.mkdir()
    own = _kept(store, "own.npy", 10, 5)
    versions = [tmp_path / f"{number:016x}" for number in range(KEPT_CACHES + 1)]
    others = [tmp_path / name for name in ("photos", "0" * 15, "0" * 17, "A" * 16, "g" * 16)]
    for age, folder in enumerate((*versions, *others)):
        folder.mkdir()
        (folder / "point.npy").write_bytes(b"x")
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    os.utime(store.folder, (1, 1))
    (tmp_path / ("1" * 16)).write_text("a file")
    store.tidy()
    assert own.exists()
    assert [folder.exists() for folder in versions] == [n < KEPT_CACHES - 1 for n in range(KEPT_CACHES + 1)]
    assert all((folder / "point.npy").exists() for folder in others)
    assert (tmp_path / ("1" * 16)).exists()


def test_points_of_all_versions_share_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, other = PointCache(tmp_path), PointCache(tmp_path)
    other.folder = tmp_path / ("0" * 16)
    for one in (store, other):
        one.folder.mkdir()
    files = [_kept(one, name, 40, age) for age, (one, name) in enumerate(((store, "a"), (other, "b"), (store, "c")))]
    monkeypatch.setattr(points, "MOST_BYTES", 80)
    store.tidy()
    assert [file.exists() for file in files] == [True, True, False]


def test_a_point_grows_and_never_shrinks(tmp_path: Path) -> None:
    """Two studies at once may know a point to different lengths."""
    store = PointCache(tmp_path)
    long, short = (run_paths(fake_engine.simulate, DEMO.inputs(), seed=7, paths=paths) for paths in (9, 4))
    for outcomes, known in ((short, 4), (long, 9), (short, 9)):
        store.put("point", outcomes)
        kept = store.get("point")
        assert kept is not None
        assert kept.paths == known
    (file,) = store.folder.iterdir()
    file.write_bytes(file.read_bytes()[:-8])  # what is not whole is replaced
    store.put("point", short)
    kept = store.get("point")
    assert kept is not None
    assert np.array_equal(kept.worlds, short.worlds, equal_nan=True)


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError])
def test_a_point_that_is_not_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[BaseException]
) -> None:
    def broken(*_: object) -> None:
        raise fault

    store = PointCache(tmp_path)
    outcomes = run_paths(fake_engine.simulate, DEMO.inputs(), seed=7, paths=2)
    monkeypatch.setattr(np, "save", broken)
    with pytest.raises(KeyboardInterrupt) if fault is KeyboardInterrupt else nullcontext():
        store.put("point", outcomes)
    assert list(store.folder.iterdir()) == []


def test_a_folder_among_the_points_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It neither counts nor keeps what is older from being removed."""
    store = PointCache(tmp_path)
    store.folder.mkdir()
    new, old = _kept(store, "new.npy", 40, 0), _kept(store, "old.npy", 40, 2)
    inner = store.folder / "notes"
    inner.mkdir()
    os.utime(inner, (999_999, 999_999))
    monkeypatch.setattr(points, "MOST_BYTES", 40)
    store.tidy()
    assert (new.exists(), inner.exists(), old.exists()) == (True, True, False)
