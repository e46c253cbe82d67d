"""Hypothesis draws the same examples in every run: a property that fails here fails everywhere, and again tomorrow."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("kejin", derandomize=True, deadline=None, database=None, max_examples=200)
settings.load_profile("kejin")
