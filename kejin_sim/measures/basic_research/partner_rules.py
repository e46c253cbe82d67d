"""Partners of the municipal joint fund: how many offer, how much, what the city adds, what comes back at the end (B2)."""

from __future__ import annotations

import math
from typing import Final

from kejin_sim.jit import compiled

DISTRICT: Final = 0
BANK: Final = 1
LEADER: Final = 2
KINDS: Final = 3
"""Kinds of partners."""
OFFERS: Final = 16
"""Most offers of a kind that are dealt with in a year."""
AGREEMENTS: Final = 256
"""Most agreements in force: five years of as many offers as are dealt with, and some that were put off."""


@compiled
def price(relief: float, ratio: float) -> float:
    """B2. What one yuan of research costs a partner: (1 − relief) / (1 + 1/ratio).

    Parameters: ``relief`` tax saved per yuan given, in [0, 1) (:func:`tax_rules.relief`; 0 for a district); ``ratio``
    partners' yuan per yuan of the city's (``measures.basic_research.municipal.ratio``): with a partner's yuan comes
    1/ratio of the city's.
    Returns: in (0, 1]; 1 without tax relief and without the city's money.
    Source: model, rule B2; derived.
    """
    return (1.0 - relief) / (1.0 + 1.0 / ratio)


@compiled
def offers_mean(base: float, price: float, response: float) -> float:
    """B2. Expected offers of a kind of partner in a year: base · price^(−response).

    Parameters: ``base`` offers a year at a price of 1 (``measures.basic_research.municipal.districts``, ``.banks``,
    ``.leaders``); ``price`` from :func:`price`; ``response`` price elasticity (``behaviour.partner_response``; 0: the
    number does not answer to match and tax).
    Source: model, rule B2 (behaviour); assumption.
    Limits: a constant elasticity; no source measures it for joint funds.
    """
    return base * price ** (-response)


@compiled
def offer(u: float, mean: float) -> float:
    """B2. Money that a partner offers for the whole agreement: exponential, −mean · ln(1 − u) (CNY).

    Parameters: ``u`` of ``basic.offer``; ``mean`` CNY (``measures.basic_research.municipal.offer``).
    Source: model, rule B2; assumption.
    """
    return -mean * math.log(1.0 - u)


@compiled
def accepted(offer: float, minimum: float) -> bool:
    """B2. Does an offer reach the least that an agreement needs?

    Parameters: ``offer`` from :func:`offer`; ``minimum`` (``measures.basic_research.municipal.min_partner``; both CNY).
    Source: rulebook B2; assumption.
    """
    return offer >= minimum


@compiled
def due(left: float, offer: float, years: int, part: float) -> float:
    """B2. A partner's payment of a fiscal year: min(left, part · offer / years) (CNY).

    Parameters: ``left`` of the agreed sum; ``offer`` that sum (CNY); ``years`` of the agreement
    (``measures.basic_research.municipal.agreement_years``); ``part`` of the year in which the policy is in force, ¼ …
    1.
    Source: rulebook B2 (agreements of 3–5 years); equal years are an assumption.
    """
    return min(left, part * offer / years)


@compiled
def match(partner: float, ratio: float) -> float:
    """B2. The city's payment beside a partner's: partner / ratio (CNY). Without it neither pays that year.

    Parameters: ``partner`` its payment (CNY); ``ratio`` as for :func:`price`.
    Source: rulebook B2 (1:3, after national regional joint funds; assumption).
    """
    return partner / ratio


@compiled
def returned(balance: float, given: float, total: float) -> float:
    """B2. A contributor's part of what is left when the fund ends: balance · given / total (CNY).

    Parameters: ``balance`` of the fund; ``given`` by the contributor and ``total`` by all, to date (CNY).
    Source: model, rule B2; assumption.
    """
    return balance * given / total
