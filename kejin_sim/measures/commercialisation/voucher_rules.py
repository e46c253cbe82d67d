"""Innovation vouchers (T5): contract, what the voucher pays, what the firm pays, and what the contract does."""

from __future__ import annotations

from kejin_sim.jit import compiled


@compiled
def takes(u: float, take_up: float) -> bool:
    """T5. Does a firm take a voucher this year: u < take_up? ``u``: lane 1 of the yearly visit; ``voucher.take_up``."""
    return u < take_up


@compiled
def accepted(u: float, take_up: float, acceptance: float) -> bool:
    """T5. Is the contract accepted: u < take_up · acceptance, so that acceptance is independent of taking one.

    Parameters: the same ``u`` as :func:`takes`; ``voucher.acceptance``.
    """
    return u < take_up * acceptance


@compiled
def contract(research: float, share: float, least: float) -> float:
    """T5. A firm's technical contract of the year: share · R&D of the year, 0 when below ``least`` (CNY).

    Parameters: ``research`` of the year; ``share`` (``voucher.contract_share``); ``least`` (``voucher.min_contract``).
    """
    amount = share * research
    return amount if amount >= least else 0.0


@compiled
def voucher(contract: float, rate: float, cap: float) -> float:
    """T5. What the treasury pays the provider after acceptance: min(rate · contract, cap) (CNY).

    Parameters: ``rate`` (``voucher.rate``); ``cap`` per firm and year (``voucher.cap``).
    """
    return min(rate * contract, cap)


@compiled
def own_part(contract: float, voucher: float, anyway: float) -> float:
    """T5. What the firm pays beyond its budget: (1 − anyway) · contract − voucher (CNY); negative: what it saves.

    Parameters: ``anyway`` part of the contract that it would have bought without a voucher and that its ordinary spending
    already holds (``voucher.anyway``).
    """
    return (1.0 - anyway) * contract - voucher


@compiled
def gain(effect: float, contract: float, anyway: float, research: float) -> float:
    """T5. Gain in how R&D turns into revenue: effect · (1 − anyway) · contract / research.

    Parameters: ``effect`` (``voucher.effect``; 0 switches it off); ``research`` of the year, > 0.
    """
    return effect * (1.0 - anyway) * contract / research


@compiled
def faded(gain: float, fade: float) -> float:
    """T5. What is left of a gain after a year: (1 − fade) · gain (``voucher.fade``)."""
    return (1.0 - fade) * gain
