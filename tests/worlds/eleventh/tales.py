"""Measure 11 in a path's story."""

from __future__ import annotations

from typing import Any

from kejin_sim.lang import t


def event(kind: str, facts: dict[str, Any]) -> str:
    """A firm's evening."""
    return t("上夜校〔X1〕", "goes to evening classes [X1]") if kind == "evening" else ""


def year(events: list[Any], entries: list[Any], series: Any) -> list[str]:
    """A year's evenings."""
    count = sum(event.kind == "evening" for event in events)
    return [t(f"夜校：{count} 人次", f"evening classes: {count}")] if count else []
