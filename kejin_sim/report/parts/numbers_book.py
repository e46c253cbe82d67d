"""Every outcome of the run, by measure: the appendix in which a figure of the text can be looked up."""

from __future__ import annotations

from kejin_sim.lang import t
from kejin_sim.outcomes.metric import Metric, Ratio
from kejin_sim.outcomes.registry import RATIOS, metrics
from kejin_sim.parameters.registry import sections
from kejin_sim.report.document import Block, Heading, Paragraph
from kejin_sim.report.parts.compared import table
from kejin_sim.report.subject import Subject


def numbers_book(subject: Subject) -> list[Block]:
    """A table of all metrics; those that are 0 in both worlds are left out."""
    listed: tuple[Metric | Ratio, ...] = (*metrics(), *RATIOS)
    groups = [(t("全部措施合计", "The whole package"), [m.name for m in listed if not m.measure])]
    groups += [
        (t(*sections()[f"measures.{measure}"]), [m.name for m in listed if m.measure == measure])
        for measure in subject.measures
    ]
    shown = table(subject, "numbers", t("全部指标（各路径均值）", "All outcomes (means over paths)"), groups, wide=True)
    said = t(
        "正文的数字都在这张表和结果文件夹的 summary.csv 里；在方案和基准都为0的指标不列。每个指标的公式见 summary.csv。",
        "Every figure of the text is in this table and in summary.csv of the run folder; outcomes that are 0 in both worlds are "
        "left out. The formula of each outcome is in summary.csv.",
    )
    return [Heading(t("全部指标", "All outcomes")), Paragraph(said), *([shown] if shown else [])]
