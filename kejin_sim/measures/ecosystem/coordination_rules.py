"""Lender, insurer and investor find the same firm (O2), and what the alliance costs (O3)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def partners(borrows: bool, granted: bool, invested: bool) -> int:
    """O2. How many of three kinds of partner a firm has: lender, grant office, public investor; 0–3.

    Parameters: ``borrows`` a loan is outstanding; ``granted`` a grant of measure 7 is open; ``invested`` a public fund
    holds shares.
    Source: seed document, measure 10 (alliance); the count is the model's, rule O2.
    """
    return int(borrows) + int(granted) + int(invested)


@compiled
def found_sooner(partners: int, co_match: float) -> float:
    """O2. Log-odds that coordination adds to a private offer: co_match for a firm that has a partner, else 0.

    Parameters: ``partners`` from :func:`partners`; ``co_match`` (``measures.ecosystem.co_match``, 0–0.69).
    Source: rulebook O2; the size is an assumption.
    Limits: a second partner adds no more; with all other boosts the odds at most double (W2).
    """
    return co_match if partners > 0 else 0.0


@compiled
def lenders_find(share: float, co_match: float) -> float:
    """O2. Log-odds that coordination adds to a firm's applying for a loan: co_match · share with another partner.

    Parameters: ``share`` of the firms visited in the last four quarters that have a grant or a public investor, 0–1;
    ``co_match`` (``measures.ecosystem.co_match``, 0–0.69).
    Source: rulebook O2; the size is an assumption.
    Limits: an average over the city: loans are not offered firm by firm.
    """
    return co_match * share


@compiled
def new_matches(before: int, now: int) -> int:
    """O2. Matches that a year brought to a firm: partners won beside one that was there, max(0, now − max(1, before)).

    Parameters: ``before`` and ``now`` kinds of partner at the last and at this yearly visit, 0–3.
    Source: model, rule O2; a definition.
    """
    return max(0, now - max(1, before))
