"""Switching measure 11 off."""

from __future__ import annotations

from typing import Final

QUOTAS: Final[tuple[str, ...]] = ()
