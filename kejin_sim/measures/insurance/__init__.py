"""Measure 3: science-and-technology insurance (rulebook I1–I7): cover, premium subsidy, co-insurance pool, public backstop.

The rule against stacking premium subsidies (N4) stands here as well.
"""
