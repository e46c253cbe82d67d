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
def induced(national: float, provincial: float, each_national: float, each_provincial: float, share: float) -> float:
    """T7. Further spin-outs expected in a quarter because of the awards: share · (national + provincial) / 4.

    Prizes for which nothing is paid bring nobody.

    Parameters: ``national``, ``provincial`` numbers a year as for :func:`landings`; ``each_national``,
    ``each_provincial`` their awards as for :func:`award`; ``share`` (``measures.commercialisation.landing.induced``; 0
    switches it off).
    Source: model, rule T7 (behaviour); assumption.
    """
    drawn = (national if each_national > 0.0 else 0.0) + (provincial if each_provincial > 0.0 else 0.0)
    return 0.25 * share * drawn


@compiled
def award(national: int, provincial: int, each_national: float, each_provincial: float) -> float:
    """T7. Awards for the landings of a quarter: numbers times tariffs (CNY).

    Parameters: ``national``, ``provincial`` numbers of projects; ``each_national``, ``each_provincial`` CNY
    (``measures.commercialisation.landing.award_national``, ``.award_provincial``).
    Source: seed document, measure 5 (awards for first prizes, no amounts); amounts are assumptions.
    """
    return national * each_national + provincial * each_provincial
