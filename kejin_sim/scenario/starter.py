"""The text of a new scenario: a letterhead to fill in, and every lever as a comment with its label and usual range."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kejin_sim.lang import t
from kejin_sim.parameters import EVIDENCE, Parameter, registry
from kejin_sim.parameters.registry import Value, sections
from kejin_sim.scenario.dump import quoted, written
from kejin_sim.scenario.files import bundled, is_path
from kejin_sim.scenario.scenario import PLACEHOLDERS, Scenario
from kejin_sim.units import exact_money

OFF: Final = "#"
"""Before a key that is switched off, at the key's own indentation: deleting this one character is all there is to do."""

_INTRO_ZH = """\
# 这是在 {base} 上修改的方案。“#键名: 值”是默认值：删去 # 这一个字符并改值即生效；“# ”后面是说明。
# 金额要带单位（200万元、1.5亿元），比率写 20% 或 0.2，季度写 2025Q1。写完后：kejin check 文件名
# 查看任何一项的来源与范围：kejin params 键名"""
_INTRO_EN = """\
# A scenario built on {base}. "#key: value" is a default: delete the # alone and change the value. "# " begins a remark.
# Money needs a unit (200万元, 1.5亿元, CNY 2m), rates are 20% or 0.2, quarters 2025Q1. Then: kejin check FILE
# Source and range of any key: kejin params KEY"""


def _remark(parameter: Parameter, value: Value) -> str:
    """Label, meaning and usual range; the evidence is told of the registry's own value only."""
    parts = [parameter.label]
    if parameter.labels:
        parts.append(t("依次为", "for ") + t("、", ", ").join(parameter.labels))
    if parameter.plausible:
        low, high = (parameter.show(edge) for edge in parameter.plausible)
        parts.append(t(f"常用 {low}–{high}", f"usually {low}–{high}"))
    elif parameter.choices:
        names = [f"{c}＝{z}" for c, z in zip(parameter.choices, parameter.choices_zh or parameter.choices, strict=True)]
        parts.append(t("、".join(names), " | ".join(parameter.choices)))
    if value == parameter.value:
        parts.append(t(*EVIDENCE[parameter.evidence]).partition("（")[0].partition(";")[0])
    else:
        parts.append(t("取自所修改的方案", "as in the scenario it builds on"))
    return t("；", "; ").join(parts)


def _by_year(scenario: Scenario, line: str, amount: str) -> str:
    """Years with an amount of their own: those of the base, or one year as a pattern."""
    given = scenario.by_year.get(line)
    years = (
        {year: exact_money(money) for year, money in sorted(given.items())}
        if given
        else {scenario.start.year + 1: amount}
    )
    listed = ", ".join(f"{year}: {money}" for year, money in years.items())
    meaning = t("个别年度另行安排，其余年度用 amount", "years that differ; amount holds in the others")
    note = t("取自所修改的方案", "as in the scenario it builds on") if given else t("写法举例", "an example")
    return f"by_year: {{{listed}}}  # {meaning}{t('；', '; ')}{note}"


def _lever_lines(scenario: Scenario, prefix: str) -> Iterator[str]:
    """Sections as they are nested, levers and rules as comments."""
    open_path: tuple[str, ...] = ()
    for parameter in registry():
        path = parameter.path
        if parameter.key.split(".")[0] != prefix or (prefix in ("world", "behaviour") and parameter.role == "constant"):
            continue
        for depth in range(1, len(path)):
            if path[:depth] != open_path[:depth]:
                label = t(*sections().get(".".join(path[:depth]), ("", "")))
                yield "  " * (depth - 1) + f"{path[depth - 1]}:" + (f"  # {label}" if label else "")
        open_path = path[:-1]
        pad = "  " * (len(path) - 1)
        value = scenario.values[parameter.key]
        yield f"{pad}{OFF}{path[-1]}: {written(parameter, value)}  # {_remark(parameter, value)}"
        if prefix == "budget" and path[-1] == "amount":
            yield f"{pad}{OFF}{_by_year(scenario, path[1], written(parameter, value))}"


def named_from(base: str, folder: Path) -> str:
    """How a file in a folder names another scenario: relative to that folder, with slashes, so that both may move to another
    system."""
    if not is_path(base):
        return base
    try:
        relative = Path(os.path.relpath(base, folder)).as_posix()
    except ValueError:  # on another drive of Windows, from which no relative path leads here
        return Path(base).resolve().as_posix()
    return relative if relative.endswith((".yaml", ".yml")) else f"./{relative}"


def starter(scenario: Scenario, base: str, folder: Path) -> str:
    """The text of a new scenario file.

    Parameters: ``scenario`` is the resolved base, ``base`` its name or file, ``folder`` where the new file will stand.
    """
    head = scenario.letterhead.told
    name = named_from(base, folder)
    lines = [
        "# yaml-language-server: $schema=kejin.schema.json",
        t(_INTRO_ZH, _INTRO_EN).format(base=name),
        "",
        f"title: {quoted(t(f'{head.title}的修改方案', f'{head.title}, modified'))}",
        f"author: {quoted(t(*PLACEHOLDERS['author']))}",
        f"date: {datetime.date.today().isoformat()}",
        f"based_on: {quoted(head.based_on)}",
        f"description: {quoted(t(*PLACEHOLDERS['description']))}",
        f"extends: {quoted(name) if is_path(name) else name}",
        "",
        f"{OFF}start: {scenario.start}  # {t('首个季度', 'first quarter')}",
    ]
    lines += list(_lever_lines(scenario, "time"))
    against = scenario.baseline.name if scenario.baseline else "none"
    remark = t("与之比较；也可写 no_policy、none 或一个文件", "compared with it; or no_policy, none, a file")
    if against == "none" or against in bundled():
        lines.append(f"{OFF}baseline: {against}  # {remark}")
    approved = t(
        "各本预算之间调剂资金已获准，供 kejin combos；不写就是没有获准",
        "moves between budget books are approved, for kejin combos; without this line they are not",
    )
    lines.append(f"{OFF}allow_book_moves: true  # {approved}")
    for prefix in ("budget", "measures", "behaviour"):
        lines += ["", *_lever_lines(scenario, prefix)]
    lines += [
        "",
        f"# {t('不确定的键：范围及依据，供敏感性分析', 'uncertain keys: range and source, for sensitivity')}",
        "uncertain:",
        f"  {OFF}behaviour.crowd_out: {{low: 10%, high: 50%, source: {t('假设', 'assumption')}}}",
    ]
    return "\n".join(lines) + "\n"
