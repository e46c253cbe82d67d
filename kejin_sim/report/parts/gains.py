"""What the package buys beyond its twin, and who would have been funded anyway."""

from __future__ import annotations

import math

from kejin_sim.lang import t
from kejin_sim.outcomes.headlines import GAINS
from kejin_sim.outcomes.summary import surely_below
from kejin_sim.report.document import Block, Heading, Paragraph
from kejin_sim.report.numbers import estimate
from kejin_sim.report.parts.compared import table
from kejin_sim.report.pictures import of_run
from kejin_sim.report.subject import Subject


def gains(subject: Subject, *, full: bool = False) -> list[Block]:
    """Firms, jobs, tax, research; a table and the mosaic of funding. ``full``: with where the gain comes from."""
    observed = [
        name
        for name in GAINS
        if not name.startswith("firms_surviving") or _seen(subject, name.replace("surviving", "observed"))
    ]
    title = (
        t("比基准多带来什么", "What it buys beyond the twin") if subject.has_twin else t("带来什么", "What it brings")
    )
    shown = table(
        subject,
        "gains",
        t("带来什么（全期，各路径均值）", "What it brings (whole time, means over paths)"),
        [("", observed)],
    )
    blocks: list[Block] = [Heading(title), *([shown] if shown else [])]
    priced = _priced(subject, 10 if "firms_surviving_10y" in observed else 5)
    if priced:
        blocks.append(Paragraph(priced))
    pictures = [of_run(subject.run, kind) for kind in (("funded", "survival") if full else ("funded",))]
    return [*blocks, *(one for one in pictures if one is not None)]


def _seen(subject: Subject, name: str) -> bool:
    line = subject.line(name)
    return line is not None and line.mean > 0


def _priced(subject: Subject, years: int) -> str:
    """What one more survivor costs, where there are any."""
    gain = subject.line(f"firms_surviving_{years}y", "difference")
    if gain is None:
        return ""
    cost = subject.line(f"cost_per_additional_survivor_{years}y", "difference")
    if gain.high < 0.0:
        return t(
            f"{years}年存活企业没有增加，不计算每多一家的成本。", f"There are no additional {years}-year survivors."
        )
    if cost is None or not math.isfinite(cost.low) or gain.low <= 0.0:
        return t(
            f"{years}年存活企业的增量与0无法区分，不给出每多一家的成本。",
            f"The gain in {years}-year survivors cannot be told from 0, so no cost of one is given.",
        )
    # The table of money has the difference in present value with its interval.
    if cost.high < 0.0:  # no price: the more survivors, the smaller a negative cost each would look
        if surely_below(subject.line("fiscal_net_cost_npv", "difference")):
            return t(
                f"不折现计，方案比基准多收回的钱超过多花的钱，{years}年存活企业也更多，所以不存在“每多一家要花多少”；按现值计结论相同。",
                f"Against the twin the package returns more than it costs, in present value too, with more {years}-year survivors: "
                f"an additional one has no net cost.",
            )
        return t(
            f"不折现计，方案比基准多收回的钱超过多花的钱，{years}年存活企业也更多；按现值计则不能肯定。",
            f"Undiscounted, the package returns more than it costs against the twin, with more {years}-year survivors; in present "
            f"value that is not certain.",
        )
    if cost.low < 0.0:
        return t(
            f"每多一家{years}年存活企业的净支出（不折现）可能为负（多收回的可能多于多花的），不给出单价。",
            f"Undiscounted, the net cost per additional {years}-year survivor may be below 0 (the package may return more than it "
            f"costs), so no price is given.",
        )
    return t(
        f"每多一家{years}年存活企业，财政净支出 {estimate(cost)}（不折现，均值之比）。",
        f"Undiscounted, net fiscal cost per additional {years}-year survivor: {estimate(cost)} (a ratio of means).",
    )
