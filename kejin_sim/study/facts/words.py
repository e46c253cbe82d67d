"""Figures of moments as a person reads them."""

from __future__ import annotations

import math

from kejin_sim.lang import t
from kejin_sim.parameters.sources import sources
from kejin_sim.study.facts.published import PLACES


def figure(unit: str, value: float) -> str:
    """A value with its unit: ``12.3%``, ``2.10年``, ``0.83倍``."""
    if math.isnan(value):
        return t("无", "n/a")
    if unit == "share":
        return f"{100 * value:.1f}%"
    return f"{value:.2f}" + (t("年", " years") if unit == "years" else t("倍", "x"))


def estimate(unit: str, value: float, low: float, high: float) -> str:
    """A value with its 95 % interval, where it has one: ``12.3% [10.1, 14.5]``."""
    if math.isnan(low) or math.isnan(high):
        return figure(unit, value)
    scale, digits = (100.0, 1) if unit == "share" else (1.0, 2)
    return f"{figure(unit, value)} [{scale * low:.{digits}f}, {scale * high:.{digits}f}]"


def span(unit: str, value: float, low: float, high: float) -> str:
    """What is published: a range, or a single value where there is none: ``15.4% ~ 30.6%``."""
    if math.isnan(low) or math.isnan(high):
        return figure(unit, value)
    return f"{figure(unit, low)} ~ {figure(unit, high)}"


def where(place: str, source: str) -> str:
    """Country and source in brief by their codes: ``美国 Carta 2025``; once, where the issuer's name begins with the country's."""
    country = t(*PLACES[place])
    brief = sources()[source].brief
    return brief if brief.startswith(country) else f"{country} {brief}"
