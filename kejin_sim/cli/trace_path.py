"""One path's story, year by year: economy, firms, budget, treasury, funds, deals, exits, transfers, assessments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from kejin_sim.cli import trace_credit, trace_grants, trace_rooms
from kejin_sim.cli.trace_ledger import codes, holder, label, named, party
from kejin_sim.lang import t
from kejin_sim.ledger import LINE_LABELS, LINES, Nature, Party
from kejin_sim.measures.equity import postings as q
from kejin_sim.measures.equity import tolerance
from kejin_sim.parameters import by_key
from kejin_sim.recording import (
    B_APPROPRIATED,
    B_BROUGHT,
    B_CARRIED,
    B_EXECUTED,
    B_LAPSED,
    S_ACQUISITIONS,
    S_ARRIVALS,
    S_FAILURES,
    S_LISTINGS,
    S_LIVE,
    S_PRIVATE_ROUNDS,
    S_RESERVE,
)
from kejin_sim.timeline import QUARTERS_PER_YEAR, Quarter
from kejin_sim.units import format_money, format_rate
from kejin_sim.world import postings as w

if TYPE_CHECKING:
    from kejin_sim.cli.traced import Traced, WorldName
    from kejin_sim.reference.city import City
    from kejin_sim.reference.ledger import Entry
    from kejin_sim.reference.notes import Event

ASKERS: Final[dict[str, tuple[str, str]]] = {str(line): label for line, label in LINE_LABELS.items()} | {
    "subfund": ("子基金", "sub-funds"),
    "chain": ("链主基金", "chain-leader funds"),
    "risk_pool": ("风险池", "risk pool"),
    "compensation": ("风险补偿", "compensation"),
    "guarantee_company": ("担保公司", "guarantee company"),
    "interest_subsidy": ("贷款贴息", "interest subsidy"),
}
"""Who asked the budget in vain, by what the diary calls it; else a firm by its key."""
DEALS: Final = (q.SEED, q.DEAL, q.FOLLOW_ON)
FIRMS_OWN: Final = frozenset({"W1", "W2", "W3", "W4", "W9"})  # money of firms that no policy party pays or gets
EXITS: Final = (
    w.EXIT_SUBFUND, w.EXIT_GUIDANCE, w.REDEEM_SUBFUND, w.REDEEM_GUIDANCE, w.RESIDUAL_SALE, w.HORIZON_SUBFUND,
    w.HORIZON_GUIDANCE,
)  # fmt: skip


def lines(traced: Traced, world: WorldName) -> list[str]:
    """The whole story of one world."""
    city = traced.cities[traced.worlds.index(world)]
    clock = city.clock
    last = clock.calendar(clock.last)
    text = [
        t(
            f"{traced.scenario.title} · 第 {traced.path} 条路径（种子 {traced.seed}）· {world.label}",
            f"{traced.scenario.title} · path {traced.path} (seed {traced.seed}) · {world.label}",
        ),
        t(
            f"{clock.start} 至 {last}，政策 {clock.policy_years} 年；预热 {clock.opening} 季不计入。",
            f"{clock.start} to {last}, policy {clock.policy_years} years; the burn-in of {clock.opening} quarters is left out.",
        ),
        t(
            "〔E9〕等是规则编号，见 kejin rules E9；企业编号是设立的季度加序号，带 out 的在市外，带 spin 的是衍生企业。",
            "[E9] and the like are rules, see kejin rules E9; a firm's key is its quarter and number, with out for outside the "
            "city and spin for a spin-out.",
        ),
    ]
    entries: dict[int, list[Entry]] = defaultdict(list)
    for entry in city.ledger.entries:
        if entry.quarter >= clock.opening:
            entries[clock.calendar(entry.quarter).year].append(entry)
    events: dict[int, list[Event]] = defaultdict(list)
    for event in city.notes.diary or ():
        if event.quarter >= clock.opening:
            events[clock.calendar(event.quarter).year].append(event)
    for year in range(clock.start.year, last.year + 1):
        text += ["", t(f"{year}年", f"{year}")]
        text += [f"  {line}" for line in _year(city, year, entries[year], events[year])]
    return [*text, "", _total(city), t("企业故事：--enterprise 编号。", "A firm's life: --enterprise KEY.")]


def _year(city: City, year: int, entries: list[Entry], events: list[Event]) -> list[str]:
    return [
        _firms(city, year),
        *_budgets(city, year),
        _treasury(entries),
        *_formed(events),
        *_deals(entries),
        *_exits(entries),
        *_transfers(events),
        *trace_grants.year(events, entries, city.close.series[:, _columns(city, year)]),
        *trace_credit.year(events, city.close.series[:, _columns(city, year)], _quarters(city, year)),
        *trace_rooms.year(events, entries, city.close.series[:, _columns(city, year)]),
        *_money(entries),
        *_assessments(events),
        *_reserve(city, year),
    ]


def _colon(head: str, parts: Iterable[str]) -> list[str]:
    """``head：a、b`` or nothing when there are no parts."""
    body = t("、", ", ").join(parts)
    return [f"{head}{t('：', ': ')}{body}"] if body else []


def _quarters(city: City, year: int) -> dict[int, Quarter]:
    """The quarters of a calendar year that the books cover, by number."""
    clock = city.clock
    return {k: q for k in range(clock.opening, clock.last + 1) if (q := clock.calendar(k)).year == year}


def _columns(city: City, year: int) -> list[int]:
    """Columns of a calendar year in the series."""
    return [k - city.clock.opening for k in _quarters(city, year)]


def _firms(city: City, year: int) -> str:
    series = city.close.series[:, _columns(city, year)]

    def count(row: int) -> str:
        return f"{int(series[row].sum())}"

    live = int(series[S_LIVE, -1])
    return t(
        f"企业：新设 {count(S_ARRIVALS)}，失败 {count(S_FAILURES)}，被并购 {count(S_ACQUISITIONS)}，"
        f"上市 {count(S_LISTINGS)}，私人参与的轮次 {count(S_PRIVATE_ROUNDS)}，年末在营 {live}",
        f"firms: {count(S_ARRIVALS)} founded, {count(S_FAILURES)} failed, {count(S_ACQUISITIONS)} acquired, "
        f"{count(S_LISTINGS)} listed, {count(S_PRIVATE_ROUNDS)} rounds with private money, {live} at the year's end",
    )


def _reserve(city: City, year: int) -> list[str]:
    """E14. The risk reserve, in years in which it holds or held something."""
    there = _columns(city, year)
    held = city.close.series[S_RESERVE]
    before, now = (held[there[0] - 1] if there[0] > 0 else 0.0), held[there[-1]]
    if before == 0.0 and now == 0.0:
        return []
    return [
        t(
            f"风险准备金：上年末 {format_money(before)}，年末 {format_money(now)}〔E14〕",
            f"risk reserve: {format_money(before)} a year before, {format_money(now)} at the year's end [E14]",
        )
    ]


def _budgets(city: City, year: int) -> list[str]:
    text = []
    for number, line in enumerate(LINES):
        row = city.close.budget[number, year - city.clock.start.year]
        if not row.any():
            continue
        brought, granted, executed, lapsed, carried = (
            format_money(row[item]) for item in (B_BROUGHT, B_APPROPRIATED, B_EXECUTED, B_LAPSED, B_CARRIED)
        )
        name = t(*LINE_LABELS[line])
        text.append(
            t(
                f"预算·{name}：上年结转 {brought}，安排 {granted}，执行 {executed}，收回 {lapsed}，"
                f"年末结余 {carried}（含已承诺）",
                f"budget, {name}: brought forward {brought}, appropriated {granted}, executed {executed}, "
                f"lapsed {lapsed}, left {carried} (with commitments)",
            )
        )
    return text


def _sum(entries: Iterable[Entry]) -> float:
    total = 0.0
    for entry in entries:
        total += entry.amount
    return total


def _fiscal(entries: list[Entry]) -> tuple[float, float]:
    by_number = codes()
    outlay = _sum(
        e for e in entries
        if by_number[e.code].payer is Party.CITY_TREASURY and by_number[e.code].nature is Nature.EXPENDITURE
    )  # fmt: skip
    recovery = _sum(e for e in entries if by_number[e.code].payee is Party.CITY_TREASURY)
    return outlay, recovery


def _treasury(entries: list[Entry]) -> str:
    outlay, recovery = _fiscal(entries)
    return t(
        f"市财政：支出 {format_money(outlay)}，回收 {format_money(recovery)}，净支出 {format_money(outlay - recovery)}",
        f"city treasury: outlay {format_money(outlay)}, recovery {format_money(recovery)}, "
        f"net {format_money(outlay - recovery)}",
    )


def _formed(events: list[Event]) -> list[str]:
    parts = []
    for event in events:
        if event.kind in ("fund_formed", "chain_formed"):
            rule = "E1" if event.kind == "fund_formed" else "E11"
            size, government = format_money(event.facts["size"]), format_money(event.facts["government"])
            parts.append(
                t(
                    f"{named(event.entity)} {size}（引导基金认缴 {government}）〔{rule}〕",
                    f"{named(event.entity)} {size} (guidance fund commits {government}) [{rule}]",
                )
            )
    refused = [event for event in events if event.kind == "refused"]
    text = _colon(t("新设基金", "funds formed"), parts)
    if refused:
        sums: dict[str, float] = defaultdict(float)
        for event in refused:
            sums[t(*ASKERS.get(event.entity, ("企业", "firms")))] += event.facts["amount"]
        parts = [f"{who} {format_money(amount)}" for who, amount in sums.items()]
        requests = f"{len(refused)} request{'s' if len(refused) > 1 else ''}"
        text += _colon(t(f"预算不足而未批 {len(refused)} 笔", f"refused by the budget, {requests}"), parts)
    return text


def _deals(entries: list[Entry]) -> list[str]:
    """The year's deals: in firms directly, and by fund."""
    by_number = codes()
    text = []
    for code in DEALS:
        made = [entry for entry in entries if entry.code == code]
        if not made:
            continue
        posting = by_number[code]
        head = t(
            f"{posting.zh}〔{posting.rule}〕{len(made)} 笔 {format_money(_sum(made))}",
            f"{posting.en} [{posting.rule}], {len(made)} for {format_money(_sum(made))}",
        )
        if code != q.DEAL:
            text += _colon(head, (f"{named(entry.entity)} {format_money(entry.amount)}" for entry in made))
            continue
        text.append(head + t("：", ":"))
        funds: dict[str, list[str]] = defaultdict(list)
        for entry in made:
            fund, firm = holder(entry.entity)
            funds[fund].append(f"{firm} {format_money(entry.amount)}")
        for fund, parts in funds.items():
            text += [f"  {line}" for line in _colon(fund, parts)]
    return text


