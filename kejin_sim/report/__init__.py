"""Figures from a run folder: they draw what outcomes computed and compute nothing themselves."""
