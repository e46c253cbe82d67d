"""Nobody is paid twice: caps on what one bad loan draws from public money (N1–N3; N8 is `compensation_rules.return_share`)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def capped(total: float, borne: float, cap: float) -> float:
    """N1. Compensation from all policy funds together: min(total, cap · liability that the bank bears) (CNY).

    Parameters: ``total`` by the schemes' own terms; ``borne`` the bank's own liability on the loan; ``cap``
    (``measures.credit.stacking.compensation_cap``).
    Source: Anhui (at most 80 % of the liability actually borne).
    """
    return min(total, cap * borne)


@compiled
def eligible_for_compensation(guaranteed: bool, compensated: bool) -> bool:
    """N2. May a bad loan draw compensation: neither a policy guarantee nor another fiscal scheme covers it?

    Source: Shanghai's risk-compensation rules.
    """
    return not (guaranteed or compensated)


@compiled
def bank_retains(share: float, least: float) -> bool:
    """N3. Does the bank keep enough of a guaranteed loan: share ≥ least (``measures.credit.stacking.bank_least``)?

    Source: 财金〔2024〕60号 (bank at least 20 %, guarantee system at most 80 %).
    """
    return share >= least
