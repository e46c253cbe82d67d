"""What numba is spared while it compiles changes no answer of it."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import numpy as np
import pytest
from numba import types
from numba.core import targetconfig
from numba.core.compiler import Flags
from numba.core.registry import cpu_target
from numba.np import numpy_support

from kejin_sim import remembering

RECORD: Any = numpy_support.from_dtype(np.dtype([("a", "f8"), ("b", "i8", (3,))]))
KINDS = (types.float64, types.int64, types.int32, types.boolean, types.float64[::1], types.Array(RECORD, 1, "C"))


def settings(**given: object) -> Any:
    made = Flags()
    for name, value in given.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize("operation", [operator.add, operator.truediv, operator.lt, operator.getitem, min, abs])
def test_an_operation_has_the_signature_that_numba_gives_it(operation: Any) -> None:
    context: Any = cpu_target.typing_context
    context.refresh()
    function = context.resolve_value_type(operation)
    found = 0
    with targetconfig.ConfigStack().enter(settings(nrt=True)):
        for kinds in itertools.product(KINDS, repeat=1 if operation is abs else 2):
            try:
                wanted = remembering._resolve(function, context, kinds, {})
            except Exception as error:  # what does not fit is refused in numba's words, again and again
                for _ in range(2):
                    with pytest.raises(type(error)):
                        function.get_call_type(context, kinds, {})
                continue
            way = function._impl_keys[wanted.args]
            for _ in range(2):
                function._impl_keys.clear()
                assert function.get_call_type(context, kinds, {}) == wanted
                assert function._impl_keys[wanted.args] == way
            found += 1
    assert found


def test_settings_are_equal_when_all_of_them_are() -> None:
    assert settings() == settings()
    assert settings(nrt=True) == settings(nrt=True)
    assert settings(nrt=False) == settings(), "spelt out or by default"
    assert settings(nrt=True) != settings()
    assert settings(error_model="numpy") != settings(error_model="python")
    assert hash(settings(nrt=False)) == hash(settings())
    assert settings() != 3
    assert settings(nrt=True).values() == {**settings().values(), "nrt": True}


def test_an_operation_is_asked_anew_under_other_settings() -> None:
    context: Any = cpu_target.typing_context
    context.refresh()
    function = context.resolve_value_type(operator.truediv)
    kinds = (types.float32, types.float64)
    before = len(remembering._resolved)
    for model in ("numpy", "python", "numpy"):
        with targetconfig.ConfigStack().enter(settings(error_model=model)):
            function.get_call_type(context, kinds, {})
    assert len(remembering._resolved) == before + 2


def test_records_are_described_as_numba_does() -> None:
    assert repr(RECORD) == remembering._describe(RECORD)
    other: Any = numpy_support.from_dtype(np.dtype([("a", "f4")]))
    assert repr(other) == remembering._describe(other) != repr(RECORD)
