"""Innovation vouchers (T5): contract, what the voucher pays, what the firm pays, and what the contract does."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def takes(u: float, take_up: float) -> bool:
    """T5. Does a firm take a voucher this year: u < take_up?

    Parameters: ``u`` lane 1 of the yearly visit; ``take_up`` (``measures.commercialisation.voucher.take_up``).
    Source: rulebook T5; assumption.
    """
    return u < take_up


@compiled
def accepted(u: float, take_up: float, acceptance: float) -> bool:
    """T5. Is the contract accepted: u < take_up · acceptance, so that acceptance is independent of taking one.

    Parameters: the same ``u`` and ``take_up`` as for :func:`takes`; ``acceptance`` probability
    (``measures.commercialisation.voucher.acceptance``).
    Source: rulebook T5; assumption.
    """
    return u < take_up * acceptance


@compiled
def contract(research: float, share: float, least: float) -> float:
    """T5. A firm's technical contract of the year: share · R&D of the year, 0 when below ``least`` (CNY).

    Parameters: ``research`` of the year (CNY); ``share`` (``measures.commercialisation.voucher.contract_share``);
    ``least`` CNY (``measures.commercialisation.voucher.min_contract``).
    Source: model, rule T5; assumption.
    """
    amount = share * research
    return amount if amount >= least else 0.0


@compiled
def voucher(contract: float, rate: float, cap: float) -> float:
    """T5. What the treasury pays the provider after acceptance: min(rate · contract, cap) (CNY).

    Parameters: ``contract`` from :func:`contract`; ``rate`` (``measures.commercialisation.voucher.rate``); ``cap`` per
    firm and year (CNY, ``measures.commercialisation.voucher.cap``).
    Source: rulebook T5 (commonly 50 %, at most CNY 0.2–0.5 m; not verified).
    """
    return min(rate * contract, cap)


@compiled
def own_part(contract: float, voucher: float, anyway: float) -> float:
    """T5. What the firm pays beyond its budget: (1 − anyway) · contract − voucher (CNY); negative: what it saves.

    Parameters: ``contract`` from :func:`contract`; ``voucher`` from :func:`voucher` (CNY); ``anyway`` part of the
    contract that it would have bought without a voucher and that its ordinary spending already holds
    (``measures.commercialisation.voucher.anyway``).
    Source: model, rule T5; assumption.
    """
    return (1.0 - anyway) * contract - voucher


@compiled
def redeemed(accepted: bool, own: float, cash: float, voucher: float, left: float) -> bool:
    """T5, O4. Is a voucher redeemed: the contract is accepted, own ≤ cash (the firm pays its part) and voucher ≤ left?

    What would not have been redeemed anyhow is no money saved when the file refuses it as a duplicate (O4).

    Parameters: ``accepted`` from :func:`accepted`; ``own`` from :func:`own_part`, ``cash`` of the firm; ``voucher`` from
    :func:`voucher`, ``left`` in the budget line (all CNY).
    Source: model, rules T5 and O4; assumption.
    """
    return accepted and own <= cash and voucher <= left


@compiled
def gain(effect: float, contract: float, anyway: float, research: float) -> float:
    """T5. Gain in how R&D turns into revenue: effect · (1 − anyway) · contract / research (a relative gain).

    Parameters: ``effect`` (``measures.commercialisation.voucher.effect``; 0 switches it off); ``contract``, ``anyway``
    as for :func:`own_part`; ``research`` of the year, > 0 (CNY).
    Source: model, rule T5; assumption.
    """
    return effect * (1.0 - anyway) * contract / research


@compiled
def faded(gain: float, fade: float) -> float:
    """T5. What is left of a gain after a year: (1 − fade) · gain.

    Parameters: ``gain`` from :func:`gain`; ``fade`` in [0, 1] (``measures.commercialisation.voucher.fade``).
    Source: model, rule T5; assumption.
    """
    return (1.0 - fade) * gain
