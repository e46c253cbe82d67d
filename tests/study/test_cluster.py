"""A cluster on this machine: the same bits as threads, also when a worker is killed; other versions are refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import kejin_sim
from kejin_sim import cluster, execution, load_scenario
from kejin_sim.errors import InputError, MachineError
from tests.study.conftest import Kejin

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore"),  # the library's own
    pytest.mark.skipif(sys.platform == "win32", reason="signals"),
]

DEMO = load_scenario("demo")


def _start(kind: str, *words: str, place: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "PYTHONPATH": str(Path(kejin_sim.__file__).parents[1]), "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "10s",
    }  # fmt: skip
    program = [sys.executable, "-m", "distributed.cli.dask_" + kind, *words]
    return subprocess.Popen(program, cwd=place, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Workers:
    """A scheduler and two workers, as the README starts them."""

    def __init__(self, place: Path) -> None:
        file = place / "scheduler.json"
        words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        self.processes = [_start("scheduler", *words, place=place)]
        until = time.monotonic() + 60
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.1)
        import json

        self.address = str(json.loads(file.read_text())["address"])
        for _ in range(2):
            words = (self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
            self.processes.append(_start("worker", *words, place=place))

    def stop(self) -> None:
        """End all of them."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    started = Workers(tmp_path_factory.mktemp("dask"))
    _wait(started.address, 2)  # whichever test comes first
    yield started
    started.stop()


def _wait(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=60) as client:
        client.wait_for_workers(count, timeout=60)


def test_the_command_gives_the_same_files(workers: Workers, kejin: Kejin, here: Path) -> None:
    words = ("compare", "demo", "demo", "--paths", "12", "--no-cache")
    assert kejin(*words, "--out", "threads").code == 0
    said = kejin(*words, "--out", "cluster", "--cluster", workers.address)
    assert said.code == 0, said.err
    one, other = (pq.read_table(here / name / "differences.parquet") for name in ("threads", "cluster"))
    assert one.equals(other)


def test_a_worker_killed_in_the_middle_changes_nothing(workers: Workers) -> None:
    _wait(workers.address, 2)
    here = execution.run_at(execution.Here(execution.engine("compiled"), 1), DEMO.inputs(), seed=3, paths=60)
    killed = []

    def kill(done: int, total: int) -> None:
        if done > 20 and not killed:
            killed.append(workers.processes[1].pid)
            os.kill(workers.processes[1].pid, signal.SIGKILL)

    with cluster.connect(workers.address) as there:
        away = execution.run_at(there, DEMO.inputs(), seed=3, paths=60, block=2, progress=kill)
    assert killed
    assert np.array_equal(here.worlds, away.worlds, equal_nan=True)
    assert np.array_equal(here.pairs, away.pairs, equal_nan=True)


def test_other_versions_are_refused(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = cluster.versions() | {"numpy": "0.1"}
    original = cluster.versions
    with cluster.connect(workers.address) as there:
        monkeypatch.setattr(cluster, "versions", lambda: mine)

        class Client:
            """The cluster's client, asking the workers for what they really have."""

            def run(self, _: object) -> dict[str, dict[str, str]]:
                found: dict[str, dict[str, str]] = there.client.run(original)
                return found

        with pytest.raises(MachineError, match=r"numpy: 0\.1"):
            cluster._check(Client(), workers.address)


def test_a_worker_that_joins_later_is_asked_too(workers: Workers) -> None:
    """Each block carries the versions of whoever asks: a worker is not only looked at when the cluster is connected."""
    inputs = load_scenario("demo").inputs()
    theirs = cluster.versions() | {"kejin_sim": "another"}
    with cluster.connect(workers.address) as there:
        future = there.client.submit(cluster._simulate, cluster._Message(inputs, theirs), 1, 0, 1, 2, pure=False)
        with pytest.raises(MachineError, match="kejin_sim: another"):
            future.result()


def test_no_scheduler_is_said(kejin: Kejin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    said = kejin("compare", "demo", "demo", "--paths", "2", "--cluster", "tcp://127.0.0.1:9")
    assert said.code == 2
    assert "dask scheduler" in said.err
    with pytest.raises(InputError), cluster.connect("nonsense"):
        pass
