"""Donors' tax relief: deduction in full and as much again, a filing year later (B4)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def leaders_rate(cit: float, hnte_cit: float, hnte_share: float) -> float:
    """B4. Rate of corporate income tax of leading firms: the share that are high-tech enterprises pays the reduced rate.

    Formula: hnte_share · hnte_cit + (1 − hnte_share) · cit.
    Parameters: ``tax.cit``, ``tax.hnte_cit``, ``tax.hnte_share``, decimals.
    """
    return hnte_share * hnte_cit + (1.0 - hnte_share) * cit


@compiled
def relief(rate: float, extra: float, diverted: float) -> float:
    """B4. Tax saved per yuan given: (1 + extra) · rate · (1 − diverted).

    Parameters: ``rate`` of the donor's income tax; ``extra`` additional deduction (``tax.extra_deduction``);
    ``diverted`` share of gifts taken from own research that was deducted anyway (``behaviour.diverted``).
    Source: announcement no. 32 of 2022 (text not seen): deductible in full plus 100 %.
    Limits: at 25 % and nothing diverted a yuan costs the donor 0.50, at 15 % 0.70.
    """
    return (1.0 + extra) * rate * (1.0 - diverted)


@compiled
def usable(waiting: float, loss_share: float) -> float:
    """B4. Gifts that are deducted at a filing: waiting · (1 − loss_share) (CNY).

    Parameters: ``waiting`` gifts filed and not yet deducted; ``loss_share`` of donors without taxable profit
    (``tax.loss_share``), who carry them forward to the next year.
    Limits: no expiry of what is carried forward.
    """
    return waiting * (1.0 - loss_share)


@compiled
def city_part(relief: float, share: float) -> float:
    """B4. The city's part of the tax not collected: share · relief (CNY; ``tax.city_share``). The rest is the centre's."""
    return share * relief
