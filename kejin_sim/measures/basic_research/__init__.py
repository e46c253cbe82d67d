"""Measure 4: financing basic research (joint funds, donors' tax shield, procurement list; rulebook B1–B7)."""
