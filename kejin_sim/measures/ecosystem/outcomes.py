"""Metrics of measure 10: what the alliance costs, matches made, duplicated support avoided, instruments per firm."""

from __future__ import annotations

from typing import Final

from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Direction, Metric, Unit

ECOSYSTEM: Final = "ecosystem"
FIRMS: Final = ("家", "firms")
TIMES: Final = ("次", "times")

SERIES: Final[dict[str, tuple[str, str, Unit]]] = {
    "alliance_paid": ("联盟运营经费", "cost of the alliance", "CNY"),
    "matches": ("撮合", "matches", "count"),
    "duplicates_refused": ("拒绝重复支持", "duplicates refused", "count"),
    "duplicates_saved": ("避免的重复支持", "duplicated support avoided", "CNY"),
}
COUNTS: Final[dict[str, tuple[str, str]]] = {
    "instruments": ("企业得到政策工具的次数合计", "instruments that firms have had, in all"),
    "instrument_firms": ("得到过政策工具的企业", "firms with one instrument or more"),
    "two_instrument_firms": ("得到过两种以上工具的企业", "firms with two instruments or more"),
    "top_decile_instruments": ("得项次最多的十分之一企业所得的次数", "instruments of the tenth of these firms that has most"),
}
"""Statistics that are no outcomes of their own, in words."""
STOCKS: Final[frozenset[str]] = frozenset()
COUNTED_SERIES: Final = frozenset({"matches", "duplicates_refused"})
MONEY_STATS: Final = frozenset({"duplicates_money_saved", "duplicates_money_paid", "top_decile_instruments"})
HEADLINES: Final = ("firms_two_partners", "duplicates_money_saved", "instruments_per_firm")


def _count(
    name: str,
    zh: str,
    en: str,
    formula: tuple[str, str],
    direction: Direction = "neutral",
    counted: tuple[str, str] = FIRMS,
) -> Metric:
    return Metric(name, zh, en, "count", direction, *formula, lambda v: v.stat(name), ECOSYSTEM, counted=counted)


def _money(name: str, zh: str, en: str, formula: tuple[str, str], direction: Direction) -> Metric:
    return Metric(name, zh, en, "CNY", direction, *formula, lambda v: v.stat(name), ECOSYSTEM)


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "alliance_cost",
        "联盟支出",
        "spent on the alliance",
        "CNY",
        "neutral",
        "O3 运营经费合计",
        "all payments of O3",
        lambda v: v.added("alliance_paid"),
        ECOSYSTEM,
    ),
    _count(
        "matches_made",
        "撮合数",
        "matches made",
        (
            "联盟运行期间，政策期内新设企业在已有一个伙伴（贷款、拨改投、公共投资）之外再获得的伙伴，按年度更新计；"
            "不是联盟带来的增量",
            "partners (lender, grant office, public investor) that firms of the policy cohorts won beside one that was there, "
            "at yearly visits while the alliance runs; not what the alliance brought about",
        ),
        "more",
        TIMES,
    ),
    _count(
        "firms_two_partners",
        "有两类以上伙伴的企业",
        "firms with two or more kinds of partner",
        (
            "政策期内新设企业：贷款、拨改投、公共投资三类中先后有过两类以上",
            "policy cohorts: two or more of a loan, a grant and a public investment, at any time",
        ),
        "more",
    ),
    _count(
        "duplicates",
        "重复申请",
        "duplicate applications",
        ("研发费用已由拨改投经费承担又申请创新券", "for a voucher, while a grant bears the firm's research cost"),
        counted=TIMES,
    ),
    _count(
        "duplicates_found",
        "查出并拒绝的重复申请",
        "duplicates found and refused",
        ("联盟查出并拒绝", "found by the alliance and refused"),
        "neutral",
        TIMES,
    ),
    _money(
        "duplicates_money_saved",
        "避免的重复支持金额",
        "duplicated support avoided",
        (
            "被拒绝的申请中本来会兑付的金额合计（验收合格、自付付得出、安排还够）",
            "refused applications that would have been paid: accepted, own part and line sufficient",
        ),
        "more",
    ),
    _money(
        "duplicates_money_paid",
        "未查出的重复申请金额",
        "duplicate applications let through",
        (
            "没有查出（或没有查）的重复申请中兑付的金额",
            "paid on applications that were not found, or not looked for",
        ),
        "less",
    ),
    Metric(
        "instruments_per_firm",
        "每家获支持企业的支持项次",
        "instruments per supported firm",
        "multiple",
        "neutral",
        "政策期内新设企业：公共资金或服务到达的次数 ÷ 到达过的企业",
        "policy cohorts: times that public money or a service reached firms ÷ firms reached",
        lambda v: returns.multiple(v.stat("instruments"), v.stat("instrument_firms")),
        ECOSYSTEM,
    ),
    Metric(
        "two_instruments_share",
        "获两项次及以上支持的比例",
        "supported firms with two or more instruments",
        "share",
        "neutral",
        "得到两项次及以上的企业 ÷ 到达过的企业",
        "firms reached twice or more ÷ firms reached",
        lambda v: returns.multiple(v.stat("two_instrument_firms"), v.stat("instrument_firms")),
        ECOSYSTEM,
    ),
    Metric(
        "top_decile_instruments_share",
        "得项次最多的十分之一企业所占比例",
        "share of instruments of the tenth that has most",
        "share",
        "less",
        "按项次排序前 10% 的企业（零头按比例）得到的项次 ÷ 全部项次",
        "instruments of the 10 % of firms with most (a fraction of a firm counts in part) ÷ all",
        lambda v: returns.multiple(v.stat("top_decile_instruments"), v.stat("instruments")),
        ECOSYSTEM,
    ),
)
