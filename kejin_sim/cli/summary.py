"""The answer that ``kejin run`` prints: one screen, in sentences and short tables. It computes nothing."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence

from kejin_sim import units
from kejin_sim.cli.figures import columns, estimate, nothing, quantity, span
from kejin_sim.errors import display_width
from kejin_sim.lang import t
from kejin_sim.measures import MEASURES
from kejin_sim.outcomes.headlines import BEARERS, COSTS, CREDIT, GAINS, GRANTS, LOSSES, PARTIES
from kejin_sim.outcomes.measures import measure_label
from kejin_sim.outcomes.rooms import HEADLINES
from kejin_sim.outcomes.statistics import LEVELS, TAIL, paths_needed
from kejin_sim.outcomes.summary import Line, Summary, surely_below
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.outcomes.words import quantile, worst
from kejin_sim.parameters import by_key
from kejin_sim.scenario.evidence import evidence, other_world
from kejin_sim.scenario.files import is_path
from kejin_sim.scenario.scenario import Scenario
from kejin_sim.scenario.tolerance import PREFIX, chosen_cell
from kejin_sim.store.run import Finished, Order
from kejin_sim.writing import as_typed

#: Cells of a line of the answer: what a terminal of the usual kind shows without breaking it.
WIDTH = 110


def lines(order: Order, finished: Finished) -> Iterator[str]:
    """The whole answer, line by line."""
    summary = finished.summary
    yield from _head(order, finished)
    yield ""
    yield from _money(order.scenario, summary)
    yield ""
    yield from _effects(summary)
    yield from _lending_and_grants(order.scenario, summary)
    yield from _other_measures(order.scenario, summary)
    returns = list(_returns(summary))
    if returns:
        yield ""
        yield from returns
        yield _world(order.scenario)
    if _defined(summary.get("deals")):
        yield ""
        yield from _tolerance(order.scenario, summary)
    yield ""
    yield from _foot(order, finished)


def _defined(line: Line | None) -> bool:
    return line is not None and line.n > 0 and line.mean > 0


def _head(order: Order, finished: Finished) -> Iterator[str]:
    scenario = order.scenario
    years = int(scenario.facts.number("time.horizon_years"))
    yield scenario.title
    against = t("，不与基准比较", ", no baseline")
    if order.has_twin and scenario.baseline is not None:
        against = t(
            f"，每条与基准“{scenario.baseline.title}”同抽样对照",
            f", each beside its twin under “{scenario.baseline.title}”",
        )
    yield t(
        f"模拟 {order.paths:,} 条路径，每条 {years} 年（{scenario.start} 起）{against}；"
        f"种子 {order.seed}，用时 {finished.seconds:.1f} 秒",
        f"{order.paths:,} paths of {years} years from {scenario.start}{against}; "
        f"seed {order.seed}, {finished.seconds:.1f} seconds",
    )
    if order.paths == 1:
        yield t("只有1条路径：没有误差和区间。", "A single path: there are no errors and no intervals.")


def _heading(summary: Summary, zh: str, en: str) -> list[str]:
    twin = summary.get("fiscal_outlay", "twin") is not None
    gap = t("差异 [95%区间]", "difference [95 %]") if summary.paths > 1 else t("差异", "difference")
    compared = [t("基准", "twin"), gap] if twin else []
    spread = [t("方案P5 ~ P95", "package P5 ~ P95")] if summary.paths > 1 else []
    return [t(zh, en), t("方案", "package"), *compared, *spread]


def _compared(summary: Summary, names: tuple[str, ...]) -> Iterator[list[str]]:
    for name in names:
        package = summary.get(name)
        if package is None:
            continue
        twin = summary.get(name, "twin")
        row = [package.metric.label, quantity(package.metric, package.mean)]
        if twin is not None:
            beside = max(abs(package.mean), abs(twin.mean))
            gain = estimate(summary.get(name, "difference"), signed=True, beside=beside)
            row += [quantity(twin.metric, twin.mean), gain]
        spread = [span(package.metric, package.quantiles[0], package.quantiles[-1])] if summary.paths > 1 else []
        yield [*row, *spread]


def _on_fewer(summary: Summary, names: tuple[str, ...]) -> Iterator[str]:
    """A word on differences of fewer paths than the values beside them: they are not the difference of what is shown."""
    fewer = []
    for name in names:
        package, twin, gap = summary.get(name), summary.get(name, "twin"), summary.get(name, "difference")
        if package and twin and gap and 0 < gap.n < max(package.n, twin.n):
            fewer.append(t(f"{package.metric.label}（{gap.n:,} 条）", f"{package.metric.label} ({gap.n:,})"))
    if fewer:
        yield from _packed(
            t("差异只计两边都有定义的路径，不等于前两列之差：", "Differences over the paths on which both sides are defined: "),
            fewer, t("、", ", "),
        )  # fmt: skip


def _money(scenario: Scenario, summary: Summary) -> Iterator[str]:
    rows = [_heading(summary, "花多少、回多少（全期均值）", "Cost and recovery (means)")]
    yield from columns([*rows, *_compared(summary, COSTS)], indent=0)
    net, need, outlay = (summary.get(name) for name in ("fiscal_net_cost", "peak_cash_need", "fiscal_outlay"))
    assert outlay is not None
    assert net is not None
    assert need is not None
    rate = units.format_rate(float(scenario.values["valuation.treasury_discount"]))  # type: ignore[arg-type]
    back = (
        _paid_back(summary)
        if outlay.mean > 0.0
        else t("没有支出，谈不上回本", "nothing is paid that could be paid back")
    )
    if summary.paths > 1:
        tail, most = worst(net), quantile(need, LEVELS[-1])
        enough = paths_needed(TAIL)
        few = summary.paths < enough
        rough = (
            t(f"（只看大概：{enough} 条路径起给出区间）", f" (rough: intervals from {enough} paths on)") if few else ""
        )
        yield t(f"净支出最差5%路径平均 {tail}；95%的路径峰值需求不超过 {most}{rough}",
                f"Net cost, mean of the worst 5 %: {tail}; peak need at 95 %: {most}{rough}")  # fmt: skip
    yield t(f"{back}；折现率 {rate}", f"{back}; discount rate {rate}")


def _paid_back(summary: Summary) -> str:
    back = summary.get("payback_years")
    assert back is not None
    if summary.paths == 1:
        return (
            t(f"期内回本（{quantity(back.metric, back.mean)}）", f"pays back in {quantity(back.metric, back.mean)}")
            if back.n
            else t("期内不回本", "does not pay back within the horizon")
        )
    share = units.format_rate(back.n / summary.paths if summary.paths else math.nan, 0)
    return t(f"{share}的路径期内回本", f"{share} of paths pay back within the horizon")


def _effects(summary: Summary) -> Iterator[str]:
    observed = [
        name
        for name in GAINS
        if not name.startswith("firms_surviving") or _defined(summary.get(name.replace("surviving", "observed")))
    ]
    rows = [_heading(summary, "带来什么（全期）", "What it buys")]
    yield from columns([*rows, *_compared(summary, tuple(observed))], indent=0)
    anyway, crowded = summary.get("deadweight_share", "difference"), summary.get("crowded_out_share", "difference")
    if anyway is None:
        return
    yield t(
        f"获公共资金的企业中，基准下也会获得外部股权的占 {estimate(anyway)}；基准下获融资者被挤出 {estimate(crowded)}",
        f"Of the firms with public money {estimate(anyway)} find outside equity in the twin too; "
        f"crowded out: {estimate(crowded)} of those funded in the twin",
    )
    years = 10 if "firms_surviving_10y" in observed else 5
    if f"firms_surviving_{years}y" not in observed:
        return
    cost = summary.get(f"cost_per_additional_survivor_{years}y", "difference")
    gain = summary.get(f"firms_surviving_{years}y", "difference")
    assert gain is not None
    if cost is not None and math.isfinite(cost.low) and gain.mean > 0 and cost.high < 0:
        # A negative cost each is no price: the more survivors, the smaller it would look.
        free = surely_below(summary.get("fiscal_net_cost_npv", "difference"))
        yield t(
            f"不折现计，方案比基准多收回的钱超过多花的钱，{years}年存活企业也更多，"
            + (
                "不存在“每多一家要花多少”；按现值计结论相同" if free else "不给出“每多一家要花多少”；按现值计则不能肯定"
            ),
            f"Undiscounted, the package returns more than it costs, with more {years}-year survivors, so that "
            + (
                "one more has no net cost; the same holds in present value"
                if free
                else "no cost of one more is given; in present value that is not certain"
            ),
        )
        yield from _present(summary)
    elif cost is not None and math.isfinite(cost.low) and gain.mean > 0 and cost.low < 0:
        yield t(
            f"每多一家{years}年存活企业的净支出（不折现）：可能为负（多收回的可能多于多花的），不给出单价；"
            f"95%区间 {span(cost.metric, cost.low, cost.high)}",
            f"Net fiscal cost per additional {years}-year survivor (undiscounted): may be below 0 (more may come back than is "
            f"spent), so no price is given; 95 %: {span(cost.metric, cost.low, cost.high)}",
        )
        yield from _present(summary)
    elif cost is not None and math.isfinite(cost.low) and gain.mean > 0:
        yield t(
            f"每多一家{years}年存活企业，财政净支出 {estimate(cost)}（不折现，均值之比）",
            f"Net fiscal cost per additional {years}-year survivor: {estimate(cost)} (undiscounted, ratio of means)",
        )
        yield from _present(summary)
    elif gain.high < 0:
        yield t(
            f"{years}年存活企业少于基准，不计算每多一家的成本",
            f"There are fewer {years}-year survivors than in the twin, so no cost of an additional one is given",
        )
    else:
        yield t(
            f"每多一家{years}年存活企业的成本：增量与0无法区分，不给出",
            f"Cost per additional {years}-year survivor: the gain cannot be told from 0, so none is given",
        )


def _present(summary: Summary) -> Iterator[str]:
    """The present value beside what is said of undiscounted money, which goes out early and comes back late."""
    present = summary.get("fiscal_net_cost_npv", "difference")
    if _known(present):
        told = estimate(present, signed=True)
        yield t(f"净支出现值与基准之差 {told}", f"Net cost in present value, against the twin: {told}")


def _known(line: Line | None) -> bool:
    return line is not None and line.n > 0 and math.isfinite(line.mean)


def _is_on(scenario: Scenario, measure: str) -> bool:
    key = f"measures.{measure}.enabled"
    beside = scenario.baseline.values.get(key) if scenario.baseline is not None else 0
    return bool(scenario.values[key]) or bool(beside)


def _lending_and_grants(scenario: Scenario, summary: Summary) -> Iterator[str]:
    """Measures 2 and 7 in one table, each where package or twin has it, and a sentence or two on either."""
    credit, grants = (_is_on(scenario, measure) for measure in ("credit", "grant_to_equity"))
    names = (*(CREDIT if credit else ()), *(GRANTS if grants else ()))
    if not names:
        return
    zh, en = (
        ("信贷与拨改投", "Credit and grants")
        if credit and grants
        else ("信贷", "Credit")
        if credit
        else ("拨改投", "Grants")
    )
    yield ""
    yield from columns([_heading(summary, zh, en), *_compared(summary, names)], indent=0)
    yield from _on_fewer(summary, names)
    if scenario.values["measures.credit.enabled"]:
        yield from _bearers(summary)
    over = summary.get("grant_over_tolerance")
    if grants and over is not None and over.n:
        tolerance = units.format_rate(float(scenario.values["measures.grant_to_equity.tolerance"]))  # type: ignore[arg-type]
        yield t(
            f"拨改投净损失率超 {tolerance} 容忍率的概率 {estimate(over)}；与纯补助相比：kejin compare grant_only grant_pure",
            f"P(net loss on grants above the tolerance of {tolerance}): {estimate(over)}; "
            f"survival against pure grants: kejin compare grant_only grant_pure",
        )


def _other_measures(scenario: Scenario, summary: Summary) -> Iterator[str]:
    """A figure of every other measure that package or twin has, and what each measure costs the treasury."""
    names = tuple(few[0] for room, few in HEADLINES.items() if _is_on(scenario, room))
    if names:
        yield ""
        yield from columns([_heading(summary, "其余措施", "Other measures"), *_compared(summary, names)], indent=0)
        yield from _on_fewer(summary, names)
    costs = []
    for measure in MEASURES:
        line = summary.get(f"cost_{measure}")
        if line is not None and line.mean != 0.0 and _is_on(scenario, measure):
            number = " ".join(t(*measure_label(measure)).replace(",", "").split()[: 1 if t("zh", "en") == "zh" else 2])
            costs.append(f"{number} {quantity(line.metric, line.mean)}")
    if len(costs) > 1:
        head = t("各条措施市财政净支出（方案，均值）：", "Net fiscal cost of the package: ")
        yield from _packed(head, costs, t("、", ", "))


def _packed(head: str, parts: Sequence[str], between: str) -> Iterator[str]:
    """A list after its heading, on as many lines as the width asks for."""
    line = head + parts[0]
    for part in parts[1:]:
        if display_width(line + between + part) > WIDTH:
            yield line + between.rstrip()
            line = "  " + part
        else:
            line += between + part
    yield line


def _bearers(summary: Summary) -> Iterator[str]:
    """Who bears a yuan of loan loss, whether the pool lasts, what the ranking is worth."""
    loss = summary.get("credit_loss")
    if _defined(loss):
        parts = []
        for zh, en, names in BEARERS:
            share = sum(
                line.mean for line in (summary.get(f"borne_share_{name}") for name in names) if line is not None
            )
            if share >= 0.0005:
                parts.append(f"{t(zh, en)} {units.format_rate(share)}")
        yield t("方案贷款净损失由谁承担：", "Net loan losses of the package fall on: ") + t("、", ", ").join(parts)
    prize = summary.get("ranking_prize")
    told = list(_pool_lasts(summary))
    if _defined(prize) and prize is not None:
        worth = quantity(prize.metric, prize.mean)
        told.append(t(f"前列银行增量额度价值 {worth}", f"extra quota of the best banks is worth {worth}"))
    if told:
        yield t("；", "; ").join(told)


def _pool_lasts(summary: Summary) -> Iterator[str]:
    """Whether the pool could pay its claims, and when it first could not."""
    empty, life = summary.get("pool_exhausted"), summary.get("pool_life")
    if empty is None or not empty.n:
        return
    year = f"{life.quantiles[2]:.1f}" if _defined(life) and life else ""
    if summary.paths == 1:
        yield (
            t(f"风险池开账后{year}年首次不足赔付", f"the pool was first short of a claim after {year} years")
            if year
            else t("风险池期内足够赔付", "the pool could pay all claims")
        )
        return
    first = t(f"（首次中位数第{year}年）", f" (median: year {year})") if year else ""
    yield t(f"风险池期内曾不足赔付 {estimate(empty)}{first}", f"P(pool short of a claim) {estimate(empty)}{first}")


def _returns(summary: Summary) -> Iterator[str]:
    one = summary.paths == 1
    rate_words = t("内部收益率", "IRR") if one else t("内部收益率中位数", "median IRR")
    rows = [
        [t("各方回报（方案）", "Returns (package)"), t("回报倍数", "multiple"), rate_words, *([] if one else ["P5 ~ P95"]),
         t("市场等价倍数（PME）", "against the market (PME)")]
    ]  # fmt: skip
    for zh, en, multiple, rate, market in PARTIES:
        first, irr, pme = summary.get(multiple), summary.get(rate), summary.get(market)
        if first is None or irr is None or first.n == 0:
            continue
        row = [t(zh, en), quantity(first.metric, first.mean), quantity(irr.metric, irr.quantiles[2])]
        row += [] if one else [span(irr.metric, irr.quantiles[0], irr.quantiles[-1])]
        rows.append([*row, quantity(pme.metric, pme.mean) if pme is not None else ""])
    if len(rows) == 1:
        return
    yield from columns(rows, indent=0)
    held = summary.get("horizon_value_share")
    if held is not None and held.n:
        yield t(
            f"已实现和期末变现合计中，期末按估值变现的占 {quantity(held.metric, held.mean)}",
            f"Of all value, {quantity(held.metric, held.mean)} is realised at the horizon at a valuation",
        )


def _world(scenario: Scenario) -> str:
    """What the levels are worth."""
    others = other_world(scenario)
    zh, en = "世界按公开统计校准，多为美国数字", "The world is fitted to published figures, mostly American"
    if others:
        zh = f"世界有 {others} 项与默认的（按公开统计校准的）不同"
        en = f"{others} items of the world are not the default's, which are fitted to published figures"
    return t(
        f"{zh}，水平不是对本市的预测（kejin facts）；看方案与基准之差（kejin robust）",
        f"{en}: levels are no forecast of this city (kejin facts); read the differences from the twin (kejin robust)",
    )


def _tolerance(scenario: Scenario, summary: Summary) -> Iterator[str]:
    rate, by_class = (
        by_key()[PREFIX + name].show(scenario.values[PREFIX + name]) for name in ("rate", "class_tolerance")
    )
    ends = t(" [95%]", " [95 %]") if summary.paths > 1 else ""
    rows = [
        [
            t(f"亏损容忍 {rate}", f"Loss tolerance {rate}"),
            t("合并亏损率", "pooled loss"),
            t("合并超容忍", "P(pooled over)") + ends,
            t("单只到期超容忍", "P(a fund over)") + ends,
        ]
    ]
    for name, (zh, en) in BASES.items():
        losses = [line for line in map(summary.get, LOSSES[name]) if line is not None]
        texts = [quantity(line.metric, line.mean) for line in losses]
        breach, fund = summary.get(f"portfolio_breach_{name}"), summary.get(f"breach_probability_{name}")
        label = t(zh, en)
        if name == "class":  # classes have limits of their own
            label += t(f"（种子/天使/产业，容忍 {by_class}）", f" (seed/angel/industry, {by_class})")
        rows.append([label, "/".join(texts) if texts else nothing(), estimate(breach), estimate(fund)])
    yield from columns(rows, indent=0)
    over = summary.get("sanctions")
    if over is not None and over.n:
        cell = chosen_cell(scenario.values)
        basis, unit, when = cell.words
        yield t(
            f"方案所选：{basis}、{unit}、{when}，容忍 {cell.limit}；"
            f"超容忍且未获免责，每条路径 {quantity(over.metric, over.mean)}",
            f"Chosen: {basis}, {unit}, {when}, {cell.limit}; "
            f"breaches that were not exempted: {quantity(over.metric, over.mean)} a path",
        )
    cut = summary.get("allocations_cut")
    if cut is not None and cut.n and over is not None and over.mean > 0.0:
        times = quantity(cut.metric, cut.mean)
        why = ("", "")
        if any(sign in times for sign in "123456789"):  # of what is shown as 0 there is nothing to explain
            why = (
                "：政策期后到期的基金超容忍，已没有安排可削减",
                "; a fund that ends after the policy leaves none to cut",
            )
        yield t(f"实际削减年度安排，每条路径 {times}{why[0]}", f"Yearly allocations really cut: {times} a path{why[1]}")


def _foot(order: Order, finished: Finished) -> Iterator[str]:
    used, assumed = evidence(order.scenario)
    residual = finished.summary.get("ledger_residual")
    checked = f"{residual.quantiles[-1]:.0e}" if residual is not None and residual.n else nothing()
    yield t(
        f"依据：所用 {used} 个参数中 {assumed} 个是假设，没有来源（见 kejin params）；"
        f"总账逐季核对，P95相对差异 {checked}",
        f"Basis: {assumed} of the {used} parameters in use are assumptions without a source (see kejin params); "
        f"ledger checked every quarter, relative residual at P95 {checked}",
    )
    folder = finished.folder
    yield t(f"结果：{folder}（summary.csv 可用 Excel 打开）", f"Results: {folder} (summary.csv opens in Excel)")
    middle = next(one for one in finished.representatives if one.name == "P50")
    # A bare name would mean the bundled scenario of that name, if there is one.
    named = folder if is_path(str(folder)) else f".{os.sep}{folder}"
    told = f"kejin trace {as_typed(named)} --path {middle.path}"
    yield t(f"下一步：{told}（讲述净支出居中的那条路径）", f"Next: {told} (tells the path of median net cost)")
