"""What a rule's page says beyond its text: worked out from the registry and the checks, never typed."""

from __future__ import annotations

from collections.abc import Callable

from kejin_sim.lang import t
from kejin_sim.measures.equity.checks import VALID_CELLS
from kejin_sim.parameters import Parameter, by_key
from kejin_sim.units import exact_rate

_FUND = "measures.equity.angel_subfunds"
_TOLERANCE = "measures.equity.loss_tolerance"


def _rate(key: str) -> float:
    value = by_key()[key].value
    assert not isinstance(value, tuple)
    return float(value)


def gp_share_of_excess(carry: float, concession: float) -> float:
    """Part of the government's excess (before carry) that the GP ends up with when the concession goes to it.

    Formula: carry + concession · (1 − carry). Source: rulebook E6.
    """
    return carry + concession * (1.0 - carry)


def combined_share() -> list[str]:
    """E6: what carry and concession together give the GP at the default rates."""
    carry, concession = _rate(f"{_FUND}.carry"), _rate(f"{_FUND}.concession")
    share = exact_rate(round(gp_share_of_excess(carry, concession), 6))
    c, s, rest = exact_rate(carry), exact_rate(concession), exact_rate(round(1 - carry, 6))
    return [
        t(
            f"业绩报酬 {c}、让利 {s} 且全部给管理人时，管理人取得政府超额收益的 {c} + {s} × {rest} = {share}。",
            f"At {c} carry and a concession of {s} to the GP, the GP holds {c} + {s} × {rest} = {share} of the "
            "government's excess.",
        )
    ]


def _choice(parameter: Parameter, word: str) -> str:
    return t(f"{parameter.choices_zh[parameter.choices.index(word)]}（{word}）", word)


def cells() -> list[tuple[str, str, str]]:
    """LT: the valid cells, as (unit, basis, moment)."""
    moments = by_key()[f"{_TOLERANCE}.when"].choices
    return [(unit, basis, when) for unit, bases in VALID_CELLS.items() for basis in bases for when in moments]


def tolerance_cells() -> list[str]:
    """LT: which basis may be measured on which unit, and when."""
    basis, unit, when = (by_key()[f"{_TOLERANCE}.{name}"] for name in ("basis", "unit", "when"))
    stop = t("、", ", ")
    lines = [
        t(
            f"有效的格子共 {len(cells())} 个（考核单元 × 口径 × 时点）：",
            f"{len(cells())} valid cells (unit × basis × moment):",
        )
    ]
    for word, bases in VALID_CELLS.items():
        named = stop.join(_choice(basis, b) for b in bases)
        moments = stop.join(_choice(when, w) for w in when.choices)
        lines.append(f"{_choice(unit, word)}{t('：', ': ')}{named}  ×  {moments}")
    return lines


REMARKS: dict[str, Callable[[], list[str]]] = {"E6": combined_share, "LT": tolerance_cells}
