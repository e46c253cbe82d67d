"""What may be a slip of the pen in the user's own file: a value outside its usual range, a key that does nothing.

Neither is wrong, and the scenario is played as it is written; it is told with the line, so that whoever wrote it can look. What
the program's own files say is known and is not told, nor is it where a user's file says the same: the scenario of a run, say, which
holds every number that was played.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from kejin_sim.measures import MEASURES, line_rows
from kejin_sim.parameters import Parameter, by_key
from kejin_sim.parameters.checking import Facts, Finding
from kejin_sim.parameters.registry import Scalar, Value, sections
from kejin_sim.scenario.scenario import INLINE_TITLE, Scenario, written_key
from kejin_sim.scenario.tree import Mark

FAR: Final = 50.0
"""Where no usual range is known: how many times the registry's value is far from it. A per cent sign too many or too few is a
factor of 100, a wrong unit of money 10 000; half of that leaves room for a city that differs from the registry's."""
_SHOWN: Final = 5
_LOOK: Final = "请核对单位与百分号", "check unit and per cent sign"


def slips(scenario: Scenario, bundled: Collection[str], known: Callable[[], Sequence[Facts]]) -> tuple[Finding, ...]:
    """Notices about what the files of the user say.

    Parameters: ``bundled``: names of the program's own files, as marks name them; ``known``: the numbers of the program's own
    scenarios that this one may hold, asked for only where a number is unusual.
    """
    marks = {key: mark for key, mark in scenario.marks.items() if mark.line and mark.file.name not in bundled}
    found: list[Finding] = []
    for prefix, facts in (("", scenario.facts), ("baseline.", scenario.twin_facts)):
        if facts is None:
            continue
        own = {
            key.removeprefix(prefix): mark for key, mark in marks.items() if key.startswith("baseline.") == bool(prefix)
        }
        found += _unusual(scenario, facts, own, prefix, known)
        found += _idle(scenario, facts, own, prefix, known)
    return (*found, *_no_difference(scenario, marks))


def _place(scenario: Scenario, mark: Mark) -> tuple[str, str]:
    """Line of a mark in Chinese and English, with the file when it is not the scenario's own."""
    if mark.file.name == scenario.file:
        return f"第{mark.line}行", f"line {mark.line}"
    return f"{mark.file.name} 第{mark.line}行", f"{mark.file.name} line {mark.line}"


# ---- the baseline


def _no_difference(scenario: Scenario, marks: Mapping[str, Mark]) -> Iterator[Finding]:
    """A baseline named in the file that is the package again, or written out there and left with every measure at its default."""
    mark, twin = marks.get("baseline"), scenario.twin_facts
    if mark is None or twin is None:
        return
    zh, en = _place(scenario, mark)
    if dict(twin.values) == dict(scenario.values) and dict(twin.by_year) == dict(scenario.by_year):
        yield Finding(
            ("baseline",),
            f"{zh} baseline：基准的措施与预算和本方案完全相同，差异会处处为 0。",
            f"{en} baseline: it has the very measures and budget of this scenario, so that every difference will be 0.",
            severity="notice",
        )
    elif (
        scenario.baseline is not None
        and scenario.baseline.own_title == INLINE_TITLE
        and all(twin.values[f"measures.{measure}.enabled"] for measure in MEASURES)
    ):
        yield Finding(
            ("baseline",),
            f"{zh} baseline：直接写出的基准，没有写到的取默认值，所以十条措施它也都实施；不实施的用 only 或 without 去掉，"
            "或写 status_quo、no_policy。",
            f"{en} baseline: what a baseline written out does not say has its default, so that it has all ten measures too; take "
            "measures out with only or without, or write status_quo or no_policy.",
            severity="notice",
        )


# ---- values


def _unusual(
    scenario: Scenario, facts: Facts, marks: Mapping[str, Mark], prefix: str, known: Callable[[], Sequence[Facts]]
) -> Iterator[Finding]:
    for key, mark in marks.items():
        parameter, value = _given(facts, key)
        if parameter is None:
            continue
        for written, usual in zip(_each(value), _each(parameter.value), strict=False):
            said = _judged(parameter, written, usual)
            if said is None:
                continue
            if _is_known(facts, key, known):
                break
            zh, en = _place(scenario, mark)
            name = prefix + written_key(key)
            look_zh, look_en = _LOOK if parameter.unit else ("请核对", "please check")
            yield Finding(
                (prefix + key,),
                f"{zh} {name}（{parameter.zh}）：{parameter.exact(written)} {said[0]}，{look_zh}。",
                f"{en} {name} ({parameter.en}): {parameter.exact(written)} {said[1]}; {look_en}.",
                severity="notice",
                unusual=True,
            )
            break


