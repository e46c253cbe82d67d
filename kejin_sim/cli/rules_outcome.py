"""``kejin rules METRIC``: what an outcome is, and by which postings of which rules, or from which counts, it comes about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kejin_sim.lang import t

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kejin_sim.ledger import Posting
    from kejin_sim.outcomes.made_of import MadeOf
    from kejin_sim.outcomes.metric import Metric, Ratio

_ITEMS = {
    "brought": ("上年结转", "brought forward"),
    "appropriated": ("安排", "appropriated"),
    "executed": ("执行", "executed"),
    "lapsed": ("收回", "lapsed"),
    "carried": ("年末结余", "carried over"),
}


def find(name: str) -> Metric | Ratio | None:
    """The outcome with a name or label, as summary.csv, a column of paths.parquet or a study writes it; None when there is none."""
    from kejin_sim.errors import InputError
    from kejin_sim.outcomes.outcomes import SUFFIX
    from kejin_sim.outcomes.registry import RATIOS, metrics
    from kejin_sim.study.quantity import WORLD_WORDS, parse_quantity

    wanted = name.strip()
    for typed in (wanted, wanted.lower(), wanted.lower().removesuffix(SUFFIX)):
        try:
            return parse_quantity(typed).metric
        except InputError:
            continue
    for ending in (word for words in WORLD_WORDS.values() for word in words if word):  # as a study labels it
        wanted = wanted.removesuffix(ending)
    listed: list[Metric | Ratio] = [*metrics(), *RATIOS]
    return next((each for each in listed if wanted.lower() in (each.zh.lower(), each.en.lower())), None)


def names() -> list[str]:
    """What may be written for an outcome: names first, then labels in either language."""
    from kejin_sim.outcomes.registry import RATIOS, metrics

    listed: list[Metric | Ratio] = [*metrics(), *RATIOS]
    return [*(each.name for each in listed), *(each.zh for each in listed), *(each.en for each in listed)]


def _posting(posting: Posting) -> dict[str, Any]:
    return {
        "posting": posting.name,
        "rule": posting.rule,
        "payer": posting.payer.value,
        "payee": posting.payee.value,
        "label_zh": posting.zh,
        "label_en": posting.en,
    }


def as_object(outcome: Metric | Ratio) -> dict[str, Any]:
    """Everything about an outcome as plain data."""
    from kejin_sim.outcomes.made_of import made_of

    parts = made_of(outcome)
    return {
        "outcome": outcome.name,
        "label_zh": outcome.zh,
        "label_en": outcome.en,
        "unit": outcome.unit,
        "direction": outcome.direction,
        "formula_zh": outcome.formula_zh,
        "formula_en": outcome.formula_en,
        "measure": outcome.measure or None,
        "added": [_posting(posting) for posting in parts.added],
        "taken_off": [_posting(posting) for posting in parts.taken_off],
        "entering": [_posting(posting) for posting in parts.entering],
        "only_postings": parts.plain,
        "by_book": parts.by_book,
        "compares": parts.compares,
        "series": list(parts.series),
        "statistics": list(parts.stats),
        "firm_counts": list(parts.pairs),
        "budget": [{"item": item, "line": str(line) if line else None} for item, line in parts.budget],
        "market": parts.market,
        "outcomes": list(parts.outcomes),
        "rules": [rule for rule, _ in _by_rule(parts.postings)],
        "measures": _measures(outcome, parts),
    }


def page(outcome: Metric | Ratio) -> list[str]:
    """Everything about an outcome, for reading."""
    from kejin_sim.outcomes.made_of import made_of
    from kejin_sim.outcomes.metric import DIRECTION_LABELS, UNIT_LABELS

    parts = made_of(outcome)
    colon = t("：", ": ")
    lines = [f"{outcome.name}  {outcome.label}"]
    if outcome.measure:
        lines += [f"  {_measure(outcome.measure)}"]
    lines += [
        f"  {t('单位', 'unit')}{colon}{t(*UNIT_LABELS[outcome.unit])}{t('；', '; ')}{t(*DIRECTION_LABELS[outcome.direction])}"
    ]
    lines += ["", t("公式", "Formula"), f"  {t(outcome.formula_zh, outcome.formula_en)}"]
    if parts.compares:
        lines += [f"  {t('方案和基准各取一次，再比较', 'taken from the package and from the baseline, and compared')}"]
    lines += _others(parts)
    lines += _postings(parts)
    lines += _counts(parts)
    further = _further(outcome, parts)
    return [*lines, "", *further] if further else lines


def _others(parts: MadeOf) -> list[str]:
    """Outcomes that the formula names."""
    from kejin_sim.outcomes.registry import by_name

    if not parts.outcomes:
        return []
    heading = t(
        "公式提到的指标（各用 kejin rules 指标名 查看）",
        "Outcomes that the formula names (kejin rules NAME tells of each)",
    )
    return ["", heading, *(f"  {name}  {by_name()[name].label}" for name in parts.outcomes)]


def _by_rule(postings: Sequence[Posting]) -> list[tuple[str, list[Posting]]]:
    """Postings by rule, in the order of the rules."""
    from kejin_sim.rules import rules

    found = [(rule.id, [posting for posting in postings if posting.rule == rule.id]) for rule in rules()]
    return [(rule, made) for rule, made in found if made]


def _postings(parts: MadeOf) -> list[str]:
    """The postings under their rules."""
    from kejin_sim.rules import by_id, payment

    if not parts.postings:
        none = t(
            "默认没有预算科目列入这本预算，因此没有分录。",
            "By default no line is in this book: no postings.",
        )
        return ["", none, *_books(parts)] if parts.by_book else []
    count, of = len(parts.postings), len(_by_rule(parts.postings))
    lines = [
        "",
        t(f"由哪些分录得出：{count} 种分录，属于 {of} 条规则", f"Made of {count} kinds of postings under {of} rules"),
    ]
    for heading, postings in (
        (t("加上", "added"), parts.added),
        (t("减去", "taken off"), parts.taken_off),
        (t("按公式计入", "in the formula"), parts.entering),
    ):
        if postings:
            lines += [f"  {heading}"]
        for rule, made in _by_rule(postings):
            lines += [f"    {rule}  {by_id()[rule].title}", *(f"      {payment(posting)}" for posting in made)]
    return [*lines, *_books(parts)]


def _books(parts: MadeOf) -> list[str]:
    """What the scenario has a say in: the postings of a budget book."""
    if not parts.by_book:
        return []
    return [
        t("  预算科目归哪本预算由方案定（budget.科目.book）；这里按默认值。",
          "  Which budget book a line is in is the scenario's choice (budget.LINE.book); here it is the default.")
    ]  # fmt: skip


def _counts(parts: MadeOf) -> list[str]:
    """What does not come from postings."""
    from kejin_sim.ledger import LINE_LABELS
    from kejin_sim.outcomes.counts import COUNT_LABELS
    from kejin_sim.outcomes.registry import by_name
    from kejin_sim.outcomes.series import SERIES_LABELS

    def label(name: str) -> str:
        return f"{name}  {by_name()[name].label if name in by_name() else t(*COUNT_LABELS[name])}"

    lines: list[str] = []
    if parts.series:
        lines += [t("逐季记录的量：", "Recorded in every quarter:")]
        lines += [f"  {name}  {t(*SERIES_LABELS[name][:2])}" for name in parts.series]
    if parts.stats:
        lines += [t("在一条路径上数出的量：", "Counted over a path:"), *(f"  {label(name)}" for name in parts.stats)]
    if parts.pairs:
        lines += [
            t("方案与基准中同一批企业逐家比较，数出的家数：", "Firms counted one by one, package beside baseline:")
        ]
        lines += [f"  {label(name)}" for name in parts.pairs]
    if parts.budget:
        lines += [t("预算账（每年每个科目）：", "The budget's account (every year, every line):")]
        lines += [
            f"  {t(*_ITEMS[item])}{t('：', ': ')}{t(*LINE_LABELS[line]) if line else t('全部科目', 'every line')}"
            for item, line in parts.budget
        ]
    if parts.market:
        lines += [t("股票市场每季的收益", "The return of the equity market in every quarter")]
    if not lines:
        return []
    heading = t("由哪些计数得出", "Made of these counts")
    if parts.postings:
        heading = t("还用到哪些计数", "Counts that go in besides")
    note = t(
        "  （程序在事情发生时记下，不由分录相加）", "  (written down as things happen, not added up from postings)"
    )
    return ["", heading, note, *(f"  {line}" for line in lines)]


def _measures(outcome: Metric | Ratio, parts: MadeOf) -> list[str]:
    """Measures whose own counts go in, and the one whose effect the outcome shows."""
    from importlib import import_module

    from kejin_sim.measures import MEASURES
    from kejin_sim.recording import ROOMS

    used = {outcome.measure}
    for room in ROOMS:
        recorded = import_module(f"kejin_sim.measures.{room}.recording")
        if {*recorded.SERIES.names}.intersection(parts.series) or {*recorded.STATS.names}.intersection(parts.stats):
            used.add(room)
    return [measure for measure in MEASURES if measure in used]


def _measure(measure: str) -> str:
    from kejin_sim.outcomes.measures import measure_label

    return t(*measure_label(measure))


def _further(outcome: Metric | Ratio, parts: MadeOf) -> list[str]:
    """Where to read on."""
    lines = []
    if parts.postings:
        first = _by_rule(parts.postings)[0][0]
        lines += [
            t(f"接着看：kejin rules {first} 讲一条规则；kejin trace 结果文件夹 --path N --postings 分录.xlsx 列出一条路径的每一笔，"
              "用“世界”“规则”“付款方”“收款方”“名目”五列筛选。",
              f"Read on: kejin rules {first} tells of a rule; kejin trace RUN_FOLDER --path N --postings FILE.xlsx lists every "
              "posting of a path: filter by world, rule, payer, payee and what for.")
        ]  # fmt: skip
    sums_up = parts.plain and not parts.by_book  # the books of the scenario may be others
    if sums_up and parts.taken_off:
        lines += [
            t(f"同一条路径上，“加上”的合计 − “减去”的合计 = paths.parquet 里的 {outcome.name}（基准：{outcome.name}_twin）。",
              f"On the same path the sum of what is added less the sum of what is taken off is {outcome.name} in paths.parquet "
              f"(of the baseline: {outcome.name}_twin).")
        ]  # fmt: skip
    elif sums_up and parts.postings:
        lines += [
            t(f"同一条路径上，以上分录的金额合计 = paths.parquet 里的 {outcome.name}（基准：{outcome.name}_twin）。",
              f"On the same path the sum of these postings is {outcome.name} in paths.parquet (of the baseline: "
              f"{outcome.name}_twin).")
        ]  # fmt: skip
    for measure in _measures(outcome, parts):
        lines += [
            t(f"kejin rules {measure} 列出{_measure(measure)}的规则。",
              f"kejin rules {measure} lists the rules of {_measure(measure)}.")
        ]  # fmt: skip
    if not lines and not parts.outcomes:
        return [t("kejin rules 列出全部规则。", "kejin rules lists all rules.")]
    return lines
