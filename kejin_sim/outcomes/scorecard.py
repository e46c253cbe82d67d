"""The NDRC's evaluation of government funds (政府投资基金投向评价, trial), as far as a run can fill it in.

Steps are those that rulebook-like sources print: a public coding of the trial rules, second-hand (`SOURCES`). Lines that ask
for what is not simulated (patents, choke-point fields, green projects, conduct of the manager, …) are left out, not guessed; the
greatest sum of the lines that remain is a metric too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from kejin_sim.outcomes import returns
from kejin_sim.outcomes.capital import years_held
from kejin_sim.outcomes.metric import Metric
from kejin_sim.outcomes.view import Array, View

Steps = Sequence[tuple[float, float]]
"""(least value, points), the greatest first."""

SOURCES: Final = ("NDRC", "R18")
"""The rules, in draft, and the coding of their steps."""

TEN: Final[Steps] = (*((0.9 - 0.1 * n, 10.0 - n) for n in range(9)), (2e-9, 1.0))  # anything above rounding
PATIENT: Final[Steps] = ((0.70, 5.0), (0.50, 3.0), (0.20, 2.0))
SOCIAL: Final[Steps] = ((0.5, 5.0), (0.4, 4.0), (0.3, 3.0), (0.2, 2.0), (0.1, 1.0))
HELD: Final[Steps] = ((5.0, 5.0), (3.0, 3.0), (2.0, 2.0))
PAID_IN: Final[Steps] = ((0.5, 1.0), (0.3, 0.5))
IRR: Final[Steps] = ((0.03, 1.0),)
ROUNDING: Final = 1e-9
"""A share that is 90 % up to rounding is 90 %."""


def stepped(values: Array, steps: Steps) -> Array:
    """Points for each value; an undefined value gets none."""
    points = np.zeros(values.shape)
    for least, given in reversed(steps):
        points[np.nan_to_num(values, nan=-1.0) >= least - ROUNDING] = given
    return points


def new_quality_share(v: View) -> Array:
    """Share of public deals (seed direct, sub-funds, follow-on) that went to hard-technology firms."""
    return returns.multiple(v.added("public_hard_tech"), v.added("public_deals"))


def early_share(v: View) -> Array:
    """Share of the sub-funds' deals and of seed direct, by cost, that was made at seed and angel stage."""
    early = v.stat("class_seed_cost") + v.stat("class_angel_cost") + v.stat("seed_cost")
    return returns.multiple(early, v.stat("deals_cost") + v.stat("seed_cost"))


def patient_points(v: View) -> Array:
    """Early and small, or long: the better of the two."""
    return np.maximum(stepped(early_share(v), PATIENT), stepped(years_held(v), HELD))


def social_share(v: View) -> Array:
    """Social limited partners' part of what sub-funds have called."""
    return returns.multiple(v.added("social_calls"), v.added("subfund_calls"))


def paid_in_share(v: View) -> Array:
    """Sub-funds and chain-leader funds: called ÷ committed, by all partners."""
    return returns.multiple(v.added("subfund_calls", "chain_calls"), v.added("fund_commitments"))


def idle_share(v: View) -> Array:
    """Guidance fund: average closing cash ÷ (average closing cash + average reported NAV of the sub-funds)."""
    cash = v.average("guidance_cash")
    return returns.multiple(cash, cash + v.average("reported_nav"))


def reinvestment_points(v: View) -> Array:
    """No requirement, or under 50 %: 3; under 100 %: 2; under 150 %: 1; from 150 % on: 0; 3 while no sub-fund has called."""
    required = v.context.reinvestment_required[v.world]
    points = 3.0 if required < 0.5 else 2.0 if required < 1.0 else 1.0 if required < 1.5 else 0.0
    return np.where(v.added("subfund_calls") > 0.0, points, 3.0)


TICKETS: Final = frozenset({"attraction_city", "attraction_district"})
"""Money given for moving in; what comes back of earlier tickets is none."""


def registration_points(v: View) -> Array:
    """3 unless money was given for moving into the city (G9)."""
    return np.where(v.total(names=TICKETS) > 0.0, 0.0, 3.0)


def transfer_points(v: View) -> Array:
    """2 when any money moved under measure 5."""
    return np.where(v.total(room="commercialisation") > 0.0, 2.0, 0.0)


def government_irr(v: View) -> Array:
    """IRR of the guidance fund's sub-fund interests."""
    return returns.irr_rows(v.series("government_distributions") - v.series("government_calls"))


