"""The models of a scenario file, built from the registry: one field per parameter, unknown keys refused.

Validation and the JSON Schema for editors come from the same models.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from kejin_sim import units
from kejin_sim.measures import MEASURES
from kejin_sim.parameters import EVIDENCE, Parameter, registry
from kejin_sim.parameters.registry import budget_lines, sections

#: pydantic's own signature cannot describe fields known only at run time.
create: Any = create_model


def _wrapped(parse: Callable[[object], Any]) -> Callable[[object], Any]:
    """A parser whose `UnitError` pydantic can carry, with both languages."""

    def validate(value: object) -> Any:
        try:
            return parse(value)
        except units.UnitError as error:
            texts = {"zh": error.zh, "en": error.en, "hint_zh": error.hint_zh, "hint_en": error.hint_en}
            raise PydanticCustomError("unit", "{en}", texts) from None

    return validate


def _text(value: object) -> object:
    if value is None:
        raise units.UnitError("没有写值。", "no value is written.", "写明内容。", "write it out.")
    if not isinstance(value, str):
        raise units.UnitError(
            f"{units.shown(value)} 不是文字。",
            f"{units.shown(value)} is not a text.",
            "加上引号。",
            "put it in quotation marks.",
        )
    if len(value) > 10_000:
        raise units.UnitError("文字过长（超过一万字）。", "the text is too long (over 10,000 characters).")
    # Line ends, tabs and a terminal's control characters would break a heading or a figure.
    plain = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    if not plain:
        raise units.UnitError("不能为空。", "must not be empty.", "写明内容。", "write it out.")
    return plain


def _date(value: object) -> str:
    """``2025-01`` or ``2025-01-15`` (also ``2025年1月15日``) → ISO text."""
    match = re.fullmatch(r"(\d{4})[-年/.](\d{1,2})(?:[-月/.](\d{1,2})日?|月)?", str(value).strip())
    if match and not isinstance(value, bool):
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
        try:
            date = datetime.date(year, month, day)
        except ValueError:
            pass
        else:
            return date.isoformat() if match[3] else f"{year:04d}-{month:02d}"
    raise units.UnitError(
        f"{units.shown(value)} 不是日期。",
        f"{units.shown(value)} is not a date.",
        "写成 2025-01 或 2025-01-15。",
        "write 2025-01 or 2025-01-15.",
    )


def _year(value: object) -> str:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise units.UnitError(
            f"{units.shown(value)} 不是年份。", f"{units.shown(value)} is not a year.", "写成 2027。", "write 2027."
        )
    return text


def _quarter_text(value: object) -> str:
    year, quarter = units.parse_quarter(value)
    return f"{year}Q{quarter}"


def _count(value: object) -> int:
    number = units.parse_integer(value)
    if not 0 <= number <= 10_000:
        raise units.UnitError(
            f"{units.shown(value)} 超出范围。", f"{units.shown(value)} is out of range.", "0 至 10000。", "0 to 10000."
        )
    return number


def _string(zh: str, parse: Callable[[object], Any] = _text, **schema: Any) -> Any:
    return Annotated[
        str, PlainValidator(_wrapped(parse)), WithJsonSchema({"type": "string", "description": zh, **schema})
    ]


QuarterText: Any = _string("季度，例如 2025Q1", _quarter_text, pattern="^[0-9]{4}Q[1-4]$")


class Uncertain(BaseModel):
    """A range or distribution of one numeric key, with its source."""

    model_config = ConfigDict(extra="forbid", title="不确定范围")

    low: Any = Field(description="下限，写法与该键相同")
    high: Any = Field(description="上限，写法与该键相同")
    distribution: Literal["uniform", "triangular", "log_uniform"] = Field("uniform", description="分布")
    mode: Any = Field(None, description="众数（三角分布）")
    source: _string("依据") | None = None  # type: ignore[valid-type]
    note: _string("说明") | None = None  # type: ignore[valid-type]


def _leaf_schema(parameter: Parameter) -> dict[str, Any]:
    """JSON Schema of one value of a parameter."""
    low, high = parameter.low, parameter.high
    match parameter.kind:
        case "money":
            return {"type": "string", "pattern": units.MONEY_PATTERN}
        case "rate":
            return {
                "anyOf": [
                    {"type": "number", "minimum": low, "maximum": high},
                    {"type": "string", "pattern": r"^\s*[+-]?[0-9][0-9,]*(\.[0-9]+)?\s*(%|％|‰|bp|个?基点)?\s*$"},
                ]
            }
        case "integer":
            return {"type": "integer", "minimum": low, "maximum": high}
        case "number":
            return {"type": "number", "minimum": low, "maximum": high}
        case "years" | "quarters":
            return {"anyOf": [{"type": "number", "minimum": low, "maximum": high}, {"type": "string"}]}
        case "flag":
            return {"anyOf": [{"type": "boolean"}, {"enum": ["是", "否", "yes", "no", "on", "off", "开", "关"]}]}
        case "choice":
            return {"enum": [*parameter.choices, *parameter.choices_zh]}


def describe(parameter: Parameter) -> str:
    """What an editor shows when the pointer rests on a key (Chinese)."""
    parts = [parameter.zh]
    if parameter.labels_zh:
        parts.append("依次为：" + "、".join(parameter.labels_zh))
    if parameter.low is not None and parameter.high is not None:
        parts.append(f"范围 {parameter.exact(parameter.low)} 至 {parameter.exact(parameter.high)}")
    if parameter.plausible:
        parts.append(f"常用 {parameter.exact(parameter.plausible[0])} 至 {parameter.exact(parameter.plausible[1])}")
    if parameter.choices_zh:
        parts.append("、".join(f"{c}＝{z}" for c, z in zip(parameter.choices, parameter.choices_zh, strict=True)))
    parts.append(f"证据：{EVIDENCE[parameter.evidence][0]}")
    if parameter.origin:
        parts.append(f"来源：{parameter.origin.title_zh}")
    if parameter.note:
        parts.append(parameter.note)
    return "；".join(parts)


def _leaf(parameter: Parameter) -> tuple[Any, Any]:
    """Pydantic field of one parameter: parsed and bounded by the parameter itself."""
    one: Any = Annotated[Any, PlainValidator(_wrapped(parameter.parse)), WithJsonSchema(_leaf_schema(parameter))]
    if parameter.length is not None:
        one = Annotated[list[one], Field(min_length=parameter.length, max_length=parameter.length)]
    return one, Field(
        None, title=parameter.zh, description=describe(parameter), json_schema_extra={"default": parameter.text}
    )


def _empty_section(value: object) -> object:
    """A section whose lines are all commented out reads as nothing: it changes nothing."""
    return {} if value is None else value


def _section(name: str, tree: dict[str, Any], extra: dict[str, tuple[Any, Any]] | None = None) -> Any:
    """A nested model for one level of keys."""
    fields: dict[str, Any] = {}
    for key, branch in tree.items():
        fields[key] = _leaf(branch) if isinstance(branch, Parameter) else _section_field(f"{name}.{key}", branch)
    fields.update(extra or {})
    label = sections().get(name, (name, name))[0]
    return create(name.replace(".", "_"), __config__=ConfigDict(extra="forbid", title=label), **fields)


def _section_field(name: str, tree: dict[str, Any], extra: dict[str, tuple[Any, Any]] | None = None) -> tuple[Any, Any]:
    model = _section(name, tree, extra)
    label = sections().get(name, ("", ""))[0]
    return Annotated[model | None, BeforeValidator(_empty_section)], Field(
        None, title=label or None, description=label or None
    )


def _tree(prefix: str) -> dict[str, Any]:
    """Parameters under a prefix as nested dictionaries by key."""
    root: dict[str, Any] = {}
    for parameter in registry():
        parts = parameter.key.split(".")
        if parts[0] != prefix:
            continue
        branch = root
        for part in parts[1:-1]:
            branch = branch.setdefault(part, {})
        branch[parts[-1]] = parameter
    return root


def _budget_field() -> tuple[Any, Any]:
    lines: dict[str, Any] = {}
    for line in budget_lines():
        amount = next(p for p in registry() if p.key == f"budget.{line}.amount")
        money = Annotated[Any, PlainValidator(_wrapped(amount.parse)), WithJsonSchema(_leaf_schema(amount))]
        year = Annotated[str, PlainValidator(_wrapped(_year)), WithJsonSchema({"type": "string"})]
        by_year = (dict[year, money], Field(None, description="个别年度的安排，例如 {2027: 4亿元}"))
        lines[line] = _section_field(f"budget.{line}", _tree("budget")[line], {"by_year": by_year})
    model = create("budget", __config__=ConfigDict(extra="forbid", title="预算"), **lines)
    return Annotated[model | None, BeforeValidator(_empty_section)], Field(
        None, description="每年财政安排（按预算科目）"
    )


@cache
def package_model() -> type[BaseModel]:
    """Model of a whole scenario file."""
    budget = _budget_field()
    measures = _section_field("measures", _tree("measures"))
    arrivals = (
        dict[
            QuarterText,
            Annotated[int, PlainValidator(_wrapped(_count)), WithJsonSchema({"type": "integer", "minimum": 0})],
        ],
        Field(None, description="个别季度额外新办的企业数，例如 {2026Q1: 1}"),
    )
    baseline = create(
        "baseline",
        __config__=ConfigDict(extra="forbid", title="基准"),
        title=(_string("基准的名称"), Field("")),
        title_en=(_string("基准的英文名称，英文输出用"), Field("")),
        budget=budget,
        measures=measures,
    )
    letterhead: dict[str, Any] = {
        "title": (_string("方案名称"), ...),
        "author": (_string("编制单位或编制人"), ...),
        "date": (_string("日期，例如 2025-01", _date), ...),
        "based_on": (_string("依据的文件"), ...),
        "description": (_string("说明"), Field("")),
        "title_en": (_string("英文的方案名称，英文输出和报告用；不写就用 title"), Field("")),
        "based_on_en": (_string("英文的依据，英文输出和报告用"), Field("")),
        "description_en": (_string("英文的说明，英文输出和报告用"), Field("")),
    }
    time = {name: _leaf(parameter) for name, parameter in _tree("time").items()}
    model: type[BaseModel] = create(
        "Scenario",
        __config__=ConfigDict(extra="forbid", title="kejin_sim 方案文件"),
        **letterhead,
        start=(QuarterText, Field(None, description="首个季度，例如 2025Q1")),
        **time,
        baseline=(baseline, Field(None, description="与之比较的基准方案")),
        budget=budget,
        measures=measures,
        world=_section_field("world", _tree("world"), {"extra_arrivals": arrivals}),
        behaviour=_section_field("behaviour", _tree("behaviour")),
        valuation=_section_field("valuation", _tree("valuation")),
        allow_book_moves=(
            Annotated[bool, PlainValidator(_wrapped(units.parse_flag)), WithJsonSchema({"type": "boolean"})],
            Field(False, description="已获准在各本预算之间调剂资金（true 或 false），用于 kejin combos"),
        ),
        uncertain=(
            Annotated[dict[str, Uncertain] | None, BeforeValidator(_empty_section)],
            Field(None, description="不确定的键：范围或分布及其依据"),
        ),
    )
    return model


def json_schema() -> dict[str, Any]:
    """JSON Schema of a scenario file for editors: completion, and Chinese text on hovering."""
    schema = package_model().model_json_schema()
    properties = schema["properties"]
    text = {"type": "string"}
    properties["extends"] = {**text, "description": "在其上修改的方案：内置名称或 .yaml 文件"}
    measures = {"type": "array", "items": {"enum": list(MEASURES)}, "uniqueItems": True}
    properties["only"] = {**measures, "description": "只实施所列措施，其余关闭、预算为零"}
    properties["without"] = {**measures, "description": "去掉所列措施（关闭、预算为零）"}
    properties["world"] = {
        "description": "企业从哪里来、怎样成长与失败：世界的名称或文件，或一段（可含 extends）",
        "anyOf": [text, *properties["world"]["anyOf"]],
    }
    for name in ("only", "without"):
        schema["$defs"]["baseline"]["properties"][name] = properties[name]
    schema["$defs"]["world"]["properties"]["extends"] = {**text, "description": "在其上修改的世界：名称或文件"}
    properties["baseline"] = {
        "description": "与之比较的基准：status_quo、no_policy、none（不比较）、一个文件，或写出 measures 与 budget",
        "anyOf": [text, {"type": "null"}, {"$ref": "#/$defs/baseline"}],
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
