"""Measure 10: the technology-finance alliance, its coordination and one file per firm (rulebook O2–O4; O1 is measure 1's)."""
