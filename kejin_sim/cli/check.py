"""``kejin check``: read a scenario, say what it is, run nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from kejin_sim.cli.notices import notices
from kejin_sim.cli.options import Json, Lang, ScenarioName, print_json
from kejin_sim.lang import t
from kejin_sim.scenario.changes import Change, changed_keys
from kejin_sim.scenario.evidence import in_use
from kejin_sim.writing import as_typed

if TYPE_CHECKING:
    from kejin_sim.errors import Problem
    from kejin_sim.scenario.scenario import Scenario

_MOST_CHANGES = 40  # printed; all are in the JSON


def command(scenario: ScenarioName, as_json: Json = False, lang: Lang = "auto") -> None:
    """Check a scenario and summarise it; every problem is reported at once."""
    from kejin_sim.errors import InputError
    from kejin_sim.scenario.load import load_base, load_scenario

    try:
        found = load_scenario(scenario)
        base = load_base(scenario)
    except InputError as error:
        if not as_json:
            raise
        print_json({"ok": False, "problems": [_plain(problem) for problem in error.problems]})
        raise typer.Exit(error.exit_code) from None
    if as_json:
        print_json(summary(found, base))
    else:
        told = f"kejin run {as_typed(scenario)}"
        typer.echo("\n".join([*_lines(found, base), t(f"下一步：{told}", f"Next: {told}")]))


def _plain(problem: Problem) -> dict[str, Any]:
    """A problem for programs; places count from 1, 0 where there is none."""
    return {
        "file": problem.file, "line": problem.line, "column": problem.column, "key": problem.key,
        "message": t(problem.message_zh, problem.message_en), "hint": t(problem.hint_zh, problem.hint_en),
    }  # fmt: skip


def summary(scenario: Scenario, base: Scenario | None = None) -> dict[str, Any]:
    """What a scenario is, as plain data; ``base``: what it extends."""
    changed = scenario.changed()
    used = in_use(scenario)
    assumed = [parameter for parameter in used if parameter.evidence == "A"]
    facts = scenario.facts
    return {
        "ok": True,
        "file": scenario.file,
        "name": scenario.name,
        "title": scenario.letterhead.title,
        "title_en": scenario.letterhead.title_en,
        "author": scenario.letterhead.author,
        "date": scenario.letterhead.date,
        "based_on": scenario.letterhead.based_on,
        "start": str(scenario.start),
        "policy_years": int(facts.number("time.policy_years")),
        "horizon_years": int(facts.number("time.horizon_years")),
        "burn_in_years": int(facts.number("time.burn_in_years")),
        "baseline": scenario.baseline.name if scenario.baseline else None,
        "keys": len(scenario.values),
        "keys_given": len(scenario.given),
        "keys_changed": [parameter.key for parameter in changed],
        "keys_used": len(used),
        "assumptions": len(assumed),
        "assumptions_given": sum(parameter.key in scenario.given for parameter in assumed),
        "uncertain": list(scenario.uncertain),
        "extends": base.name if base else None,
        "differences": [
            {"key": change.key, "base": change.old, "value": change.new} for change in _changes(scenario, base)
        ],
        "notices": notices(scenario),
        "digest": scenario.digest,
    }


def _changes(scenario: Scenario, base: Scenario | None) -> list[Change]:
    return changed_keys(base, scenario) if base else []


def _lines(scenario: Scenario, base: Scenario | None) -> list[str]:
    data = summary(scenario, base)
    baseline = scenario.baseline
    against = f"{baseline.title}{t('（', ' (')}{baseline.name}{t('）', ')')}" if baseline else t("无（不比较）", "none")
    rows = [
        (t("方案", "scenario"), scenario.title),
        (t("编制", "author"), f"{data['author']}{t('，', ', ')}{data['date']}" if data["date"] else data["author"]),
        (t("依据", "based on"), scenario.letterhead.told.based_on),
        (
            t("时段", "period"),
            t(
                f"{data['start']} 起，政策 {data['policy_years']} 年，观察 {data['horizon_years']} 年，"
                f"之前预热 {data['burn_in_years']} 年",
                f"from {data['start']}, policy {data['policy_years']} years, horizon {data['horizon_years']} years, "
                f"burn-in {data['burn_in_years']} years",
            ),
        ),
        (t("基准", "baseline"), against),
        (
            t("参数", "parameters"),
            t(
                f"共 {data['keys']} 项，文件及其所扩展的写明 {data['keys_given']} 项，与默认不同 {len(data['keys_changed'])} 项",
                f"{data['keys']} in all, {data['keys_given']} given here or in what is extended, "
                f"{len(data['keys_changed'])} not the default",
            ),
        ),
        (
            t("假设", "assumptions"),
            t(
                f"所用 {data['keys_used']} 项中 {data['assumptions']} 项没有来源，其中文件写明 {data['assumptions_given']} 项",
                f"{data['assumptions']} of the {data['keys_used']} in use have no source, {data['assumptions_given']} given",
            ),
        ),
    ]
    if data["uncertain"]:
        rows.append(
            (t("不确定", "uncertain"), t(f"{len(data['uncertain'])} 项给了范围", f"{len(data['uncertain'])} ranges"))
        )
    lines = [t(f"{data['file']} 没有问题。", f"{data['file']} is all right.")]
    lines += [f"  {label}{t('：', ': ')}{text}" for label, text in rows]
    if base:
        lines += _listed(base, _changes(scenario, base))
    lines += [t("注意：", "Note: ") + notice for notice in data["notices"]]
    return lines


def _listed(base: Scenario, changed: list[Change]) -> list[str]:
    """Every key that differs from what the file extends: old → new."""
    if not changed:
        return [t(f"与所扩展的 {base.name} 数值完全相同。", f"Exactly the numbers of {base.name}, which it extends.")]
    lines = [
        t(
            f"与所扩展的 {base.name} 不同的 {len(changed)} 项：",
            f"{len(changed)} not as in {base.name}, which it extends:",
        )
    ]
    lines += [t(f"  {k.key}（{k.zh}）：{k.old} → {k.new}", f"  {k.key} ({k.en}): {k.old} → {k.new}")
              for k in changed[:_MOST_CHANGES]]  # fmt: skip
    more = len(changed) - _MOST_CHANGES
    return [*lines, t(f"  另有 {more} 项，见 --json。", f"  {more} more, see --json.")] if more > 0 else lines
