"""What numba would work out again and again while it compiles the engine, worked out once.

A first start compiles some thousand functions, most of which add, compare and multiply plain numbers. For every single operation
numba asks all that it knows about it, arrays included, which of them fits, and holds its own settings against each other, two
dozen at a time; before every pass it describes in words what the function is given, records with all their fields. That is a third
of the time, and the answers are the same each time.

Built, as `kejin_sim.linking`, on the structure of the numba that ``pyproject.toml`` names. The machine code is the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, cast

from numba.core import targetconfig, types
from numba.core.types import functions

_Settings: Any = targetconfig.TargetConfig
_stack: Any = targetconfig.ConfigStack
_Function: Any = functions.BaseFunction
_Record: Any = types.Record
_resolve: Final[Any] = _Function.get_call_type
_describe: Final[Any] = _Record.__repr__

#: By number of the type, which numba never gives twice.
_resolved: Final[dict[tuple[Any, ...], tuple[Any, Any]]] = {}
_described: Final[dict[int, str]] = {}


def _values(settings: Any) -> dict[str, Any]:
    """All settings, those at their defaults included."""
    given = settings._values
    return {name: given.get(name, option.default) for name, option in settings.options.items()}


def _equal(settings: Any, other: object) -> Any:
    """Equal settings; those that say the same words are, without a look at the defaults."""
    if settings is other:
        return True
    if not isinstance(other, _Settings):
        return NotImplemented
    same = type(settings) is type(other) and settings._values == cast(Any, other)._values
    return same or _values(settings) == _values(other)


def _hash(settings: Any) -> int:
    """numba's own is one of the names of the settings, and so the same for all."""
    return len(settings.options)


@cache
def _is_plain(kind: Any) -> bool:
    return isinstance(kind, types.Number | types.Boolean | types.Array | types.Record)


def _call_type(function: Any, context: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Signature of an operation; on numbers, arrays and records and under the same settings, that of last time."""
    if named or not all(map(_is_plain, arguments)):
        return _resolve(function, context, arguments, named)
    asked = function._code, context, tuple(argument._code for argument in arguments), _stack.top_or_none()
    if asked not in _resolved:
        signature = _resolve(function, context, arguments, named)
        _resolved[asked] = signature, function._impl_keys[signature.args]
    signature, way = _resolved[asked]
    function._impl_keys[signature.args] = way
    return signature


def _words(record: Any) -> str:
    """A record's type in words."""
    if record._code not in _described:
        _described[record._code] = _describe(record)
    return _described[record._code]


def remember() -> None:
    """From now on numba asks itself the same question once in a process."""
    _Settings.values = _values
    _Settings.__eq__ = _equal
    _Settings.__hash__ = _hash
    _Function.get_call_type = _call_type
    _Record.__repr__ = _words
