"""A loan's own rules: interest subsidy (C3), loss (C4), and how a short budget line is shared."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def interest_subsidy(interest_paid: float, share: float, cap: float) -> float:
    """C3. Subsidy of a firm and fiscal year: min(share · interest paid, cap) (CNY).

    Parameters: ``interest_paid`` this year (CNY); ``share`` (``measures.credit.interest_subsidy.share``); ``cap`` per
    firm and year (CNY, ``measures.credit.interest_subsidy.cap``).
    Source: rulebook C3. Limits: paid on interest that was really paid, never on interest due.
    """
    return min(share * interest_paid, cap)


@compiled
def prorated(available: float, wanted: float) -> float:
    """C3. Part of all wishes that a budget line can pay, the same for everybody: available ÷ wanted, within [0, 1].

    Also scales the contributions of all parties to the pool when the city's line is short (C5). 1 when nothing is
    wanted.
    Parameters: ``available`` in the line; ``wanted`` by all together (CNY).
    Source: rulebook §0.4 (the public liability never exceeds what is appropriated); equal parts are an assumption.
    """
    if wanted <= available:
        return 1.0
    return max(0.0, available / wanted)


@compiled
def loss(ead: float, lgd: float) -> float:
    """C4. Loss on a bad loan: EAD · LGD (CNY), LGD net of all that is recovered.

    Parameters: ``ead`` principal outstanding at default (CNY); ``lgd`` (``world.credit.lgd``, or that of a pledge).
    Source: rulebook C4.
    """
    return ead * lgd
