"""The guarantee company (C11), the four-way split (C12), the claim-rate cap (C13), premium (C14) and fee rebate (C15)."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def fee(balance: float, rate: float) -> float:
    """C11. Guarantee fee of a quarter: balance · rate / 4 (CNY), on the whole loan.

    Parameters: ``balance`` before the instalment (CNY); ``rate`` a year (``measures.credit.guarantee.fee``).
    Source: 财金〔2024〕60号 (below 1 % on average); 0.8 % is an assumption.
    """
    return 0.25 * balance * rate


@compiled
def exposure_limit(capital: float, leverage: float) -> float:
    """C11. Most that may be guaranteed: leverage · max(0, guarantor's money) (CNY).

    Parameters: ``capital`` the guarantor's money (CNY); ``leverage`` (``measures.credit.guarantee.leverage``).
    Source: rulebook C11 (at most 10 by law, 15 for small firms; not verified).
    """
    return leverage * max(0.0, capital)


@compiled
def local_share(bank: float, national: float, re_guarantor: float, municipal: bool) -> float:
    """C12. Part of a loss that the local guarantor bears: what bank, national fund and re-guarantor leave.

    Formula: 1 − bank − national − re-guarantor; a municipal re-guarantor is local public money: its part is added back.
    Parameters: ``bank``, ``national`` of the firm's class, ``re_guarantor`` shares
    (``measures.credit.guarantee.bank_share``, ``.national_share``, ``.re_guarantor_share``); ``municipal``
    (``measures.credit.guarantee.re_guarantor``).
    Source: 财金〔2024〕60号: bank ≥ 20 %, national fund ≤ 40/35/30 %, provincial re-guarantor ≥ 20 %.
    """
    return 1.0 - bank - national - (0.0 if municipal else re_guarantor)


@compiled
def firm_class(hard_tech: bool, percentile: float, stage: int, class_score: float) -> int:
    """C12. Class of a firm for the national fund's share, set when the loan is made: 0, 1 or 2.

    0 like a "little giant" or 专精特新 firm: hard technology and score percentile ≥ ``class_score``; 1 like a high- and
    new-technology enterprise: hard technology, or at round A or later; 2 any other technology SME.
    Parameters: ``hard_tech`` of the sector; ``percentile`` of the score in [0, 100]; ``stage`` 0 seed, 1 angel, 2 A …;
    ``class_score`` (``measures.credit.guarantee.class_score``).
    Source: 财金〔2024〕60号 (three classes); the stand-in is an assumption.
    Limits: the titles themselves are not simulated; this is a stand-in for them.
    """
    if hard_tech and percentile >= class_score:
        return 0
    return 1 if hard_tech or stage >= 2 else 2


@compiled
def national_payment(due: float, claim: float, claims_before: float, average_exposure: float, cap: float) -> float:
    """C13. What the national fund pays of its share of a claim: all within the claim-rate cap, then nothing (CNY).

    Formula: due · clamp(cap · exposure − claims before, 0, claim) / claim. The claim that crosses the cap is shared in
    part: there is no cliff. When nothing has been guaranteed at any of the four quarter-ends, in a long run-off,
    nothing is within the cap: the less stands in the books, the less is shared.
    Parameters: ``due`` the fund's share of this claim; ``claim`` paid by the guarantor now; ``claims_before`` its
    claims of the last four quarters before this one; ``average_exposure`` mean of the last four quarter-ends'
    guaranteed amounts (all CNY); ``cap`` (``measures.credit.guarantee.claim_rate_cap``).
    Source: 财金〔2024〕60号 (代偿率上限 5 %); that what lies above is not shared is the rulebook's reading.
    """
    if claim <= 0.0:
        return 0.0
    within = min(max(cap * average_exposure - claims_before, 0.0), claim)
    return due * within / claim


@compiled
def premium_rate(balance: float, threshold: float, low: float, high: float) -> float:
    """C14. Yearly re-guarantee rate: ``low`` up to the threshold, ``high`` above it.

    Parameters: ``balance`` of the loan and ``threshold`` (CNY, ``measures.credit.guarantee.premium_threshold``);
    ``low``, ``high`` rates a year (``measures.credit.guarantee.premium``).
    Source: 财金〔2024〕60号 (0.3 % up to 5 million, 0.5 % above).
    """
    return low if balance <= threshold else high


@compiled
def premium(borne_balance: float, rate: float) -> float:
    """C14. Re-guarantee premium of a quarter on the balance that the re-guarantor bears: balance · rate / 4 (CNY).

    Parameters: ``borne_balance`` share of the re-guarantor (or national fund) · balance of the loan (CNY); ``rate`` a
    year from :func:`premium_rate`.
    Source: 财金〔2024〕60号; rulebook C14.
    """
    return 0.25 * borne_balance * rate


@compiled
def fee_rebate(balance: float, rate: float) -> float:
    """C15. Yearly reward for low fees: average guaranteed amount of the year · rate (CNY).

    Parameters: ``balance`` that average, of the four quarter-ends (CNY); ``rate``
    (``measures.credit.guarantee.fee_rebate``).
    Source: rulebook C15 (降费奖补); the rate is an assumption.
    """
    return balance * rate


@compiled
def left_for_capital(available: float, guaranteed: float, rate: float, quarters: int) -> float:
    """C11, C15. What of the guarantee line may be paid in as capital when a fiscal year opens (CNY).

    The reward for low fees comes out of the same line at the year's end: capital leaves what it is expected to need, as if
    what is guaranteed at the opening stayed the same all year.
    Formula: max(0, available − rate · guaranteed · quarters / 4).
    Parameters: ``available`` in the line; ``guaranteed`` at the last quarter's end (CNY); ``rate``
    (``measures.credit.guarantee.fee_rebate``); ``quarters`` of the year in which the policy is in force, 1–4.
    Source: model, rules C11 and C15; assumption.
    Limits: what is guaranteed grows while capital is paid in, so that the reward may still be short by that growth.
    """
    return max(0.0, available - rate * guaranteed * 0.25 * quarters)
