"""The registry of parameters, loaded from data files.

A parameter's key is its path in a scenario file (``time.*`` is written at the top level there). The registry also says
how each parameter becomes a field of a numeric record: that is all an engine ever sees of it.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

from kejin_sim import units
from kejin_sim.errors import nearest
from kejin_sim.lang import t
from kejin_sim.measures import MEASURES, line_rows
from kejin_sim.parameters.sources import Source, sources

Kind = Literal["money", "rate", "number", "integer", "years", "quarters", "choice", "flag"]
Role = Literal["rule", "lever", "uncertainty", "constant"]
Scalar = float | int
Value = float | int | tuple[float | int, ...]

KINDS: tuple[str, ...] = get_args(Kind)
ROLES: dict[str, tuple[str, str]] = {
    "rule": ("政策条款", "rule of the policy"),
    "lever": ("可选择的政策杠杆", "lever that the bureau chooses"),
    "uncertainty": ("不确定量", "uncertainty"),
    "constant": ("常数", "constant"),
}
GENERAL_GROUPS = ("time", "world", "behaviour", "valuation", "budget")
_INTEGER_KINDS = frozenset({"integer", "quarters", "choice", "flag"})

#: A number without unit or per cent sign, as a file, or the text of an option, gives it.
_BARE = re.compile(r"[0-9]+(\.[0-9]+)?")

_PARSE: dict[str, Callable[[object], Scalar]] = {
    "money": units.parse_money,
    "rate": units.parse_rate,
    "number": units.parse_number,
    "integer": units.parse_integer,
    "years": units.parse_years,
    "quarters": units.parse_quarters,
    "flag": lambda value: int(units.parse_flag(value)),
}
_UNIT: dict[str, tuple[str, str]] = {
    "money": ("元", "CNY"), "rate": ("比率", "rate"), "number": ("", ""), "integer": ("", ""), "years": ("年", "years"),
    "quarters": ("季度", "quarters"), "choice": ("选项", "choice"), "flag": ("是/否", "yes/no"),
}  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """One number of the project, or one list of numbers.

    ``value``, ``low``, ``high`` and ``plausible`` are in the units of the engine (CNY, decimals, years, quarters,
    index of a choice); ``text`` is the default as a person would write it. ``pot``: the money is a sum for all of a year, not an
    amount for each case, firm or person.
    """

    key: str
    kind: Kind
    value: Value
    text: Any
    low: Scalar | None
    high: Scalar | None
    plausible: tuple[Scalar, Scalar] | None
    role: Role
    zh: str
    en: str
    source: str
    evidence: str
    note: str = ""
    note_en: str = ""
    rules: tuple[str, ...] = ()
    length: int | None = None
    labels_zh: tuple[str, ...] = ()
    labels_en: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    choices_zh: tuple[str, ...] = ()
    sums_to_one: bool = False
    pot: bool = False

    @property
    def group(self) -> str:
        """Name of the numeric record: ``time``, ``world``, ``behaviour``, ``valuation``, ``budget`` or a measure."""
        parts = self.key.split(".")
        return parts[1] if parts[0] == "measures" else parts[0]

    @property
    def field(self) -> str:
        """Name of the field in its record."""
        return "_".join(self.key.split(".")[2 if self.key.startswith("measures.") else 1 :])

    @property
    def path(self) -> tuple[str, ...]:
        """Where the parameter stands in a scenario file; ``time.*`` stands at the top level."""
        parts = tuple(self.key.split("."))
        return parts[1:] if parts[0] == "time" else parts

    @property
    def is_integer(self) -> bool:
        """Whether the engine stores it as an integer."""
        return self.kind in _INTEGER_KINDS

    @property
    def label(self) -> str:
        """Label in the current language."""
        return t(self.zh, self.en)

    def placed(self, item: int | None = None) -> tuple[str, str]:
        """Label in Chinese and English that stands alone: what the ``item`` of a list means (from 0), and the measure."""
        said = []
        for label, items, word in ((self.zh, self.labels_zh, 0), (self.en, self.labels_en, 1)):
            meant = "" if item is None else items[item] if items else str(item + 1)
            opening, closing, between = ("（", "）", "；") if word == 0 else (" (", ")", "; ")
            stem, found, inside = label.removesuffix(closing).rpartition(opening)
            if not (
                found and label.endswith(closing)
            ):  # else what the label says in brackets already follows in the same ones
                stem, inside = label, ""
            text = f"{stem}{opening}{between.join(filter(None, (meant, inside)))}{closing}" if meant else label
            said.append(f"{text}〔{self.measure[0]}〕" if self.measure[0] and word == 0 else
                        f"{text} [{self.measure[1]}]" if self.measure[1] else text)  # fmt: skip
        return said[0], said[1]

    @property
    def measure(self) -> tuple[str, str]:
        """第3条, measure 3; empty for what belongs to none."""
        parts = self.key.split(".")
        if parts[0] != "measures":
            return "", ""
        zh, en = sections()[".".join(parts[:2])]
        return zh.split(" ", 1)[0], en.split(",", 1)[0].lower()

    @property
    def remark(self) -> str:
        """The note in the current language."""
        return t(self.note, self.note_en)

    @property
    def labels(self) -> tuple[str, ...]:
        """What the positions of a list mean, in the current language."""
        return self.labels_zh if t("zh", "en") == "zh" else self.labels_en

    @property
    def unit(self) -> str:
        """Unit in the current language; empty for pure numbers."""
        return t(*_UNIT[self.kind])

    @property
    def origin(self) -> Source | None:
        """The source, when there is one."""
        return sources().get(self.source) if self.source else None

    def parse(self, value: object) -> Scalar:
        """One value (an element, for a list) as written → the engine's number, bounds checked.

        Errors: `kejin_sim.units.UnitError` with the allowed range and where it comes from.
        """
        if self.kind == "choice":
            return self._parse_choice(value)
        number = _PARSE[self.kind](value)
        self.check_bounds(number, value)
        return number

    def check_bounds(self, number: Scalar, written: object | None = None) -> None:
        """Refuse a number outside the hard bounds. Errors: `kejin_sim.units.UnitError`."""
        if self.low is None or self.high is None or self.low <= number <= self.high:
            return
        quoted = units.shown(written) if written is not None else self.show(number)
        side_zh, side_en = ("低于下限", "below the least") if number < self.low else ("超过上限", "above the most")
        hint_zh, hint_en = self._range("zh"), self._range("en")
        bare = units.shown(written).strip() if written is not None else ""
        if self.kind == "rate" and _BARE.fullmatch(bare) and self.low <= number / 100 <= self.high:
            hint_zh += f"若意为百分之{bare}，写成 {bare}%。"
            hint_en += f" If you mean {bare} per cent, write {bare}%."
        raise units.UnitError(
            f"{quoted} {side_zh}（{self.zh}）。", f"{quoted} is {side_en} allowed ({self.en}).", hint_zh, hint_en
        )

    def _range(self, language: Literal["zh", "en"]) -> str:
        low, high = self.exact(self.low or 0), self.exact(self.high or 0)
        origin = self.origin
        if language == "zh":
            basis = f"默认值来源：{origin.title_zh}" if origin else "取值范围为模型假设"
            usual = (
                f"，常用 {self.exact(self.plausible[0])} 至 {self.exact(self.plausible[1])}" if self.plausible else ""
            )
            return f"允许范围 {low} 至 {high}{usual}（{basis}）。"
        basis = f"default from: {origin.title_en}" if origin else "range assumed by the model"
        usual = (
            f", usually {self.exact(self.plausible[0])} to {self.exact(self.plausible[1])}" if self.plausible else ""
        )
        return f"allowed from {low} to {high}{usual} ({basis})."

    def _parse_choice(self, value: object) -> int:
        if isinstance(value, str):
            word = value.strip()
            for names in (self.choices, self.choices_zh):
                if word in names:
                    return names.index(word)
            heads = [name.partition("（")[0] for name in self.choices_zh]  # 结转 of 结转（至多两年）
            if heads.count(word) == 1:
                return heads.index(word)
        close = nearest(str(value), self.choices)
        listed_zh = "、".join(
            f"{c}（{z}）" for c, z in zip(self.choices, self.choices_zh or self.choices, strict=False)
        )
        raise units.UnitError(
            f"{units.shown(value)} 不是“{self.zh}”的选项。",
            f"{units.shown(value)} is not an option of “{self.en}”.",
            (f"是否想写 {close[0]}？" if close else "") + f"可选：{listed_zh}。",
            (f"did you mean {close[0]}? " if close else "") + f"Options: {', '.join(self.choices)}.",
        )

    def exact(self, number: Scalar) -> str:
        """One number as a scenario file writes it; `parse` reads it back as the same number."""
        match self.kind:
            case "money":
                return units.exact_money(number)
            case "rate":
                return units.exact_rate(number)
            case "years":
                return units.exact_years(number)
            case "quarters":
                return f"{int(number)}季度"
            case "flag":
                return "true" if number else "false"
            case "choice":
                return self.choices[int(number)]
            case "integer":
                return str(int(number))
            case _:
                return units.exact_number(number)

    def show(self, value: Value) -> str:
        """A value for reading, in the current language."""
        if isinstance(value, tuple):
            return t("、", ", ").join(self.show(item) for item in value)
        if self.kind == "choice" and self.choices_zh:
            return t(self.choices_zh[int(value)], self.choices[int(value)])
        if self.kind == "flag":
            return t("是", "yes") if value else t("否", "no")
        if self.kind == "money":
            return t(units.exact_money(value), units.format_money(value))
        if self.kind == "years":
            return units.format_years(value)
        return t(self.exact(value), f"{int(value)} quarters") if self.kind == "quarters" else self.exact(value)


_UNSPENT = {"choices": ["lapse", "carry"], "choices_zh": ["收回", "结转（至多两年）"]}
_BOOKS = {
    "choices": ["general", "fund", "state_capital"],
    "choices_zh": ["一般公共预算", "政府性基金预算", "国有资本经营预算"],
}


def raised(text: str) -> str:
    """``text`` with its first letter raised and the others as written: an acronym inside keeps its capitals."""
    return text[:1].upper() + text[1:]


def _of_line(line: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The three parameters of a budget line, as a data file would list them."""
    key, rules = f"budget.{line['key']}", line["rules"]
    notes = {"note": line.get("note", ""), "note_en": line.get("note_en", "")}
    books = {"note": line.get("note_book", ""), "note_en": line.get("note_book_en", "")}
    yield {
        "key": f"{key}.amount", "kind": "money", "value": line["amount"], "low": "0元", "high": "1000亿元",
        "role": "lever", "zh": f"{line['zh']}年度安排", "en": f"{raised(line['en'])}, yearly appropriation",
        "source": line["source"], "evidence": line["evidence"], "rules": rules, **notes,
    }  # fmt: skip
    yield {
        "key": f"{key}.unspent", "kind": "choice", "value": line["unspent"], "role": "rule", "zh": "未用完资金",
        "en": "Unspent money", "source": "BUDGETLAW", "evidence": "S", "rules": ["O1"], **_UNSPENT,
    }  # fmt: skip
    yield {
        "key": f"{key}.book", "kind": "choice", "value": line["book"], "role": "rule", "zh": "预算本",
        "en": "Budget book", "source": "", "evidence": "A", "rules": ["O1"], **books, **_BOOKS,
    }  # fmt: skip


