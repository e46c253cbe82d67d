"""Tables of studies for a report: what each study answers, in the language of the report, from the rows of its folder."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kejin_sim import units
from kejin_sim.lang import t
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.statistics import Interval, exactly
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.outcomes.view import BOOK_LABELS, BOOKS
from kejin_sim.report import appropriation, attribution, margins, simplex, solution, swept, tornado
from kejin_sim.report.document import Group, Row, Table
from kejin_sim.report.findings import Findings, ends
from kejin_sim.report.numbers import column, in_one_unit, printed, quantity
from kejin_sim.report.parts.calibration import calibration_tables
from kejin_sim.report.parts.facts import facts_tables
from kejin_sim.report.parts.robustness import robustness_tables
from kejin_sim.study.budget import rough
from kejin_sim.study.marginal import priced, spends
from kejin_sim.study.remarks import remarks
from kejin_sim.study.tolerance import CELLS

_GAINS: Final = 4
_GAINS_A_TABLE: Final = 2
_MOST: Final = 12
_LEAST: Final = 0.02  # of the dearest year: years after the policy with less are in the file


def tables(found: Findings, tag: str) -> list[Table]:
    """The tables of a study; none for a kind that has a form of its own."""
    made = {
        "tolerance": _tolerance, "attribute": _attribution, "combos": _combos, "budget": _budget, "marginal": _marginal,
        "sensitivity": _sensitivity, "solve": _solve, "sweep": _sweep, "facts": facts_tables, "calibrate": calibration_tables,
        "robust": robustness_tables,
    }.get(found.kind)  # fmt: skip
    return list(made(found, tag)) if made is not None else []


def _spanned(triple: tuple[float, float, float] | None) -> Interval | None:
    """A value with the ends of its interval."""
    return None if triple is None else Interval(triple[0], math.nan, *triple[1:])


def _percent(value: float | None, decimals: int = 1) -> str:
    return "—" if value is None else printed(units.format_rate(value, decimals))


def _table(
    tag: str, caption: str, head: Sequence[str], rows: Iterable[Row], aligned: str, widths: Sequence[float], *notes: str
) -> Table:
    return Table(f"tab-{tag}", caption, tuple(head), tuple(rows), aligned, tuple(widths), tuple(notes), breakable=True)


def _tolerance(found: Findings, tag: str) -> Iterable[Table]:
    rows = found.rows("tolerance")
    own = next((row["level"] for row in rows if row["part"] == "deals"), None)
    listed: list[Row] = []
    for code in ("fund", "portfolio"):
        known = {(row["level"], row["basis"]): row["probability"] for row in rows
                 if row["part"] == "level" and row["cell"] in CELLS[code]}  # fmt: skip
        levels = sorted({level for level, _ in known})
        shown = [level for level in levels if round(100 * level) % 20 == 0 or level == own] or levels
        if known:
            listed.append(Group(t(f"超容忍的概率：{CELLS[code][0]}", f"Probability of a breach: {CELLS[code][1]}")))
        listed += [
            (_percent(level, 0) + (" *" if level == own else ""), *(_percent(known.get((level, b))) for b in BASES))
            for level in shown
        ]
    alpha = float(found.settings.get("alpha", 0.05))
    mixes = [row for row in rows if row["part"] == "mix" and row["cell"] in CELLS["fund"]]
    if mixes:
        words = f"{100 * alpha:g}%"
        listed.append(
            Group(
                t(
                    f"单只到期超容忍的概率（95%区间上限）不超过 {words} 时，早期项目最多可占",
                    f"Most early deals where the breach probability (upper 95 %) is at most {words}",
                )
            )
        )
        for level in sorted({row["level"] for row in mixes}):
            if round(100 * level) % 20 and level != own:
                continue
            most = []
            for basis in BASES:
                fits = [row["early_share"] for row in mixes
                        if (row["level"], row["basis"]) == (level, basis) and row["high95"] is not None
                        and row["high95"] <= alpha]  # fmt: skip
                most.append(_percent(max(fits), 0) if fits else t("无", "none"))
            listed.append((_percent(level, 0) + (" *" if level == own else ""), *most))
    note = t("* 方案的容亏率。早期项目即种子与天使项目；“无”表示试过的搭配都超过。分类口径的三个容亏率按比例同变。",
             "* The package's own tolerance. Early: seed and angel deals; none: every mix that was tried exceeds it. Tolerances by "
             "class move in proportion.")  # fmt: skip
    yield _table(
        tag, t("容亏率与超容忍的概率", "Tolerance and the probability of a breach"),
        (t("容亏率", "Tolerance"), *(t(*label) for label in BASES.values())), listed, "lrrrr", (1.0, 1.0, 1.0, 1.0, 1.0), note,
    )  # fmt: skip


def _attribution(found: Findings, tag: str) -> Iterable[Table]:
    data = attribution.attribution(found)
    if data is None:
        return
    shown = data.outcomes[:5]
    labels = [*(part.label for part in shown[0].parts), t("合计：方案比基准多", "Sum: beyond the baseline")]
    shares = [
        [*(_spanned((part.share, part.low, part.high)) for part in one.parts), exactly(one.whole)] for one in shown
    ]
    cells = [column(one.metric, own, signed=True, alone=True) for one, own in zip(shown, shares, strict=True)]
    rows: list[Row] = list(zip(labels, *cells, strict=True))
    how = t("全部组合，精确", "every coalition, exact")
    if data.sampled:
        how = t(f"抽样 {data.sampled} 种次序", f"{data.sampled} orders sampled")
    note = t(f"每一部分的贡献是它在所有加入次序中平均多带来的（Shapley；{how}）；区间见图。",
             f"A part's share is what it adds on average over all orders (Shapley; {how}); intervals: figure.")  # fmt: skip
    left = [t(f"没有列出：{data.left}；各项见研究文件夹的 attribution.csv。",
              f"Not listed: {data.left}; attribution.csv of the study has each.")] if data.left else []  # fmt: skip
    yield _table(
        tag, t("各部分的花费与贡献", "Cost and contribution of each part"), (t("部分", "Part"), *(one.label for one in shown)),
        rows, "l" + "r" * len(shown), (1.5, *(1.0 for _ in shown)), note, *left,
    )  # fmt: skip


def _combos(found: Findings, tag: str) -> Iterable[Table]:
    data = simplex.divisions(found)
    if data is None or not data.objectives:
        return
    names = t("：", " : ").join(data.groups)
    selected = {one["objective"]: one for one in found.results.get("selections", ())}
    rows: list[Row] = []
    for one in data.objectives:
        chosen: Mapping[str, Any] = selected.get(one.name, {})
        if one.best is None:
            continue
        others, confidence = chosen.get("left", 1) - 1, chosen.get("confidence")
        sure = t("不报（路径太少）", "not stated (too few paths)")
        if others > 0:
            sure = t(f"与另 {others} 种分不清", f"not told from {others} other{'s' if others > 1 else ''}")
        elif confidence is not None:
            sure = t(f"不低于 {100 * confidence:.0f}%", f"at least {100 * confidence:.0f} %")
        best = one.best
        rows.append(
            (
                one.label,
                data.mix(best),
                *column(one.metric, [_spanned((one.values[best], one.low[best], one.high[best]))], signed=one.gap),
                sure,
            )
        )
    yield _table(
        f"{tag}-best", t("各目标最好的分法", "The best division for each objective"),
        (t("目标", "Objective"), names, t("目标值 [95%区间]", "Value [95 %]"), t("选对的概率", "Correct with")), rows, "lrrl",
        (2.0, 1.0, 1.4, 1.1),
        t("“选对”指：真正最好的比其余都好出不计较的差别时选中它。", "Correct: the truly best is chosen when it leads."),
    )  # fmt: skip
    order = sorted((i for i, front in enumerate(data.front) if front), key=lambda i: -data.membership[i])[:8]
    shown = data.objectives[:4]
    values = [column(one.metric, [exactly(one.values[i]) for i in order], signed=one.gap) for one in shown]
    often = [_percent(data.membership[i], 0) for i in order]
    front: list[Row] = list(zip([data.mix(i) for i in order], *values, often, strict=True))
    rest = sum(data.front) - len(order)
    more = [t(f"另有 {rest} 种见研究文件夹的 combos.csv。", f"combos.csv has {rest} more.")] if rest else []
    yield _table(
        f"{tag}-front", t("有效前沿上的分法", "Divisions on the Pareto front"),
        (names, *(one.label for one in shown), t("重抽样仍在前沿", "In resamples")), front, "l" + "r" * (len(shown) + 1),
        (1.0, *(1.1 for _ in shown), 0.8), *more,
    )  # fmt: skip


def _most(row: Mapping[str, Any], name: str) -> Interval:
    """A quantile of a budget with its interval, where enough paths tell one."""
    return Interval(row[name] or 0.0, math.nan, *ends(row, f"{name}_low95", f"{name}_high95"))


def _without_speck(one: Interval) -> Interval:
    """A sum of money: less than a yuan is a speck of rounding."""
    return one if abs(one.value) >= 1.0 else one._replace(value=0.0)


def _budget(found: Findings, tag: str) -> Iterable[Table]:
    data = appropriation.appropriation(found)
    if data is None:
        return
    money = by_name()["fiscal_outlay"]
    sums = [[means[i] for _, means in data.books] for i in range(len(data.years))]
    shown = [
        i
        for i, parts in enumerate(sums)
        if i < data.head.policy_years or max(data.p99[i], sum(parts)) >= _LEAST * max(data.p99)
    ]
    yearly = [row for row in found.rows("budget") if row["span"] == 1]
    total = {int(row["year"]): row for row in yearly if row["series"] == "fiscal_outlay"}
    cells = [
        [*map(exactly, (*sums[i], sum(sums[i]))), *(_most(total[data.years[i]], name) for name in ("p95", "p99"))]
        for i in shown
    ]
    unit, told = in_one_unit(money, [[_without_speck(one) for one in own] for own in cells])
    rows: list[Row] = [(str(data.years[i]), *own) for i, own in zip(shown, told, strict=True)]
    worst = [row for row in yearly if row["series"] == "liability"]
    notes = [t("各年的95%、99%分位属于不同的路径，不能相加；政策期后不到最多一年2%的年度见 budget.csv。",
               "The quantiles of different years belong to different paths and do not add up. Years after the policy with less "
               "than 2 % of the dearest are in budget.csv.")]  # fmt: skip
    if worst and max(row["p95"] or 0.0 for row in worst) > 0.0:
        peak = max(worst, key=lambda row: row["p95"] or 0.0)
        mean, most = column(money, [exactly(peak["mean"]), _most(peak, "p95")])
        notes.append(
            t(f"年末或有负债以 {peak['year']} 年最高：均值 {mean}，95%的路径不超过 {most}。",
              f"Contingent liability is highest at the end of {peak['year']}: {mean} on average, below {most} on 95 % of paths.")
        )  # fmt: skip
    notes += [said + t("。", ".") for said in rough(data.head.paths)]
    books = [t(*BOOK_LABELS[book]) for book in BOOKS if t(*BOOK_LABELS[book]) in {label for label, _ in data.books}]
    yield _table(
        tag, t(f"每年支出多少（{unit}；均值与分位）", f"Outlay by year ({unit}; means and quantiles)"),
        (t("年度", "Year"), *books, t("合计", "In all"), t("95%不超过 [95%区间]", "95 % below [95 %]"),
         t("99%不超过 [95%区间]", "99 % below [95 %]")), rows,
        "l" + "r" * (len(books) + 3), (0.5, *(1.2 for _ in books), 0.8, 1.8, 1.8), *notes,
    )  # fmt: skip


def _marginal(found: Findings, tag: str) -> Iterable[Table]:
    data = margins.margins(found)
    if data is None:
        return
    money = by_name()["fiscal_outlay"]
    step = quantity(money, data.step)
    most_spent = sorted(range(len(data.levers)), key=lambda i: -abs(data.spent[i][0]))
    notes = []
    if data.idle:
        names = t("、", ", ").join(data.idle)
        notes.append(t(f"多给也一分不多花：{names}。", f"More changes no outlay: {names}."))
    shown = min(len(data.gains), _GAINS)
    if shown < len(data.gains):
        rest = len(data.gains) - shown
        notes.append(t(f"另有 {rest} 个指标，见 marginal.csv。", f"{rest} more outcomes are in marginal.csv."))
    small = [data.levers[i] for i in most_spent
             if spends(*data.spent[i]) and not priced(*data.spent[i], data.step)]  # fmt: skip
    if small:
        names = t("、", ", ").join(small)
        notes.append(t(f"实际多花不到{step}的10%，不折算：{names}。",
                       f"Less than 10 % of {step} is spent, too little to tell what that buys: {names}."))  # fmt: skip
    labels = [data.levers[i] for i in most_spent]
    spent = column(money, [_spanned(data.spent[i]) for i in most_spent], signed=True)
    for part in range(0, shown, _GAINS_A_TABLE):
        gains = data.gains[part : part + _GAINS_A_TABLE]
        bought = [column(gain.metric, [_spanned(gain.values[i]) for i in most_spent], signed=True) for gain in gains]
        rows: list[Row] = list(zip(labels, spent, *bought, strict=True))
        heads = [t(f"每多支出{step}：{gain.label}", f"{gain.label} per {step} spent") for gain in gains]
        last = part + _GAINS_A_TABLE >= shown
        yield _table(
            tag if part == 0 else f"{tag}-{part}",
            t(f"每个科目每年多{step}、名额和金额各加一步", f"{step} more a year on a line, or one step more of a quota"),
            (t("多给什么", "More of what"), t("多支出（全期）[95%]", "Spent more [95 %]"), *heads), rows,
            "l" + "r" * (1 + len(heads)), (1.5, 1.4, *(1.4 for _ in heads)), *(notes if last else ()),
        )  # fmt: skip


def _sensitivity(found: Findings, tag: str) -> Iterable[Table]:
    for number, data in enumerate(tornado.tornados(found)):
        shown = data.swings[:_MOST]
        both = [_spanned(end) for one in shown for end in (one.at_low, one.at_high)]
        changes = iter(column(data.metric, both, signed=True))
        rows: list[Row] = [(one.label, printed(one.span), next(changes), next(changes)) for one in shown]
        yield _table(
            f"{tag}-{number}", t(f"一次动一个数：{data.label}的变化", f"One number at a time: change of {data.label}"),
            (t("参数", "Parameter"), t("范围", "Range"), t("取下限 [95%]", "At low [95 %]"), t("取上限 [95%]", "At high [95 %]")),
            rows, "llrr", (1.8, 1.0, 1.4, 1.4),
        )  # fmt: skip


def _solve(found: Findings, tag: str) -> Iterable[Table]:
    data = solution.solution(found)
    if data is None:
        return
    from kejin_sim.scenario.scenario import parameter_of

    parameter, _ = parameter_of(str(found.settings["vary"]))
    one = data.target.quantity
    aim = data.sure if math.isfinite(data.sure) else data.likely
    ends = {data.tried[0][0], data.tried[-1][0]}
    near = sorted(
        data.tried, key=lambda row: (row[0] not in ends, abs(row[0] - aim) if math.isfinite(aim) else row[0])
    )[:_MOST]

    def answer(value: float) -> str:
        if math.isnan(value):
            return t("范围内没有", "nowhere in the range")
        return parameter.show(round(value) if parameter.is_integer else value)

    notes = [
        t(
            f"以95%的把握达到目标：{answer(data.sure)}；按估计值：{answer(data.likely)}（从所给范围的起点数，最先达到目标的值）。",
            f"Met with 95 % confidence at {answer(data.sure)}, by the estimate at {answer(data.likely)} (the first value that "
            "meets the target, counted from the range's first end).",
        )
    ]
    if len(near) < len(data.tried):
        rest = len(data.tried) - len(near)
        notes.append(
            t(f"另有 {rest} 个试过的值，见研究文件夹。", f"{rest} more values tried are in the study's folder.")
        )
    notes += remarks(data.target, data.lever, [each for _, each in data.tried], steady=data.steady)
    partly = any(each.n < each.paths for _, each in data.tried)
    near.sort()
    tried = column(one.metric, [each for _, each in near], signed=one.gap_of_worlds)
    rows: list[Row] = []
    for (value, each), told in zip(near, tried, strict=True):
        lever = parameter.show(round(value) if parameter.is_integer else value)
        rests = [f"{each.n:,}/{each.paths:,}"] if partly else []
        rows.append((lever, told, *rests, t(*data.target.verdict(each))))
    on = [t("有值的路径", "Paths with a value")] if partly else []
    yield _table(
        tag, t("试过的值", "Values tried"), (data.lever, one.label, *on, t("达到目标", "Target met")), rows,
        "rr" + "r" * len(on) + "l", (1.0, 1.6, *(0.8 for _ in on), 0.8), *notes,
    )  # fmt: skip


def _sweep(found: Findings, tag: str) -> Iterable[Table]:
    data = swept.swept(found)
    if data is None:
        return
    shown = range(min(_MOST, len(data.outcomes[0].values)))
    cells = [column(one.metric, [_spanned(one.values[i]) for i in shown], signed=one.gap) for one in data.outcomes]
    rows: list[Row] = []
    for i in shown:
        places = [
            key.words[int(key.values[i])] if key.words else f"{key.values[i]:.4g}{key.unit}" for key in data.listed
        ]
        rows.append((*places, *(own[i] for own in cells)))
    rest = len(data.outcomes[0].values) + data.more - len(rows)
    notes = (
        [t(f"另有 {rest} 个点，见研究文件夹的 points.csv。", f"{rest} more points are in points.csv of the study.")]
        if rest
        else []
    )
    yield _table(
        tag, t("扫描的各点", "Points of the sweep"),
        (*(key.label for key in data.listed), *(one.label for one in data.outcomes)), rows,
        "l" * len(data.listed) + "r" * len(data.outcomes), (*(1.0 for _ in data.listed), *(1.4 for _ in data.outcomes)), *notes,
        *swept.failures(data),
    )  # fmt: skip
