"""Blocks on a dask cluster: the same bits as here, whatever happens to a worker.

A block depends on nothing but its inputs, so a block whose worker dies is simulated again elsewhere. Workers are asked for
their versions first: another version of the sources would give other figures without anybody noticing.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from kejin_sim.errors import InputError, MachineError, nearest
from kejin_sim.execution import Pace
from kejin_sim.jit import cache_root, source_digest
from kejin_sim.outcomes.outcomes import Portion, condense
from kejin_sim.outcomes.view import Context
from kejin_sim.scenario.inputs import Inputs

PATIENCE: Final = 10  # seconds to wait for a scheduler
QUEUE_PATIENCE: Final = 600  # seconds to wait for Slurm to start the first job
LIBRARIES: Final = ("numpy", "numba", "llvmlite", "scipy")
_SLURM_WHOLE: Final = ("jobs", "cores", "wait")
_SLURM: Final = ("jobs", "cores", "memory", "queue", "account", "walltime", "interface", "prologue", "wait")


def versions() -> dict[str, str]:
    """What has to be equal for the same bits: sources, libraries, Python's minor version, processor."""
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return found | {
        "kejin_sim": source_digest(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "processor": platform.machine(),
    }


@lru_cache(maxsize=8)
def _context(message: _Message) -> Context:
    return Context.of(message.inputs)


@dataclass(frozen=True, eq=False)
class _Message:
    """Inputs on their way; equal when their digests are."""

    inputs: Inputs
    versions: Mapping[str, str]  # of whoever asks

    def __hash__(self) -> int:
        return hash(self.inputs.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Message) and other.inputs.digest == self.inputs.digest


def _simulate(message: _Message, seed: int, first: int, count: int, worlds: int) -> Portion:
    """On a worker, whenever it has joined: simulate and condense a block, if its versions are those of whoever asks."""
    from kejin_sim.engine.run import simulate

    _compare(platform.node(), versions(), message.versions)
    return condense(simulate(message.inputs, seed, first, count, worlds), _context(message))


@dataclass(frozen=True)
class Cluster:
    """The workers of a dask scheduler, as a place where blocks run."""

    client: Any
    pace: Pace = field(default_factory=Pace, compare=False)

    @property
    def threads(self) -> int:
        """Blocks in flight: the workers' threads."""
        return max(1, sum(int(count) for count in self.client.nthreads().values()))

    def worker(self, inputs: Inputs, seed: int, worlds: int) -> Callable[[int, int], Portion]:
        """Send a block to a worker and wait for it."""
        message = _Message(inputs, versions())

        def work(first: int, count: int) -> Portion:
            name = hashlib.sha256(f"{inputs.digest} {seed} {worlds} {first} {count}".encode()).hexdigest()[:24]
            future = self.client.submit(
                _simulate, message, seed, first, count, worlds, key=f"kejin-{name}", pure=True, retries=3
            )
            portion: Portion = future.result()
            return portion

        return work


@contextmanager
def connect(address: str) -> Iterator[Cluster]:
    """Connect to a scheduler, or start one whose workers are jobs of Slurm, and make sure that its workers run the same versions.

    Parameters: ``address``: ``tcp://host:port``, or ``slurm:jobs=4,cores=8,memory=16GB,…`` (`slurm_options`).
    Errors: `InputError` when there is no scheduler or no worker, or the library is not installed; `MachineError` when a worker
    has another version.
    """
    if address.partition(":")[0] == "slurm":
        with _slurm(slurm_options(address)) as client:
            _check(client, "slurm")
            yield Cluster(client)
        return
    distributed = _library("distributed", "dask distributed", "cluster")
    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise InputError.of(
            f"连不上集群 {address}（{type(error).__name__}）。", f"no scheduler answers at {address} ({type(error).__name__}).",
            key="--cluster",
            hint_zh="先运行 dask scheduler，再把它显示的 tcp:// 地址写在这里；Slurm 写 slurm:jobs=4,cores=8,memory=16GB。",
            hint_en="start dask scheduler and write the tcp:// address that it shows; for Slurm slurm:jobs=4,cores=8,memory=16GB.",
        ) from None  # fmt: skip
    try:
        _check(client, address)
        yield Cluster(client)
    finally:
        client.close()


def _library(module: str, name: str, extra: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise InputError.of(
            f"集群功能需要 {name}，尚未安装。", f"a cluster needs {name}, which is not installed.", key="--cluster",
            hint_zh=f'pip install "kejin-sim[{extra}]"', hint_en=f'pip install "kejin-sim[{extra}]"',
        ) from None  # fmt: skip


def slurm_options(text: str) -> dict[str, Any]:
    """``slurm:jobs=4,cores=8,memory=16GB,queue=cpu,walltime=02:00:00`` → options by name; what is not said is taken from the
    user's own settings of dask-jobqueue. Errors: `InputError`."""
    found: dict[str, Any] = {"jobs": 1, "wait": QUEUE_PATIENCE}
    for part in text.partition(":")[2].split(","):
        name, sign, value = (piece.strip() for piece in part.partition("="))
        whole = name in _SLURM_WHOLE
        if not name and not sign:
            continue
        if name not in _SLURM or not sign or not value or (whole and not (value.isdecimal() and int(value) > 0)):
            raise _wrong_option(part.strip(), name, value)
        found[name] = int(value) if whole else value
    return found


def _wrong_option(part: str, name: str, value: str) -> InputError:
    zh, en = "没有这个选项", "is no option"
    if name in _SLURM:
        zh, en = ("不是正整数", "is no whole number above 0") if value else ("缺少值", "has no value")
    close = [] if name in _SLURM else nearest(name, _SLURM)
    example = "slurm:jobs=4,cores=8,memory=16GB,queue=cpu,walltime=02:00:00"
    return InputError.of(
        f"{part}：{zh}。", f"{part} {en}.", key="--cluster",
        hint_zh=(f"是否想写 {close[0]}？" if close else "") + f"可写：{'、'.join(_SLURM)}，例如 {example}。",
        hint_en=(f"did you mean {close[0]}? " if close else "") + f"options: {', '.join(_SLURM)}, for example {example}.",
    )  # fmt: skip


def _log_folder() -> str:
    """Where jobs write what they have to say: where the user's settings of dask-jobqueue want it, or among the files that may be
    deleted at any time; never the folder that the user happens to be in."""
    wanted = import_module("dask").config.get("jobqueue.slurm.log-directory", None)
    return str(wanted or cache_root() / "slurm")


def slurm_cluster(options: Mapping[str, Any]) -> Any:
    """The scheduler, and the jobs that it will hand in: one worker a job, with a thread for every core. Errors: `InputError`."""
    jobqueue = _library("dask_jobqueue", "dask-jobqueue", "slurm")
    said = {name: value for name, value in options.items() if name not in ("jobs", "wait", "prologue")}
    if "prologue" in options:
        said["job_script_prologue"] = [options["prologue"]]
    said["log_directory"] = _log_folder()
    try:
        return jobqueue.SLURMCluster(processes=1, scheduler_options={"dashboard": False}, **said)
    except (ValueError, TypeError, OSError) as error:
        raise InputError.of(
            f"Slurm 的设置不全（{error}）。", f"the settings for Slurm are not complete ({error}).", key="--cluster",
            hint_zh="至少写 cores 和 memory，例如 slurm:jobs=4,cores=8,memory=16GB。",
            hint_en="write cores and memory at least, for example slurm:jobs=4,cores=8,memory=16GB.",
        ) from None  # fmt: skip


def _ask_slurm(script: str) -> None:
    """Would Slurm take a job like this? Asked before it is handed in: the library only logs a refusal, and waits.

    Errors: `InputError` with Slurm's own words.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "job.sh"
        file.write_text(script, encoding="utf-8")
        try:
            asked = subprocess.run(["sbatch", "--test-only", str(file)], capture_output=True, text=True, check=False)
        except OSError:
            raise InputError.of(
                "这台机器上没有 sbatch。", "there is no sbatch on this machine.", key="--cluster",
                hint_zh="在集群的登录节点上执行。", hint_en="run this on a login node of the cluster.",
            ) from None  # fmt: skip
    if asked.returncode != 0:
        lines = [line.removeprefix("sbatch: error: ").strip() for line in asked.stderr.splitlines() if line.strip()]
        words = "; ".join(lines)
        raise InputError.of(
            f"Slurm 不接受这样的作业：{words}。", f"Slurm does not take such a job: {words}.", key="--cluster",
            hint_zh="用 sinfo 查看队列与节点，改 slurm: 后的选项。", hint_en="look at sinfo; change the options after slurm:.",
        )  # fmt: skip


@contextmanager
def _slurm(options: Mapping[str, Any]) -> Iterator[Any]:
    """A client of jobs handed in to Slurm; the jobs are cancelled at the end, whatever happens."""
    distributed = _library("distributed", "dask distributed", "slurm")
    cluster = slurm_cluster(options)
    try:
        _ask_slurm(cluster.job_script())
        with distributed.Client(cluster) as client:
            try:
                cluster.scale(jobs=options["jobs"])
                client.wait_for_workers(1, timeout=options["wait"])
            except Exception:
                logs = _log_folder()
                raise InputError.of(
                    f"等了 {options['wait']} 秒，没有一个 Slurm 作业连上来。",
                    f"no job of Slurm has reported in {options['wait']} seconds.", key="--cluster",
                    hint_zh=f"用 squeue 查看作业，作业的输出在 {logs}；排队久的写 wait=3600；多块网卡的写 interface=…。",
                    hint_en=f"look at squeue; the jobs' output is in {logs}; write wait=3600 where queues are long, and "
                    "interface=… where nodes have several networks.",
                ) from None  # fmt: skip
            yield client
    finally:
        cluster.close()


def _check(client: Any, address: str) -> None:
    found = client.run(versions)
    if not found:
        raise InputError.of(
            f"集群 {address} 没有工作进程。", f"the cluster {address} has no workers.", key="--cluster",
            hint_zh=f"运行 dask worker {address}。", hint_en=f"run dask worker {address}.",
        )  # fmt: skip
    for worker, theirs in found.items():
        _compare(worker, theirs, versions())


def _compare(worker: str, theirs: Mapping[str, str], mine: Mapping[str, str]) -> None:
    """Errors: `MachineError` when a worker's versions are not those of whoever asks."""
    apart = [name for name, value in mine.items() if theirs.get(name) != value]
    if apart:
        listed = "; ".join(f"{name}: {mine[name]} ≠ {theirs.get(name)}" for name in apart)
        raise MachineError(
            f"工作进程 {worker} 的版本与本机不同（{listed}），结果会不一致。",
            f"worker {worker} has other versions than this machine ({listed}): figures would differ.",
            "在各节点安装同一版本的 kejin-sim 及其依赖。", "Install the same kejin-sim and libraries on every node.",
        )  # fmt: skip
