"""Metrics of what the city gains: firms, listings, jobs, tax, research; and who would have been funded anyway."""

from __future__ import annotations

from typing import Final

import numpy as np

from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Direction, Metric
from kejin_sim.outcomes.view import Array, View

FIRMS: Final = ("家", "firms")


def _watched(v: View, survivors: str, observed: str) -> Array:
    """Survivors; undefined where no firm can be watched for so long, which is not the same as nobody surviving."""
    return np.where(v.stat(observed) > 0.0, v.stat(survivors), np.nan)


def _survivors(years: int) -> tuple[Metric, ...]:
    """Survivors among the policy cohorts that can be watched for so many years."""
    stat, seen = f"survivors_{years}y", f"observed_{years}y"
    watched_zh = f"政策期内新办、到观察期末满{years}年的企业"
    watched_en = f"firms founded in the policy period with {years} observed years"
    return (
        Metric(
            f"firms_surviving_{years}y", f"{years}年存活企业", f"firms surviving {years} years", "count", "more",
            f"{watched_zh}中满{years}年时存续、被并购或已上市的家数",
            f"{watched_en}: alive, acquired or listed at that age",
            lambda v: _watched(v, stat, seen), counted=FIRMS,
        ),
        Metric(
            f"firms_observed_{years}y", f"可观察满{years}年的企业", f"firms observed for {years} years", "count",
            "neutral",
            f"{watched_zh}家数", watched_en, lambda v: v.stat(seen), counted=FIRMS,
        ),
        Metric(
            f"survival_rate_{years}y", f"{years}年存活率", f"{years}-year survival", "share", "more",
            f"{years}年存活企业 ÷ 可观察满{years}年的企业", f"firms_surviving_{years}y ÷ firms_observed_{years}y",
            lambda v: returns.multiple(v.stat(stat), v.stat(seen)),
        ),
    )  # fmt: skip


def _counted(name: str, zh: str, en: str, direction: Direction, formula: tuple[str, str]) -> Metric:
    """A quarterly count added up over the horizon."""
    return Metric(name, zh, en, "count", direction, *formula, lambda v: v.added(name), counted=FIRMS)


FIRM_METRICS: Final = (
    *_survivors(3),
    *_survivors(5),
    *_survivors(10),
    Metric(
        "firms_surviving_10y_national", "10年存活企业（不含迁入）", "firms surviving 10 years, national", "count",
        "more",
        "10年存活企业，剔除迁入企业（对全国没有增量）",
        "firms_surviving_10y without relocated firms, which are no gain to the nation",
        lambda v: _watched(v, "survivors_10y_national", "observed_10y"), counted=FIRMS,
    ),
    Metric(
        "survivor_years", "企业存续年数合计", "survivor-years", "years", "more",
        "政策期内新办企业在观察期内的存续年数之和",
        "years lived within the horizon by firms founded in the policy period",
        lambda v: v.stat("survivor_years"), counted=("企业年", "firm-years"),
    ),
    Metric(
        "live_end", "期末存续企业", "firms alive at the horizon", "count", "more",
        "观察期末仍在本市经营的企业（不含已被并购或上市后减持完毕的）",
        "city enterprises alive at the horizon (not those acquired or sold after listing)",
        lambda v: v.last("live"), counted=FIRMS,
    ),
    Metric(
        "tech_firms_end", "类高新技术企业（期末）", "HNTE-like firms at the horizon", "count", "more",
        "观察期末在营、硬科技领域、设立满1年且有营业收入的本市企业",
        "city enterprises at the horizon in hard technology, at least a year old, with revenue",
        lambda v: v.last("tech_firms"), counted=FIRMS,
    ),
    Metric(
        "tech_firms_new", "新增类高新技术企业", "HNTE-like firms gained", "count", "more",
        "tech_firms_end − 开账当季末的同类企业数（净增，退出的已减去）",
        "tech_firms_end − the same count at the end of the opening quarter (net of those that left)",
        lambda v: v.last("tech_firms") - v.series("tech_firms")[:, 0], counted=FIRMS,
    ),
    _counted("arrivals", "新办企业", "enterprises founded", "more", ("观察期内新办企业数",
        "enterprises that arrived")),
    _counted("failures", "失败企业", "failures", "less", ("观察期内失败的企业数", "enterprises that failed")),
    _counted("listings", "上市企业", "listings", "more", ("观察期内上市的企业数", "enterprises that were listed")),
    _counted("acquisitions", "被并购企业", "acquisitions", "neutral", ("观察期内被并购的企业数",
        "enterprises acquired")),
    Metric(
        "private_rounds", "私人融资轮次", "private rounds", "count", "more",
        "观察期内私人投资轮次数", "private rounds within the horizon",
        lambda v: v.added("private_rounds"), counted=("轮", "rounds"),
    ),
)  # fmt: skip

