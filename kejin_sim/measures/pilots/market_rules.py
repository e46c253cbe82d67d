"""The regional equity market (A4): liquidity and fee of warrants, and a way out of small public holdings."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def finds_buyer(u: float, liquidity: float) -> bool:
    """A4. Does a warrant in the money find a designated investor at this opportunity: u < liquidity?

    Parameters: ``u`` uniform of ``pilots.warrant_buyer``; ``liquidity`` probability
    (``measures.pilots.regional.liquidity``).
    Source: R50 (expiry without value is the common pain); the probability is an assumption.
    """
    return u < liquidity


@compiled
def fee(amount: float, rate: float) -> float:
    """A4. Fee of the equity centre: rate · amount registered or traded (CNY).

    Parameters: ``amount`` CNY; ``rate`` (``measures.pilots.regional.fee``).
    Source: rulebook A4; assumption.
    """
    return rate * amount


@compiled
def may_be_sold(sustained: bool, holding: float, small: float) -> bool:
    """A4. Is a public holding one for the regional market: the firm lives on its revenue, and the holding is small?

    Parameters: ``sustained``: it does; ``holding`` of seed direct and follow-on together, share of the firm; ``small``
    (``measures.pilots.regional.small``).
    Source: model, rule A4; assumption.
    """
    return sustained and 0.0 < holding <= small


@compiled
def sale_price(holding: float, mark: float, discount: float) -> float:
    """A4. Price of a holding on the regional market: holding · last round's post-money · (1 − discount) (CNY).

    Parameters: ``holding`` share of the firm; ``mark`` that post-money (CNY); ``discount``
    (``measures.pilots.regional.exit_discount``).
    Source: R33 (secondary sales are at a discount); its size is an assumption.
    """
    return holding * mark * (1.0 - discount)
