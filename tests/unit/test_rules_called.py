"""A rule's function is what the engines play, not a formula beside them: the program itself must call each."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import kejin_sim

ROOT: Final = Path(kejin_sim.__file__).parent
RULES: Final = [
    *sorted((ROOT / "measures").glob("*/*_rules.py")),
    ROOT / "measures" / "equity" / "waterfall.py",
    ROOT / "measures" / "equity" / "tolerance.py",
    *sorted((ROOT / "world").glob("*.py")),
]
#: Closed forms that what the engines play is held against, and the tests where it is.
HELD_AGAINST: Final = {
    "kejin_sim.measures.commercialisation.securitisation_rules.tranche_losses": "oracle/test_commercialisation.py",
}


def module_of(path: Path) -> str:
    """Dotted name of a source file."""
    return ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)


def defined(tree: ast.Module) -> list[str]:
    """Public functions of a module."""
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def called(tree: ast.Module, module: str) -> set[str]:
    """Full names of what a module calls or hands on, outside the function of that name itself."""
    known = {name: f"{module}.{name}" for name in defined(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            known |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
    found: set[str] = set()
    for top in tree.body:
        own = f"{module}.{top.name}" if isinstance(top, ast.FunctionDef) else ""
        for node in ast.walk(top):
            name = ""
            if isinstance(node, ast.Name):
                name = known.get(node.id, "")
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
                name = f"{known[node.value.id]}.{node.attr}"
            if name and name != own:
                found.add(name)
    return found


def test_what_counts_as_called() -> None:
    tree = ast.parse(
        "from a import imported, rules as r\ndef alone(other):\n    return alone(other.field)\n"
        "def one():\n    return two(r.three)\ndef two():\n    return one\n"
    )
    assert called(tree, "m") >= {"a.rules.three", "m.one", "m.two"}
    assert not called(tree, "m") & {"a.imported", "m.alone"}, "an import is no call, nor a function that calls itself"


def test_every_rule_function_is_called() -> None:
    everything: set[str] = set()
    for path in ROOT.rglob("*.py"):
        everything |= called(ast.parse(path.read_text(encoding="utf-8")), module_of(path))
    rules = [
        f"{module_of(path)}.{name}" for path in RULES for name in defined(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert len(rules) > 300
    assert sorted(name for name in rules if name not in everything) == sorted(HELD_AGAINST)
    for name, test in HELD_AGAINST.items():
        assert name.rsplit(".", 1)[1] in (Path(__file__).parents[1] / test).read_text(encoding="utf-8")
