"""Values that nobody can change behind a scenario's back: what was checked is what is simulated, dumped and hashed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

import numpy as np


def read_only(mapping: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A copy that cannot be changed, nor can mappings, arrays and records inside it."""
    return MappingProxyType({k: _fixed(v) for k, v in mapping.items()})


def _fixed(value: Any) -> Any:
    """A mapping, an array or a record as a copy that cannot be changed; anything else as it is."""
    if isinstance(value, Mapping):
        return read_only(value)
    if isinstance(value, np.ndarray | np.void):
        kept = np.array(value).copy()  # of a record alone numpy makes a view
        kept.setflags(write=False)
        return kept[()] if isinstance(value, np.void) else kept
    return value


def freeze(made: object) -> None:
    """In ``__post_init__`` of a frozen dataclass: every field that is a mapping, an array or a record becomes read-only."""
    for name, value in vars(made).items():
        object.__setattr__(made, name, _fixed(value))


def rebuilt(made: Any) -> tuple[type[Any], tuple[Any, ...]]:
    """``__reduce__`` of a dataclass with read-only mappings, which Python neither pickles nor copies: its class, and its fields
    with plain dictionaries. What it has computed meanwhile is computed anew."""
    return type(made), tuple(_plain(getattr(made, each.name)) for each in fields(made))


def _plain(value: Any) -> Any:
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value
