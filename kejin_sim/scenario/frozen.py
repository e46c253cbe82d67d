"""Mappings that nobody can change behind a scenario's back: what was checked is what is simulated, dumped and hashed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any


def read_only(mapping: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A copy that cannot be changed, mappings inside it neither."""
    return MappingProxyType({k: read_only(v) if isinstance(v, Mapping) else v for k, v in mapping.items()})


def freeze(made: object) -> None:
    """In ``__post_init__`` of a frozen dataclass: every field that is a mapping becomes read-only."""
    for name, value in vars(made).items():
        if isinstance(value, Mapping):
            object.__setattr__(made, name, read_only(value))


def rebuilt(made: Any) -> tuple[type[Any], tuple[Any, ...]]:
    """``__reduce__`` of a dataclass with read-only mappings, which Python neither pickles nor copies: its class, and its fields
    with plain dictionaries. What it has computed meanwhile is computed anew."""
    return type(made), tuple(_plain(getattr(made, each.name)) for each in fields(made))


def _plain(value: Any) -> Any:
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value
