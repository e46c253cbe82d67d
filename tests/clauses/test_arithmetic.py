"""Arithmetic as a person writes it."""

from __future__ import annotations

import pytest

from kejin_sim.arithmetic import ArithmeticFault, evaluate, for_reading, to_python
from kejin_sim.cases import cases


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20% × (500万元 − 200万元)", 600_000.0),
        ("0.20 * (5_000_000 - 2_000_000)", 600_000.0),
        ("1.5亿元 ÷ 4", 37_500_000.0),
        ("1.1亿元", 110_000_000.0),
        ("−5 // 2", -3.0),
        ("1.08 ** 2 − 1", 0.1664),
        ("min(3, 5) + max(1, 2)", 5.0),
        ("1 if 2 ≤ 3 else 0", 1.0),
        ("true", 1.0),
        ("sqrt(16) + ln(1) + exp(0) + log2(8)", 8.0),
        (True, 1.0),
        (7, 7.0),
        ("12.5%", 0.125),
    ],
)
def test_values(text: object, value: float) -> None:
    assert evaluate(text) == pytest.approx(value, rel=1e-15, abs=1e-15)


def test_names_are_given() -> None:
    assert evaluate("a × b", {"a": 2.0, "b": 3.0}) == 6.0
    with pytest.raises(ArithmeticFault, match="unknown name: c"):
        evaluate("c + 1", {"a": 2.0})


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "(1).real",
        "[1][0]",
        "open('x')",
        "a := 1",
        "lambda: 1",
        "'x'",
        "1 if",
        "{}",
        "f'{1}'",
        "1; 2",
        "1j",
    ],
)
def test_only_arithmetic_is_understood(text: str) -> None:
    with pytest.raises(ArithmeticFault):
        evaluate(text)


def test_what_is_printed_is_what_was_typed() -> None:
    assert for_reading("a * (b - c) / -2 >= 1e-5 ** 2 // d") == "a × (b − c) ÷ −2 ≥ 1e-5 ** 2 // d"
    texts = {text for case in cases() for step in case.steps for text in (*step.expect, *step.arguments.values())}
    assert any("*" in text for text in texts)
    assert {to_python(for_reading(text)) for text in texts} == {to_python(text) for text in texts}
