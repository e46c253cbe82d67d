"""One score, one file: support of a cost that another instrument already bears is found and refused (O4)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def duplicate(borne: bool, in_force: bool) -> bool:
    """O4. Is there a duplicate that the file can show: another instrument bears the cost, and the file is kept?

    Parameters: ``borne`` a grant's money is being spent on the firm's research; ``in_force`` the alliance runs this
    year.
    Source: rulebook O4; §0.4 (one cost, one payer).
    """
    return borne and in_force


@compiled
def refused(duplicate: bool, u: float, dedup: float) -> bool:
    """O4. Is an application refused: it is a duplicate and is found, u < dedup?

    Parameters: ``duplicate`` from :func:`duplicate`; ``u`` uniform of ``file.duplicate_found``; ``dedup``
    (``measures.ecosystem.dedup``, 0–1).
    Source: rulebook O4; the probability is an assumption.
    Limits: found or not found as a whole; the firm neither appeals nor asks again within the year.
    """
    return duplicate and u < dedup
