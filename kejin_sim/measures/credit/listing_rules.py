"""White list (C1)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def white_listed(percentile: float, min_score: float, bad_mark: bool) -> bool:
    """C1. Is the firm on the list: score percentile ≥ least score, and no loan of its ever went bad?

    Parameters: ``percentile`` of the score in [0, 100]; ``min_score`` (``measures.credit.white_list.min_score``);
    ``bad_mark``: a loan of the firm went bad.
    Source: rulebook C1 (list of technology SMEs ∧ score ∧ no bad-credit mark).
    Limits: every simulated firm is a technology SME, so the score and the mark decide.
    """
    return percentile >= min_score and not bad_mark
