"""Nobody is paid twice: caps on what one bad loan draws from public money (N1, N2).

N3 is in `terms_rules`, N8 is `compensation_rules.return_share`.
"""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def capped(total: float, borne: float, cap: float) -> float:
    """N1. Compensation from all policy funds together: min(total, cap · liability that the bank bears) (CNY).

    Parameters: ``total`` by the schemes' own terms; ``borne`` the bank's own liability on the loan (CNY); ``cap``
    (``measures.credit.stacking.compensation_cap``).
    Source: Anhui (at most 80 % of the liability actually borne).
    """
    return min(total, cap * borne)


@compiled
def eligible_for_compensation(guaranteed: bool, compensated: bool) -> bool:
    """N2. May a bad loan draw compensation: neither a policy guarantee nor another fiscal scheme covers it?

    Parameters: ``guaranteed`` by the guarantee company; ``compensated`` by another scheme or by insurance (I6).
    Returns: False is counted as a refusal when a scheme is in force.
    Source: Shanghai's risk-compensation rules.
    """
    return not (guaranteed or compensated)
