"""Basic research in a path's story: the year's agreements, money, projects, successes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kejin_sim.lang import t
from kejin_sim.measures.basic_research import recording as r
from kejin_sim.measures.basic_research.partner_rules import BANK, DISTRICT, LEADER
from kejin_sim.units import format_money

if TYPE_CHECKING:
    import numpy as np

    from kejin_sim.reference.ledger import Entry
    from kejin_sim.reference.notes import Event

PARTNERS: Final = {DISTRICT: ("区县", "a district"), BANK: ("银行", "a bank"), LEADER: ("链主企业", "a leading firm")}


def event(kind: str, facts: dict[str, Any]) -> str:
    """Nothing of this measure happens to a single firm."""
    return ""


def year(events: list[Event], entries: list[Entry], series: np.ndarray) -> list[str]:
    """Lines on a year of basic research. ``series``: the year's columns of a world's series."""
    return [*_agreements(events), *_money(series), *_projects(series), *_tax(series)]


def _total(series: np.ndarray, row: int) -> float:
    return float(series[row].sum())


def _agreements(events: list[Event]) -> list[str]:
    parts = []
    for signed in events:
        if signed.kind == "basic_agreement":
            zh, en = PARTNERS[signed.facts["partner"]]
            amount, years = format_money(signed.facts["amount"]), signed.facts["years"]
            parts.append(t(f"{zh} {amount}（{years} 年）", f"{en}, {amount} over {years} years"))
    head = t(f"联合基金签约〔B2〕{len(parts)} 份：", f"joint fund, {len(parts)} agreements signed [B2]: ")
    return [head + t("、", "; ").join(parts)] if parts else []


def _money(series: np.ndarray) -> list[str]:
    national = _total(series, r.S_NSFC)
    paid_in = [_total(series, row) for row in (r.S_FUND_CITY, r.S_FUND_DISTRICT, r.S_FUND_SOCIAL)]
    granted = _total(series, r.S_GRANTED)
    if not (national or sum(paid_in) or granted):
        return []
    city, district, social = map(format_money, paid_in)
    return [
        t(
            f"基础研究经费：国家区域联合基金 {format_money(national)}〔B1〕；市级联合基金收市级 {city}、区县 {district}、"
            f"社会 {social}〔B2〕，拨付项目 {format_money(granted)}〔B3〕，年末余额 {format_money(series[r.S_BALANCE, -1])}",
            f"basic research, money: national fund {format_money(national)} [B1]; municipal fund received {city} from the "
            f"city, {district} from districts, {social} of social money [B2] and paid {format_money(granted)} to projects "
            f"[B3], {format_money(series[r.S_BALANCE, -1])} left",
        )
    ]


def _projects(series: np.ndarray) -> list[str]:
    projects, successes, contracts = (int(_total(series, row)) for row in (r.S_PROJECTS, r.S_SUCCESSES, r.S_CONTRACTS))
    knowledge, spinouts = series[r.S_KNOWLEDGE, -1], _total(series, r.S_SPINOUTS)
    if not (projects or successes or contracts or knowledge):
        return []
    return [
        t(
            f"基础研究项目：立项 {projects}，成果起作用 {successes}〔B7〕，政府购买 {contracts}〔B5〕；"
            f"知识存量 {format_money(knowledge)}，新增衍生企业期望 {spinouts:.2f} 家",
            f"basic research, projects: {projects} approved, {successes} successes take effect [B7], {contracts} bought [B5]; "
            f"knowledge stock {format_money(knowledge)}, {spinouts:.2f} additional spin-outs expected",
        )
    ]


def _tax(series: np.ndarray) -> list[str]:
    city, centre = _total(series, r.S_TAX_CITY), _total(series, r.S_TAX_CENTRAL)
    if not (city or centre):
        return []
    return [
        t(
            f"出资税前扣除〔B4〕：市级减收 {format_money(city)}，中央减收 {format_money(centre)}",
            f"donors' tax relief [B4]: {format_money(city)} forgone by the city, {format_money(centre)} by the centre",
        )
    ]
