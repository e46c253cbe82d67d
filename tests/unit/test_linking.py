"""Compiled functions as parts of what Python calls: one machine code, linked once, that computes what plain Python does."""

from __future__ import annotations

import ast
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core.caching import NullCache

import kejin_sim
from kejin_sim import jit, linking
from kejin_sim import random as rng
from kejin_sim.jit import compiled, inlined, internal, internal_inlined, vectorised
from kejin_sim.linking import KEPT, Entry, Part

pytestmark = pytest.mark.skipif(not jit.COMPILES, reason="nothing is compiled under NUMBA_DISABLE_JIT")


@inlined
def double(x: float) -> float:
    return 2.0 * x


@compiled
def root(x: float) -> float:
    return math.sqrt(double(x))


@internal_inlined
def deepest(x: float) -> float:
    return root(x) + double(x)


@internal
def deep(values: np.ndarray, at: int) -> float:
    if at >= values.shape[0]:
        raise IndexError("no such value")
    return deepest(values[at])


@compiled
def total(values: np.ndarray, count: int) -> float:
    found = 0.0
    for at in range(count):
        found += deep(values, at)
    return found


@internal
def scaled(x: float, by: int) -> float:
    return x * by


@compiled
def scaled_twice(x: float, by: int) -> float:
    return scaled(x, 2) + scaled(x, 3) + scaled(x, by=4) + scaled(x, by)


@internal
def laborious(x: float, unused: np.ndarray) -> float:
    """Too long to become a part of each of its callers."""
    found = x
    for turn in range(7):
        found += math.sin(found) * math.exp(-found * turn) + math.atan2(found, x + turn) / (
            1.0 + math.log1p(found * found)
        )
        found -= math.cos(found + turn) / (1.0 + math.sqrt(found * found + turn)) + math.tanh(x - found) * math.sinh(
            0.1 * turn
        )
    return found


@compiled
def laborious_thrice(x: float, unused: np.ndarray, seed: int) -> float:
    drawn, _, _, _ = rng.uniforms(seed, 2, 3, 4, 5)
    again, _, _, _ = rng.uniforms(seed, 2, 3, 5, 5)
    return laborious(x, unused) + laborious(2.0 * x, unused) + laborious(3.0 * x, unused) + drawn + again


@vectorised
def doubled(values: np.ndarray, out: np.ndarray) -> None:
    for at in range(values.shape[0]):
        out[at] = double(values[at])


def expected(values: np.ndarray) -> float:
    found = 0.0
    for x in values.tolist():
        found += math.sqrt(2.0 * x) + 2.0 * x
    return found


def library(function: object) -> object:
    (overload,) = function.overloads.values()  # type: ignore[attr-defined]
    return overload.library


def test_an_entry_computes_what_plain_python_does() -> None:
    values = np.linspace(0.0, 7.0, 23)
    assert total(values, 23) == expected(values)
    out = np.zeros(23)
    doubled(values, out)
    assert out.tolist() == (2.0 * values).tolist()


def test_a_rule_is_the_same_from_python_and_within_compiled_code() -> None:
    assert root(3.0) == math.sqrt(6.0)
    assert double(3.0) == 6.0
    assert total(np.array([3.0]), 1) == root(3.0) + double(3.0)


def test_an_error_of_a_part_reaches_the_caller() -> None:
    with pytest.raises(IndexError, match="no such value"):
        total(np.zeros(2), 3)


def test_only_what_python_calls_becomes_machine_code() -> None:
    total(np.zeros(1), 1)
    total.recompile()  # type: ignore[attr-defined]  # what an earlier session left on disk was loaded without its parts
    assert isinstance(library(deep), Part)
    assert library(deep).get_pointer_to_function("anything") == 0  # type: ignore[attr-defined]
    entry = library(total)
    assert isinstance(entry, Entry)
    names = {function.name for function in entry.get_defined_functions()}
    assert not any("deepest" in name or "double" in name for name in names), "inlined code is gone"


def test_parts_are_private_to_the_entry_but_for_the_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    """As they are linked: what the compiler makes of them, and whether it leaves out the generator by inlining it, is its own."""
    linked: dict[str, str] = {}
    link = linking._link

    def watched(target: Any, libraries: Any) -> None:
        link(target, libraries)
        linked.update(
            (function.name, function.linkage.name) for function in target.functions if not function.is_declaration
        )

    monkeypatch.setattr(linking, "_link", watched)
    monkeypatch.setattr(laborious_thrice, "_cache", NullCache())
    unused = np.zeros(1)
    plain = laborious.py_func  # type: ignore[attr-defined]
    drawn = rng.uniforms(1, 2, 3, 4, 5)[0] + rng.uniforms(1, 2, 3, 5, 5)[0]
    linked.clear()
    expected = sum(plain(by * 0.5, unused) for by in (1, 2, 3)) + drawn
    assert laborious_thrice(0.5, unused, 1) == pytest.approx(expected, rel=1e-12)
    (part,) = (name for name in linked if "laborious" in name and "laborious_thrice" not in name)
    assert linked[part] == "internal"
    assert {linked[name] for name in linked if KEPT in name} == {"linkonce_odr"}
    assert all("laborious_thrice" in name for name, linkage in linked.items() if linkage == "external")


COMPILED = {
    name for name in vars(jit) if name.startswith(("compiled", "inlined", "internal", "vectorised", "array_maker"))
}


def from_the_end(tree: ast.AST) -> list[int]:
    """Lines of compiled functions with a subscript that is, or contains at its top, a negative number."""
    found: list[int] = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        if not any(isinstance(by, ast.Name) and by.id in COMPILED for by in function.decorator_list):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Subscript):
                parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                if any(isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub) for part in parts):
                    found.append(node.lineno)
    return found


def test_no_compiled_function_counts_from_the_end() -> None:
    example = "@internal\ndef last(values, n):\n    return values[n, -1]\n"
    assert from_the_end(ast.parse(example)) == [3]
    assert {"internal", "compiled", "vectorised_inlined"} <= COMPILED
    package = Path(kejin_sim.__file__).parent
    found = {
        path.relative_to(package).as_posix(): lines
        for path in sorted(package.rglob("*.py"))
        if (lines := from_the_end(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


def test_constants_that_callers_write_out_make_no_further_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scaled_twice, "_cache", NullCache())  # code that an earlier run has left would ask for no part
    assert scaled_twice(1.5, 5) == 1.5 * (2 + 3 + 4 + 5)
    assert len(scaled.overloads) == 1  # type: ignore[attr-defined]
