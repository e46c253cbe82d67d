"""Targets as a person writes them: ``portfolio_breach_net_terminal <= 5%``, ``firms_surviving_5y.difference >= 30``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from kejin_sim.errors import InputError
from kejin_sim.outcomes.statistics import Interval
from kejin_sim.study.quantity import Quantity, parse_quantity, refuse_late
from kejin_sim.units import (
    UnitError,
    exact_money,
    exact_number,
    exact_rate,
    format_rate,
    parse_money,
    parse_number,
    parse_rate,
)


@dataclass(frozen=True)
class Target:
    """A quantity that shall stay below (``<=``) or reach (``>=``) a limit, in the quantity's unit."""

    quantity: Quantity
    sign: Literal["<=", ">="]
    limit: float

    def margin(self, found: Interval) -> float:
        """How far the estimate is on the right side; negative when it misses."""
        return self.limit - found.value if self.sign == "<=" else found.value - self.limit

    def sure_margin(self, found: Interval) -> float:
        """How far the unfavourable end of the 95 % interval is on the right side."""
        return self.limit - found.high if self.sign == "<=" else found.low - self.limit

    def verdict(self, found: Interval) -> tuple[str, str]:
        """Whether an estimate meets it, in Chinese and English; without an interval nothing is sure."""
        if math.isnan(found.value):
            return "无从判断", "cannot be judged"
        if self.sure_margin(found) >= 0.0:
            return "有把握", "surely"
        return ("可能", "likely") if self.margin(found) >= 0.0 else ("否", "no")

    @property
    def text(self) -> str:
        """The target as it is written: `parse_target` reads it back."""
        write = {"CNY": exact_money, "share": exact_rate, "rate": exact_rate}.get(
            self.quantity.metric.unit, exact_number
        )
        return f"{self.quantity.name} {self.sign} {write(self.limit)}"


def _is_nothing(text: str) -> bool:
    """Whether a limit is a bare 0, which is the same in every unit."""
    try:
        return parse_number(text) == 0.0
    except UnitError:
        return False


def parse_target(text: str, key: str = "--target") -> Target:
    """Read a target. Errors: `InputError`."""
    match = re.fullmatch(r"\s*(.+?)\s*(<=|>=|≤|≥)\s*(.+?)\s*", text)
    if match is None:
        raise InputError.of(
            f"{text} 不是“指标 <= 值”或“指标 >= 值”。", f"{text} is not 'metric <= value' or 'metric >= value'.", key=key,
            hint_zh="例如 'portfolio_breach_net_terminal <= 5%'（加引号）。",
            hint_en="for example 'portfolio_breach_net_terminal <= 5%' (in quotes).",
        )  # fmt: skip
    asked = parse_quantity(match[1], key=key)
    refuse_late(asked, key, quantiles=True)
    parse = {"CNY": parse_money, "share": parse_rate, "rate": parse_rate}.get(asked.metric.unit, parse_number)
    try:
        limit = 0.0 if _is_nothing(match[3]) else parse(match[3])
    except UnitError as error:
        raise InputError.of(error.zh, error.en, key=key, hint_zh=error.hint_zh, hint_en=error.hint_en) from None
    if parse is parse_rate and abs(limit) > 1.0 and not match[3].rstrip().endswith(("%", "％", "‰")):
        raise InputError.of(
            f"{match[3]} 就是 {format_rate(limit, 0)}。", f"{match[3]} means {format_rate(limit, 0)}.", key=key,
            hint_zh=f"若意为百分之{match[3]}，写成 {match[3]}%；确实要超过100%的，也写成百分数。",
            hint_en=f"for {match[3]} per cent write {match[3]}%; what really is above 100 % is written as a percentage too.",
        )  # fmt: skip
    return Target(asked, "<=" if match[2] in ("<=", "≤") else ">=", limit)
