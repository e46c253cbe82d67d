"""What basic research leaves behind: successes after years, a knowledge stock, spin-outs and private research (B7)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def succeeds(u: float, probability: float) -> bool:
    """B7. Does a project succeed: u < probability?

    Parameters: ``u`` uniform; ``probability`` (``world.research.success``).
    Source: rulebook B7 (0.15–0.35, assumed).
    """
    return u < probability


@compiled
def lag_quarters(u: float, low: float, high: float) -> int:
    """B7. Quarters from approval to the effect of a success: uniform on the whole quarters from low to high.

    Formula: l + ⌊u · (h − l + 1)⌋ with l = round(4 · low), h = max(l, round(4 · high)).
    Parameters: ``u`` uniform; ``low``, ``high`` years (``world.research.lag``).
    Source: rulebook B7 (3–7 years, assumed).
    """
    first = int(4.0 * low + 0.5)
    last = max(first, int(4.0 * high + 0.5))
    return first + int(u * (last - first + 1))


@compiled
def stock_step(stock: float, new: float, depreciation: float) -> float:
    """B7. Knowledge stock a quarter on, by perpetual inventory: K' = (1 − δ)^(1/4) · K + new (CNY).

    Parameters: ``stock`` K (CNY); ``new`` direct cost of the projects whose success takes effect this quarter (CNY);
    ``depreciation`` δ a year (``world.research.depreciation``).
    Source: the usual way to measure a stock of R&D (Hall, Mairesse, Mohnen 2010), here of successful projects only.
    """
    return stock * (1.0 - depreciation) ** 0.25 + new


@compiled
def spinouts(base: float, stock: float, reference: float, elasticity: float) -> float:
    """B7. Additional spin-outs expected in a quarter: base · min(1, (1 + stock / reference)^elasticity − 1).

    Parameters: ``base`` spin-outs of a quarter without it; ``stock`` from :func:`stock_step` (CNY); ``reference`` stock
    that the city's other research has built (CNY, ``world.research.stock``); ``elasticity``
    (``behaviour.knowledge_spinouts``; 0: none).
    Source: model, rule B7 (behaviour); assumption.
    Limits: at most as many again as without it.
    """
    return base * min(1.0, (1.0 + stock / reference) ** elasticity - 1.0)


@compiled
def private_research(direct: float, share: float) -> float:
    """B7. Private research that follows a success: share · direct cost (CNY).

    Parameters: ``direct`` cost of the project (CNY); ``share`` (``behaviour.private_research``; 0: none).
    Source: rulebook B7; assumption.
    """
    return share * direct
