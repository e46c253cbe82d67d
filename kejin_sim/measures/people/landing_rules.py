"""Awards for introduced firms (H3) and the district's subsidy to newly settled VC firms (H4)."""

from __future__ import annotations

from typing import Final

from kejin_sim.jit import compiled

COHORTS: Final = 10
"""Years of settled VC firms that are kept: ``settlement.years`` at most."""


@compiled
def introduction(before: int, now: int, relocates: bool, new_money: float, from_last_round: bool) -> int:
    """H3. Quarter from which an introduced firm's years run: of the visit that finds private money in a relocated firm.

    Parameters: ``before`` the quarter so far, −1 none; ``now`` the quarter of the visit; ``relocates`` has the firm
    moved to the city; ``new_money`` private money since the last visit (CNY); ``from_last_round`` every round dates it
    anew (``measures.people.landing.counted_from``).
    Returns: a quarter, or −1.
    Source: R13 (创投机构引进的企业). Limits: who brought a firm is not modelled; a relocated firm with private money counts.
    """
    if not relocates or new_money <= 0.0:
        return before
    if before >= 0 and not from_last_round:
        return before
    return now


@compiled
def filed_in_time(introduced: int, now: int, filed: bool, years: float) -> bool:
    """H3. Has an introduced firm filed for a listing within the years: now − introduced ≤ 4 · years?

    Parameters: ``introduced`` from :func:`introduction` and ``now``, quarters; ``filed``: it has; ``years``
    (``measures.people.landing.years``).
    Source: R13 (3 years).
    Limits: filings are looked up at each year's end, so one late in the last year may be seen too late: the test is on
    the strict side by at most three quarters.
    """
    return introduced >= 0 and filed and now - introduced <= 4.0 * years


@compiled
def listing_due(filing_awarded: bool, listed: bool) -> bool:
    """H3. Is the further award due: the firm had the award for filing and is listed now?

    Parameters: ``filing_awarded``, ``listed`` what is known of the firm.
    Source: R13.
    """
    return filing_awarded and listed


@compiled
def landing_award(filings: float, listings: float, introduced: float, filing: float, listing: float, listed: float) -> float:
    """H3. A year's awards: filings · 3 m + listings · 2 m + introduced listed firms · 5 m, by default (CNY).

    Parameters: ``filings``, ``listings``, ``introduced`` numbers of firms; ``filing``, ``listing``, ``listed`` the
    award for each (CNY, ``measures.people.landing.filing``, ``.listing``, ``.listed``).
    Source: R13.
    """
    return filings * filing + listings * listing + introduced * listed


@compiled
def is_entitled(age_years: int, years: int) -> bool:
    """H4. Is a VC firm that settled ``age_years`` ago (0 in its first year) still subsidised: age < years?

    Parameters: ``age_years`` whole years; ``years`` (``measures.people.settlement.years``, at most 10).
    Source: rulebook H4; assumption.
    """
    return age_years < years


@compiled
def contribution_subsidy(firms: float, contribution: float, rate: float) -> float:
    """H4. Subsidy by local contribution: firms · contribution · rate (CNY a year).

    Parameters: ``firms`` entitled, in firm-years of the year in force; ``contribution`` taxes of a firm, or of its
    senior managers, kept locally (CNY a year; ``measures.people.settlement.firm_tax``, ``.manager_tax``); ``rate`` in
    [0, 1] (``measures.people.settlement.rate``).
    Source: rulebook H4. Limits: the contribution is the same for all firms and years, also in years without gains.
    """
    return firms * contribution * rate


@compiled
def settlement_response(strength: float, settled: float) -> float:
    """H4. Rise in the log-odds of private offers: strength · VC firms settled.

    Parameters: ``strength`` log-odds a firm (``behaviour.settlement_response``; 0 = none); ``settled`` their number.
    Source: model (behaviour); assumption.
    """
    return strength * settled
