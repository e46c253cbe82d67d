"""Metrics of measure 8: awards per yuan invested, what deputies and advisers reach, and all awards together (E15)."""

from __future__ import annotations

from typing import Final

from kejin_sim.ledger import Party
from kejin_sim.measures.people.together_rules import combined
from kejin_sim.outcomes import returns
from kejin_sim.outcomes.capital import CONCEDED_TO
from kejin_sim.outcomes.metric import Direction, Metric, Ratio, Unit
from kejin_sim.outcomes.view import Array, View

PEOPLE: Final = "people"
FIRMS: Final = ("家", "firms")
VISITS: Final = ("家次", "firm-years")
PERSONS: Final = ("人", "people")

SERIES: Final[dict[str, tuple[str, str, Unit]]] = {
    "vc_filed": ("登记的非财政性投资", "non-fiscal money filed", "CNY"),
    "vc_awards_paid": ("创投奖励", "venture-capital awards paid", "CNY"),
    "vc_settled": ("新落户创投机构", "VC firms settled", "count"),
    "vc_settlement_paid": ("落户补助（区县）", "settlement subsidies, districts", "CNY"),
    "deputy_stipends": ("在任科技副总（年津贴笔数）", "science vice-presidents, stipends paid", "count"),
    "adviser_services": ("顾问服务企业", "firms served by advisers", "count"),
    "adviser_financing": ("受服务企业私人融资", "private money of served firms", "CNY"),
}
COUNTS: Final[dict[str, tuple[str, str]]] = {
    "adviser_services_ended": ("结果已知的顾问服务", "services of advisers whose result is known"),
}
"""Statistics that are no outcomes of their own, in words."""
STOCKS: Final[frozenset[str]] = frozenset()
"""Series of what stands at a quarter's end; the others add up over a year."""
COUNTED_SERIES: Final = frozenset({"vc_settled", "deputy_stipends", "adviser_services"})
MONEY_STATS: Final = frozenset(
    {
        "vc_money_filed",
        "vc_early_filed",
        "vc_early_held",
        "vc_early_forfeited",
        "vc_early_capped",
        "vc_volume_held",
        "vc_awards_unfunded",
        "vc_settled_contribution",
        "adviser_financing_total",
    }
)
HEADLINES: Final = ("vc_awards", "award_per_yuan", "deputies_placed", "adviser_match_rate")


def _money(name: str, zh: str, en: str, formula: tuple[str, str], direction: Direction = "neutral") -> Metric:
    return Metric(name, zh, en, "CNY", direction, *formula, lambda v: v.stat(name), PEOPLE)


def _count(name: str, zh: str, en: str, formula: tuple[str, str], counted: tuple[str, str] = FIRMS) -> Metric:
    return Metric(name, zh, en, "count", "neutral", *formula, lambda v: v.stat(name), PEOPLE, counted=counted)


def _rule(name: str, zh: str, en: str, rule: str) -> Metric:
    return Metric(
        name, zh, en, "CNY", "neutral", f"{rule} 全部记账之和", f"all postings under {rule}",
        lambda v: v.total(rule=rule), PEOPLE,
    )  # fmt: skip


def _awards(v: View) -> Array:
    return v.total(rules=frozenset({"H1", "H2", "H3"}))


