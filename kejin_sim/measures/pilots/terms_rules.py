"""What the shares of an AIC fund must leave (A1). Plain Python: a check need not load the compiler."""

from __future__ import annotations


def social_share(aic: float, soe: float, government: float) -> float:
    """A1. Share left to social investors: 1 − AIC − SOE − guidance fund, so that the four sum to 1.

    Parameters: ``aic`` (``measures.pilots.aic.share``, at most 30 %), ``soe`` (``measures.pilots.aic.soe_share``),
    ``government`` (``measures.pilots.aic.gov_share``), rates in [0, 1].
    Returns: a rate; below 0 the scenario is refused.
    Source: R34 (the ceiling per fund).
    """
    return 1.0 - aic - soe - government
