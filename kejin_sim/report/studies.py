"""Figures of studies. Each takes what a study found and returns a matplotlib figure; it computes nothing."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kejin_sim.lang import t
from kejin_sim.report import style
from kejin_sim.report.data import Head

if TYPE_CHECKING:
    from kejin_sim.study.attribute import Player
    from kejin_sim.study.budget import BudgetPlan
    from kejin_sim.study.combos import Combos
    from kejin_sim.study.compare import Difference
    from kejin_sim.study.folder import StudyOrder
    from kejin_sim.study.quantity import Quantity
    from kejin_sim.study.sensitivity import Sensitivity
    from kejin_sim.study.shapley import Shares
    from kejin_sim.study.solve import Solution
    from kejin_sim.study.targets import Target
    from kejin_sim.study.tolerance import ToleranceStudy

COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#595959", "#E69F00", "#56B4E9")
LINES: Final = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (4, 1.2, 1, 1.2)))
_WIDEST: Final = 1.0  # of the first package's value; what is farther off stands at the edge as an arrow with its figure
MARKS: Final = ("o", "s", "^", "D", "v", "P", "X")


def drawing(name: str, make: Callable[[], Any]) -> Callable[[Path], None]:
    """A function that draws a figure into a folder, as SVG and PNG."""

    def draw(folder: Path) -> None:
        with style.styled():
            figure = make()
            for suffix in ("svg", "png"):
                style.save(figure, folder / f"{name}.{suffix}")

    return draw


def head_of(order: StudyOrder) -> Head:
    """What a figure says of its study."""
    from kejin_sim import __version__

    scenario = order.scenarios[0]
    baseline = scenario.baseline.title if scenario.baseline is not None else ""
    from kejin_sim.store.certificate import without_places

    origin = f"{without_places(order.words)}   kejin_sim {__version__}   {scenario.digest[:12]}"
    return Head(scenario.title, baseline, order.paths, order.seed, scenario.inputs().policy_years, origin)


def tolerance_figure(study: ToleranceStudy, order: StudyOrder) -> Any:
    """Breach probability against tolerance: a fund at its end on the left, all pooled on the right, a line a basis."""
    from kejin_sim.outcomes.tolerance import BASES
    from kejin_sim.study.tolerance import CELLS

    figure = style.canvas(17.5, 9.5)
    for number, cell in enumerate(("fund", "portfolio")):
        axes = figure.add_axes((0.075 + 0.49 * number, 0.27, 0.40, 0.50))
        axes.set_title(t(*CELLS[cell]))
        for i, (basis, label) in enumerate(BASES.items()):
            rows = [b for b in study.by_level if (b.basis, b.cell) == (basis, cell)]
            x = [100 * b.level for b in rows]
            axes.fill_between(x, [100 * b.probability.low for b in rows], [100 * b.probability.high for b in rows],
                              color=COLOURS[i], alpha=0.15, linewidth=0)  # fmt: skip
            axes.plot(x, [100 * b.probability.value for b in rows], color=COLOURS[i], linestyle=LINES[i], marker=MARKS[i],
                      markersize=3, linewidth=1.2, label=t(*label))  # fmt: skip
        axes.axvline(100 * study.own_level, color=style.FAINT, linewidth=0.8)
        axes.set(xlim=(0, 100), ylim=(0, 100))
        axes.set_xlabel(t("容亏率（%）", "tolerance (%)"))
        axes.set_ylabel(t("超容忍的概率（%）", "probability of a breach (%)") if number == 0 else "")
        if number == 1:
            axes.legend(frameon=False, fontsize=7.2)
    head = head_of(order)
    style.frame(figure, head, t("容亏率定在多高，超容忍有多大可能", "How likely a breach is at each tolerance"), [
        t("竖线为方案的容亏率；带状为95%区间（蒙特卡洛误差）。分类口径的三个容亏率按比例同变。",
          "Upright: the package's tolerance; bands: 95 % intervals (Monte Carlo). Tolerances by class move in proportion."),
        style.paths_note(head),
    ])  # fmt: skip
    return figure


def combos_figure(made: Combos, order: StudyOrder) -> Any:
    """Each objective over the simplex: a ternary map for three groups, a curve for two."""
    import matplotlib as mpl

    count = min(6, len(made.objectives))
    rows = -(-count // 3)
    projection = "ternary" if len(made.groups) == 3 else None
    tall = 4.2 + (7.6 if projection else 5.6) * rows
    figure = style.canvas(17.5, tall)
    if projection:
        import mpltern  # noqa: F401  (registers the projection)
    bottom, top = 2.6 / tall, 1 - 1.6 / tall
    height = (top - bottom) / rows
    for k in range(count):
        wide = 0.16 if projection else 0.23  # the corners of a triangle are named beside it
        place = (
            0.075 + (0.23 - wide) / 2 + 0.315 * (k % 3),
            bottom + height * (rows - 1 - k // 3) + 0.16 * height,
            wide,
            0.58 * height,
        )
        with mpl.rc_context({"axes.grid.axis": "both"}):  # a ternary chart knows no axis called y
            axes = figure.add_axes(place, projection=projection)
            _one_objective(axes, made, k)
    head = head_of(order)
    factor, unit = style.money(made.budget)
    title = t(f"每年 {made.budget / factor:g}{unit} 怎么分", f"How to divide {unit} {made.budget / factor:g} a year")
    style.frame(figure, head, title, [
        t("圆圈为该目标下选出的最好分法；实心点在有效前沿上。各点同抽样。",
          "Circle: the division selected for the objective; solid dots are on the Pareto front. Common draws."),
        t(f"每点至多 {head.paths:,} 条路径，种子 {head.seed}", f"At most {head.paths:,} paths a point, seed {head.seed}")
        + ("" if projection else t("；带状为95%区间（各点共有的抽样误差也在内）",
                                   "; bands: 95 % intervals, common sampling error included")),
        *_idle_note(made),
    ])  # fmt: skip
    return figure


def _idle_note(made: Combos) -> list[str]:
    """Which lines are not used up: more money buys nothing where a quota binds."""
    from kejin_sim.ledger import LINE_LABELS, Line
    from kejin_sim.study.combos import USED_UP

    idle = made.idle()
    if not idle:
        return []
    lines = t("、", ", ").join(t(*LINE_LABELS[Line(line)]) for line in idle)
    note = t(f"有的分法里用不到{100 * USED_UP:.0f}%的科目（受名额或需求限制）：{lines}",
             f"Drawn to less than {100 * USED_UP:.0f} % in some divisions (quota or demand binds): {lines}")  # fmt: skip
    return _wrapped(note, 58)


def _one_objective(axes: Any, made: Combos, k: int) -> None:
    one = made.objectives[k]
    values = [c.objectives[k].value for c in made.combinations]
    factor, unit = style.money(max(map(abs, values))) if one.metric.unit == "CNY" else (1.0, "")
    shown = [v / factor for v in values]
    best = made.combinations[made.selections[k].best]
    front = [i for i, c in enumerate(made.combinations) if c.front]
    title = _wrapped(one.label, 19) + ([f"({unit})"] if unit else [])
    corners_named = len(made.groups) == 3  # above the triangle stands the name of its top
    axes.set_title(
        "\n".join(title), fontsize=7.4, pad=14 if corners_named else 4, loc="center" if corners_named else None
    )
    if len(made.groups) == 3:
        corners = list(zip(*(c.shares for c in made.combinations), strict=True))
        filled = axes.tripcolor(*corners, shown, shading="gouraud", cmap="cividis")
        axes.plot(*([c[i] for i in front] for c in corners), ".", color=style.INK, markersize=3, clip_on=False)
        axes.plot(
            *([s] for s in best.shares),
            "o",
            markerfacecolor="none",
            markeredgecolor=style.WARN,
            markersize=8,
            markeredgewidth=1.6,
            clip_on=False,
            zorder=5,
        )
        axes.set_tlabel(made.groups[0].label, fontsize=6.5)
        axes.set_llabel(made.groups[1].label, fontsize=6.5)
        axes.set_rlabel(made.groups[2].label, fontsize=6.5)
        for axis in (axes.taxis, axes.laxis, axes.raxis):
            axis.set_label_rotation_mode("horizontal")
        axes.tick_params(labelsize=5.5)
        axes.grid(visible=False)
        bar = axes.figure.colorbar(filled, ax=axes, orientation="horizontal", fraction=0.06, pad=0.25)
        bar.ax.tick_params(labelsize=5.5)
        return
    if len(made.groups) != 2:
        axes.axis("off")
        return
    x = [100 * c.shares[0] for c in made.combinations]
    low, high = ([getattr(c.objectives[k], end) / factor for c in made.combinations] for end in ("low", "high"))
    axes.fill_between(x, low, high, color=style.PACKAGE_LIGHT, alpha=0.6, linewidth=0)
    axes.plot(x, shown, color=style.PACKAGE, linewidth=1.2)
    axes.plot([x[i] for i in front], [shown[i] for i in front], ".", color=style.INK, markersize=4)
    axes.plot([100 * best.shares[0]], [best.objectives[k].value / factor], "o", markerfacecolor="none",
              markeredgecolor=style.WARN, markersize=8, markeredgewidth=1.6)  # fmt: skip
    axes.set_xlabel(
        t(f"{made.groups[0].label}占比（%），其余给{made.groups[1].label}", f"share of {made.groups[0].label} (%)"),
        fontsize=6.5,
    )
    axes.tick_params(labelsize=6)


def _short(label: str) -> str:
    """A part's label in the margin: what stands before its colon, in lines that fit (13 Chinese or 26 Latin characters)."""
    name = label.partition("：")[0].partition(": ")[0]
    return "\n".join(_wrapped(name, 13))


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` Chinese characters, or twice as many Latin ones."""
    return textwrap.wrap(text, 2 * width if text.isascii() else width)


def attribution_figure(parts: Sequence[Player], asked: Sequence[Quantity], shares: Shares, order: StudyOrder) -> Any:
    """A bar per part for each of up to six outcomes, with its 95 % interval."""
    count = min(6, len(asked))
    rows = -(-count // 3)
    tall = 3.0 + rows * (1.6 + 0.55 * len(parts))
    figure = style.canvas(17.5, tall)
    bottom, top = 2.2 / tall, 1 - 1.9 / tall
    height = (top - bottom) / rows
    for q in range(count):
        one, effect = asked[q], shares.effect(q)
        found = [shares.share(i, q) for i in range(len(parts))]
        size = max(abs(v.value) for v in (*found, effect))
        factor, unit = style.money(size) if one.metric.unit == "CNY" else (1.0, "")
        first = q % 3 == 0
        axes = figure.add_axes(
            (0.20 + 0.27 * (q % 3), bottom + height * (rows - 1 - q // 3) + 0.12 * height, 0.23, 0.66 * height)
        )
        places = range(len(parts))[::-1]
        axes.barh(places, [v.value / factor for v in found], color=style.PACKAGE_MIDDLE, height=0.6)
        halves = [[(v.high - v.low) / 2 / factor for v in found]] * 2
        axes.errorbar([v.value / factor for v in found], places, xerr=halves, fmt="none", ecolor=style.INK, elinewidth=0.8,
                      capsize=2)  # fmt: skip
        axes.axvline(0.0, color=style.FAINT, linewidth=0.8)
        axes.set_yticks(list(places), [_short(p.label) if first else "" for p in parts], fontsize=6.8)
        axes.tick_params(axis="x", labelsize=6)
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_title(f"{one.label}（{unit}）" if unit else one.label, fontsize=7.4)
    head = head_of(order)
    style.frame(figure, head, t("各部分的贡献（Shapley）", "What each part contributes (Shapley)"), [
        t("各部分之和等于方案比基准多出的全部；横线为95%区间。",
          "The parts sum to the whole effect beyond the baseline; bars: 95 % intervals."),
        style.paths_note(head),
    ])  # fmt: skip
    return figure


def tornado_figure(made: Sensitivity, order: StudyOrder) -> Any:
    """The first outcome's change when each uncertain number goes to either end of its range, the largest on top."""
    one, rows = made.quantities[0], made.swings[0][:20]
    tall = 4.2 + 0.62 * len(rows)
    figure = style.canvas(17.5, tall)
    axes = figure.add_axes((0.40, 2.6 / tall, 0.56, 1 - 4.4 / tall))
    factor, unit = style.money(max((s.size for s in rows), default=1.0)) if one.metric.unit == "CNY" else (1.0, "")
    for y, swing in zip(range(len(rows))[::-1], rows, strict=True):
        for end, colour in ((swing.at_low, style.PACKAGE_MIDDLE), (swing.at_high, style.GAIN)):
            axes.barh(y, end.value / factor, color=colour, height=0.62)
            axes.plot((end.low / factor, end.high / factor), (y, y), color=style.INK, linewidth=0.8)
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    labels = [
        f"{s.dimension.label}\n{s.dimension.parameter.show(s.dimension.low)} ~ {s.dimension.parameter.show(s.dimension.high)}"
        for s in rows
    ]
    axes.set_yticks(list(range(len(rows))[::-1]), labels, fontsize=6.4)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(
        f"{one.label}" + t(f"的变化（{unit}）" if unit else "的变化", f", change ({unit})" if unit else ", change")
    )
    head = head_of(order)
    style.frame(figure, head, t("哪些假设左右结果", "Which assumptions decide"), [
        t("每次只动一个数：蓝为取下限，黄为取上限；细线为95%区间。",
          "One number at a time: blue at its low end, yellow at its high end; thin: 95 %."),
        style.paths_note(head),
    ])  # fmt: skip
    return figure


def comparison_figure(rows: Sequence[Difference], titles: tuple[str, str], order: StudyOrder) -> Any:
    """The headline outcomes' paired differences, in per cent of the first package's value, with 95 % intervals."""
    from kejin_sim.outcomes.headlines import COSTS, GAINS

    known = {row.quantity.name: row for row in rows}
    shown = [known[n] for n in (*COSTS, *GAINS) if n in known and known[n].n > 1 and known[n].first.value]
    none = [
        known[n].quantity.label for n in (*COSTS, *GAINS) if n in known and known[n].n > 1 and not known[n].first.value
    ]
    tall = 4.4 + 0.55 * max(1, len(shown)) + (0.4 if none else 0.0)
    figure = style.canvas(17.5, tall)
    foot = 3.2 if none else 2.8
    axes = figure.add_axes((0.27, foot / tall, 0.69, 1 - (foot + 1.9) / tall))
    colours = {"better": style.PACKAGE, "worse": style.WARN, "more": style.INK, "less": style.INK}
    ends = [max(abs(row.gap.low), abs(row.gap.high)) / abs(row.first.value) for row in shown]
    edge = 100 * _WIDEST if max(ends, default=0.0) > _WIDEST else math.inf
    for y, row in zip(range(len(shown))[::-1], shown, strict=True):
        size = abs(row.first.value) / 100
        colour = colours.get(row.verdict, style.TWIN)
        axes.plot((row.gap.low / size, row.gap.high / size), (y, y), color=colour, linewidth=1.6, solid_capstyle="butt")
        x = row.gap.value / size
        if abs(x) <= edge:
            axes.plot((x,), (y,), marker="o", markersize=4, color=colour)
            continue
        side = math.copysign(1.0, x)
        axes.plot((side * edge,), (y,), marker=">" if side > 0 else "<", markersize=6, color=colour, clip_on=False)
        axes.annotate(f"{x:+,.0f}%", (side * edge, y), xytext=(-8 * side, 0), textcoords="offset points", fontsize=7,
                      ha="right" if side > 0 else "left", va="center", color=colour,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0})  # fmt: skip
    axes.axvline(0.0, color=style.INK, linewidth=0.8)
    axes.set_yticks(list(range(len(shown))[::-1]), [row.quantity.label for row in shown], fontsize=7)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")
    if edge < math.inf:
        axes.set_xlim(-edge, edge)
    axes.set_xlabel(t("差异占甲方案数值的百分比", "difference, per cent of package A"))
    head = head_of(order)
    style.frame(figure, head, t(f"乙比甲：{titles[1]}", f"B against A: {titles[1]}"), [
        t("蓝为更好，橙为更差，黑为有差别而不论好坏，灰为分不清（全部指标一起判断，Holm）；横线为逐路径差异的95%区间。",
          "Blue: better; orange: worse; black: apart, neither; grey: not told apart (Holm, all together). Lines: 95 %, paired."),
        *([t("箭头：超出刻度，旁边为差异的估计值。", "Arrow: beyond the scale; the estimate stands beside it.")]
          if edge < math.inf else []),
        *([t(f"甲为零、没有百分比的见表：{'、'.join(none)}", f"No percentage where A is zero; see the table: {', '.join(none)}")]
          if none else []),
        style.paths_note(head),
    ])  # fmt: skip
    return figure


def budget_figure(plan: BudgetPlan, order: StudyOrder) -> Any:
    """Outlay by fiscal year: bars of the mean by budget book, marks of what 95 % and 99 % of paths stay below in all."""
    figure = style.canvas(17.5, 9.5)
    axes = figure.add_axes((0.09, 0.25, 0.87, 0.54))
    total = plan.span_of("fiscal_outlay")
    factor, unit = style.money(max(n.at[-1].value for n in total) or 1.0)
    base = [0.0] * len(plan.years)
    books = [n for n in plan.series if n.startswith("fiscal_outlay_") and plan.series[n].any()]
    for i, name in enumerate(books):
        needs = plan.span_of(name)
        heights = [n.mean.value / factor for n in needs]
        axes.bar(
            plan.years, heights, bottom=base, color=COLOURS[i], alpha=0.75, width=0.7, label=t(needs[0].zh, needs[0].en)
        )
        base = [b + h for b, h in zip(base, heights, strict=True)]
    for level, mark in ((0, "_"), (1, "x")):
        label = t(
            "合计：95%不超过" if level == 0 else "合计：99%不超过",
            "in all: 95 % below" if level == 0 else "in all: 99 % below",
        )
        axes.plot(
            plan.years,
            [n.at[level].value / factor for n in total],
            mark,
            color=style.INK,
            markersize=9 - 4 * level,
            label=label,
        )
    axes.set_ylabel(unit)
    axes.set_xticks(plan.years, [str(y) for y in plan.years], fontsize=7, rotation=45 if len(plan.years) > 12 else 0)
    axes.legend(frameon=False, fontsize=7.2)
    head = head_of(order)
    style.frame(figure, head, t("每年要安排多少", "What to appropriate each year"), [
        t("柱为各预算本支出的均值；各年的95%、99%分位属于不同的路径，不能相加。",
          "Bars: mean outlay by budget book. The quantiles of different years belong to different paths and do not add up."),
        style.paths_note(head),
    ])  # fmt: skip
    return figure


def solution_figure(found: Solution, target: Target, label: str, money: bool, order: StudyOrder) -> Any:
    """The quantity against the lever, with its interval and the target."""
    figure = style.canvas(15.0, 9.0)
    axes = figure.add_axes((0.13, 0.28, 0.83, 0.50))
    biggest = max(abs(v) for v, _ in found.tried)
    across, lever_unit = style.money(biggest) if money else (1.0, "")
    size = max(abs(i.value) for _, i in found.tried)
    factor, unit = style.money(size) if target.quantity.metric.unit == "CNY" else (1.0, "")
    x = [v / across for v, _ in found.tried]
    axes.fill_between(x, [i.low / factor for _, i in found.tried], [i.high / factor for _, i in found.tried],
                      color=style.PACKAGE_LIGHT, alpha=0.6, linewidth=0)  # fmt: skip
    axes.plot(x, [i.value / factor for _, i in found.tried], color=style.PACKAGE, marker=".", linewidth=1.2)
    axes.axhline(target.limit / factor, color=style.WARN, linewidth=1.0, linestyle=(0, (5, 2)))
    for value, colour in ((found.sure, style.INK), (found.likely, style.FAINT)):
        if value == value:
            axes.axvline(value / across, color=colour, linewidth=0.9)
    axes.set_xlabel(f"{label}（{lever_unit}）" if lever_unit else label)
    axes.set_ylabel(unit)
    head = head_of(order)
    style.frame(figure, head, f"{target.quantity.label} {target.sign} {target.limit / factor:g}{unit}", [
        t("虚线为目标，带状为95%区间；黑竖线：以95%的把握达到目标；灰竖线：估计值刚好达到。",
          "Dashed: the target; band: 95 % interval. Black: met with 95 % confidence; grey: met by the estimate."),
        style.paths_note(head),
    ])  # fmt: skip
    return figure
