"""Who gains and who bears: net money by party, and what each investor earns."""

from __future__ import annotations

from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import PARTIES
from kejin_sim.report.document import Block, Heading, Paragraph, Ref, Table
from kejin_sim.report.numbers import mean, median, span
from kejin_sim.report.pictures import of_run
from kejin_sim.report.subject import Subject


def parties(subject: Subject, *, full: bool = False) -> list[Block]:
    """The waterfall and the table of returns. ``full``: with the Sankey diagram."""
    balance = of_run(subject.run, "balance")
    flows = of_run(subject.run, "sankey") if full else None
    shown = [picture for picture in (balance, flows) if picture is not None]
    returns = _returns(subject)
    if not shown and returns is None:
        return []
    blocks: list[Block] = [Heading(t("谁出钱、谁受益", "Who gains and who bears"))]
    if balance is not None:
        blocks.append(
            Paragraph(
                (
                    Ref("fig-balance"),
                    t(
                        "把每一方收到的减去付出的：一方多得的，必有另一方付出。回报倍数和收益率见",
                        " sets what each party receives against what it pays: what one is left with another has paid. "
                        "Multiples and rates of return are in ",
                    ) if returns else t("把每一方收到的减去付出的。", " sets what each party receives against what it pays."),
                    *((Ref("tab-returns"), t("。", ".")) if returns else ()),
                )
            )
        )  # fmt: skip
    elif subject.has_twin:
        same = t("方案与基准下各方的收支没有差别。", "No party receives or pays more or less than in the twin.")
        blocks.append(Paragraph(same))
    return [*blocks, *shown, *([returns] if returns else [])]


def _returns(subject: Subject) -> Table | None:
    rows = []
    for zh, en, multiple, irr, pme in PARTIES:
        times, rate, market = (subject.line(name) if name else None for name in (multiple, irr, pme))
        if times is None or rate is None:
            continue
        cells = [t(zh, en), mean(times), median(rate), span(rate.metric, rate.quantiles[0], rate.quantiles[-1])]
        rows.append((*cells, mean(market) if market is not None else "—"))
    if not rows:
        return None
    held = subject.line("horizon_value_share")
    note = t(
        "回报倍数为均值，投一元收回几元；收益率为年化中位数；PME大于1即跑赢股票市场。",
        "Multiples are means; rates are medians a year; a PME above 1 beats the stock market.",
    )
    rest = t(
        f"已实现和期末变现合计中，期末按估值变现的占 {mean(held)}：越高，回报越取决于估值而不是现金。",
        f"Of all value, {mean(held)} is realised at the horizon at a valuation: the higher, the less of it is cash.",
    )
    head = (
        t("各方（方案）", "Party (package)"), t("回报倍数", "Multiple"), t("内部收益率中位数", "Median IRR"),
        t("收益率P5 ~ P95", "IRR P5 ~ P95"), t("市场等价倍数（PME）", "PME"),
    )  # fmt: skip
    caption = t("各方回报（方案）", "Returns by party (package)")
    notes = (note, rest) if held is not None else (note,)
    return Table("tab-returns", caption, head, tuple(rows), "lrrrr", (1.0, 0.0, 0.0, 0.0, 0.0), notes)