def _given(facts: Facts, key: str) -> tuple[Parameter | None, Value]:
    """The parameter that a mark belongs to, and its value; the appropriation of a single year is one of its line."""
    head, special, year = key.partition(".by_year.")
    parameter = by_key().get(f"{head}.amount" if special else key)
    if parameter is None:
        return None, 0
    if special:
        return parameter, facts.by_year.get(head.removeprefix("budget."), {}).get(int(year), parameter.value)
    return parameter, facts.values[key]


def _each(value: Value) -> tuple[Scalar, ...]:
    return value if isinstance(value, tuple) else (value,)


def _judged(parameter: Parameter, value: Scalar, usual: Scalar) -> tuple[str, str] | None:
    """What is unusual about a number, in Chinese and English; None when nothing is."""
    if value == usual or parameter.kind in ("flag", "choice"):
        return None
    if parameter.plausible:
        low, high = parameter.plausible
        if low <= value <= high:
            return None
        edges = parameter.exact(low), parameter.exact(high)
        return f"在常用范围 {edges[0]}–{edges[1]} 之外", f"is outside the usual range {edges[0]}–{edges[1]}"
    if not value or not usual or 1.0 / FAR < value / usual < FAR:
        return None
    more = value / usual
    if more < 0.0:
        return (
            f"与默认值 {parameter.exact(usual)} 符号相反",
            f"has the opposite sign of the default {parameter.exact(usual)}",
        )
    times = f"{more if more > 1.0 else 1.0 / more:.4g}"
    base = parameter.exact(usual)
    if more > 1.0:
        return f"是默认值 {base} 的{times}倍", f"is {times} times the default {base}"
    return f"只有默认值 {base} 的{times}分之一", f"is one part in {times} of the default {base}"


# ---- keys of measures that are off


def _idle(
    scenario: Scenario, facts: Facts, marks: Mapping[str, Mark], prefix: str, known: Callable[[], Sequence[Facts]]
) -> Iterator[Finding]:
    owners = {str(row["key"]): str(row["measure"]) for row in line_rows()}
    for measure in MEASURES:
        if facts.values.get(f"measures.{measure}.enabled", 1):
            continue
        switch = f"measures.{measure}.enabled"
        terms = [
            key
            for key in marks
            if key.startswith(f"measures.{measure}.") and key != switch and not _is_known(facts, key, known)
        ]
        money = [key for key in marks if _line_of(key) and owners.get(_line_of(key)) == measure and _pays(facts, key)]
        label_zh, label_en = (
            said.partition(colon)[0] for said, colon in zip(sections()[f"measures.{measure}"], "：:", strict=True)
        )
        if terms:
            zh, en = _listed(scenario, terms, marks, prefix)
            yield Finding(
                tuple(prefix + key for key in terms),
                f"{label_zh}已关闭，下列各项一般不起作用（开账前已有的业务仍按其条款处理）：{zh}。"
                f"要实施，写 {prefix}{switch}: true，或加进 only、移出 without。",
                f"{label_en} is switched off, and these keys generally do nothing (what was agreed before the books open still "
                f"follows its terms): {en}. To play it, write {prefix}{switch}: true, or name it in only.",
                severity="notice",
            )
        if money:
            zh, en = _listed(scenario, money, marks, prefix)
            yield Finding(
                tuple(prefix + key for key in money),
                f"{label_zh}已关闭，不会使用下列安排，这笔钱只计入年度安排和预算执行率：{zh}。",
                f"{label_en} is switched off and spends none of these appropriations; they only count as appropriated: {en}.",
                severity="notice",
            )


def _is_known(facts: Facts, key: str, known: Callable[[], Sequence[Facts]]) -> bool:
    """Whether a key says what holds without it, or what one of the program's own scenarios says: nobody meant anything by it."""
    parameter, value = _given(facts, key)
    if parameter is None:
        return False
    return value == parameter.value or any(_given(other, key)[1] == value for other in known())


def _line_of(key: str) -> str:
    """The budget line whose appropriation a key is; empty for any other key."""
    parts = key.split(".")
    return parts[1] if parts[0] == "budget" and len(parts) > 2 and parts[2] in ("amount", "by_year") else ""


def _pays(facts: Facts, key: str) -> bool:
    """Whether a key appropriates money."""
    _, value = _given(facts, key)
    return bool(value)


def _listed(scenario: Scenario, keys: Collection[str], marks: Mapping[str, Mark], prefix: str) -> tuple[str, str]:
    """Lines and keys in Chinese and English, the first few of them."""
    said_zh, said_en = [], []
    for key in list(keys)[:_SHOWN]:
        zh, en = _place(scenario, marks[key])
        said_zh.append(f"{zh} {prefix}{written_key(key)}")
        said_en.append(f"{en} {prefix}{written_key(key)}")
    more = len(keys) - _SHOWN
    tail_zh, tail_en = (f"，等{len(keys)}项", f" and {more} more") if more > 0 else ("", "")
    return "、".join(said_zh) + tail_zh, ", ".join(said_en) + tail_en
