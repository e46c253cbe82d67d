"""Measure 8: venture-capital awards, science vice-presidents, finance advisers (rulebook H1–H6, E15)."""