LINES: Final[tuple[tuple[str, str, str, float, str, str, Callable[[View], Array]], ...]] = (
    ("new_quality", "新质生产力投资占比", "share of investment in new quality productive forces", 10.0,
     "硬科技占公共资金参与投资额，90%及以上10分，每低10个百分点减1分",
     "hard technology's share of public deals: 10 from 90 % on, one less for every 10 points less",
     lambda v: stepped(new_quality_share(v), TEN)),
    ("transfer", "支持科技成果转化", "technology transfer supported", 2.0,
     "第5条措施有资金往来得2分", "2 when money moved under measure 5", transfer_points),
    ("reinvestment", "返投比例要求", "reinvestment requirement", 3.0,
     "要求低于50%或无要求（含子基金尚未实缴）3分，50%–100% 2分，100%–150% 1分，150%及以上0分",
     "a requirement below 50 % or none (no sub-fund has called) 3, below 100 % 2, below 150 % 1, from 150 % on 0",
     reinvestment_points),
    ("registration", "不以迁入为条件", "no money on condition of moving in", 3.0,
     "招商拨改投（G9）没有出资得3分，否则0分", "3 when no attraction ticket (G9) was paid, else 0", registration_points),
    ("patient", "耐心资本（投早投小或长期持有）", "patient capital (early and small, or long held)", 5.0,
     "种子、天使阶段占子基金和直投成本：70%及以上5分，50% 3分，20% 2分；或子基金平均持有年限（按成本加权，计至期末）："
     "5年及以上5分，3年3分，2年2分；取高者",
     "seed and angel stage's share of sub-fund and direct deals by cost: 70 % 5, 50 % 3, 20 % 2; or mean years that sub-funds held "
     "a deal (by cost, to the horizon): 5 years 5, 3 years 3, 2 years 2; the better of the two",
     patient_points),
    ("social", "社会资本占比", "share of social capital", 5.0,
     "社会出资人占子基金实缴：50%及以上5分，每低10个百分点减1分",
     "social investors' part of what sub-funds called: 50 % 5, one less for every 10 points less",
     lambda v: stepped(social_share(v), SOCIAL)),
    ("paid_in", "实缴进度", "paid-in completion", 1.0,
     "子基金和链主基金全部出资人实缴 ÷ 认缴（含其后解除的），50%及以上1分，30% 0.5分",
     "called ÷ committed by all partners of sub-funds and chain-leader funds, what is released later included: 50 % 1, 30 % 0.5",
     lambda v: stepped(paid_in_share(v), PAID_IN)),
    ("idle", "资金闲置", "idle money", 1.0,
     "引导基金平均现金 ÷（平均现金 + 子基金平均账面净值），低于30%得1分",
     "average cash of the guidance fund ÷ (that + average reported NAV): below 30 % 1",
     lambda v: np.where(np.nan_to_num(idle_share(v), nan=1.0) < 0.3, 1.0, 0.0)),
    ("irr", "内部收益率不低于3%", "IRR of at least 3 %", 1.0,
     "引导基金子基金份额内部收益率，3%及以上1分", "IRR of the guidance fund's sub-fund interests: 1 from 3 % on",
     lambda v: stepped(government_irr(v), IRR)),
)  # fmt: skip
MAXIMUM: Final = sum(line[3] for line in LINES)
REST: Final = 100.0 - MAXIMUM


def _of_a_fund(v: View, points: Array) -> Array:
    """There is nothing to evaluate, and no points, where the guidance fund has put money into no fund and no deal."""
    there = v.added("fund_commitments", "public_deals", "subfund_calls") + v.stat("deals_cost") + v.stat("seed_cost")
    return np.where(there > 0.0, points, np.nan)


def _line(
    name: str, zh: str, en: str, most: float, formula_zh: str, formula_en: str, points: Callable[[View], Array]
) -> Metric:
    return Metric(
        f"ndrc_{name}", f"基金投向评价：{zh}（满分{most:g}）", f"fund evaluation: {en} (of {most:g})", "count", "more",
        formula_zh, formula_en, lambda v: _of_a_fund(v, points(v)), "equity", counted=("分", "points"),
    )  # fmt: skip


def _total(v: View) -> Array:
    total = LINES[0][6](v)
    for line in LINES[1:]:
        total = total + line[6](v)
    return _of_a_fund(v, total)


METRICS: Final[tuple[Metric, ...]] = (
    *(_line(*line) for line in LINES),
    Metric(
        "ndrc_score", f"基金投向评价：可模拟各项合计（满分{MAXIMUM:g}/100）",
        f"fund evaluation: lines that the run can fill in ({MAXIMUM:g} of 100)", "count", "more",
        f"上列各项得分之和；其余{REST:g}分（发明专利、攻关领域、绿色、资产增长、管理人等）模拟中没有，或来源未写明算法；引导基金没有投出的不计分",
        f"sum of the lines above; the other {REST:g} points (patents, fields, green projects, asset growth, the manager, …) are "
        "not simulated, or the source does not say how they are reckoned; undefined where the guidance fund has put money into "
        "nothing",
        _total, "equity", counted=("分", "points"),
    ),
)  # fmt: skip
