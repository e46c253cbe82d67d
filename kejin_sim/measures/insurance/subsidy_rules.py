"""Premium subsidy paid afterwards (I2) and the limit on all public money for one premium (N4)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def other_subsidy(premium: float, other: float, stack_cap: float) -> float:
    """I2. What other levels of government pay: min(other, stack cap) · premium (CNY).

    Parameters: ``premium`` of the line (CNY); ``other`` (``measures.insurance.subsidy.other`` of the line);
    ``stack_cap`` (``measures.insurance.subsidy.stack_cap``).
    Source: rulebook I2 (a central subsidy of first sets up to 80 %, not verified).
    """
    return min(other, stack_cap) * premium


@compiled
def line_subsidy(premium: float, share: float, other: float, stack_cap: float) -> float:
    """I2, N4. City's subsidy of a line: min(share · premium, stack cap · premium − others' part), at least 0 (CNY).

    Parameters: ``premium`` of the line (CNY); ``share`` (``measures.insurance.subsidy.share`` of the line); ``other``
    CNY from :func:`other_subsidy`; ``stack_cap`` (``measures.insurance.subsidy.stack_cap``): all public money per yuan
    of premium.
    Source: rulebook I2; all subsidies together at most half of the premium (R43a).
    """
    return max(0.0, min(share * premium, stack_cap * premium - other))


@compiled
def yearly_subsidy(total: float, cap: float) -> float:
    """I2. City's subsidy of a firm's policies of a year: min(sum over lines, cap) (CNY).

    Parameters: ``total`` Σ :func:`line_subsidy`; ``cap`` (``measures.insurance.subsidy.cap``; both CNY).
    Source: Suzhou 2020 (at most CNY 0.3 m a firm and year).
    """
    return min(total, cap)


@compiled
def left_of_year(line: float, hoped_before: float, cap: float) -> float:
    """I2. What a firm may hope for from the city when it decides on a line: what the yearly cap leaves (CNY).

    The cap is one for all lines: summed over the lines that a firm buys this is :func:`yearly_subsidy`, no more.
    Formula: min(line, max(0, cap − hoped before)).
    Parameters: ``line`` from :func:`line_subsidy`; ``hoped_before`` Σ of it over the lines bought this year so far;
    ``cap`` (``measures.insurance.subsidy.cap``; all CNY).
    Source: Suzhou 2020 (at most CNY 0.3 m a firm and year, over all lines); the order of lines is an assumption.
    """
    return min(line, max(0.0, cap - hoped_before))


@compiled
def within_stack(subsidy: float, other: float, premium: float, stack_cap: float) -> bool:
    """N4. Is all public money for a premium within the cap: subsidy + other ≤ stack cap · premium (to rounding)?

    Parameters: ``subsidy`` of the city, ``other`` governments' and the ``premium`` (CNY); ``stack_cap``
    (``measures.insurance.subsidy.stack_cap``).
    Source: rulebook §0.3 no. 4 (R43a: half of the premium where that rule applies; never above the premium).
    """
    return subsidy + other <= stack_cap * premium * (1.0 + 1e-12)
