"""One firm's life, quarter by quarter, in both worlds where they differ."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kejin_sim.cli import trace_credit, trace_grants, trace_rooms
from kejin_sim.cli.trace_ledger import Stated, codes, reckoning, sentence, stated
from kejin_sim.errors import InputError, nearest
from kejin_sim.lang import t
from kejin_sim.parameters import by_key
from kejin_sim.reference.stakes import Status
from kejin_sim.units import format_money, format_rate
from kejin_sim.world import postings as w

if TYPE_CHECKING:
    from kejin_sim.cli.traced import Traced
    from kejin_sim.reference.city import City
    from kejin_sim.reference.enterprise import Enterprise
    from kejin_sim.reference.notes import Event


def lines(traced: Traced, key: str) -> list[str]:
    """The whole story. Errors: `InputError` with keys that exist, when no world has such a firm."""
    found = [_find(city, key) for city in traced.cities]
    profile = next((firm.profile for firm in found if firm is not None), None)
    if profile is None:
        raise _unknown(traced, key)
    told = [
        _story(city, key, sums) if firm is not None else {}
        for city, firm, sums in zip(traced.cities, found, stated(traced), strict=True)
    ]
    text = _head(traced, next(firm for firm in found if firm is not None))
    for world, firm in zip(traced.worlds, found, strict=True):
        if firm is None:
            text.append(t(f"{world.label}世界没有这家企业。", f"There is no such firm in the {world.label}'s world."))
    clock = traced.cities[0].clock
    for k in sorted(set().union(*told)):
        versions = [story.get(k, []) for story in told]
        quarter = str(clock.calendar(k))
        if all(version == versions[0] for version in versions):
            text += _block(quarter, "", versions[0])
            continue
        for world, version in zip(traced.worlds, versions, strict=True):
            if version:
                text += _block(quarter, t(f"〔{world.label}〕", f"[{world.label}] "), version)
    return [*text, "", *_ends(traced, found)]


def _block(quarter: str, mark: str, version: list[str]) -> list[str]:
    first, *rest = version
    return [f"{quarter} {mark}{first}", *(f"    {line}" for line in rest)]


def _find(city: City, key: str) -> Enterprise | None:
    return next((firm for firm in city.everybody if firm.profile.key == key), None)


def _unknown(traced: Traced, key: str) -> InputError:
    keys = [firm.profile.key for firm in traced.cities[0].everybody]
    supported = [firm.profile.key for firm in traced.cities[0].everybody if firm.supported_quarter >= 0]
    examples = nearest(key, keys, 2)
    examples += [other for other in (supported or keys)[:3] if other not in examples]
    return InputError.of(
        f"第 {traced.path} 条路径里没有编号为 {key} 的企业。",
        f"there is no firm {key} on path {traced.path}.",
        key="--enterprise",
        hint_zh=f"编号是新设季度加序号，例如 {'、'.join(examples)}；不写 --enterprise 可看到本路径的编号。"
        if examples
        else "这条路径上没有企业。",
        hint_en=f"a key is the quarter of founding and a number, such as {', '.join(examples)}; "
        "the path's story (without --enterprise) names them."
        if examples
        else "there is no firm on this path.",
    )


def _label(key: str, index: int) -> str:
    labels = by_key()[key].labels
    return labels[index] if index < len(labels) else str(index)


def stage(row: int) -> str:
    """A stage in words; row 6 is a self-sustaining firm."""
    return _label("world.value.drift", row)


def _head(traced: Traced, firm: Enterprise) -> list[str]:
    profile = firm.profile
    kind = t("市外企业", "a firm outside the city")
    if not profile.outside:
        kind = _label("world.arrivals.mix", profile.kind)
    sector = _label("world.sectors.weights", profile.sector)
    traits = [kind, sector]
    traits += [t("硬科技", "hard tech")] if profile.hard_tech else []
    traits += [t("产业链企业", "in a chain leader's industry")] if profile.in_chain else []
    traits += [t("外地迁入", "relocated from elsewhere")] if profile.relocated else []
    founded = traced.cities[0].clock.calendar(profile.arrival)
    return [
        t(
            f"{traced.scenario.title} · 第 {traced.path} 条路径（种子 {traced.seed}）· 企业 {profile.key}",
            f"{traced.scenario.title} · path {traced.path} (seed {traced.seed}) · firm {profile.key}",
        ),
        t("、", ", ").join(traits)
        + t(
            f"；{founded} 设立；评分第 {firm.percentile:.0f} 百分位，潜在质量 {profile.quality:+.2f}（外人看不到）。",
            f"; founded {founded}; score at percentile {firm.percentile:.0f}, latent quality {profile.quality:+.2f} "
            "(nobody sees it).",
        ),
        "",
    ]


def _story(city: City, key: str, sums: Stated) -> dict[int, list[str]]:
    """By quarter: a first line with the state, then what happened, money and other events in order."""
    by_number = codes()
    happened: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    operations: dict[int, dict[int, float]] = defaultdict(dict)
    states: dict[int, Event] = {}
    for position, entry in enumerate(city.ledger.entries):
        if key not in entry.entity or key not in entry.entity.split("/"):
            continue
        if entry.code in w.OPERATIONS:
            operations[entry.quarter][entry.code] = entry.amount
        elif entry.amount != 0.0:
            posting = by_number[entry.code]
            happened[entry.quarter].append((position, 1, sentence(entry, posting)))
            how = reckoning(entry, posting, sums)
            if how:
                happened[entry.quarter].append((position, 2, f"    = {how}"))
    for event in city.notes.diary or ():
        if event.entity != key:
            continue
        if event.kind == "state":
            states[event.quarter] = event
        else:
            text = _event(event.kind, event.facts)
            if text:
                happened[event.quarter].append((event.position, 0, text))
    quarters = states.keys() | happened.keys() | operations.keys()
    return {k: [_state(states.get(k), operations[k]), *(text for _, _, text in sorted(happened[k]))] for k in quarters}


def _state(event: Event | None, operations: dict[int, float]) -> str:
    parts = []
    if event is not None:
        facts = event.facts
        where = {
            Status.QUEUED: t("排队上市", "in the IPO queue"),
            Status.LOCKED: t("已上市，锁定期", "listed, in lock-up"),
        }.get(facts["status"], stage(facts["row"]))
        value, cash = format_money(facts["value"]), format_money(facts["cash"])
        parts.append(t(f"{where}，价值 {value}，现金 {cash}", f"{where}, value {value}, cash {cash}"))
    for code, zh, en in ((w.REVENUE, "收入", "revenue"), (w.COST, "支出", "cost")):
        if code in operations:
            parts.append(
                t(f"{zh} {format_money(operations[code])}〔W1〕", f"{en} {format_money(operations[code])} [W1]")
            )
    return t("；", "; ").join(parts) or t("（企业已不在）", "(the firm is no longer there)")


def _event(kind: str, facts: dict[str, Any]) -> str:
    """An event in words; empty for one that the postings tell."""
    money = {name: format_money(value) for name, value in facts.items() if isinstance(value, float)}
    match kind:
        case "founded":
            return t("子基金在市外找到这家企业", "found outside the city by a sub-fund") if facts["outside"] else ""
        case "seeks":
            if facts["offer"] > 0.0:
                return t(
                    f"寻求融资，得到私人报价 {money['offer']}", f"seeks money; a private offer of {money['offer']}"
                )
            return t("寻求融资，没有得到私人报价", "seeks money; no private offer")
        case "ineligible":
            return t("不符合投资条件〔E3〕", "not eligible [E3]")
        case "crowded_out":
            return t(
                f"公共资金取代了私人报价 {money['offer']}",
                f"public money replaces the private offer of {money['offer']}",
            )
        case "round":
            total = format_money(sum(facts["money"]))
            sold = format_rate(sum(facts["money"]) / (facts["price"] + sum(facts["money"])))
            grown, grown_en = (
                ("进入", "now at stage") if facts["stage"] != facts["before"] else ("仍在", "still at stage")
            )
            return t(
                f"完成一轮融资 {total}（投前 {money['price']}，出让 {sold}），{grown}{stage(facts['stage'])}",
                f"closes a round of {total} (pre-money {money['price']}, {sold} sold), {grown_en} {stage(facts['stage'])}",
            )
        case "refused":
            return t(
                f"预算不足，引导基金未能投 {money['amount']}",
                f"the budget does not cover {money['amount']} of the guidance fund",
            )
        case "pivot":
            return t(
                f"现金耗尽，转为自我维持，季收入 {money['revenue']}，不再融资",
                f"cash is gone; becomes self-sustaining on revenue of {money['revenue']} a quarter, raises no more",
            )
        case "filed":
            return t(f"申报上市，价值 {money['value']}", f"files for an IPO at a value of {money['value']}")
        case "listed":
            return t(f"上市，市值 {money['value']}，进入锁定期", f"listed at {money['value']}, lock-up begins")
        case "turned_down":
            return t("上市申请被终止，恢复经营", "the IPO is turned down; back in business")
        case "acquired":
            return t(f"被并购，价款 {money['price']}", f"acquired for {money['price']}")
        case "sold":
            return t(
                f"锁定期满，全体股东减持，总价 {money['price']}", f"lock-up ends, holders sell at {money['price']}"
            )
        case "failed":
            return t("失败", "fails") + (t("（现金已耗尽）", " (out of cash)") if facts["short"] else "")
    return trace_grants.event(kind, facts) or trace_credit.event(kind, facts) or trace_rooms.event(kind, facts)


def _ends(traced: Traced, found: list[Enterprise | None]) -> list[str]:
    """How it ended, in one line."""
    parts = []
    for world, city, firm in zip(traced.worlds, traced.cities, found, strict=True):
        if firm is None:
            continue
        when = str(city.clock.calendar(firm.end_quarter))
        end = {
            Status.FAILED: t(f"{when} 失败", f"failed in {when}"),
            Status.ACQUIRED: t(f"{when} 被并购", f"acquired in {when}"),
            Status.SOLD: t(f"{when} 上市后减持", f"sold after listing in {when}"),
        }.get(firm.status, t("观察期末仍在", "still there at the horizon"))
        raised = format_money(firm.raised)
        parts.append(t(f"{world.label}：{end}，累计融资 {raised}", f"{world.label}: {end}, {raised} raised in all"))
    return [t("结局 ", "The end. ") + t("；", "; ").join(parts) + t("。", ".")]
