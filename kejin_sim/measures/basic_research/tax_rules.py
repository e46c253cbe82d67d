"""Donors' tax relief: deduction in full and as much again, a filing year later (B4)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def leaders_rate(cit: float, hnte_cit: float, hnte_share: float) -> float:
    """B4. Rate of corporate income tax of leading firms: those that are high-tech enterprises pay less.

    Formula: hnte_share · hnte_cit + (1 − hnte_share) · cit.
    Parameters: ``cit``, ``hnte_cit``, ``hnte_share`` of gifts, decimals
    (``measures.basic_research.tax.cit``, ``.hnte_cit``, ``.hnte_share``).
    Source: rulebook B4 (25 and 15 %: general law); the share is an assumption.
    """
    return hnte_share * hnte_cit + (1.0 - hnte_share) * cit


@compiled
def relief(rate: float, extra: float, diverted: float) -> float:
    """B4. Tax saved per yuan given: (1 + extra) · rate · (1 − diverted).

    Parameters: ``rate`` of the donor's income tax; ``extra`` additional deduction
    (``measures.basic_research.tax.extra_deduction``); ``diverted`` share of gifts taken from own research that was
    deducted anyway (``behaviour.diverted``).
    Source: announcement no. 32 of 2022 (text not seen): deductible in full plus 100 %.
    Limits: at 25 % and nothing diverted a yuan costs the donor 0.50, at 15 % 0.70.
    """
    return (1.0 + extra) * rate * (1.0 - diverted)


@compiled
def usable(waiting: float, loss_share: float) -> float:
    """B4. Gifts that are deducted at a filing: waiting · (1 − loss_share) (CNY).

    Parameters: ``waiting`` gifts filed and not yet deducted (CNY); ``loss_share`` of donors without taxable profit
    (``measures.basic_research.tax.loss_share``), who carry them forward to the next year.
    Source: rulebook B4; the share is an assumption.
    Limits: no expiry of what is carried forward.
    """
    return waiting * (1.0 - loss_share)


@compiled
def city_part(relief: float, share: float) -> float:
    """B4. The city's part of the tax not collected: share · relief (CNY). The rest is the centre's.

    Parameters: ``relief`` tax saved by donors (CNY); ``share`` (``measures.basic_research.tax.city_share``).
    Source: rulebook §0.4 (40 % of income tax; not verified).
    """
    return share * relief
