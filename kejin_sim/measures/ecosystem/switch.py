"""Switching measure 10 off: without its alliance it neither spends nor coordinates."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = ()
"""Fields of the measure's record that are 0 when ``measures.ecosystem.enabled`` is false: none, it has no quota."""
