"""Measure 11 has no checks of its own."""

from __future__ import annotations

from kejin_sim.parameters.checking import Check

CHECKS: tuple[Check, ...] = ()
