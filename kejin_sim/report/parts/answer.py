"""The answer in five lines, each with its numbers."""

from __future__ import annotations

from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import GAINS
from kejin_sim.outcomes.summary import Line
from kejin_sim.outcomes.tolerance import BASES
from kejin_sim.report.document import Block, Heading, Items, Strong, Text
from kejin_sim.report.numbers import estimate, mean, quantile, quantity, rate, worst
from kejin_sim.report.subject import Subject
from kejin_sim.scenario.evidence import evidence, other_world
from kejin_sim.scenario.tolerance import chosen_cell


def answer(subject: Subject) -> list[Block]:
    """What a reader takes away who reads nothing else."""
    lines = [_cost(subject), _back(subject), _gain(subject), _risk(subject), _basis(subject)]
    kept = [line for line in lines if line is not None]
    return [Heading(t("结论", "The answer")), Items(tuple(kept), numbered=True)]


def more(line: Line | None) -> str:
    """A difference in words: more, less, or not to be told apart from 0."""
    if line is None:
        return ""
    if not known_sign(line):
        return t("，与基准的差异与0无法区分", ", not to be told apart from the twin")
    word = t("多", "more") if line.mean > 0 else t("少", "less")
    size = quantity(line.metric, abs(line.mean))
    return t(f"，比基准{word} {size}", f", {size} {word} than the twin")


def _cost(subject: Subject) -> Text:
    outlay, need = subject.need("fiscal_outlay"), subject.need("peak_cash_need")
    if outlay.mean == 0.0:
        beside = more(subject.line("fiscal_outlay", "difference")) if subject.has_twin else ""
        return (
            Strong(t("花多少。", "What it costs. ")),
            t(f"方案下市财政没有支出{beside}。", f"Under the package the city treasury pays nothing{beside}."),
        )
    return (
        Strong(t("花多少。", "What it costs. ")),
        t(
            f"市财政全期支出 {mean(outlay)}{more(subject.line('fiscal_outlay', 'difference'))}；"
            f"累计垫支最高时 {mean(need)}，95%的路径不超过 {quantile(need, 0.95)}。",
            f"The city treasury pays {mean(outlay)} in all{more(subject.line('fiscal_outlay', 'difference'))}; the most it "
            f"is out of pocket is {mean(need)}, on 95 % of paths no more than {quantile(need, 0.95)}.",
        ),
    )


def _back(subject: Subject) -> Text | None:
    """None where nothing was paid, so that nothing can come back."""
    back, net = subject.need("fiscal_recovery"), subject.need("fiscal_net_cost")
    if subject.need("fiscal_outlay").mean == 0.0:
        return None
    paid = subject.summary.get("payback_years")
    share = rate(paid.n / subject.paths, 0) if paid is not None else ""
    word = t("净支出", "a net cost of") if net.mean >= 0 else t("净回收", "net receipts of")
    beside = subject.line("fiscal_recovery", "twin")
    twin = t(f"（基准 {mean(beside)}）", f" ({mean(beside)} in the twin)") if beside is not None else ""
    return (
        Strong(t("收回多少。", "What comes back. ")),
        t(
            f"按不折现金额，全期收回 {mean(back)}{twin}；收支相抵{word} {quantity(net.metric, abs(net.mean))}"
            f"{_beyond(subject, receipts=net.mean < 0)}；"
            f"{share}的路径在观察期内回本，最差5%路径的净支出平均 {worst(net)}。",
            f"Undiscounted, {mean(back)} comes back{twin}, which leaves {word} {quantity(net.metric, abs(net.mean))}"
            f"{_beyond(subject, receipts=net.mean < 0)}; {share} of paths pay back "
            f"within the horizon, and the net cost is {worst(net)} on the mean of the worst 5 %.",
        ),
    )


def _beyond(subject: Subject, *, receipts: bool) -> str:
    """The net cost (or, with ``receipts``, the net receipts) against the twin, and the same in present value."""
    noun = t("回收", "") if receipts else t("支出", "")
    found = [subject.line(name, "difference") for name in ("fiscal_net_cost", "fiscal_net_cost_npv")]
    lines = [_turned(line) if receipts else line for line in found if line is not None]
    if len(lines) < 2:
        return ""
    told = []
    for line in lines:
        if not known_sign(line):
            told.append(t("相差 ", "differing by ") + estimate(line, signed=True) + doubt(line))
        elif line.mean > 0:
            told.append(t(f"多{noun} {estimate(line)}", f"{estimate(line)} more"))
        else:
            told.append(t(f"少{noun} {estimate(_turned(line))}", f"{estimate(_turned(line))} less"))
    plain, present = told
    to_zh, to_en = ("与", "from") if doubt(lines[0]) else ("比", "than")
    return t(f"，{to_zh}基准{plain}，按现值{present}", f" ({plain} {to_en} the twin, {present} in present value)")