MOST_EXITS: Final = 12
"""Exits of a year that the story names; the rest is summed up (``--postings`` has them all)."""


def _exits(entries: list[Entry]) -> list[str]:
    by_number = codes()
    exits = [e for e in entries if e.code in EXITS]
    told = sorted(exits, key=lambda e: -e.amount)[:MOST_EXITS]
    parts = [
        t(
            f"{named(e.entity)} {by_number[e.code].zh}，{party(by_number[e.code].payee)}得 {format_money(e.amount)}"
            f"〔{by_number[e.code].rule}〕",
            f"{named(e.entity)} {by_number[e.code].en}, {format_money(e.amount)} to the {party(by_number[e.code].payee)} "
            f"[{by_number[e.code].rule}]",
        )
        for e in told
    ]
    if len(exits) > len(told):
        rest = format_money(_sum(exits) - _sum(told))
        parts.append(
            t(
                f"其余 {len(exits) - len(told)} 笔合计 {rest}（逐笔见 --postings）",
                f"{len(exits) - len(told)} more for {rest} (each in --postings)",
            )
        )
    return _colon(t("退出（从大到小）", "exits, largest first"), parts)


def _transfers(events: list[Event]) -> list[str]:
    parts = []
    for event in events:
        if event.kind == "buyout":
            strike, value = format_money(event.facts["strike"]), format_money(event.facts["value"])
            parts.append(
                t(
                    f"{named(event.entity)} 政府份额被提前购买，{strike}（当时值 {value}）〔E7〕",
                    f"{named(event.entity)}: government share bought out for {strike} (worth {value}) [E7]",
                )
            )
        elif event.kind == "share_sold":
            seller, price = party(event.facts["seller"]), format_money(event.facts["price"])
            parts.append(
                t(
                    f"{named(event.entity)} {seller}份额售予国企，{price}〔E13〕",
                    f"{named(event.entity)}: {seller}'s share sold to the SOE for {price} [E13]",
                )
            )
        elif event.kind == "holding_sold":
            price = format_money(event.facts["price"])
            parts.append(
                t(
                    f"{named(event.entity)} 股权售予国企，{price}〔E13〕",
                    f"{named(event.entity)}: holding sold to the SOE for {price} [E13]",
                )
            )
    return _colon(t("转让", "transfers"), parts)


