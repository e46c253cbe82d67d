"""Measure 1: invest early, small, long-term and in hard technology (rulebook E1–E14 and loss tolerance)."""
