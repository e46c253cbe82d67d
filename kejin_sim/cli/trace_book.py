"""A traced path's postings as a workbook: every code in words, with the rules that moved the money and their documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kejin_sim import __version__
from kejin_sim.cases import WORLD
from kejin_sim.cli.trace_ledger import codes, holder, label, party, reckoning, stated
from kejin_sim.cli.traced import WorldName
from kejin_sim.lang import t
from kejin_sim.ledger import LINE_LABELS, LINES, Line, Nature, Party, Posting
from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import BOOK_LABELS, Context
from kejin_sim.postings import rooms
from kejin_sim.recording import B_APPROPRIATED, B_BROUGHT, B_CARRIED, B_EXECUTED, B_LAPSED
from kejin_sim.rules import STATUS, Rule, by_id, room_label
from kejin_sim.study.excel import MOST_ROWS, write_workbook
from kejin_sim.study.table import Cell, Column, Table
from kejin_sim.world.postings import OPERATIONS
from kejin_sim.writing import telling, whole_file

if TYPE_CHECKING:
    from kejin_sim.cli.traced import Traced

Row = tuple[Cell, ...]


def write(path: Path, traced: Traced, verdict: str) -> tuple[int, int]:
    """Write the workbook, whole or not at all; ``verdict``: whether the path ties to the compiled engine's ledger.

    Returns the number of rows and of postings. Errors: `MachineError`.
    """
    listed = list(rows(traced))
    used = {posting.rule for posting, _, _ in listed}
    sheets = [_sheet([row for _, _, row in listed[at : at + MOST_ROWS]]) for at in range(0, len(listed), MOST_ROWS)]
    with telling(path), whole_file(path) as stream:
        write_workbook(stream, [*sheets, _budget(traced), _rules(used), _about(traced, verdict)])
    return len(listed), sum(count for _, count, _ in listed)


def rows(traced: Traced) -> Iterator[tuple[Posting, int, Row]]:
    """Every posting from the opening on, package first: its code, how many postings the row stands for, its cells in words."""
    by_number = codes()
    for world, city, books, said in zip(traced.worlds, traced.cities, _books(traced), stated(traced), strict=True):
        opening = city.clock.opening
        counts: dict[tuple[int, int], int] = defaultdict(int)
        sums: dict[tuple[int, int], float] = defaultdict(float)
        entries = [e for e in city.ledger.entries if e.quarter >= opening and e.amount != 0.0]
        for entry in entries:
            if entry.code in OPERATIONS:
                counts[entry.quarter, entry.code] += 1
                sums[entry.quarter, entry.code] += entry.amount
        told: set[tuple[int, int]] = set()
        for entry in entries:
            posting, key = by_number[entry.code], (entry.quarter, entry.code)
            quarter = str(city.clock.calendar(entry.quarter))
            if entry.code not in OPERATIONS:
                how = reckoning(entry, posting, said)
                yield posting, 1, _row(world, books, quarter, posting, entry.amount, *holder(entry.entity), how)
            elif key not in told:
                told.add(key)
                firms = t(f"{counts[key]:,} 笔合计", f"{counts[key]:,} postings together")
                yield posting, counts[key], _row(world, books, quarter, posting, sums[key], "", firms, "")


def _books(traced: Traced) -> tuple[Mapping[Line, str], ...]:
    """The budget book of every line, by world, in words."""
    told = Context.of(traced.scenario.inputs()).books[: len(traced.cities)]
    return tuple({line: t(*BOOK_LABELS[book]) for line, book in books.items()} for books in told)


def _row(
    world: WorldName,
    books: Mapping[Line, str],
    quarter: str,
    posting: Posting,
    amount: float,
    vehicle: str,
    firm: str,
    how: str,
) -> Row:
    cells: Row = (
        world.label, quarter, party(posting.payer), party(posting.payee), posting.rule, by_id()[posting.rule].title,
        label(posting), amount, *_line(posting.line, books), _measure(rooms()[posting.number]), vehicle, firm, counted(posting),
        how,
    )  # fmt: skip
    return tuple(None if cell == "" else cell for cell in cells)


def _line(line: Line | None, books: Mapping[Line, str]) -> tuple[str, str]:
    return (t(*LINE_LABELS[line]), books[line]) if line is not None else ("", "")


def _measure(room: str) -> str:
    """A measure by its number and name; empty for what firms and markets do by themselves."""
    return room_label(room) if room != WORLD else ""


def counted(posting: Posting) -> str:
    """Which figure of the city treasury a posting is a part of, in words; empty for money of others."""
    if posting.payee is Party.CITY_TREASURY:
        return by_name()["fiscal_recovery"].label
    if posting.payer is not Party.CITY_TREASURY:
        return ""
    if posting.nature is Nature.INCOME:
        return t("少收的税，不计入", "tax not collected, in neither")
    return by_name()["fiscal_outlay"].label


def _text(name: str, zh: str, en: str) -> Column:
    return Column(name, zh, en, "text")


def _sheet(found: list[Row]) -> Table:
    columns = [
        _text("world", "世界", "world"), _text("quarter", "季度", "quarter"), _text("payer", "付款方", "payer"),
        _text("payee", "收款方", "payee"), _text("rule", "规则", "rule"), _text("title", "规则名称", "name of the rule"),
        _text("label", "名目", "what for"), Column("amount", "金额", "amount", "number", "元", "CNY"),
        _text("line", "预算科目", "budget line"), _text("book", "预算本", "budget book"), _text("measure", "措施", "measure"),
        _text("vehicle", "基金或银行", "fund or bank"), _text("firm", "企业", "firm"),
        _text("counted", "计入市财政", "of the city treasury"), _text("how", "算法", "how it was reckoned"),
    ]  # fmt: skip
    return Table("postings", "分录", "postings", columns, list(found))


def _budget(traced: Traced) -> Table:
    """What became of every line's money in every year: lapsed and carried money moves from nobody to nobody and is no posting."""
    yuan = ("元", "CNY")
    columns = [
        _text("world", "世界", "world"), Column("year", "年度", "year", "integer"), _text("line", "预算科目", "budget line"),
        _text("book", "预算本", "budget book"), Column("brought", "上年结转", "brought forward", "number", *yuan),
        Column("appropriated", "安排", "appropriated", "number", *yuan), Column("executed", "执行", "executed", "number", *yuan),
        Column("lapsed", "收回", "lapsed", "number", *yuan),
        Column("carried", "年末结余（含已承诺）", "left, with commitments", "number", *yuan),
    ]  # fmt: skip
    table = Table("budget", "预算", "budget", columns)
    for world, city, books in zip(traced.worlds, traced.cities, _books(traced), strict=True):
        for number, line in enumerate(LINES):
            for year, row in enumerate(city.close.budget[number], start=city.clock.start.year):
                if row.any():
                    items = (float(row[item]) for item in (B_BROUGHT, B_APPROPRIATED, B_EXECUTED, B_LAPSED, B_CARRIED))
                    table.add(world.label, year, *_line(line, books), *items)
    return table


