"""The house rule on docstrings, for the rules of the measures and for the world: every argument named, a source each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kejin_sim.parameters import by_key

PACKAGE = Path(__file__).parents[2] / "kejin_sim"
MODULES = sorted(
    path.relative_to(PACKAGE).as_posix()
    for pattern in (
        "measures/*/*_rules.py",
        "measures/equity/waterfall.py",
        "measures/equity/tolerance.py",
        "world/*.py",
    )
    for path in PACKAGE.glob(pattern)
)

NAME = re.compile(r"``(\w+)``")
KEY = re.compile(r"``((?:behaviour|measures|world)\.[\w.]+\*?)``")
REFERENCE = re.compile(r"as\s+for\s+:func:`(\w+)`")


def functions(source: str) -> dict[str, ast.FunctionDef]:
    """Public functions of a module by name."""
    return {
        node.name: node
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }


def arguments(function: ast.FunctionDef) -> list[str]:
    spec = function.args
    listed = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    return [item.arg for item in [*listed, *filter(None, (spec.vararg, spec.kwarg))]]


def complaints(source: str) -> Iterator[str]:
    """What the docstrings of a module's public functions lack.

    One that says "as for :func:`other`" may leave to that function of the same module what is the same there.
    """
    found = functions(source)
    for name, function in found.items():
        text = ast.get_docstring(function)
        if not text:
            yield f"{name}: no docstring"
            continue
        names, has_source = set(NAME.findall(text)), "Source:" in text
        for other in REFERENCE.findall(text):
            told = ast.get_docstring(found[other]) if other in found and other != name else None
            if told is None:
                yield f"{name}: refers to {other}, which says nothing"
                continue
            names |= set(NAME.findall(told))
            has_source |= "Source:" in told
        for argument in arguments(function):
            if argument not in names:
                yield f"{name}: argument {argument} is not named"
        if not has_source:
            yield f"{name}: no source"


def test_the_walk_finds_the_rules() -> None:
    assert "measures/equity/chain_rules.py" in MODULES
    assert "world/failure.py" in MODULES
    assert sum(len(functions((PACKAGE / module).read_text(encoding="utf-8"))) for module in MODULES) > 300


@pytest.mark.parametrize("module", MODULES)
def test_docstrings_name_every_argument_and_a_source(module: str) -> None:
    lacking = list(complaints((PACKAGE / module).read_text(encoding="utf-8")))
    assert not lacking, f"{module}\n" + "\n".join(lacking)


@pytest.mark.parametrize("module", MODULES)
def test_registry_keys_in_docstrings_exist(module: str) -> None:
    keys = by_key()
    for name, function in functions((PACKAGE / module).read_text(encoding="utf-8")).items():
        for key in KEY.findall(ast.get_docstring(function) or ""):
            known = any(each.startswith(key[:-1]) for each in keys) if key.endswith("*") else key in keys
            assert known, f"{module} {name}: no parameter {key}"


MADE_UP = '''
def complete(cash: float, *, rate: float) -> float:
    """Interest: rate · cash (CNY).

    Parameters: ``cash`` CNY; ``rate`` a year (``world.macro.rate``).
    Source: definition.
    """

def referring(cash: float, rate: float, years: float) -> float:
    """Interest of years.

    Parameters: ``years``; others and source as for
    :func:`complete`.
    """

def _private(x): ...

def silent(x): ...

def forgetful(cash, rate, *rest):
    """Names `cash` in single quotes, its key (``world.cash.rate``) and ``cash·rate``, but no argument."""

def dangling(cash):
    """Parameters and source as for :func:`nobody`."""

def circular(cash):
    """Parameters and source as for :func:`circular`."""

def too_much(cash, tax):
    """Parameters and source as for :func:`complete`."""
'''


def test_the_check_can_fail() -> None:
    assert list(complaints(MADE_UP)) == [
        "silent: no docstring",
        "forgetful: argument cash is not named",
        "forgetful: argument rate is not named",
        "forgetful: argument rest is not named",
        "forgetful: no source",
        "dangling: refers to nobody, which says nothing",
        "dangling: argument cash is not named",
        "dangling: no source",
        "circular: refers to circular, which says nothing",
        "circular: argument cash is not named",
        "circular: no source",
        "too_much: argument tax is not named",
    ]
