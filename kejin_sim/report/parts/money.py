"""Cost and recovery: in all, over time, by budget book."""

from __future__ import annotations

from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import COSTS
from kejin_sim.report.document import Block, Heading, Paragraph, Ref
from kejin_sim.report.numbers import quantity, rate
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
    blocks.append(
        Paragraph(
            (
                t("合计见", "Totals are in "), Ref("tab-costs"), t("，逐年过程见", ", the course over the years in "),
                Ref("fig-fan"),
                t(
                    f"。支出、回收不折现，税收另列、从不抵减；现值按 {discount} 折现。净支出最差5%路径的均值是 "
                    f"{quantity(net.metric, net.tail)}。",
                    f". Outlay and recovery are undiscounted; tax stands apart and is never netted; present values use "
                    f"{discount}. Net cost on the mean of the worst 5 % of paths: {quantity(net.metric, net.tail)}.",
                ),
            )
        )
    )  # fmt: skip
    figures = ("fan", "books", "jcurve") if full else ("fan", "books")
    pictures = [of_run(subject.run, kind) for kind in figures]
    return [*blocks, *([costs] if costs else []), *(p for p in pictures if p is not None)]
