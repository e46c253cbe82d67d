"""Measure 6: fintech research, the data platform and the evaluation of firms (rulebook F1–F4)."""
