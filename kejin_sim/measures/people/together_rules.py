"""All awards on private investments together (E15). Plain Python: metrics need not load the compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Amount = TypeVar("Amount", float, "NDArray[np.float64]")


def combined(h1: Amount, h2: Amount, e9: Amount, concession: Amount) -> Amount:
    """E15. What private investments draw beside their own return: H1 + H2 + E9 + concession (CNY).

    Parameters: ``h1``, ``h2``, ``e9`` paid under these rules, ``concession`` of the guidance fund (E6); CNY, of one investment
    or, path by path, of all.
    Source: rulebook §0.4: the four are reported together; there is no cap in the texts.
    Limits: H3 is for introducing a firm, not for money invested, and stands apart.
    """
    return h1 + h2 + e9 + concession