_LEAST = 0.5  # CNY: a sum that would be written as 0元 or as parts of a yuan is rounding of shares, and no news


def _money(entries: list[Entry]) -> list[str]:
    """The year's sums by rule, of everything in which the policy's parties take part and that is not told above."""
    sums: dict[int, float] = defaultdict(float)
    for entry in entries:
        sums[entry.code] += entry.amount
    rules: dict[str, list[str]] = defaultdict(list)
    for posting in codes().values():
        told = posting.rule in FIRMS_OWN or posting.number in DEALS
        if not told and abs(sums.get(posting.number, 0.0)) >= _LEAST:
            payer, payee, amount = party(posting.payer), party(posting.payee), format_money(sums[posting.number])
            rules[posting.rule].append(
                t(f"{label(posting)}（{payer}→{payee}）{amount}", f"{label(posting)} ({payer} → {payee}) {amount}")
            )
    text = []
    for rule, parts in rules.items():
        text += _colon(t(f"全年资金〔{rule}〕", f"money of the year [{rule}]"), parts)
    return text


def _assessments(events: list[Event]) -> list[str]:
    moments = by_key()["measures.equity.loss_tolerance.when"]
    names = moments.choices_zh if t("zh", "en") == "zh" else moments.choices
    text: list[str] = []
    rolling = [event for event in events if event.kind == "assessed" and event.facts["moment"] == tolerance.ROLLING]
    for event in events:
        if event.kind == "assessed" and event.facts["moment"] != tolerance.ROLLING:
            said = _assessment(event, names[event.facts["moment"]])
            if said not in text:  # the last funds close at the horizon: all of them together are assessed twice, alike
                text.append(said)
        elif event.kind == "reinvestment":
            text.append(_reinvestment(event))
        elif event.kind == "breach":
            text.append(_breach(event))
        elif event.kind == "fund_closed":
            paid_in, back = format_money(event.facts["paid_in"]), format_money(event.facts["distributed"])
            text.append(
                t(
                    f"清算：{named(event.entity)} 实缴 {paid_in}，累计分配 {back}〔E6〕",
                    f"wound up: {named(event.entity)}, paid in {paid_in}, distributed {back} [E6]",
                )
            )
        elif event.kind == "vintage":
            first, due = event.facts["first"], format_money(event.facts["due"])
            text.append(
                t(
                    f"批次结算：{first} 起一年的直投，奖励 {due}〔E9〕",
                    f"vintage from {first} settled, reward {due} [E9]",
                )
            )
    if rolling:
        over = [sum(event.facts["over"][basis] for event in rolling) for basis in range(len(_bases()))]
        parts = [f"{name} {count}" for name, count in zip(_bases(), over, strict=True)]
        head = t(
            f"考核·{names[tolerance.ROLLING]}：{len(rolling)} 次，超容忍",
            f"rolling tests: {len(rolling)}, over the tolerance",
        )
        text += _colon(head, parts)
    return text


