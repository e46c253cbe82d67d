"""Cost and recovery: in all, over time, by budget book."""

from __future__ import annotations

from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import COSTS
from kejin_sim.report.document import Block, Heading, Paragraph, Ref
from kejin_sim.report.numbers import rate, worst
from kejin_sim.report.parts.compared import table
from kejin_sim.report.pictures import of_run
from kejin_sim.report.subject import Subject


def money(subject: Subject, *, full: bool = False) -> list[Block]:
    """Cost and recovery. ``full``: with the J-curve of the funds."""
    net, discount = subject.need("fiscal_net_cost"), rate(subject.number("valuation.treasury_discount"))
    costs = table(
        subject,
        "costs",
        t("花多少、回多少（全期，各路径均值）", "Cost and recovery (whole time, means over paths)"),
        [("", COSTS)],
    )
    blocks: list[Block] = [Heading(t("花多少、回多少", "Cost and recovery"))]
    if costs is None:  # all of its rows are 0
        return [*blocks, Paragraph(_nothing(subject))]
    blocks.append(
        Paragraph(
            (
                t("合计见", "Totals are in "), Ref("tab-costs"), t("，逐年过程见", ", the course over the years in "),
                Ref("fig-fan"),
                t(
                    f"。支出、回收不折现，税收另列、从不抵减；现值按 {discount} 折现。净支出最差5%路径的均值是 "
                    f"{worst(net)}。",
                    f". Outlay and recovery are undiscounted; tax stands apart and is never netted; present values use "
                    f"{discount}. Net cost on the mean of the worst 5 % of paths: {worst(net)}.",
                ),
            )
        )
    )  # fmt: skip
    figures = ("fan", "books", "jcurve") if full else ("fan", "books")
    pictures = [of_run(subject.run, kind) for kind in figures]
    return [*blocks, costs, *(p for p in pictures if p is not None)]


def _nothing(subject: Subject) -> str:
    if subject.has_twin:
        return t(
            "方案和基准都不动用公共资金：没有支出、回收和垫支，也没有承诺与或有负债，因此没有表和图。",
            "Neither the package nor the twin moves public money: no outlay, recovery, cash need, commitment or contingent "
            "liability, hence no table and no figure.",
        )
    return t(
        "方案不动用公共资金：没有支出、回收和垫支，也没有承诺与或有负债，因此没有表和图。",
        "The package moves no public money: no outlay, recovery, cash need, commitment or contingent liability, hence no table "
        "and no figure.",
    )
