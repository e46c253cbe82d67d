"""The simulated world beside published figures, as a study of ``kejin facts`` holds them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby

from kejin_sim.lang import t
from kejin_sim.report.document import Group, Row, Table
from kejin_sim.report.findings import Findings
from kejin_sim.report.numbers import printed
from kejin_sim.study.facts import words
from kejin_sim.study.facts.beside import NEAR, VERDICTS
from kejin_sim.study.facts.published import GROUPS, known_moments


def facts_tables(found: Findings, tag: str) -> Iterable[Table]:
    """One table, a group of figures after the other."""
    moments = {moment.name: moment for moment in known_moments()}
    rows: list[Row] = []
    for group, members in groupby(found.rows("facts"), lambda row: str(row["group"])):
        rows.append(Group(t(*GROUPS.get(group, (group, group)))))
        before = ""
        for row in members:
            name, unit = str(row["moment"]), str(row["unit"])
            value, low, high, published, least, most = (
                math.nan if row[cell] is None else float(row[cell])
                for cell in ("simulated", "low95", "high95", "published", "published_low", "published_high")
            )
            label = moments[name].label if name in moments else name
            verdict = t(*VERDICTS[row["verdict"]]) if row["verdict"] in VERDICTS else "—"
            told = (label, printed(words.estimate(unit, value, low, high))) if name != before else ("", "")
            origin = words.where(str(row["place"]), str(row["source"]))
            rows.append((*told, words.span(unit, published, least, most), verdict, origin))
            before = name
    note = t(
        f"只计在本市新设的企业。相符：落在公开的范围内；只有一个公开数字的，相差不到{NEAR - 1:.0%}。默认的世界已向"
        "这些数字校准（kejin calibrate），它们互有冲突，不可能都满足；公开数字多为美国的，对象和口径见 facts.csv。",
        f"Firms founded in the city. Alike: within the published range, or within {NEAR - 1:.0%} of a single figure. The "
        "default world is fitted to these figures (kejin calibrate), which contradict each other in part; most are American, of "
        "whom stands in facts.csv.",
    )
    head = (t("指标", "Figure"), t("模拟 [95%区间]", "Simulated [95 %]"), t("公开数字", "Published"), t("模拟", "Simulated is"),
            t("来源", "Source"))  # fmt: skip
    caption = t("模拟的世界与公开统计", "The simulated world beside published figures")
    yield Table(f"tab-{tag}", caption, head, tuple(rows), "lrrll", (1.8, 1.2, 1.0, 0.5, 1.7), (note,), breakable=True)
