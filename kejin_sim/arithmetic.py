"""Arithmetic as a person writes it: ``20% × (500万元 − 200万元)``.

Worked cases state their expected amounts in this form, so that the reasoning shows and can be checked with a pocket
calculator. Nothing but arithmetic is understood: no attribute, index, call of anything else, or assignment.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

_SIGNS: Final = str.maketrans({
    "×": "*", "÷": "/", "−": "-", "（": "(", "）": ")", "，": ",", "≤": "<=", "≥": ">=", "√": "sqrt",
})  # fmt: skip
_BOOK: Final = {"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥"}
_TYPED: Final = re.compile(r"(?<!\*)\*(?!\*)|(?<!/)/(?!/)|(?<!\de)-|[<>]=")  # not of a ** 2, a // b, 1e-5
_UNITS: Final = {"亿元": 8, "万元": 4, "元": 0, "%": -2}
_QUANTITY: Final = re.compile(r"(\d[\d_]*(?:\.\d+)?)\s*(亿元|万元|元|%)")
_WORDS: Final = {"true": "True", "false": "False"}

_BINARY: Final[dict[type[ast.AST], Callable[[float, float], float]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Pow: operator.pow,
}  # fmt: skip
_COMPARE: Final[dict[type[ast.AST], Callable[[float, float], bool]]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
}  # fmt: skip
FUNCTIONS: Final[dict[str, Callable[..., float]]] = {
    "min": min, "max": max, "sqrt": math.sqrt, "exp": math.exp, "ln": math.log, "log2": math.log2,
}  # fmt: skip


class ArithmeticFault(ValueError):
    """A text that is not arithmetic over known names."""


def _quantity(match: re.Match[str]) -> str:
    number = Decimal(match[1].replace("_", "")).scaleb(_UNITS[match[2]])
    return repr(float(number))


def to_python(text: str) -> str:
    """The text with ordinary signs: units multiplied out (``200万元`` → ``2000000.0``), ``×`` → ``*``."""
    plain = _QUANTITY.sub(_quantity, text.translate(_SIGNS))
    return re.sub(r"\b(true|false)\b", lambda match: _WORDS[match[1]], plain)


def for_reading(text: str) -> str:
    """The text with the signs of a book, however it is typed: ``a * (b - c)`` → ``a × (b − c)``. It still evaluates to the same."""
    return _TYPED.sub(lambda match: _BOOK[match[0]], text)


def evaluate(text: object, names: Mapping[str, float] | None = None) -> float:
    """The value of arithmetic.

    Parameters
    ----------
    text: numbers (``1_000``, ``200万元``, ``1.5亿元``, ``20%``), names, ``+ − × ÷ / // **``, brackets, comparisons,
        ``a if b else c`` and the functions min, max, sqrt, exp, ln, log2. A number or flag of a YAML file is itself.
    names: values of the names.

    Returns: a float; 1.0 and 0.0 for yes and no.
    Errors: `ArithmeticFault` naming what is not understood.
    """
    if isinstance(text, bool | int | float):
        return float(text)
    try:
        tree = ast.parse(to_python(str(text)).strip(), mode="eval")
    except SyntaxError as error:
        raise ArithmeticFault(f"not arithmetic: {text}") from error
    return float(_value(tree.body, names or {}))


def _value(node: ast.AST, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=bool() | int() | float() as number):
            return number
        case ast.Name(id=name):
            if name not in names:
                raise ArithmeticFault(f"unknown name: {name}")
            return names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, names)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            return _BINARY[type(sign)](_value(left, names), _value(right, names))
        case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _COMPARE:
            return _COMPARE[type(sign)](_value(left, names), _value(right, names))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _value(body if _value(test, names) else other, names)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(arg, names) for arg in args))
    raise ArithmeticFault(f"not arithmetic: {ast.unparse(node)}")