def _files() -> Iterable[tuple[str, str]]:
    """Every data file of parameters: (name for messages, text). Order fixes the order of fields."""
    data = resources.files("kejin_sim.parameters").joinpath("data")
    for group in GENERAL_GROUPS:
        if group == "budget":
            continue
        yield f"parameters/data/{group}.toml", data.joinpath(f"{group}.toml").read_text(encoding="utf-8")
    for measure in MEASURES:
        package = resources.files("kejin_sim.measures").joinpath(measure)
        yield f"measures/{measure}/parameters.toml", package.joinpath("parameters.toml").read_text(encoding="utf-8")


def _parameter(row: dict[str, Any]) -> Parameter:
    """One table of a data file → a parameter; the default must pass the parameter's own checks."""
    row = dict(row)
    raw = row.pop("value")
    kind: Kind = row["kind"]
    number = _PARSE.get(kind)
    low, high = row.pop("low", None), row.pop("high", None)
    plausible, labels = row.pop("plausible", None), tuple(row.pop("labels", ()))
    bounded = number is not None and kind != "flag"
    if bounded and (low is None or high is None):
        raise ValueError(f"{row['key']}: low and high are required")
    rest: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}
    parameter = Parameter(
        value=0,
        text=raw,
        low=number(low) if number and bounded else None,
        high=number(high) if number and bounded else None,
        plausible=(number(plausible[0]), number(plausible[1])) if number and plausible else None,
        labels_zh=labels,
        **rest,
    )
    if (parameter.length is not None) != isinstance(raw, list):
        raise ValueError(f"{parameter.key}: length and a list of values go together")
    if isinstance(raw, list):
        if len(raw) != parameter.length:
            raise ValueError(f"{parameter.key}: {parameter.length} values expected")
        value: Value = tuple(parameter.parse(item) for item in raw)
    else:
        value = parameter.parse(raw)
    return replace(parameter, value=value)


