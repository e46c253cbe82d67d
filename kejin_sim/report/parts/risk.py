"""Risk: how uncertain the cost is, what is promised and not yet paid, losses against the tolerance."""

from __future__ import annotations

from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import LOSSES
from kejin_sim.outcomes.summary import Line
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.report.document import Block, Heading, Paragraph, Picture, Ref, Table
from kejin_sim.report.numbers import estimate, mean, quantile
from kejin_sim.report.pictures import of_run
from kejin_sim.report.subject import Subject
from kejin_sim.scenario.tolerance import chosen_cell


def risk(subject: Subject) -> list[Block]:
    """Three figures and a table."""
    promised, losses = (of_run(subject.run, kind) for kind in ("liability", "tolerance"))
    spread = of_run(subject.run, "distribution") if subject.spends else None
    blocks: list[Block] = [Heading(t("风险与容忍", "Risks and tolerance"))]
    if spread is not None:
        blocks += [_spread(subject), spread]
    if promised is not None:
        blocks += [_promised(subject), promised]
    if losses is not None:
        blocks += _losses(subject, losses)
    if len(blocks) > 1:
        return blocks
    nothing = t(
        "没有公共资金的支出、承诺和投资，也就没有需要说明的风险。",
        "No public money is spent, promised or invested, so there is no risk to report.",
    )
    return [*blocks, Paragraph(nothing)]


def _spread(subject: Subject) -> Paragraph:
    net, need = subject.need("fiscal_net_cost"), subject.need("peak_cash_need")
    return Paragraph(
        (
            t(
                "净支出有多大的不确定，见",
                "How uncertain the net cost is shows in ",
            ),
            Ref("fig-distribution"),
            t(
                f"：一半路径不超过 {quantile(net, 0.5)}，95%的路径不超过 {quantile(net, 0.95)}。需要垫付的钱，95%的路径不超过 "
                f"{quantile(need, 0.95)}。",
                f": half of the paths stay below {quantile(net, 0.5)}, 95 % below {quantile(net, 0.95)}. What the treasury is out "
                f"of pocket at most stays below {quantile(need, 0.95)} on 95 % of paths.",
            ),
        )
    )  # fmt: skip


def _promised(subject: Subject) -> Paragraph:
    peak, bare = subject.need("peak_liability"), subject.line("peak_uncovered_liability")
    zh, en = "都有已安排的预算或现金覆盖", "all of it is covered by appropriations or cash set aside"
    if bare is not None and bare.quantiles[-1] >= 1.0:
        gap, always = _peak(bare), bare.quantiles[0] >= 1.0
        zh, en = (
            f"{'几乎每条路径都' if always else '部分路径'}有一部分责任没有预算或现金对应；这部分的峰值，95%的路径不超过 {gap}",
            f"on {'nearly every path' if always else 'some paths'} a part of them is not covered by appropriations or cash set "
            f"aside; that part peaks at no more than {gap} on 95 % of paths",
        )
    return Paragraph(
        (
            t(
                f"承诺与或有负债（未实缴认缴、担保自担、风险池、证券化增信）峰值平均 {mean(peak)}，{zh}（",
                f"Commitments and contingent liabilities (undrawn commitments, guarantors' own part, the pool) peak at "
                f"{mean(peak)}; {en} (",
            ),
            Ref("fig-liability"),
            t("）。", ")."),
        )
    )


def _peak(line: Line) -> str:
    """The quantile at 95 % of paths; where its interval has no width to be read, the value alone."""
    told = quantile(line, 0.95)
    value, _, ends = told.partition(" [")
    low, _, high = ends.removesuffix("]").partition(", ")
    return value if low == high else told


def _losses(subject: Subject, losses: Picture) -> list[Block]:
    cell = chosen_cell(subject.scenario.values)
    basis, unit, when = cell.words
    said = t(
        f"方案所选为{basis}、{unit}、{when}，容亏率 {cell.limit}。同一批子基金按四种口径算，结论可以相反，见",
        f"The chosen rule: {basis}, {unit}, {when}, tolerance {cell.limit}. The same funds on four bases can give opposite "
        "answers: see ",
    )
    return [
        Paragraph((said, Ref("fig-tolerance"), t("和", " and "), Ref("tab-losses"), t("。", "."))),
        losses,
        _table(subject),
    ]


def _table(subject: Subject) -> Table:
    rows = []
    for name, (zh, en) in BASES.items():
        texts = [mean(line) for line in map(subject.line, LOSSES[name]) if line is not None]
        label = t(zh, en) + (t("（种子/天使/产业）", " (seed/angel/industry)") if name == "class" else "")
        pooled, single = subject.line(f"portfolio_breach_{name}"), subject.line(f"breach_probability_{name}")
        rows.append((label, " / ".join(texts) or "—", estimate(pooled), estimate(single)))
    head = (
        t("口径", "Basis"), t("合并亏损率", "Pooled loss"), t("合并超容忍的概率 [95%]", "P(pooled over) [95 %]"),
        t("单只到期超容忍的概率 [95%]", "P(a fund over at its end) [95 %]"),
    )  # fmt: skip
    caption = t("亏损率与超过容亏率的概率（方案）", "Losses and probabilities of exceeding the tolerance (package)")
    return Table("tab-losses", caption, head, tuple(rows), "lrrr", (1.0, 0.0, 0.0, 0.0))
