"""Fitting the world to published figures: the numbers that may move, the figures to meet, the search, and what it has found."""