DISPLACED_ZH: Final = "方案比基准多出的，扣除挤占本地他人的部分"
DISPLACED_EN: Final = "of what the package has beyond its twin, the share that displaces others is taken off"

ECONOMY: Final = (
    Metric(
        "jobs_mean", "就业（平均）", "jobs, average", "count", "more",
        "本市企业（含被并购和上市）季末就业的平均值",
        "mean over quarters of jobs in city enterprises, incl. acquired and listed",
        lambda v: v.average("jobs"), counted=("人", "jobs"),
    ),
    Metric(
        "jobs_end", "就业（期末）", "jobs at the horizon", "count", "more",
        "观察期末就业人数", "jobs in the last quarter",
        lambda v: v.last("jobs"), counted=("人", "jobs"),
    ),
    Metric(
        "job_years_net", "就业人年（扣除挤出）", "job-years after displacement", "count", "more",
        f"就业 ÷ 4，逐季相加；{DISPLACED_ZH}", f"jobs ÷ 4, added over the quarters; {DISPLACED_EN}",
        lambda v: returns.total_rows(v.displaced("jobs")) / returns.QUARTERS, counted=("人年", "job-years"),
        displaced=True,
    ),
    Metric(
        "job_years_national", "就业人年（全国口径）", "job-years, national", "count", "more",
        f"不计迁入企业的就业 ÷ 4，逐季相加；{DISPLACED_ZH}",
        f"jobs without relocated firms ÷ 4, added over the quarters; {DISPLACED_EN}",
        lambda v: returns.total_rows(v.displaced("jobs_national")) / returns.QUARTERS, counted=("人年", "job-years"),
        displaced=True,
    ),
    Metric(
        "tax", "市级税收（扣除挤出）", "city tax after displacement", "CNY", "more",
        f"市级分成税收（按各季末企业的收入水平），不折现，与基金回报分列；{DISPLACED_ZH}",
        f"city share of tax on revenue as it stands at each quarter's close, undiscounted, beside and never within returns; "
        f"{DISPLACED_EN}",
        lambda v: returns.total_rows(v.displaced("tax")), displaced=True,
    ),
    Metric(
        "tax_npv", "市级税收现值", "city tax, present value", "CNY", "more",
        "逐季市级税收按财政折现率折现", "quarterly city tax at the treasury's discount rate",
        lambda v: returns.present_value_rows(v.displaced("tax"), v.context.treasury_discount), displaced=True,
    ),
    Metric(
        "research", "研发投入", "research spending", "CNY", "more",
        "企业研发投入之和（按各季末的成本水平，现金不够的按其收入），不折现",
        "R&D spending of enterprises at the cost as it stands at each quarter's close (of firms short of cash, at what revenue "
        "allows), undiscounted", lambda v: v.added("research"),
    ),
    Metric(
        "research_intensity", "研发强度", "R&D intensity", "share", "more",
        "企业研发投入 ÷ 营业收入（初创企业收入少，高于规上企业口径）",
        "R&D spending ÷ revenue of enterprises (start-ups have little revenue: above the figure of large firms)",
        lambda v: returns.multiple(v.added("research"), v.added("sales")),
    ),
)  # fmt: skip


def _pair(name: str, zh: str, en: str, direction: Direction, formula_zh: str, formula_en: str) -> Metric:
    return Metric(
        name, zh, en, "count", direction, formula_zh, formula_en, lambda v: v.pair(name), scope="pair", counted=FIRMS
    )


def _share_of(v: View, part: str, whole: tuple[str, ...]) -> Array:
    total = v.pair(whole[0])
    for name in whole[1:]:
        total = total + v.pair(name)
    return returns.multiple(v.pair(part), total)


FUNDED_ZH: Final = "政策期内新办企业在观察期内获得外部股权融资"
FUNDED_EN: Final = "firms of the policy cohorts with outside equity at any time"
ALIVE_ZH: Final = "政策期内新办企业在观察期末存续、被并购或已上市"
ALIVE_EN: Final = "firms of the policy cohorts alive, acquired or listed at the horizon"