def _bases() -> tuple[str, ...]:
    parameter = by_key()["measures.equity.loss_tolerance.basis"]
    return parameter.choices_zh if t("zh", "en") == "zh" else parameter.choices


def _assessment(event: Event, moment: str) -> str:
    who = t("全部基金", "all funds") if event.entity == "portfolio" else named(event.entity)
    parts = []
    for name, loss, over in zip(_bases(), event.facts["loss"], event.facts["over"], strict=True):
        mark = t("超", "over") if over else t("未超", "within")
        # By class there is no single loss: only whether one of them is over its own tolerance.
        figure = "" if name == _bases()[tolerance.CLASS] else f" {format_rate(loss)}"
        parts.append(f"{name}{figure} {mark}")
    return t(f"考核·{moment}：{who} ", f"assessment, {moment}: {who} ") + t("，", ", ").join(parts)


def _reinvestment(event: Event) -> str:
    credit, paid_in = event.facts["credit"], event.facts["paid_in"]
    multiple = f"{credit / paid_in:.2f}" if paid_in > 0.0 else "—"
    met = t("达标", "met") if event.facts["met"] else t("未达标", "missed")
    return t(
        f"返投：{named(event.entity)} {multiple} 倍，{met}〔E5〕",
        f"reinvestment: {named(event.entity)} {multiple} times, {met} [E5]",
    )


def _breach(event: Event) -> str:
    who = t("全部基金", "all funds") if event.entity == "portfolio" else named(event.entity)
    cut = (
        t("削减下次安排", "next allocation cut")
        if event.facts["cuts"]
        else t("没有下次安排可削减", "no allocation left to cut")
    )
    verdict = t("予以免责", "exempted")
    if event.facts["sanctioned"]:
        verdict = t(f"未予免责：{cut}、暂停让利", f"not exempted: {cut}, concession withheld")
    elif not event.facts["reviewed"]:
        verdict = t("已认定过", "reviewed before")
    made_good = event.facts["made_good"]
    reserve = ""
    if made_good > 0.0:
        reserve = t(
            f"，风险准备金弥补 {format_money(made_good)}〔E14〕", f", reserve pays {format_money(made_good)} [E14]"
        )
    return t(f"超过容亏率：{who}，{verdict}{reserve}", f"over the loss tolerance: {who}, {verdict}{reserve}")


def _total(city: City) -> str:
    clock = city.clock
    entries = [entry for entry in city.ledger.entries if entry.quarter >= clock.opening]
    outlay, recovery = _fiscal(entries)
    years = (clock.last - clock.opening + 1) // QUARTERS_PER_YEAR
    return t(
        f"{years} 年合计：市财政支出 {format_money(outlay)}，回收 {format_money(recovery)}，"
        f"净支出 {format_money(outlay - recovery)}。",
        f"{years} years in all: the city treasury pays {format_money(outlay)}, gets back {format_money(recovery)}, "
        f"net {format_money(outlay - recovery)}.",
    )
