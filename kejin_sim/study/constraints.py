"""Linear constraints between keys as a person writes them: ``budget.a.amount + 2 * budget.b.amount <= 6亿元``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from kejin_sim.parameters import Parameter
from kejin_sim.scenario.scenario import Scenario, parameter_of, written_key
from kejin_sim.units import UnitError, parse_number

Sign = Literal["<=", ">=", "="]
CLOSE: Final = 1e-9  # relative; shares such as 0.1 + 0.2 + 0.7 are one
_TERM = re.compile(r"\s*([+-]?)\s*(?:([0-9.]+)\s*\*\s*)?([a-z_][\w.]*(?:\[\d+\])?)\s*")
_EXAMPLE: Final = "budget.angel_fund.amount + budget.industry_funds.amount <= 6亿元"


@dataclass(frozen=True)
class Constraint:
    """``Σ coefficient · key  sign  limit``, in the engine's units."""

    text: str
    terms: tuple[tuple[float, str], ...]
    sign: Sign
    limit: float

    def left(self, values: Mapping[str, float]) -> float:
        """The left side at a point."""
        return sum(factor * values[name] for factor, name in self.terms)

    def holds(self, values: Mapping[str, float]) -> bool:
        """Whether a point satisfies it, up to rounding."""
        gap = self.left(values) - self.limit
        slack = CLOSE * max(1.0, abs(self.limit), *(abs(f * values[n]) for f, n in self.terms))
        return {"<=": gap <= slack, ">=": gap >= -slack, "=": abs(gap) <= slack}[self.sign]

    def solve(self, name: str, values: Mapping[str, float]) -> float:
        """The value of ``name`` at which both sides are equal, the others given."""
        factor = next(f for f, n in self.terms if n == name)
        return (self.limit - sum(f * values[n] for f, n in self.terms if n != name)) / factor


def canonical(name: str) -> str:
    """The one name of a parameter or of an item of a list, however it is written. Errors: `UnitError`."""
    parameter, index = parameter_of(name)
    return written_key(parameter.key) + ("" if index is None else f"[{index + 1}]")


def idle_amount(scenario: Scenario, name: str) -> UnitError | None:
    """Why a key changes nothing: a yearly appropriation beside amounts written for every year of the policy; None when it does."""
    _, _, line = name.removesuffix(".amount").rpartition(".")
    special = scenario.by_year.get(line, {})
    if name != f"budget.{line}.amount" or not special or set(scenario.facts.policy_years) - set(special):
        return None
    return UnitError(
        f"方案给 {line} 逐年写了 by_year，改 {name} 不起作用。",
        f"the scenario writes by_year for every year of {line}: changing {name} does nothing.",
        f"另写一个方案，其中 budget.{line} 只写 amount，不写 by_year。",
        f"write a scenario in which budget.{line} has an amount and no by_year.",
    )


def unbounded(parameter: Parameter, text: object) -> float:
    """A value in the unit of a parameter, its bounds ignored (a sum may exceed them). Errors: `UnitError`."""
    return float(replace(parameter, low=None, high=None).parse(text))


def parse_constraint(text: str) -> Constraint:
    """Read a constraint. Errors: `UnitError`."""
    match = re.fullmatch(r"(.+?)(<=|≤|>=|≥|==|=)(.+)", text)
    if match is None:
        raise UnitError(
            f"{text} 里没有 <=、>= 或 =。", f"{text} has no <=, >= or =.", f"例如 {_EXAMPLE}。", f"for example {_EXAMPLE}."
        )  # fmt: skip
    left, sign, right = match[1], {"≤": "<=", "≥": ">=", "==": "="}.get(match[2], match[2]), match[3].strip()
    terms: list[tuple[float, str]] = []
    position = 0
    while position < len(left):
        term = _TERM.match(left, position)
        if term is None or (terms and not term[1]):
            raise UnitError(
                f"{left[position:].strip()} 不是“键”或“数 * 键”之和。", f"{left[position:].strip()} is no sum of keys.",
                f"例如 {_EXAMPLE}。", f"for example {_EXAMPLE}.",
            )  # fmt: skip
        parameter, index = parameter_of(term[3])
        if parameter.kind in ("choice", "flag") or (parameter.length is not None and index is None):
            raise UnitError(
                f"{term[3]} 不是一个数。", f"{term[3]} is not one number.", "约束只写数值键；列表写出第几项，如 key[1]。",
                "name numeric keys only; of a list, an item such as key[1].",
            )  # fmt: skip
        factor = parse_number(term[2]) if term[2] else 1.0
        terms.append((-factor if term[1] == "-" else factor, canonical(term[3])))
        position = term.end()
    kinds = {parameter_of(name)[0].kind for _, name in terms}
    if len(kinds) > 1:
        raise UnitError(
            f"{left.strip()} 里的键单位不同，不能相加。", f"the keys in {left.strip()} have different units.",
            "一个约束里只写同一种单位的键。", "let a constraint name keys of one unit.",
        )  # fmt: skip
    limit = unbounded(parameter_of(terms[0][1])[0], right)
    return Constraint(text, tuple(terms), sign, limit)  # type: ignore[arg-type]
