"""The parts of README.md that are made from data: nobody types a figure, a command's summary or a scenario's title there.

A part stands between ``<!-- begin: NAME -->`` and ``<!-- end: NAME -->``. ``blocks`` says what each should hold;
``python -m reports.make`` writes them, and a test compares them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from kejin_sim.cli.app import COMMANDS
from kejin_sim.lang import pick, set_language
from kejin_sim.scenario.files import bundled
from kejin_sim.scenario.load import load_scenario

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
REPORTS = ROOT / "reports"
FIGURES = REPORTS / "figures.json"
LANGUAGES = ("zh", "en")
STUDIES = (
    "compare ningbo no_reward --paths 200",
    "attribute ningbo --paths 60",
    "tolerance ningbo --paths 60 --mixes 2",
    "budget ningbo --paths 100",
    "marginal ningbo --paths 60",
    'solve ningbo --vary measures.equity.loss_tolerance.rate --target "portfolio_breach_gross <= 20%" --from 30% --to 100% '
    "--paths 60",
    "combos ningbo --budget 6亿元 --step 20% --first 20 --paths 60",
    "sensitivity ningbo --base 0 --paths 30",
    "robust ningbo",
)
"""Studies whose seconds the README states."""


def summary_file(language: str) -> Path:
    """What ``kejin run ningbo`` printed."""
    return REPORTS / f"ningbo-summary.{language}.txt"


def figures() -> dict[str, Any]:
    """The measured figures."""
    found: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found


def _table(rows: list[tuple[str, ...]]) -> str:
    head, *body = ("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def _commands(language: str) -> str:
    set_language(language)
    head = {"zh": ("命令", "做什么"), "en": ("command", "what it does")}[language]
    return _table([head, *((f"`kejin {name}`", pick(summary) or "") for name, summary in COMMANDS)])


def _scenarios(language: str) -> str:
    set_language(language)
    head = {"zh": ("名称", "标题", "说明"), "en": ("name", "title", "what it is")}[language]
    first = ("ningbo", "status_quo", "no_policy", "demo")
    names = [*first, *sorted(set(bundled()) - set(first))]
    loaded = [load_scenario(name) for name in names]
    rows = [(f"`{one.name}`", one.title, one.letterhead.told.description) for one in loaded]
    return _table([head, *rows])


def _speed(language: str) -> str:
    found = figures()
    timing, engine, machine = found["timing"], found["engine"], found["machine"]
    ratio, slower = f"{engine['ratio_to_floor']:.1f}", f"{engine['times_faster_than_reference']:,.0f}"
    place = [str(machine[name]) for name in ("system", "processor", "threads", "python")]
    lines = {
        "zh": [
            ("项目", "实测"),
            ("首次运行 `kejin run ningbo`（含编译）", f"{timing['first_run_seconds']:.0f} 秒"),
            ("再次运行 `kejin run ningbo`", f"{timing['second_run_seconds']:.1f} 秒"),
            ("再次运行 `kejin run demo --paths 1`", f"{timing['second_start_seconds']:.1f} 秒"),
            ("`kejin --help`", f"{timing['help_seconds']:.2f} 秒"),
            ("每家企业每季度", f"{engine['ns_per_enterprise_quarter']:.0f} 纳秒"),
            ("只取随机数（下限）", f"{engine['floor_ns']:.1f} 纳秒，即上一行是它的 {ratio} 倍"),
            ("参考引擎", f"{engine['reference_ns']:,.0f} 纳秒，按单线程比慢 {slower} 倍"),
            ("安装包（wheel）", f"{timing['wheel_bytes'] / 1024:,.0f} KB"),
            ("机器", "{}，{}，{} 个处理器，Python {}".format(*place)),
        ],
        "en": [
            ("what", "measured"),
            ("first `kejin run ningbo` (with compilation)", f"{timing['first_run_seconds']:.0f} s"),
            ("next `kejin run ningbo`", f"{timing['second_run_seconds']:.1f} s"),
            ("next `kejin run demo --paths 1`", f"{timing['second_start_seconds']:.1f} s"),
            ("`kejin --help`", f"{timing['help_seconds']:.2f} s"),
            ("per enterprise and quarter", f"{engine['ns_per_enterprise_quarter']:.0f} ns"),
            ("drawing its random numbers alone (floor)", f"{engine['floor_ns']:.1f} ns: the line above is {ratio} times that"),
            ("reference engine", f"{engine['reference_ns']:,.0f} ns, {slower} times slower than one thread"),
            ("wheel", f"{timing['wheel_bytes'] / 1024:,.0f} KB"),
            ("machine", "{}, {}, {} processors, Python {}".format(*place)),
        ],
    }[language]  # fmt: skip
    return _table(lines)


def _studies(language: str) -> str:
    took = figures()["studies"]
    head, unit = {"zh": (("命令", "用时"), "秒"), "en": (("command", "time"), "s")}[language]
    return _table([head, *((f"`kejin {words}`", f"{took[words]:.0f} {unit}") for words in STUDIES)])


def _summary(language: str) -> str:
    return f"```text\n{summary_file(language).read_text(encoding='utf-8').rstrip()}\n```"


def blocks() -> dict[str, str]:
    """What each part of the README should hold."""
    made: dict[str, str] = {}
    for language in LANGUAGES:
        made[f"summary-{language}"] = _summary(language)
        made[f"commands-{language}"] = _commands(language)
        made[f"scenarios-{language}"] = _scenarios(language)
        made[f"speed-{language}"] = _speed(language)
        made[f"studies-{language}"] = _studies(language)
    set_language("auto")
    return made


def fill(text: str, made: dict[str, str]) -> str:
    """A README with its parts replaced. Errors: ``ValueError`` when a part has no place or a place no part."""
    places = re.findall(r"<!-- begin: (\S+) -->", text)
    if sorted(places) != sorted(made):
        raise ValueError(f"parts {sorted(made)} and places {sorted(places)} differ")
    for name, content in made.items():
        pattern = rf"(<!-- begin: {re.escape(name)} -->\n).*?(<!-- end: {re.escape(name)} -->)"
        text, count = re.subn(pattern, lambda m, c=content: f"{m[1]}{c}\n{m[2]}", text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"the part {name} has {count} places")
    return text
