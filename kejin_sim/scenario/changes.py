"""What is different between the numbers of two scenarios, key by key, as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kejin_sim.lang import t
from kejin_sim.parameters import Parameter, by_key, registry
from kejin_sim.parameters.registry import Value
from kejin_sim.scenario.scenario import Baseline, Scenario, is_own, written_key


@dataclass(frozen=True, slots=True)
class Change:
    """A key with its label and its value in the one and the other scenario, in the current language."""

    key: str
    zh: str
    en: str
    old: str
    new: str

    @property
    def of_package(self) -> bool:
        """Whether it is the package that differs, not the world or the twin."""
        return is_own(self.key)


def changed_keys(base: Scenario, scenario: Scenario) -> list[Change]:
    """Every key that differs; those of the twin are marked ``baseline.``."""
    found = list(_values(base.values, scenario.values, ""))
    found += _years(base, scenario, "")
    for quarter in sorted({*base.extra_arrivals, *scenario.extra_arrivals}):
        old, new = (str(one.extra_arrivals.get(quarter, 0)) for one in (base, scenario))
        if old != new:
            name = f"world.extra_arrivals.{quarter}"
            found.append(Change(name, "额外新办的企业数", "additional enterprises", old, new))
    if base.start != scenario.start:
        found.append(Change("start", "首个季度", "first quarter", str(base.start), str(scenario.start)))
    return [*found, *_twins(base, scenario)]


def in_words(changes: Sequence[Change], most: int = 6) -> list[str]:
    """What was changed, and a warning where more than the policy was.

    Parameters: ``most``: so many are told each by itself, the others are counted.
    """
    if not changes:
        return [t("两个方案的数值完全相同。", "The two packages have exactly the same numbers.")]
    listed = [t(f"{k.zh} {k.old}→{k.new}", f"{k.en} {k.old} → {k.new}") for k in changes]
    more = len(listed) - most
    said = t("；", "; ").join(listed[:most]) + (t(f"；另 {more} 处", f"; {more} more") if more > 0 else "")
    told = [t(f"改了什么：{said}", f"What was changed: {said}")]
    outside = [t(k.zh, k.en) for k in changes if not k.of_package]
    if outside:
        said = t("、", ", ").join(outside[:5])
        told.append(
            t(f"注意：不只是政策不同，{said} 也不同，差异不能都归于政策。",
              f"Note: more than the policy differs ({said}); not all of the difference is the policy's.")
        )  # fmt: skip
    return told


def _values(old: Mapping[str, Value], new: Mapping[str, Value], prefix: str) -> Iterator[Change]:
    for parameter in registry():
        key = parameter.key
        if key in old and key in new and old[key] != new[key]:
            shown = parameter.show(old[key]), parameter.show(new[key])
            yield _change(prefix, written_key(key), parameter, *shown)


def _change(prefix: str, key: str, parameter: Parameter, old: str, new: str) -> Change:
    zh, en = (f"基准：{parameter.zh}", f"twin: {parameter.en}") if prefix else (parameter.zh, parameter.en)
    return Change(prefix + key, zh, en, old, new)


def _years(old: Scenario | Baseline, new: Scenario | Baseline, prefix: str) -> Iterator[Change]:
    """Appropriations of single years; a year that has none of its own has every year's, and says so."""
    for line in sorted({*old.by_year, *new.by_year}):
        parameter = by_key()[f"budget.{line}.amount"]
        for year in sorted({*old.by_year.get(line, {}), *new.by_year.get(line, {})}):
            before, after = (one.by_year.get(line, {}).get(year) for one in (old, new))
            if before != after:
                shown = (_of_year(one, line, year, parameter) for one in (old, new))
                changed = _change(prefix, f"budget.{line}.by_year.{year}", parameter, *shown)
                yield replace(changed, zh=f"{changed.zh}，{year}年", en=f"{changed.en}, {year}")


def _of_year(one: Scenario | Baseline, line: str, year: int, parameter: Parameter) -> str:
    own = one.by_year.get(line, {}).get(year)
    if own is not None:
        return parameter.show(own)
    every = parameter.show(one.values[parameter.key])
    return t(f"{every}（同每年安排）", f"{every} (as every year)")


def _twins(base: Scenario, scenario: Scenario) -> Iterator[Change]:
    """Another baseline is one change, changes of the same one are told key by key. What the twin has of the world it takes from
    the package."""
    old, new = base.baseline, scenario.baseline
    if old is None or new is None:
        if old is not new:
            yield Change("baseline", "基准", "baseline", *("none" if one is None else one.title for one in (old, new)))
        return
    before, after = ({k: v for k, v in one.values.items() if is_own(k)} for one in (old, new))
    changed = [
        *_values(before, after, "baseline."),
        *_years(old, new, "baseline."),
    ]
    if changed and (old.name, old.title) != (new.name, new.title):
        yield Change("baseline", "基准", "baseline", old.title, new.title)
    else:
        yield from changed
