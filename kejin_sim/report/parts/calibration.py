"""A fit of the world, as a study of ``kejin calibrate`` holds it: the figures to meet, and the numbers that have moved."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import groupby

from kejin_sim.lang import t
from kejin_sim.report.document import Group, Row, Table
from kejin_sim.report.findings import Findings
from kejin_sim.report.numbers import printed
from kejin_sim.scenario.scenario import parameter_of
from kejin_sim.study.facts import words
from kejin_sim.study.facts.beside import VERDICTS
from kejin_sim.study.facts.published import GROUPS, known_moments


def calibration_tables(found: Findings, tag: str) -> Iterable[Table]:
    """Figures before and after, then numbers before and after."""
    moments = {moment.name: moment for moment in known_moments()}
    rows: list[Row] = []
    for group, members in groupby(found.rows("figures"), lambda row: str(row["group"])):
        rows.append(Group(t(*GROUPS.get(group, (group, group)))))
        for row in members:
            unit = str(row["unit"])
            before, after, low, high, least, most = (
                math.nan if row[cell] is None else float(row[cell])
                for cell in ("before", "after", "low95", "high95", "published_low", "published_high")
            )
            name = str(row["moment"])
            target = words.figure(unit, least) if least == most else words.span(unit, least, least, most)
            verdict = t(*VERDICTS[row["verdict"]]) if row["verdict"] in VERDICTS else "—"
            rows.append((moments[name].label if name in moments else name, words.figure(unit, before),
                         printed(words.estimate(unit, after, low, high)), target, verdict))  # fmt: skip
    note = t(
        "校准后的数字、区间和判断都来自没有参与校准的路径。同一指标有几个公开数字的，落在它们之间就算达到。",
        "Figures after, intervals and verdicts are of paths that took no part in the fit. Of several published figures anything in "
        "between will do.",
    )
    head = (t("指标", "Figure"), t("校准前", "Before"), t("校准后 [95%区间]", "After [95 %]"), t("目标", "Target"),
            t("校准后", "After, it is"))  # fmt: skip
    yield Table(f"tab-{tag}-figures", t("校准的目标", "Figures to meet"), head, tuple(rows), "lrrrl", (1.9, 0.7, 1.2, 1.0, 0.6),
                (note,), breakable=True)  # fmt: skip
    moved: list[Row] = []
    for row in found.rows("numbers"):
        parameter, index = parameter_of(str(row["key"]))
        shown = (parameter.show(float(row[cell])) for cell in ("centre", "before", "after"))
        moved.append((t(*parameter.placed(index)), *map(printed, shown), f"{float(row['spreads']):+.1f}"))
    note = t(
        "离先验判断：以先验判断的标准差计。先验判断和标准差是假设；校准同时看公开数字和先验判断。",
        "From the first judgement: in its standard deviations. Judgement and deviations are assumed; the fit weighs both.",
    )
    head = (t("参数", "Parameter"), t("先验判断", "First judgement"), t("校准前", "Before"), t("校准后", "After"),
            t("离先验判断", "From judgement"))  # fmt: skip
    yield Table(f"tab-{tag}-numbers", t("校准的数", "Fitted numbers"), head, tuple(moved), "lrrrr", (2.6, 0.8, 0.8, 0.8, 0.7),
                (note,), breakable=True)  # fmt: skip