@cache
def registry() -> tuple[Parameter, ...]:
    """Every parameter, in the order of the data files.

    Errors: ``ValueError`` naming file and key when a data file is wrong: a fault of the program, not of its user.
    """
    parameters: list[Parameter] = []
    listed = [(name, tomllib.loads(text).get("parameter", [])) for name, text in _files()]
    listed.append(("measures/*/lines.toml", [row for line in line_rows() for row in _of_line(line)]))
    for name, rows in listed:
        for row in rows:
            try:
                parameters.append(_parameter(row))
            except (ValueError, TypeError, KeyError) as error:
                raise ValueError(f"{name}: {row.get('key')}: {error}") from error
    return tuple(parameters)


@cache
def by_key() -> dict[str, Parameter]:
    """Every parameter by key."""
    return {parameter.key: parameter for parameter in registry()}


@cache
def numeric_groups() -> dict[str, tuple[Parameter, ...]]:
    """Numeric records: group name → its parameters, in the order of the record's fields."""
    groups: dict[str, list[Parameter]] = {name: [] for name in (*GENERAL_GROUPS, *MEASURES)}
    for parameter in registry():
        groups[parameter.group].append(parameter)
    return {name: tuple(members) for name, members in groups.items()}


@cache
def budget_lines() -> tuple[str, ...]:
    """Budget lines in the order in which appropriations are stored."""
    return tuple(dict.fromkeys(p.key.split(".")[1] for p in registry() if p.group == "budget"))


@cache
def registry_digest() -> str:
    """SHA-256 over all parameter and source data and the labels of sections: part of an output's birth certificate."""
    digest = hashlib.sha256()
    for name, text in _files():
        digest.update(name.encode())
        digest.update(text.replace("\r\n", "\n").encode())
    for table in (line_rows(), sources(), sections()):
        digest.update(repr(table).encode())
    return digest.hexdigest()


@cache
def sections() -> dict[str, tuple[str, str]]:
    """Labels of the sections of a scenario file: dotted path → (Chinese, English)."""
    files = [resources.files("kejin_sim.parameters").joinpath("data", "sections.toml")]
    files += [resources.files("kejin_sim.measures").joinpath(measure, "sections.toml") for measure in MEASURES]
    rows = [row for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["section"]]
    found = {row["key"]: (row["zh"], row["en"]) for row in rows}
    return found | {f"budget.{line['key']}": (line["zh"], raised(line["en"])) for line in line_rows()}
