"""What numba would work out again and again while it compiles the engine, worked out once.

A first start compiles some thousand functions, most of which add, compare and multiply plain numbers. For every single operation
numba asks all that it knows about it, arrays included, which of them fits, and holds its own settings against each other, two
dozen at a time; before every pass it describes in words what the function is given, records with all their fields. For every use
of an array it makes a class, looks in vain for a conversion to an array, and has LLVM read a module of its own to learn how large
an element is. Each call of LLVM is told to as many clocks as functions are being compiled at the moment. That is well over a
third of the time, and the answers are the same each time.

Built, as `kejin_sim.linking`, on the structure of the numba that ``pyproject.toml`` names. The machine code is the same.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, cast

from llvmlite.binding import ffi
from numba.core import base, ir, targetconfig, types
from numba.core.types import functions
from numba.np import arrayobj

_Settings: Any = targetconfig.TargetConfig
_stack: Any = targetconfig.ConfigStack
_Function: Any = functions.BaseFunction
_Record: Any = types.Record
_Context: Any = base.BaseContext
_Instruction: Any = ir.Inst
_Variable: Final[Any] = ir.Var
_resolve: Final[Any] = _Function.get_call_type
_describe: Final[Any] = _Record.__repr__
_measure: Final[Any] = _Context.get_abi_sizeof
_list: Final[Any] = _Instruction._rec_list_vars
_make_array: Final[Any] = arrayobj.make_array

#: By number of the type, which numba never gives twice.
_resolved: Final[dict[tuple[Any, ...], tuple[Any, Any]]] = {}
_described: Final[dict[int, str]] = {}
_settings: Final[dict[Any, Any]] = {}
_measured: Final[dict[tuple[int, str], int]] = {}
_without_variables: Final[set[type]] = set()


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
    asked = (
        function._code,
        context,
        tuple(argument._code for argument in arguments),
        id(_standing(_stack.top_or_none())),
    )
    if asked not in _resolved:
        signature = _resolve(function, context, arguments, named)
        _resolved[asked] = signature, function._impl_keys[signature.args]
    signature, way = _resolved[asked]
    function._impl_keys[signature.args] = way
    return signature


class _Last:
    """The settings that were asked for last, and those that stand for them."""

    given: Any = None
    standing: Any = None


def _standing(given: Any) -> Any:
    """Of all settings that are equal, the first that was seen: a function is compiled under one object of them."""
    if given is not _Last.given:
        _Last.given, _Last.standing = given, _settings.setdefault(given, given)
    return _Last.standing


def _variables(instruction: Any, value: Any) -> list[Any]:
    """Variables in a part of an instruction, in numba's order; kinds of values that hold none are learnt."""
    if isinstance(value, _Variable):
        return [value]
    if isinstance(value, _Instruction):
        return cast(list[Any], value.list_vars())
    if not isinstance(value, dict | list | tuple):
        _without_variables.add(type(value))
        return []
    found = []
    for part in value.values() if isinstance(value, dict) else value:
        kind = type(part)
        if kind is _Variable:
            found.append(part)
        elif kind not in _without_variables:
            found += _variables(instruction, part)
    return found


def _size(context: Any, kind: Any) -> int:
    """Bytes of a type of LLVM's."""
    words = str(kind)
    if "%" in words:  # a name, which may stand for something else elsewhere
        return cast(int, _measure(context, kind))
    asked = id(context.target_data), words  # contexts come and go with the functions that are compiled, this stays
    if asked not in _measured:
        _measured[asked] = _measure(context, kind)
    return _measured[asked]


@cache
def _array(kind: Any) -> Any:
    """The class that stands for an array while code is made; a plain array need not be made into one first."""
    made = _make_array(kind)
    if isinstance(kind, types.Array):
        del made._make_refs
    return made


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
    _Instruction._rec_list_vars = _variables
    _Context.get_abi_sizeof = _size
    cast(Any, arrayobj).make_array = _array
    cast(Any, base)._has_loc = cache(cast(Any, base)._has_loc)
    cast(Any, ffi).lib._lock._cblist.clear()
