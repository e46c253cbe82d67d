"""Arithmetic of worked cases as it is printed: amounts in the reader's language, and the same amounts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kejin_sim.cases import cases, written
from kejin_sim.cli.rules import _worked
from kejin_sim.lang import set_language


@pytest.fixture
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("auto")


def test_amounts_in_english(english: None) -> None:
    assert written("30万元 + 1.5亿元 × 2 − 500元") == "CNY 300,000 + CNY 150 m × 2 − CNY 500"
    assert written("12.857143万元 = 9万元 ÷ 70%") == "CNY 128,571.43 = CNY 90,000 ÷ 70%"
    assert written("1,000万元") == "CNY 10 m"
    assert written("0元") == "CNY 0"
    assert written("0.01元") == "CNY 0.01"
    assert written("x1 × 20%") == "x1 × 20%"


def test_chinese_stays_as_it_is_written() -> None:
    set_language("zh")
    assert written("30万元 + 1.5亿元 × 2") == "30万元 + 1.5亿元 × 2"
    set_language("auto")


def test_no_case_speaks_chinese_to_an_english_reader(english: None) -> None:
    listed = cases()
    assert len(listed) > 200
    for case in listed:
        spoken = [line for line in _worked(case) if any("\u4e00" <= character <= "\u9fff" for character in line)]
        assert not spoken, (case.id, spoken)


def test_the_contract_on_rules_names_every_module_of_rules() -> None:
    root = Path(__file__).parents[2]
    contracts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (rules,) = (contract for contract in contracts if contract["name"].startswith("Rules are scalar functions"))
    written = {
        f"kejin_sim.measures.{path.parent.name}.{path.stem}" for path in root.glob("kejin_sim/measures/*/*_rules.py")
    }
    assert written <= set(rules["source_modules"])