def _combined(v: View) -> Array:
    conceded = v.total(payer=Party.GUIDANCE_FUND, payee=CONCEDED_TO, rule="E6")
    return combined(v.total(rule="H1"), v.total(rule="H2"), v.total(rule="E9"), conceded)


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "vc_awards", "创投奖励合计", "venture-capital awards", "CNY", "neutral",
        "H1、H2、H3 实际兑付", "paid under H1, H2 and H3", _awards, PEOPLE,
    ),
    _rule("vc_early_award", "投早投小奖励", "early-stage awards", "H1"),
    _rule("vc_volume_award", "投资规模奖励", "volume awards", "H2"),
    _rule("vc_landing_award", "引进与上市奖励", "landing and listing awards", "H3"),
    Metric(
        "award_per_yuan", "每元非财政投资的奖励", "awards per yuan of non-fiscal money", "share", "neutral",
        "创投奖励合计 ÷ 登记的非财政性投资", "vc_awards ÷ vc_money_filed",
        lambda v: returns.multiple(_awards(v), v.stat("vc_money_filed")), PEOPLE,
    ),
    Metric(
        "early_award_per_yuan", "每元初创投资的投早奖励", "H1 per yuan of start-up money", "share", "neutral",
        "H1 ÷ 登记的初创企业非财政性投资（含开账前登记、开账后兑付的；期末前登记的尚未兑付）",
        "H1 ÷ vc_early_filed (awards on money filed before the opening included, those that fall due later not)",
        lambda v: returns.multiple(v.total(rule="H1"), v.stat("vc_early_filed")), PEOPLE,
    ),
    Metric(
        "volume_award_per_yuan", "每元投资的规模奖励", "H2 per yuan of non-fiscal money", "share", "neutral",
        "H2 ÷ 登记的非财政性投资（含开账前登记、开账后兑付的；期末前登记的尚未兑付）",
        "H2 ÷ vc_money_filed (awards on money filed before the opening included, those that fall due later not)",
        lambda v: returns.multiple(v.total(rule="H2"), v.stat("vc_money_filed")), PEOPLE,
    ),
    Metric(
        "landing_award_per_yuan", "每元投资的引进与上市奖励", "H3 per yuan of non-fiscal money", "share", "neutral",
        "H3 ÷ 登记的非财政性投资", "H3 ÷ vc_money_filed",
        lambda v: returns.multiple(v.total(rule="H3"), v.stat("vc_money_filed")), PEOPLE,
    ),
    Metric(
        "all_awards", "全市投资奖励与让利合计（E15）", "awards and concession on investments (E15)", "CNY", "neutral",
        "H1 + H2 + 跟投奖励（E9）+ 政府让利（E6）", "H1 + H2 + co-investor reward (E9) + concession (E6)",
        _combined, PEOPLE,
    ),
    Metric(
        "all_awards_per_yuan", "每元非财政投资的奖励与让利（E15）", "awards and concession per yuan of non-fiscal money",
        "share", "neutral",
        "奖励与让利合计 ÷ 登记的非财政性投资", "all_awards ÷ vc_money_filed",
        lambda v: returns.multiple(_combined(v), v.stat("vc_money_filed")), PEOPLE,
    ),
    _money(
        "vc_money_filed", "登记的非财政性投资", "non-fiscal money filed",
        ("年度核查登记的本市企业私人轮次资金 × 非财政比例", "private rounds of local firms as filed × non-fiscal share"), "more",
    ),
    _money(
        "vc_early_filed", "其中初创企业", "of it in start-ups",
        ("登记时年龄与营业收入合格的企业", "firms whose age and revenue were within the limits when filed"), "more",
    ),
    _money(
        "vc_early_held", "满年持有的初创投资", "start-up money held long enough",
        ("达到奖励年限的初创企业非财政性投资", "start-ups' non-fiscal money that reached the years of the award"),
    ),
    _money(
        "vc_early_forfeited", "未满年已退出的初创投资", "start-up money gone before",
        ("企业失败、被收购或减持完毕早于奖励年限", "the firm failed, was bought or sold down before the years were over"),
    ),
    _money(
        "vc_early_capped", "超出机构上限的奖励", "awards above the institutions' cap",
        ("H1 按比例应奖 − 上限内", "H1 by rate less what is within the cap"),
    ),
    _money(
        "vc_volume_held", "计入规模奖励的投资", "money counted for the volume award",
        ("持有满约定年数的非财政性投资", "non-fiscal money held for the agreed years"),
    ),
    _money(
        "vc_awards_unfunded", "资金不足未兑付的奖励", "awards that the line could not pay",
        ("H1 至 H3 应付 − 实付", "claims of H1–H3 less what was paid"),
    ),
    _count(
        "vc_landed_filings", "引进企业申报上市", "introduced firms that filed in time",
        ("得到 H3 申报奖励的企业", "firms that earned the award for filing"),
    ),
    _count(
        "vc_landed_listings", "引进企业上市", "introduced firms listed",
        ("得到 H3 上市奖励的企业", "firms that earned the award for the listing"),
    ),
    _count(
        "vc_listed_introduced", "引进上市公司", "listed firms introduced",
        ("按每年期望数随机给定", "random around the yearly expectation"),
    ),
    _count(
        "vc_firms_settled", "新落户创投机构", "VC firms settled",
        ("政策期内 H4 新落户", "settled under H4 while the policy runs"),
    ),
    Metric(
        "vc_settlement_paid", "落户补助（区县，法律状态：红色）", "settlement subsidies (districts; legally red)", "CNY", "less",
        "H4 全部记账之和", "all postings under H4", lambda v: v.total(rule="H4"), PEOPLE,
    ),
    _money(
        "vc_settled_contribution", "补助期内地方贡献", "local contribution in the years of subsidy",
        ("享受补助的机构及高管的地方贡献（外生假设）", "of subsidised VC firms and managers (given from outside)"),
    ),
    _count(
        "deputies_placed", "选派科技副总", "science vice-presidents placed",
        ("账簿开启后新选派人数", "placed after the opening"), PERSONS,
    ),
    _count(
        "deputy_years", "科技副总人年", "science vice-presidents, years",
        ("支付津贴的人年数", "years for which a stipend was paid"), ("人年", "person-years"),
    ),
    Metric(
        "deputy_cost", "科技副总财政支出", "treasury's cost of science vice-presidents", "CNY", "neutral",
        "H5 中市财政支付的部分", "the treasury's part of H5",
        lambda v: v.total(rule="H5", payer=Party.CITY_TREASURY), PEOPLE,
    ),
    _count(
        "adviser_firm_years", "顾问服务企业", "firms served by advisers",
        ("每家每年一次", "one a firm and year"), VISITS,
    ),
    _count(
        "adviser_matched", "撮合成功", "matches",
        ("服务期内得到私人融资的企业", "firms that raised private money while served"), VISITS,
    ),
    Metric(
        "adviser_match_rate", "撮合成功率", "match rate", "share", "more",
        "服务期内得到私人融资 ÷ 已结束的服务", "served firms with private money ÷ services ended",
        lambda v: returns.multiple(v.stat("adviser_matched"), v.stat("adviser_services_ended")), PEOPLE,
    ),
    Metric(
        "adviser_financing_total", "受服务企业私人融资", "private money of served firms", "CNY", "more",
        "服务期内得到的私人轮次资金", "private rounds while served",
        lambda v: v.stat("adviser_financing_total"), PEOPLE,
    ),
    Metric(
        "adviser_cost", "顾问费用", "cost of advisers", "CNY", "neutral",
        "H6 全部记账之和", "all postings under H6", lambda v: v.total(rule="H6"), PEOPLE,
    ),
)  # fmt: skip

RATIOS: Final[tuple[Ratio, ...]] = (
    Ratio(
        "awards_per_extra_private_yuan", "每多一元登记的投资多付的奖励", "extra awards per extra yuan of non-fiscal money filed",
        "multiple", "less", "vc_awards", "vc_money_filed", "difference", PEOPLE,
    ),
)  # fmt: skip
