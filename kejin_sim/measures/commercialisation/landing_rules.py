"""Landing awards for prize-winning research (T7)."""

from __future__ import annotations

from kejin_sim.jit import compiled
from kejin_sim.random import poisson


@compiled
def landings(u: float, per_year: float) -> int:
    """T7. Projects that land in a quarter: Poisson with mean per_year / 4.

    Parameters: ``u`` uniform (streams ``landing.national``, ``landing.provincial``); ``per_year``
    (``measures.commercialisation.landing.national``, ``.provincial``).
    Source: rulebook T7; numbers are assumptions.
    """
    return poisson(u, 0.25 * per_year)


@compiled
def induced(
    national: float, provincial: float, each_national: float, each_provincial: float, share: float, paid: float
) -> float:
    """T7. Further spin-outs expected in a quarter because of the awards: share · paid · (national + provincial) / 4.

    Prizes without an award bring nobody, nor do awards that are not paid.

    Parameters: ``national``, ``provincial`` numbers a year as for :func:`landings`; ``each_national``,
    ``each_provincial`` their awards as for :func:`award`; ``share`` (``measures.commercialisation.landing.induced``; 0
    switches it off); ``paid`` share, by money, of the landing awards due in the last fiscal year that was paid
    (:func:`kejin_sim.world.promises.share_paid`), 1 before any was due.
    Source: model, rule T7 (behaviour); assumption.
    Limits: researchers look back one fiscal year: more money in the line is answered a year later.
    """
    drawn = (national if each_national > 0.0 else 0.0) + (provincial if each_provincial > 0.0 else 0.0)
    return 0.25 * share * paid * drawn


@compiled
def award(national: int, provincial: int, each_national: float, each_provincial: float) -> float:
    """T7. Awards for the landings of a quarter: numbers times tariffs (CNY).

    Parameters: ``national``, ``provincial`` numbers of projects; ``each_national``, ``each_provincial`` CNY
    (``measures.commercialisation.landing.award_national``, ``.award_provincial``).
    Source: seed document, measure 5 (awards for first prizes, no amounts); amounts are assumptions.
    """
    return national * each_national + provincial * each_provincial
