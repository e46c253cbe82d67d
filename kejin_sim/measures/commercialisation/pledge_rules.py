"""Loans on pledged intellectual property: size (T1), subsidy of their cost (T2), award to institutions (T3)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def pledge_amount(need: float, ip_value: float, ltv: float, cap: float, least: float) -> float:
    """T1. Loan on pledged intellectual property: min(need, ltv · ip_value, cap), 0 when below ``least`` (CNY).

    Parameters: ``need`` what the firm lacks; ``ip_value`` appraised (:func:`ip_rules.appraised`); ``ltv``
    (``measures.commercialisation.pledge.ltv``); ``cap`` (``measures.commercialisation.pledge.cap``); ``least``
    (``world.credit.min_loan``); money in CNY.
    Source: rulebook T1; assumption.
    """
    amount = min(need, ltv * ip_value, cap)
    return amount if amount >= least else 0.0


@compiled
def appraisal_fee(loan: float, rate: float) -> float:
    """T1. Appraisal and registration, paid by the firm to service providers: rate · loan (CNY).

    Parameters: ``loan`` lent in the year (CNY); ``rate`` (``measures.commercialisation.pledge.appraisal_fee``).
    Source: model, rule T1; assumption.
    """
    return rate * loan


@compiled
def cost_subsidy(interest: float, fee: float, share: float, cap: float) -> float:
    """T2. Subsidy of a pledge's cost in a year: min(share · (interest + fee), cap) (CNY).

    Parameters: ``interest`` paid on the pledged loan in the year; ``fee`` for appraisal; ``share``
    (``measures.commercialisation.pledge.subsidy_share``); ``cap`` per firm and year
    (``measures.commercialisation.pledge.subsidy_cap``); money in CNY.
    Source: R51b (such a rule exists in Qianwan; its amounts are not visible).
    """
    return min(share * (interest + fee), cap)


@compiled
def institution_award(volume: float, rate: float, cap: float) -> float:
    """T3. Award to an institution for the year's pledged loans: min(rate · volume, cap) (CNY).

    Parameters: ``volume`` lent in the year (CNY); ``rate`` (``measures.commercialisation.pledge.award_rate``); ``cap``
    per institution (CNY, ``measures.commercialisation.pledge.award_cap``, for the part of the year in force).
    Source: rulebook T3; assumption.
    """
    return min(rate * volume, cap)
