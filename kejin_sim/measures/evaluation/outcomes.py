"""Metrics of measure 6: what fintech and platform cost, how sharp the score is, who was chosen by it."""

from __future__ import annotations

from typing import Final

from kejin_sim.outcomes import returns
from kejin_sim.outcomes.metric import Direction, Metric, Unit

EVALUATION: Final = "evaluation"
FIRMS: Final = ("家", "firms")
PROJECTS: Final = ("项", "projects")

SERIES: Final[dict[str, tuple[str, str, Unit]]] = {
    "fintech_projects": ("金融科技攻关立项", "fintech projects approved", "count"),
    "fintech_paid": ("金融科技攻关补助", "fintech research subsidies", "CNY"),
    "platform_paid": ("数据平台建设与运行", "data platform, capital and running cost", "CNY"),
    "fintech_projects_open": ("在研金融科技项目", "fintech projects under way", "count"),
    "platform_works": ("平台是否运行", "platform at work", "share"),
}
COUNTS: Final[dict[str, tuple[str, str]]] = {
    "fintech_projects_capped": ("补助达到上限的攻关项目", "R&D projects whose subsidy the cap held down"),
    "auc_right": ("评分排对的配对（一好一差，同档各半）", "pairs of a good and a bad firm ranked rightly, ties by half"),
    "auc_pairs": ("一好一差的全部配对", "all pairs of a good and a bad firm"),
    "auc_tied": ("同在一档的配对", "pairs in one bin"),
    "auc_closed": ("按闭式解应当排对的配对", "pairs ranked rightly by the closed form"),
    "cohort_firms": ("政策期内新设企业", "firms founded in the policy years"),
    "cohort_good": ("其中质量高于平均的", "of them of a quality above average"),
    "chosen_failed": ("选中的企业到期末已失败的", "chosen firms that have failed by the horizon"),
    "first_served": ("得到过公共资金或银行贷款的", "firms that public money entered or a bank lent to"),
}
"""Statistics that are no outcomes of their own, in words."""
STOCKS: Final = frozenset({"fintech_projects_open", "platform_works"})
COUNTED_SERIES: Final = frozenset({"fintech_projects", "fintech_projects_open", "platform_works"})
MONEY_STATS: Final = frozenset({"auc_closed", "public_equity_in_failed"})
HEADLINES: Final = ("score_auc", "wrong_approval_rate", "chosen_failure_rate")


def _count(
    name: str,
    stat: str,
    zh: str,
    en: str,
    formula: tuple[str, str],
    direction: Direction = "neutral",
    counted: tuple[str, str] = FIRMS,
) -> Metric:
    return Metric(name, zh, en, "count", direction, *formula, lambda v: v.stat(stat), EVALUATION, counted=counted)


def _share(
    name: str, above: str, below: str, zh: str, en: str, formula: tuple[str, str], direction: Direction
) -> Metric:
    return Metric(
        name, zh, en, "share", direction, *formula, lambda v: returns.multiple(v.stat(above), v.stat(below)), EVALUATION
    )