def _rules(used: set[str]) -> Table:
    """What each rule does, by which formula, after which document."""
    columns = [
        _text("rule", "规则", "rule"), _text("title", "规则名称", "name of the rule"), _text("measure", "措施", "measure"),
        _text("does", "做什么", "what it does"), _text("formula", "公式", "formula"), _text("sources", "来源", "sources"),
        _text("evidence", "证据", "evidence"), _text("status", "合规状态", "legal status"),
    ]  # fmt: skip
    table = Table("rules", "规则", "rules", columns)
    for rule in (rule for rule in by_id().values() if rule.id in used):
        table.add(
            rule.id, rule.title, _measure(rule.room), "\n".join(rule.does), "\n".join(rule.formula), _sources(rule),
            t(rule.evidence_zh, rule.evidence_en), f"{t(*STATUS[rule.status])}{t('：', ': ')}{t(rule.status_zh, rule.status_en)}",
        )  # fmt: skip
    return table


def _sources(rule: Rule) -> str:
    return "\n".join(origin.citation for origin in rule.origins) or t("建模假设", "assumption")


def _about(traced: Traced, verdict: str) -> Table:
    """What the workbook is, and how its figures lead to those of a run."""
    outlay, recovery = (by_name()[name].label for name in ("fiscal_outlay", "fiscal_recovery"))
    table = Table("about", "说明", "about", [_text("item", "项目", "item"), _text("text", "内容", "text")])
    table.add(t("方案", "scenario"), f"{traced.scenario.title}{t('（', ' (')}{traced.scenario.name}{t('）', ')')}")
    table.add(
        t("路径、种子", "path, seed"),
        t(f"第 {traced.path} 条，种子 {traced.seed}", f"path {traced.path}, seed {traced.seed}"),
    )
    table.add(t("程序版本", "version of the program"), f"kejin_sim {__version__}")
    table.add(t("核对", "check"), verdict)
    table.add(
        t("与结果的关系", "how it leads to a run"),
        t(f"同一方案、同一种子的运行里，paths.parquet 的 path = {traced.path} 一行，{outlay}、{recovery}（fiscal_outlay、"
          f"fiscal_recovery）就是“计入市财政”一列写着{outlay}、{recovery}的各行金额之和。\n"
          "其他指标由哪些分录得出，见 kejin rules 指标名。\nsummary.csv 是全部路径的均值。",
          f"In a run of the same scenario and seed, paths.parquet has in the row path = {traced.path} as fiscal_outlay and "
          f"fiscal_recovery the sums of the rows marked {outlay} and {recovery}.\n"
          "Which postings make another outcome: kejin rules METRIC.\nsummary.csv has the means over all paths."),
    )  # fmt: skip
    table.add(
        t("没有逐笔列出的", "what is summed up"),
        t("企业的营业收入和营业支出，每季合计为一行；逐笔的见 --postings 文件.csv。",
          "Revenue and cost of firms, one row a quarter; --postings FILE.csv has each."),
    )  # fmt: skip
    table.add(
        t("算法", "how it was reckoned"),
        t("算出这笔金额的规则函数和当时的参数；公式、单位和算例见 kejin rules 规则编号。金额就是方案写明的数的，为参数名。"
          "空白：余额、合计，按比例分付的，或扣除其他各笔后剩下的。同一季里有几次计算得出同一个数的，取其中一次。",
          "The rule function whose answer the amount is, and what it was asked; formula, units and a worked case: kejin rules ID. "
          "An amount that the scenario states is shown as the parameter's key. Blank: a balance, a sum, a part of a claim "
          "that was cut, or what others leave. Of several questions of a quarter with the same answer one is shown."),
    )  # fmt: skip
    table.add(
        t("开账前的存量", "what was there before"),
        t(f"{traced.scenario.start} 开账前设立的基金、投的项目在观察期内的收付也在内；基金名称里的年份是设立年份。"
          "指标写明“政策”的（例如管理费）只数开账后设立的。",
          f"Money of funds formed and deals made before the books open in {traced.scenario.start} is here too; a fund's year is "
          "that of its formation. Outcomes said to be of policy funds, fees for one, count those formed since."),
    )  # fmt: skip
    table.add(
        t("企业编号", "keys of firms"),
        t("设立的季度加序号，带 out 的在市外，带 spin 的是衍生企业；一家企业的经过见 kejin trace … --enterprise 编号。",
          "Quarter and number, with out for outside the city and spin for a spin-out; kejin trace … --enterprise KEY tells a "
          "firm's life."),
    )  # fmt: skip
    return table
