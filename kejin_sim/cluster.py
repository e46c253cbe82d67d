"""Blocks on a dask cluster: the same bits as here, whatever happens to a worker.

A block depends on nothing but its inputs, so a block whose worker dies is simulated again elsewhere. Workers are asked for
their versions first: another version of the sources would give other figures without anybody noticing.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

from kejin_sim.errors import InputError, MachineError
from kejin_sim.jit import source_digest
from kejin_sim.outcomes.outcomes import Portion, condense
from kejin_sim.outcomes.view import Context
from kejin_sim.scenario.inputs import Inputs

PATIENCE: Final = 10  # seconds to wait for a scheduler
LIBRARIES: Final = ("numpy", "numba", "scipy")


def versions() -> dict[str, str]:
    """What has to be equal for the same bits: sources, libraries, Python's minor version, processor."""
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return found | {
        "kejin_sim": source_digest(),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "processor": platform.machine(),
    }


def _plain(inputs: Inputs) -> dict[str, Any]:
    """Inputs as a dictionary that can be sent."""
    content = {field.name: getattr(inputs, field.name) for field in fields(inputs)}
    return content | {
        "package": dict(inputs.package),
        "twin": None if inputs.twin is None else dict(inputs.twin),
    }


@lru_cache(maxsize=8)
def _received(digest: str, message: _Message) -> tuple[Inputs, Context]:
    content = dict(message.content)
    content["package"] = MappingProxyType(content["package"])
    content["twin"] = None if content["twin"] is None else MappingProxyType(content["twin"])
    inputs = Inputs(**content)
    return inputs, Context.of(inputs)


@dataclass(frozen=True, eq=False)
class _Message:
    """Inputs on their way; equal when their digests are."""

    content: Mapping[str, Any]

    def __hash__(self) -> int:
        return hash(self.content["digest"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Message) and other.content["digest"] == self.content["digest"]


def _simulate(message: _Message, seed: int, first: int, count: int, worlds: int) -> Portion:
    """On a worker: simulate and condense a block."""
    from kejin_sim.engine.run import simulate

    inputs, context = _received(message.content["digest"], message)
    return condense(simulate(inputs, seed, first, count, worlds), context)


@dataclass(frozen=True)
class Cluster:
    """The workers of a dask scheduler, as a place where blocks run."""

    client: Any

    @property
    def threads(self) -> int:
        """Blocks in flight: the workers' threads."""
        return max(1, sum(int(count) for count in self.client.nthreads().values()))

    def worker(self, inputs: Inputs, seed: int, worlds: int) -> Callable[[int, int], Portion]:
        """Send a block to a worker and wait for it."""
        message = _Message(_plain(inputs))

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
    """Connect to a scheduler and make sure that its workers run the same versions.

    Errors: `InputError` when there is no scheduler or no worker, or the library is not installed; `MachineError` when a worker
    has another version.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise InputError.of(
            "集群功能需要 dask distributed，尚未安装。", "a cluster needs dask distributed, which is not installed.",
            key="--cluster", hint_zh='pip install "kejin-sim[cluster]"', hint_en='pip install "kejin-sim[cluster]"',
        ) from None  # fmt: skip
    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise InputError.of(
            f"连不上集群 {address}（{type(error).__name__}）。", f"no scheduler answers at {address} ({type(error).__name__}).",
            key="--cluster", hint_zh="先运行 dask scheduler，再把它显示的 tcp:// 地址写在这里。",
            hint_en="start dask scheduler and write the tcp:// address that it shows.",
        ) from None  # fmt: skip
    try:
        _check(client, address)
        yield Cluster(client)
    finally:
        client.close()


def _check(client: Any, address: str) -> None:
    found = client.run(versions)
    if not found:
        raise InputError.of(
            f"集群 {address} 没有工作进程。", f"the cluster {address} has no workers.", key="--cluster",
            hint_zh=f"运行 dask worker {address}。", hint_en=f"run dask worker {address}.",
        )  # fmt: skip
    mine = versions()
    for worker, theirs in found.items():
        apart = [name for name, value in mine.items() if theirs.get(name) != value]
        if apart:
            listed = "; ".join(f"{name}: {mine[name]} ≠ {theirs.get(name)}" for name in apart)
            raise MachineError(
                f"工作进程 {worker} 的版本与本机不同（{listed}），结果会不一致。",
                f"worker {worker} has other versions than this machine ({listed}): figures would differ.",
                "在各节点安装同一版本的 kejin-sim 及其依赖。", "Install the same kejin-sim and libraries on every node.",
            )  # fmt: skip
