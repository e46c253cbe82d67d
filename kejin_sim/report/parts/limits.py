"""What the model leaves out, and what this package leaves out of the policy."""

from __future__ import annotations

import tomllib
from importlib import resources

from kejin_sim.lang import t
from kejin_sim.measures import MEASURES
from kejin_sim.parameters.registry import sections
from kejin_sim.report.document import Block, Heading, Items
from kejin_sim.report.subject import Subject

POLICY_MEASURES = 10


def limits(subject: Subject, *, full: bool = False) -> list[Block]:
    """The limits, those of this run first. ``full``: set like running text, for which a briefing has no room."""
    text = resources.files("kejin_sim.report").joinpath("limits.toml").read_text(encoding="utf-8")
    listed = [t(row["zh"], row["en"]) for row in tomllib.loads(text)["limit"]]
    return [
        Heading(t("局限与没有包括的内容", "Limits, and what is left out")),
        Items((*_of_run(subject), *listed), small=not full),
    ]


def _of_run(subject: Subject) -> list[str]:
    said = [t(finding.zh, finding.en[:1].upper() + finding.en[1:]) for finding in subject.scenario.notices]
    built = len(MEASURES)
    if built < POLICY_MEASURES:
        said.append(
            t(
                f"政策的{POLICY_MEASURES}条措施中，本程序模拟了 {built} 条；其余的费用和作用都不在数字里。",
                f"Of the {POLICY_MEASURES} measures of the policy this program simulates {built}; cost and effect of the "
                f"others are in no figure.",
            )
        )
    off = [t(*sections()[f"measures.{measure}"]) for measure in MEASURES if measure not in subject.measures]
    if off:
        said.append(t(f"方案没有启用：{'；'.join(off)}。", f"Switched off in the package: {'; '.join(off)}."))
    if not subject.has_twin:
        said.append(
            t("没有与基准比较：看不出方案多带来了什么。", "There is no twin: what the package adds cannot be told.")
        )
    if subject.paths < 200:
        said.append(
            t(
                f"只模拟了 {subject.paths} 条路径，尾部的数字（P5、P95、最差5%）很粗。",
                f"Only {subject.paths} paths: figures of the tails (P5, P95, worst 5 %) are rough.",
            )
        )
    return said