METRICS: Final[tuple[Metric, ...]] = (
    Metric(
        "fintech_research_cost",
        "金融科技攻关补助支出",
        "spent on fintech research",
        "CNY",
        "neutral",
        "F1 各期补助合计",
        "all payments of F1",
        lambda v: v.added("fintech_paid"),
        EVALUATION,
    ),
    Metric(
        "platform_cost",
        "数据平台支出",
        "spent on the data platform",
        "CNY",
        "neutral",
        "F2 建设费与运行费合计",
        "capital and running cost of F2",
        lambda v: v.added("platform_paid"),
        EVALUATION,
    ),
    _count(
        "fintech_projects_approved",
        "fintech_projects_approved",
        "金融科技攻关立项数",
        "fintech projects approved",
        ("账簿开启后立项", "approved after the opening"),
        counted=PROJECTS,
    ),
    _count(
        "fintech_projects_completed",
        "fintech_projects_completed",
        "通过结题验收",
        "fintech projects completed",
        ("两次验收都合格", "both milestones passed"),
        "more",
        PROJECTS,
    ),
    _count(
        "fintech_projects_stopped",
        "fintech_projects_stopped",
        "验收不合格终止",
        "fintech projects stopped",
        ("中期或结题验收不合格", "a milestone was failed"),
        "less",
        PROJECTS,
    ),
    _share(
        "fintech_capped_share",
        "fintech_projects_capped",
        "fintech_projects_approved",
        "触及补助上限的项目比例",
        "projects held down by the cap",
        ("按比例计算的补助高于上限 ÷ 立项数", "share × cost above the cap ÷ approved"),
        "neutral",
    ),
    Metric(
        "platform_years",
        "平台运行年数",
        "years in which the platform worked",
        "years",
        "neutral",
        "账簿开启后平台运行的季度数 ÷ 4",
        "quarters after the opening in which it worked ÷ 4",
        lambda v: 0.25 * v.added("platform_works"),
        EVALUATION,
    ),
    _count(
        "scores_renewed",
        "scores_renewed",
        "分阶段评价次数",
        "yearly evaluations",
        ("F4 更新评分的企业次数", "scores renewed under F4"),
        counted=("次", "times"),
    ),
    _share(
        "score_auc",
        "auc_right",
        "auc_pairs",
        "评分的 AUC（实测）",
        "area under the curve of the score, measured",
        (
            "政策期内新设企业：质量高于平均的评分高于质量不高于平均的，占全部配对的比例（同档各半，400 档）",
            "policy cohorts: pairs of a firm with q > 0 and one with q ≤ 0 in which the first has the higher score "
            "(half for the same of 400 bins) ÷ all pairs",
        ),
        "more",
    ),
    _share(
        "score_auc_closed_form",
        "auc_closed",
        "auc_pairs",
        "评分的 AUC（闭式解）",
        "area under the curve, closed form",
        (
            "½ + (2/π)·asin(ρ/√2)，各企业按最后一次评分时的噪声；不含分阶段权重",
            "½ + (2/π)·asin(ρ/√2), each firm at the noise with which it was last scored; weights by stage left out",
        ),
        "neutral",
    ),
    _share(
        "score_auc_binning",
        "auc_tied",
        "auc_pairs",
        "同档配对比例",
        "pairs in one bin",
        ("实测 AUC 的分档误差不超过此数的一半", "the binning error of the measured area is at most half of this"),
        "less",
    ),
    _count(
        "cohort_chosen",
        "cohort_chosen",
        "按评分选中的企业",
        "firms chosen by the score",
        (
            "政策期内新设企业：得到过拨改投、种子直投、子基金投资或初创跟投",
            "policy cohorts: with a grant, seed direct, a sub-fund's deal or a follow-on",
        ),
    ),
    _count(
        "wrong_approvals",
        "wrong_approvals",
        "错误批准",
        "wrong approvals",
        ("被选中而潜在质量不高于平均（q ≤ 0）", "chosen, but of no more than average quality (q ≤ 0)"),
        "less",
    ),
    _share(
        "wrong_approval_rate",
        "wrong_approvals",
        "cohort_chosen",
        "错误批准率",
        "rate of wrong approvals",
        ("错误批准 ÷ 选中企业", "wrong approvals ÷ firms chosen"),
        "less",
    ),
    _count(
        "missed_firms",
        "missed_firms",
        "遗漏的好企业",
        "good firms missed",
        ("潜在质量高于平均（q > 0）而始终未被选中", "q > 0 and never chosen"),
        "less",
    ),
    _share(
        "missed_rate",
        "missed_firms",
        "cohort_good",
        "遗漏率",
        "share of good firms missed",
        ("遗漏 ÷ 质量高于平均的新设企业", "missed ÷ firms of the policy cohorts with q > 0"),
        "less",
    ),
    _share(
        "chosen_failure_rate",
        "chosen_failed",
        "cohort_chosen",
        "选中企业失败率",
        "failure rate of chosen firms",
        ("被选中且期内失败 ÷ 选中企业", "chosen and failed by the horizon ÷ firms chosen"),
        "less",
    ),
    Metric(
        "public_equity_in_failed",
        "失败企业中的种子直投与跟投",
        "seed and follow-on money in firms that failed",
        "CNY",
        "less",
        "政策期内新设企业：失败企业的种子直投与初创跟投成本",
        "policy cohorts: cost of seed direct and follow-on investments in firms that failed",
        lambda v: v.stat("public_equity_in_failed"),
        EVALUATION,
    ),
    _share(
        "first_served_share",
        "first_served",
        "cohort_firms",
        "首次获得服务的企业比例",
        "share of firms first served",
        ("政策期内新设企业：获公共股权、拨款或银行贷款的 ÷ 全部", "policy cohorts: with public equity, grant or bank loan ÷ all"),
        "more",
    ),
)
