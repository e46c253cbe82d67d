"""The numeric inputs: all that an engine ever sees of a scenario.

Each group of parameters is one numpy record; package and twin share ``time``, ``world``, ``behaviour`` and
``valuation`` and differ only in their measures and budgets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from kejin_sim.measures import MEASURES
from kejin_sim.parameters.registry import Value, numeric_groups
from kejin_sim.scenario.frozen import freeze, rebuilt
from kejin_sim.timeline import QUARTERS_PER_YEAR, Quarter

SHARED_GROUPS = ("time", "world", "behaviour", "valuation")
OWN_GROUPS = (*MEASURES, "budget")


@dataclass(frozen=True)
class Inputs:
    """Frozen numbers of package and twin.

    ``time``, ``world``, ``behaviour``, ``valuation``: one record each. ``package`` and ``twin``: a record per
    measure and one for ``budget``; ``twin`` is None when there is none. ``appropriation``: CNY, float64[package |
    twin, budget line, policy year]; the second repeats the first when there is no twin. ``extra_arrivals``:
    enterprises, int64[quarter, burn-in included]. ``start``: (year, quarter) when the books open. ``digest``:
    SHA-256 over all of it.
    """

    time: np.void
    world: np.void
    behaviour: np.void
    valuation: np.void
    package: Mapping[str, np.void]
    twin: Mapping[str, np.void] | None
    appropriation: npt.NDArray[np.float64]
    extra_arrivals: npt.NDArray[np.int64]
    start: tuple[int, int]
    digest: str

    def __post_init__(self) -> None:
        freeze(self)

    def __reduce__(self) -> tuple[type[Any], tuple[Any, ...]]:
        return rebuilt(self)

    @property
    def policy_years(self) -> int:
        """Fiscal years in which the policy runs."""
        return int(self.time["policy_years"])

    @property
    def burn_in_quarters(self) -> int:
        """Quarters before the books open."""
        return int(self.time["burn_in_years"]) * QUARTERS_PER_YEAR

    @property
    def horizon_quarters(self) -> int:
        """Quarters from the opening of the books to the horizon."""
        return int(self.time["horizon_years"]) * QUARTERS_PER_YEAR

    @property
    def first_quarter(self) -> Quarter:
        """The quarter in which the books open."""
        return Quarter(*self.start)


@cache
def record_dtype(group: str) -> np.dtype[Any]:
    """Layout of a group's record: fields in registry order, int64 for integer kinds, else float64."""
    fields: list[Any] = []
    for parameter in numeric_groups()[group]:
        base = "i8" if parameter.is_integer else "f8"
        fields.append(
            (parameter.field, base) if parameter.length is None else (parameter.field, base, (parameter.length,))
        )
    return np.dtype(fields, align=True)


@cache
def _keys(group: str) -> tuple[str, ...]:
    return tuple(parameter.key for parameter in numeric_groups()[group])


def record(group: str, values: Mapping[str, Value]) -> np.void:
    """The values of one group as a record; a measure that is switched off has its quotas at 0."""
    numbers = tuple(values[key] for key in _keys(group))
    array = np.array(numbers, dtype=record_dtype(group))
    if group in MEASURES and not array["enabled"]:
        for quota in import_module(f"kejin_sim.measures.{group}.switch").QUOTAS:
            array[quota] = 0
    return cast(np.void, array[()])


@cache
def _layout(dtype: np.dtype[Any]) -> str:
    return str(dtype.newbyteorder("<").descr)


def digest_of(records: Mapping[str, np.void], arrays: Mapping[str, npt.NDArray[Any]], start: tuple[int, int]) -> str:
    """SHA-256 over names, layouts and numbers: the same on every machine, and different when any number is."""
    digest = hashlib.sha256(f"{start[0]}Q{start[1]}".encode())
    for name in sorted(records):
        value = np.asarray(records[name])
        digest.update(f"{name}:{_layout(value.dtype)}:".encode())
        digest.update(value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes())
    for name, array in sorted(arrays.items()):
        digest.update(f"{name}{array.shape}:".encode() + array.astype(array.dtype.newbyteorder("<")).tobytes())
    return digest.hexdigest()