ANYWAY: Final = (
    _pair("funded_both", "两种情形都获融资", "funded either way", "neutral",
          f"{FUNDED_ZH}：方案与基准都有", f"{FUNDED_EN}: in package and twin"),
    _pair("funded_package_only", "仅方案下获融资", "funded with the package only", "more",
          f"{FUNDED_ZH}：仅方案有", f"{FUNDED_EN}: in the package only"),
    _pair("funded_twin_only", "仅基准下获融资（被挤出）", "funded in the twin only (crowded out)", "less",
          f"{FUNDED_ZH}：仅基准有", f"{FUNDED_EN}: in the twin only"),
    _pair("funded_neither", "两种情形都未获融资", "funded in neither", "neutral",
          f"{FUNDED_ZH}：都没有", f"{FUNDED_EN}: in neither"),
    _pair("funded_earlier", "更早获融资", "funded earlier", "more",
          "两种情形都获融资、方案下更早的企业", "funded in both, sooner in the package"),
    _pair("funded_later", "更晚获融资", "funded later", "less",
          "两种情形都获融资、方案下更晚的企业", "funded in both, later in the package"),
    _pair("raised_more", "融资更多", "raised more", "more",
          "两种情形都获融资、方案下融资额更多的企业", "funded in both, more money in the package"),
    _pair("raised_less", "融资更少", "raised less", "less",
          "两种情形都获融资、方案下融资额更少的企业", "funded in both, less money in the package"),
    _pair("alive_both", "两种情形都存活", "alive either way", "neutral", f"{ALIVE_ZH}：都是",
        f"{ALIVE_EN}: in both"),
    _pair("alive_package_only", "仅方案下存活", "alive with the package only", "more",
          f"{ALIVE_ZH}：仅方案", f"{ALIVE_EN}: in the package only"),
    _pair("alive_twin_only", "仅基准下存活", "alive in the twin only", "less",
          f"{ALIVE_ZH}：仅基准", f"{ALIVE_EN}: in the twin only"),
    _pair("alive_neither", "两种情形都未存活", "alive in neither", "neutral",
          f"{ALIVE_ZH}：都不是", f"{ALIVE_EN}: in neither"),
    _pair("listed_both", "两种情形都上市", "listed either way", "neutral",
          "政策期内新办企业：两种情形都上市", "firms of the policy cohorts listed in both"),
    _pair("listed_package_only", "仅方案下上市", "listed with the package only", "more",
          "政策期内新办企业：仅方案下上市", "firms of the policy cohorts listed in the package only"),
    _pair("listed_twin_only", "仅基准下上市", "listed in the twin only", "less",
          "政策期内新办企业：仅基准下上市", "firms of the policy cohorts listed in the twin only"),
    _pair("supported_anyway", "获公共资金、基准下也获融资", "supported, funded anyway", "neutral",
          "政策期内新办企业：方案下获公共资金，基准下也获外部股权融资",
          "firms of the policy cohorts that public money entered in the package and that find equity in the twin too"),
    _pair("supported_only_so", "获公共资金、基准下未获融资", "supported, not funded otherwise", "more",
          "政策期内新办企业：方案下获公共资金，基准下未获外部股权融资",
          "firms of the policy cohorts that public money entered in the package and that find no equity in the twin"),
    Metric(
        "deadweight_share", "无谓支持占比", "deadweight share", "share", "less",
        "方案下获公共资金、基准下也会获外部股权融资的企业 ÷ 方案下获公共资金的企业",
        "supported_anyway ÷ (supported_anyway + supported_only_so): public money entered, and equity would have come anyway",
        lambda v: _share_of(v, "supported_anyway", ("supported_anyway", "supported_only_so")), scope="pair",
    ),
    Metric(
        "crowded_out_share", "被挤出占比", "crowded-out share", "share", "less",
        "仅基准下获融资 ÷（两种情形都获融资 + 仅基准下获融资）",
        "funded_twin_only ÷ (funded_both + funded_twin_only)",
        lambda v: _share_of(v, "funded_twin_only", ("funded_both", "funded_twin_only")), scope="pair",
    ),
)  # fmt: skip

METRICS: Final[tuple[Metric, ...]] = (*FIRM_METRICS, *ECONOMY, *ANYWAY)
