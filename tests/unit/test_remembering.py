"""What numba is spared while it compiles changes no answer of it."""

from __future__ import annotations

import itertools
import operator
from typing import Any

import numpy as np
import pytest
from llvmlite import ir as llvm
from numba import types
from numba.core import targetconfig
from numba.core.compiler import Flags, run_frontend
from numba.core.registry import cpu_target
from numba.np import numpy_support

from kejin_sim import remembering
from kejin_sim.engine import kernel, quiet
from kejin_sim.measures.equity import waterfall

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


def test_equal_settings_stand_for_one_another() -> None:
    first, same, other = settings(nrt=True), settings(nrt=True), settings(nrt=True, error_model="numpy")
    assert remembering._standing(first) is remembering._standing(same) is remembering._standing(first)
    assert remembering._standing(other) is not remembering._standing(first)


def _slowly(instruction: Any, value: Any) -> list[Any]:
    """Variables of an instruction by numba's own recursion, from the first step to the last."""
    remembered = type(instruction)._rec_list_vars
    base = next(kind for kind in type(instruction).__mro__ if "_rec_list_vars" in vars(kind))
    base._rec_list_vars = remembering._list
    try:
        return list(remembering._list(instruction, value))
    finally:
        base._rec_list_vars = remembered


@pytest.mark.parametrize("function", [waterfall.waterfall, quiet.step_columns, kernel.run_path])
def test_an_instruction_has_the_variables_that_numba_lists(function: Any) -> None:
    looked_at = 0
    for block in run_frontend(function.py_func).blocks.values():
        for instruction in block.body:
            wanted = [variable.name for variable in _slowly(instruction, vars(instruction))]
            assert [variable.name for variable in instruction.list_vars()] == wanted
            looked_at += len(wanted)
    assert looked_at > 50


@pytest.mark.parametrize(
    "kind",
    [
        llvm.IntType(1),
        llvm.DoubleType(),
        llvm.ArrayType(llvm.IntType(8), 752),
        llvm.LiteralStructType((llvm.IntType(8), llvm.DoubleType())),
    ],
)
def test_a_type_is_as_large_as_llvm_says(kind: Any) -> None:
    context: Any = cpu_target.target_context
    for _ in range(2):
        assert context.get_abi_sizeof(kind) == remembering._measure(context, kind)


def test_a_name_may_stand_for_types_of_several_sizes() -> None:
    context: Any = cpu_target.target_context
    for size in (1, 2):
        named = llvm.global_context.get_identified_type(f"kejin.size.{size}")
        named.set_body(*[llvm.IntType(64)] * size)
        assert context.get_abi_sizeof(named) == 8 * size


def test_an_array_has_one_class_that_offers_what_numbas_does() -> None:
    context: Any = cpu_target.target_context
    for kind in (types.float64[::1], types.Array(RECORD, 2, "C"), RECORD.typeof("b")):
        made = context.make_array(kind)
        assert made is context.make_array(kind)
        wanted = remembering._make_array(kind)
        assert made.__mro__[1:] == wanted.__mro__[1:]
        assert set(vars(wanted)) - set(vars(made)) == {"_make_refs"}
