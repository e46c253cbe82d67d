"""What is counted over a path and is no outcome of its own, in words: for ``kejin rules METRIC``."""

from __future__ import annotations

from typing import Final

from kejin_sim.outcomes import credit, grants, rooms

_BASES: Final = {
    "net_terminal": ("终值净亏损", "net terminal loss"),
    "gross": ("亏损项目亏损额", "gross loss"),
    "class": ("按投资阶段", "loss by class"),
    "head_count": ("亏损项目数", "head count"),
}
_MOMENTS: Final = {
    "breach": ("期满评价超过容忍率的子基金", "sub-funds over the tolerance at the end of their life"),
    "review_breach": ("中期评价超过容忍率的次数", "interim reviews over the tolerance"),
    "rolling_breach": ("年末评价超过容忍率的次数", "year-end tests over the tolerance"),
}

COUNT_LABELS: Final[dict[str, tuple[str, str]]] = {
    "survivors_3y": (
        "设立满3年的政策期新设企业中仍存续、被并购或已上市的",
        "policy cohorts three years after their founding: alive, acquired or listed",
    ),
    "observed_3y": ("观察满3年的政策期新设企业", "policy cohorts observed for three years"),
    "survivors_5y": (
        "设立满5年的政策期新设企业中仍存续、被并购或已上市的",
        "policy cohorts five years after their founding: alive, acquired or listed",
    ),
    "observed_5y": ("观察满5年的政策期新设企业", "policy cohorts observed for five years"),
    "survivors_10y": (
        "设立满10年的政策期新设企业中仍存续、被并购或已上市的",
        "policy cohorts ten years after their founding: alive, acquired or listed",
    ),
    "survivors_10y_national": ("同上，不含从外地迁来的", "the same without firms that moved here"),
    "observed_10y": ("观察满10年的政策期新设企业", "policy cohorts observed for ten years"),
    "deals_cost": ("政策子基金项目成本", "cost of deals of policy sub-funds"),
    "deals_loss": ("亏损项目的亏损额合计（子基金）", "losses of losing deals, summed (sub-funds)"),
    "deals_lost": ("亏损项目数（子基金）", "losing deals (sub-funds)"),
    "class_seed_cost": ("种子期项目成本（子基金）", "cost of seed deals (sub-funds)"),
    "class_seed_value": ("种子期项目价值（子基金）", "value of seed deals (sub-funds)"),
    "class_angel_cost": ("天使期项目成本（子基金）", "cost of angel deals (sub-funds)"),
    "class_angel_value": ("天使期项目价值（子基金）", "value of angel deals (sub-funds)"),
    "class_industry_cost": ("A轮及以后项目成本（子基金）", "cost of deals of round A and later (sub-funds)"),
    "class_industry_value": ("A轮及以后项目价值（子基金）", "value of deals of round A and later (sub-funds)"),
    "seed_cost": ("种子直投成本", "cost of seed direct deals"),
    "seed_loss": ("亏损项目的亏损额合计（种子直投）", "losses of losing deals, summed (seed direct)"),
    "seed_lost": ("亏损项目数（种子直投）", "losing deals (seed direct)"),
    "reinvestment_credit": ("返投倍数合计（被考核的子基金）", "reinvestment multiples of the tested sub-funds, summed"),
    "reinvestment_met": ("完成返投的子基金", "sub-funds that met the reinvestment ratio"),
    "horizon_value": ("期末按Z1变现的价值", "value realised at the horizon under Z1"),
    "realised_value": ("期末之前变现的价值（同一批持有人）", "value realised before the horizon by the same holders"),
    **{
        f"{moment}_{basis}": (f"{counted[0]}（{by[0]}）", f"{counted[1]} ({by[1]})")
        for moment, counted in _MOMENTS.items()
        for basis, by in _BASES.items()
    },
    **credit.COUNTS,
    **grants.COUNTS,
    **rooms.COUNTS,
}
