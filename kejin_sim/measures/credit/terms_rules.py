"""What the terms of a scenario must keep to before anything runs (N3). Plain Python: a check need not load the compiler."""

from __future__ import annotations

from typing import Final

ROUNDING: Final = 1e-9
"""Of a percentage as people write it."""


def bank_retains(share: float, least: float) -> bool:
    """N3. Does the bank keep enough of a guaranteed loan: share ≥ least, to rounding?

    Parameters: ``share`` of the loss that stays with the bank (``measures.credit.guarantee.bank_share``), ``least``
    (``measures.credit.stacking.bank_least``), rates in [0, 1].
    Returns: False when the scenario is refused.
    Source: 财金〔2024〕60号 (bank at least 20 %, guarantee system at most 80 %).
    """
    return share >= least - ROUNDING