def _turned(line: Line) -> Line:
    """The same figure with the other sign: what is received for what is paid."""
    return line._replace(mean=-line.mean, low=-line.high, high=-line.low)


def known_sign(line: Line) -> bool:
    """Whether the 95 % interval lies to one side of 0; a single path has none."""
    return line.low > 0.0 or line.high < 0.0


def doubt(line: Line) -> str:
    """What is added to a difference whose interval holds 0."""
    return "" if known_sign(line) else t("（与0分不清）", " (may be 0)")


def _gain(subject: Subject) -> Text | None:
    """Every gain that there is: what turns out worse than in the twin is not left out."""
    if not subject.has_twin:
        return None
    told = []
    for name in GAINS:
        line, package = subject.line(name, "difference"), subject.line(name)
        if line is None or package is None or (package.mean == 0.0 and line.mean == 0.0):
            continue
        told.append(f"{line.metric.label} {estimate(line, signed=True)}{doubt(line)}")
    if not told:
        return None
    return (
        Strong(t("换来什么。", "What it buys. ")),
        t("与基准相比：", "Beyond the twin: ") + t("；", "; ").join(told) + t("。", ".") + _anyway(subject),
    )


def _anyway(subject: Subject) -> str:
    """Two shares of two groups: of the firms with public money, and of those that find equity in the twin."""
    anyway, crowded = (subject.line(name, "difference") for name in ("deadweight_share", "crowded_out_share"))
    if anyway is None:
        return ""
    said = t(
        f"得到公共资金的企业中，{mean(anyway)} 在基准下也会获得外部股权融资",
        f" Of the firms with public money {mean(anyway)} find outside equity in the twin as well",
    )
    if crowded is None:
        return said + t("。", ".")
    return said + t(
        f"；而基准下会获融资的企业中，{mean(crowded)} 在方案下反而没有获得（被挤出）。",
        f"; of the firms that find it in the twin, {mean(crowded)} do not under the package (crowded out).",
    )


def _risk(subject: Subject) -> Text | None:
    found = [(t(*BASES[name]), subject.line(f"portfolio_breach_{name}")) for name in BASES]
    told = [(label, line) for label, line in found if line is not None]
    if len(told) < 2:
        return None
    ordered = sorted(told, key=lambda pair: pair[1].mean)
    (best, least), (worst, most) = ordered[0], ordered[-1]
    return (
        Strong(t("会不会超过容亏率。", "Whether losses stay within the tolerance. ")),
        _chosen(subject),
        t(
            f"口径不同，结论不同：全部子基金合并计算，超过容亏率的概率按{best}为 {mean(least)}，按{worst}为 {mean(most)}。",
            f"Other bases answer otherwise: for all sub-funds pooled the probability is {mean(least)} on the basis "
            f"“{best}” and {mean(most)} on “{worst}”.",
        ),
    )


def _chosen(subject: Subject) -> str:
    """How likely the rule that the package has chosen is broken; empty for single projects, of which only the number is known."""
    cell = chosen_cell(subject.scenario.values)
    basis, unit, _ = cell.words
    measured = {"fund": f"breach_probability_{cell.basis}", "portfolio": f"portfolio_breach_{cell.basis}"}
    line = subject.line(measured[cell.unit]) if cell.unit in measured else None
    if line is None:
        return ""
    return t(
        f"按方案所选的口径（{basis}、{unit}，容亏率 {cell.limit}），期满时超过的概率为 {mean(line)}。",
        f"On the chosen basis ({basis}, {unit}, tolerance {cell.limit}) the probability of exceeding it at the end is "
        f"{mean(line)}. ",
    )


def _basis(subject: Subject) -> Text:
    used, assumed = evidence(subject.scenario)
    others = other_world(subject.scenario)
    zh, en = "世界只向公开统计（多为美国）校准", "the world is fitted to published figures that are mostly American"
    if others:
        zh = f"世界有 {others} 项与默认的（按公开统计校准的）不同"
        en = f"{others} items of the world are not the default's, which are fitted to published figures"
    return (
        Strong(t("可信到什么程度。", "How far to trust it. ")),
        t(
            f"所用 {used} 个参数中 {assumed} 个是没有来源的假设，{zh}："
            "看方向和差异，不看绝对值。企业价值涨得多快是判断，收回多少首先取决于它。",
            f"{assumed} of the {used} parameters in use are assumptions without a source, and {en}: "
            f"read directions and differences, not levels. How fast firms' values grow is "
            f"judgement, and what is recovered hangs on it first.",
        ),
    )
