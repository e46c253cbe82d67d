"""Rows of the city and of measure 1 are what the postings say: recorded by hand in both engines, worked out again from the ledger.

A *policy* fund or deal is told by when its first call or its purchase was posted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import numpy as np
import pytest

from kejin_sim.ledger import LINES, Nature, Party
from kejin_sim.recording import B_BROUGHT, B_CARRIED, B_EXECUTED, PAIRS, SERIES
from kejin_sim.reference.notes import Event
from tests.playing import run
from tests.property.history import CODES, Entry, History, Row, history, hold

HISTORIES: Final = (
    "demo",
    "concession to both",
    "buy-out always funded",
    "vintage netting, rich",
    "reserve of half",
    "shares of social partners",
    "shares of the government",
    "holdings, market price",
    "books open in mid-year",
    "half of the deals outside",
    "redemptions",
    "listings at once",
    "exits on the regional market",
    "grants in the baseline",
    "AIC funds in the baseline, on terms of their own",
)

CALLS: Final = ("call_government", "call_district", "call_gp", "call_social", "call_soe")
DISTRIBUTIONS: Final = (
    "distribute_government",
    "distribute_district",
    "distribute_gp",
    "distribute_social",
    "distribute_soe",
)
PUBLIC: Final = ("seed", "deal", "follow_on")
PRIVATE: Final = ("private_round", "reinvest")
ROUNDS: Final = (*PUBLIC, *PRIVATE, "co_invest")
GRANTS: Final = ("grant", "competition", "talent_grant", "attraction_city", "attraction_district", "pure_grant")
TO_FUND: Final = ("dividend_subfund", "exit_subfund", "redeem_subfund", "residual_sale", "horizon_subfund")
TO_GUIDANCE: Final = (
    "dividend_guidance",
    "exit_guidance",
    "redeem_guidance",
    "holding_bought",
    "regional_sale",
    "horizon_guidance",
)
TO_CO_INVESTOR: Final = ("dividend_co_investor", "exit_co_investor", "redeem_co_investor", "horizon_co_investor")
CLASSES: Final = ("seed", "angel", "industry")
BASES: Final = ("net_terminal", "gross", "class", "head_count")
CHAIN_CALLS: Final = tuple(f"chain_call_{who}" for who in ("government", "leader", "social", "aic"))
CHAIN_PAYS: Final = tuple(f"chain_distribute_{who}" for who in ("government", "leader", "social", "aic"))


# The city.


def _alive(h: History) -> np.ndarray:
    """Founded in the city less failed or gone."""
    change = np.zeros(h.quarters)
    before = 0.0
    for firm, quarter in h.born.items():
        if not h.profiles[firm].outside:
            end = h.ended.get(firm, (h.quarters, ""))[0]
            for when, sign in ((quarter, 1.0), (end, -1.0)):
                if when < 0:
                    before += sign
                elif when < h.quarters:
                    change[when] += sign
    return before + np.cumsum(change)


def _ended(h: History, kind: str) -> np.ndarray:
    return h.by_quarter(
        (quarter, 1.0) for firm, (quarter, how) in h.ended.items() if how == kind and not h.profiles[firm].outside
    )


def _gone_with_cash(h: History) -> np.ndarray:
    """Firms of the city that left alive without having been listed: their cash was posted out."""
    listed = {event.entity for _, event in h.told("listed")}
    left = ((e.quarter, 1.0) for e in h.all_of("leave") if h.here(e) and e.firm not in listed)
    return h.by_quarter(left)


def _supported(h: History) -> dict[str, int]:
    return h.first(*PUBLIC, *GRANTS)


@dataclass
class Staff:
    """A firm as its rounds and its pivot leave it."""

    stage: int = 0
    sustained: bool = False


def _jobs(h: History, kind: str) -> np.ndarray:
    """Staff by stage, told by rounds and pivots; firms that left alive fade. ``kind``: all, national."""
    staff_of = h.value("world.city.staff")
    fade = (1.0 - h.value("world.city.graduate_decay")) ** 0.25
    events: defaultdict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for quarter, event in h.told("founded", "round", "pivot", "failed", "acquired", "sold"):
        events[quarter].append((event.kind, event.entity, event.facts.get("stage", 0)))
    firms: dict[str, Staff] = {}
    graduates = 0.0
    row = np.zeros(h.quarters)
    for quarter in range(-h.opening, h.quarters):
        for what, firm, stage in events[quarter]:
            if h.profiles[firm].outside:
                continue
            if what == "founded":
                firms[firm] = Staff()
            elif what == "round":
                firms[firm].stage = stage
            elif what == "pivot":
                firms[firm].sustained = True
            else:
                staff = firms.pop(firm)
                if what != "failed":
                    graduates += _weight(h, firm, staff, staff_of, kind)
        graduates *= fade
        if quarter >= 0:
            row[quarter] = graduates + sum(_weight(h, firm, staff, staff_of, kind) for firm, staff in firms.items())
    return row


def _weight(h: History, firm: str, staff: Staff, of: list[float], kind: str) -> float:
    if kind == "national" and h.profiles[firm].relocated:
        return 0.0
    return of[6 if staff.sustained else staff.stage]


def _public_rounds(h: History) -> set[tuple[str, int]]:
    return {(e.firm, e.quarter) for e in h.all_of(*PUBLIC)}


def _same_round(h: History) -> np.ndarray:
    public = _public_rounds(h)
    return h.paid(*PRIVATE, "co_invest", where=lambda e: h.here(e) and (e.firm, e.quarter) in public)


def _later(h: History) -> np.ndarray:
    public, supported = _public_rounds(h), _supported(h)
    return h.paid(
        *PRIVATE,
        where=lambda e: (
            h.here(e) and (e.firm, e.quarter) not in public and supported.get(e.firm, h.quarters) <= e.quarter
        ),
    )


# Sub-funds.


def _government(h: History) -> np.ndarray:
    back = ("distribute_government", "buyout", "share_from_government")
    ceded = ("concession_gp", "concession_social")
    return h.paid(*back, where=h.of_policy_fund) - h.paid(*ceded, where=h.of_policy_fund)


def _since(h: History, code: str) -> dict[str, int]:
    return h.first(code)


def _of_policy_seed(h: History) -> set[str]:
    return {firm for firm, quarter in _since(h, "seed").items() if quarter >= 0}


def _rewards(code: str) -> Callable[[History], np.ndarray]:
    """Of one deal, or of a fiscal year's (without a firm): none was begun before the opening in these histories."""

    def paid(h: History) -> np.ndarray:
        policy = _of_policy_seed(h)
        return h.paid(code, where=lambda e: e.firm in policy if e.firm else True)

    return paid


def _size_by_gp(h: History) -> np.ndarray:
    """Size of each fund, from the manager's first call and its share; of chain-leader funds as announced."""
    share = h.value("measures.equity.angel_subfunds.gp_share") * h.value("measures.equity.angel_subfunds.calls")[0]
    seen: set[str] = set()
    found = []
    for e in h.of("call_gp", where=h.of_policy_fund):
        if e.other not in seen and e.quarter == h.formed[e.other]:
            found.append((e.quarter, e.amount / share))
        seen.add(e.other)
    found += [(quarter, event.facts["size"]) for quarter, event in h.told("chain_formed")]
    return h.by_quarter(found)


@dataclass
class Deal:
    """A sub-fund's deal: what it cost, what it brought, when it was made and when it ended."""

    fund: str
    firm: str
    cost: float
    made: int
    place: int
    got: float = 0.0
    ended: int = -1


@cache
def deals(h: History) -> list[Deal]:
    """Every deal of policy sub-funds."""
    found: list[Deal] = []
    open_now: dict[tuple[str, str], Deal] = {}
    stages = [
        event.facts["stage"] for event in h.events if event.kind == "round" and event.facts["money"].subfund > 0.0
    ]
    rounds = iter(stages)
    for e in h.entries:
        if e.code == "deal":
            deal = Deal(e.other, e.firm, e.amount, e.quarter, min(next(rounds), 3) - 1)
            open_now[e.other, e.firm] = deal
            if h.of_policy_fund(e):
                found.append(deal)
        elif e.code in TO_FUND:
            deal = open_now[e.other, e.firm]
            deal.got += e.amount
            if e.code != "dividend_subfund":
                deal.ended = e.quarter
    for deal in found:
        if deal.ended < 0:
            deal.ended = h.ended[deal.firm][0]
    return found


def _lost(cost: float, got: float) -> bool:
    return got < cost * (1.0 - 1e-9)


def _open_cost(h: History) -> np.ndarray:
    row = np.zeros(h.quarters)
    for deal in deals(h):
        row[deal.made : deal.ended] += deal.cost
    return row


SERIES_ROWS: Final[dict[str, Row]] = {
    "live": _alive,
    "jobs": lambda h: _jobs(h, "all"),
    "jobs_national": lambda h: _jobs(h, "national"),
    "arrivals": lambda h: h.count("founding", where=h.here),
    "failures": lambda h: _ended(h, "failed"),
    "listings": lambda h: h.by_quarter((q, 1.0) for q, e in h.told("listed") if not h.profiles[e.entity].outside),
    "acquisitions": _gone_with_cash,
    "private_rounds": lambda h: h.count(*PRIVATE, where=h.here),
    "seed_deals": lambda h: h.count("seed"),
    "subfund_deals": lambda h: h.count("deal"),
    "follow_ons": lambda h: h.count("follow_on"),
    "subfund_calls": lambda h: h.paid(*CALLS, where=h.of_policy_fund),
    "subfund_distributions": lambda h: h.paid(*DISTRIBUTIONS, where=h.of_policy_fund),
    "government_calls": lambda h: h.paid("call_government", where=h.of_policy_fund),
    "government_distributions": _government,
    "social_calls": lambda h: h.paid("call_social", where=h.of_policy_fund),
    "social_distributions": lambda h: h.paid(
        "distribute_social", "share_from_social", "concession_social", where=h.of_policy_fund
    ),
    "social_buyouts": lambda h: h.paid("buyout", where=h.of_policy_fund),
    "coinvestor_paid": lambda h: h["co_invest"],
    "coinvestor_received": lambda h: h.paid(*TO_CO_INVESTOR, where=lambda e: e.firm in _of_policy_seed(h)),
    "coinvestor_reward": _rewards("reward"),
    "private_reward": _rewards("reward_private"),
    "seed_paid": lambda h: h["seed"],
    "follow_paid": lambda h: h["follow_on"],
    "private_same_round": _same_round,
    "private_later": _later,
    "public_deals": lambda h: h.paid(*PUBLIC),
    "public_hard_tech": lambda h: h.paid(*PUBLIC, where=lambda e: h.profiles[e.firm].hard_tech),
    "chain_calls": lambda h: h.paid(*CHAIN_CALLS),
    "chain_distributions": lambda h: h.paid(*CHAIN_PAYS),
    "guidance_cash": lambda h: h.balance(Party.GUIDANCE_FUND),
    "fund_commitments": _size_by_gp,
    "open_cost": _open_cost,
}


@pytest.mark.parametrize("name", SERIES_ROWS)
def test_a_series_is_what_its_postings_say(name: str) -> None:
    hold(SERIES_ROWS, name, HISTORIES)


def _seed_deals(h: History) -> list[tuple[float, float]]:
    """Cost and receipts of every policy seed deal, where no follow-on muddles them."""
    got: defaultdict[str, float] = defaultdict(float)
    for e in h.all_of(*TO_GUIDANCE):
        got[e.firm] += e.amount
    return [(e.amount, got[e.firm]) for e in h.of("seed")]


def _only(h: History, code: str) -> np.ndarray:
    policy = {firm for firm, quarter in h.first(code).items() if quarter >= 0}
    return h.paid(*TO_GUIDANCE, where=lambda e: e.firm in policy)


@pytest.mark.parametrize(
    ("name", "code", "played"),
    [("seed_received", "seed", "no follow-on"), ("follow_received", "follow_on", "no seed direct")],
)
def test_receipts_of_direct_deals_are_what_was_posted(name: str, code: str, played: str) -> None:
    """With one kind of deal alone; with both, together."""
    hold({name: lambda h: _only(h, code)}, name, [played])


@pytest.mark.parametrize("name", HISTORIES)
def test_seed_direct_and_follow_on_receive_all_that_is_posted(name: str) -> None:
    for h in history(name):
        seed, follow = h.first("seed"), h.first("follow_on")
        if all(min(seed.get(f, 0), follow.get(f, 0)) >= 0 for f in seed.keys() & follow.keys()):
            policy = {firm for firm, quarter in (*seed.items(), *follow.items()) if quarter >= 0}
            wanted = h.paid(*TO_GUIDANCE, where=lambda e, policy=policy: e.firm in policy)
            for recorded in h.series:
                both = recorded[SERIES.index("seed_received")] + recorded[SERIES.index("follow_received")]
                np.testing.assert_allclose(both, wanted, rtol=1e-9, atol=1e-3, err_msg=str(h))


def _firms_at_the_close(h: History, quarter: int) -> set[str]:
    return {
        firm
        for firm, came in h.born.items()
        if came <= quarter < h.ended.get(firm, (h.quarters, ""))[0] and not h.profiles[firm].outside
    }


def _next_quarter(h: History, code: str, weight: Callable[[str, int], float]) -> np.ndarray:
    """What firms that are there at a quarter's end have, as they post it in the next."""
    found = []
    for e in h.all_of(code):
        there = h.born[e.firm] < e.quarter <= h.ended.get(e.firm, (h.quarters, ""))[0] and h.here(e)
        if there:
            found.append((e.quarter - 1, e.amount * weight(e.firm, e.quarter - 1)))
    return h.by_quarter(found)


def _tax(h: History) -> np.ndarray:
    revenue = _next_quarter(h, "revenue", lambda _firm, _quarter: 1.0)
    return revenue * h.value("world.city.tax_rate") * h.value("world.city.tax_city_share")


def _tech(h: History) -> np.ndarray:
    row = np.zeros(h.quarters)
    for e in h.all_of("revenue"):
        firm, quarter = h.profiles[e.firm], e.quarter - 1
        if h.here(e) and firm.hard_tech and quarter >= 0 and quarter - h.born[e.firm] >= 4:
            row[quarter] += 1.0
    return row


LAGGED_ROWS: Final[dict[str, tuple[tuple[str, ...], Row]]] = {
    "sales": (HISTORIES, lambda h: _next_quarter(h, "revenue", lambda _firm, _quarter: 1.0)),
    "tech_firms": (HISTORIES, _tech),
    "tax": (("nobody leaves", "nobody runs short"), _tax),
    "research": (
        ("nobody runs short",),
        lambda h: h.value("world.city.rd_share") * _next_quarter(h, "cost", lambda _firm, _quarter: 1.0),
    ),
}


@pytest.mark.parametrize("name", LAGGED_ROWS)
def test_what_stands_at_the_close_is_what_the_next_quarter_posts(name: str) -> None:
    names, row = LAGGED_ROWS[name]
    hold({name: row}, name, names, but_last=True)


# Commitments.


def _undrawn(h: History) -> np.ndarray:
    """Promised less called, until the investment period is over, the government has left or the fund has ended."""
    row = np.zeros(h.quarters)
    over: defaultdict[str, int] = defaultdict(lambda: h.quarters)
    for quarter, event in h.told("reinvestment", "fund_closed"):
        over[event.entity] = min(over[event.entity], quarter)
    for e in h.all_of("buyout", "share_from_government"):
        over[e.other] = min(over[e.other], e.quarter)
    promised = [(event.entity, quarter, event.facts["government"]) for quarter, event in h.told("fund_formed")]
    calls = {"subfund": "call_government", "chain": "chain_call_government", "aic": "aic_call_government"}
    for what, section in (("chain", "measures.equity.chain_funds"), ("aic", "measures.pilots.aic")):
        for quarter, event in h.told(f"{what}_formed"):
            share = h.value(f"{section}.gov_share", since=quarter)
            promised.append((event.entity, quarter, share * event.facts["size"]))
            years = min(h.value(f"{section}.{key}", since=quarter) for key in ("call_years", "life"))
            over[event.entity] = quarter + 4 * years
    for fund, quarter, amount in promised:
        left = np.zeros(h.quarters)
        left[max(0, quarter) : max(0, over[fund])] = amount
        row += left
        for e in h.all_of(calls[fund.split("-")[0]]):
            if e.other == fund:
                row[max(0, e.quarter) : max(0, over[fund])] -= e.amount
    return row


@pytest.mark.parametrize("name", ["undrawn_commitments", "encumbered"])
def test_commitments_stand_until_they_are_called_or_given_free(name: str) -> None:
    hold({name: _undrawn}, name, HISTORIES)


# Statistics.


def _survived(h: History, years: int, *, alive: bool, national: bool = False) -> float:
    count = 0.0
    for firm in h.cohorts:
        seen = h.born[firm] + 4 * years
        end, how = h.ended.get(firm, (h.quarters, ""))
        there = not alive or how != "failed" or end >= seen
        if seen <= h.quarters and there and not (national and h.profiles[firm].relocated):
            count += 1.0
    return count


def _years(h: History) -> float:
    """Quarters until failure, or until the horizon for those who live on or have left alive."""
    total = 0
    for firm in h.cohorts:
        end, how = h.ended.get(firm, (h.quarters, ""))
        total += (end if how == "failed" else h.quarters) - h.born[firm]
    return total / 4.0


def _entered(h: History, *, relocated: bool = False) -> float:
    supported = _supported(h)
    return float(sum(firm in supported and (h.profiles[firm].relocated or not relocated) for firm in h.cohorts))


def _of_class(h: History, place: int, what: str) -> float:
    return sum(getattr(deal, what) for deal in deals(h) if deal.place == place)


def _over(h: History) -> float:
    limit = h.value("measures.equity.loss_tolerance.single_project")
    return float(sum(1.0 - deal.got / deal.cost > limit + 1e-9 for deal in deals(h)))


def _policy_funds(h: History) -> list[str]:
    return [fund for fund, quarter in h.formed.items() if quarter >= 0]


def _losses(h: History, funds: Collection[str]) -> list[bool]:
    """Over the tolerance on each basis: net terminal, gross, by class, by head count."""
    section = "measures.equity.loss_tolerance"
    rate, classes = h.value(f"{section}.rate"), h.value(f"{section}.class_tolerance")
    paid_in = h.paid(*CALLS, where=lambda e: e.other in funds).sum()
    back = h.paid(*DISTRIBUTIONS, where=lambda e: e.other in funds).sum()
    mine = [deal for deal in deals(h) if deal.fund in funds]
    cost = sum(deal.cost for deal in mine)
    net = 1.0 - back / paid_in if paid_in > 0.0 else 0.0
    gross = sum(max(0.0, deal.cost - deal.got) for deal in mine) / cost if cost > 0.0 else 0.0
    heads = sum(_lost(deal.cost, deal.got) for deal in mine) / len(mine) if mine else 0.0
    by_class = False
    for place, limit in enumerate(classes):
        spent = sum(deal.cost for deal in mine if deal.place == place)
        got = sum(deal.got for deal in mine if deal.place == place)
        by_class = by_class or (spent > 0.0 and 1.0 - got / spent > limit + 1e-9)
    return [net > rate + 1e-9, gross > rate + 1e-9, by_class, heads > rate + 1e-9]


def _breaches(h: History, basis: int) -> float:
    return float(sum(_losses(h, {fund})[basis] for fund in _policy_funds(h)))


def _portfolio(h: History, basis: int) -> float:
    return float(_losses(h, set(_policy_funds(h)))[basis])


def _alive_at_year_ends(h: History) -> Iterator[tuple[str, int]]:
    """Policy sub-funds and their age in quarters at every year-end at which they had not been liquidated."""
    first_horizon = next((n for n, e in enumerate(h.entries) if e.code.startswith("horizon_")), len(h.entries))
    closed = {}
    for quarter, event in h.told("fund_closed"):
        realised = event.position > first_horizon
        closed[event.entity] = quarter + 1 if realised else quarter
    offset = h.scenario.start.quarter - 1
    for fund in _policy_funds(h):
        for quarter in range(h.formed[fund], min(closed[fund], h.quarters)):
            if (quarter + offset) % 4 == 3:
                yield fund, quarter + 1 - h.formed[fund]


def _reviews(h: History) -> float:
    every = 4 * h.value("measures.equity.loss_tolerance.interim_years")
    return float(sum(age // every > max(0, age - 4) // every for _, age in _alive_at_year_ends(h)))


def _tested(h: History) -> dict[str, float]:
    """Recognised local investment over the guidance fund's calls of each fund that was tested, without subsidiaries."""
    left = h.first("buyout", "share_from_government", of="other")
    section = "measures.equity.angel_subfunds"
    registered, relocated, _ = h.value(f"{section}.reinvestment.weights")
    bonus = h.value(f"{section}.reinvestment.zone_bonus")
    over = round(4.0 * h.value(f"{section}.investment_years"))
    closed = {event.entity: quarter for quarter, event in h.told("fund_closed")}
    found = {}
    for fund in _policy_funds(h):
        day = h.formed[fund] + over
        if day < h.quarters and day <= closed[fund] and left.get(fund, h.quarters) >= day:
            credit = 0.0
            for e in h.of("deal", where=lambda e, fund=fund: e.other == fund and h.here(e)):
                firm = h.profiles[e.firm]
                weight = relocated if firm.relocated else registered
                credit += e.amount * weight * (bonus if firm.hard_tech else 1.0)
            calls = h.paid("call_government", where=lambda e, fund=fund, day=day: e.other == fund and e.quarter < day)
            found[fund] = credit / calls.sum()
    return found


def _met(h: History) -> float:
    required = h.value("measures.equity.angel_subfunds.reinvestment.required")
    return float(sum(multiple >= required - 1e-9 for multiple in _tested(h).values()))


def _crowded(h: History) -> list[float]:
    """Offers (CNY) of firms of the city that had a public round in the quarter and did not get the offer."""
    public = {(e.firm, e.quarter) for e in h.of("seed", "deal") if h.here(e)}
    private = {(e.firm, e.quarter) for e in h.of("private_round")}
    return [
        event.facts["offer"]
        for quarter, event in h.told("seeks")
        if event.facts["offer"] > 0.0 and (event.entity, quarter) in public - private
    ]


def _smaller(h: History) -> float:
    """Years whose new sub-funds are smaller than the largest ever formed."""
    formed = [(quarter, event.facts["size"]) for quarter, event in h.told("fund_formed")]
    full = max((size for _, size in formed), default=0.0)
    return float(len({quarter for quarter, size in formed if quarter >= 0 and size < full * (1.0 - 1e-9)}))


def _given_up(h: History) -> float:
    """True value, as the diary has it, less what was posted and the concession that is spared."""
    policy = {fund for fund, quarter in h.formed.items() if quarter >= 0}
    bought = [event.facts for _, event in h.told("buyout") if event.entity in policy]
    value = sum(facts["value"] - facts["spared"] for facts in bought)
    return float(value - h.paid("buyout", where=h.of_policy_fund).sum())


REALISED: Final = (
    *(code for code in TO_FUND if not code.startswith("horizon")),
    *(code for code in TO_GUIDANCE if not code.startswith("horizon") and code != "holding_bought"),
    "dividend_soe", "exit_soe", "dividend_grant", "exit_grant", "founder_call", "rofr", "market_sale", "chain_proceeds",
    "aic_proceeds",
)  # fmt: skip
"""What funds of all kinds, the guidance fund, SOEs and grants got for what they held, whole."""
AT_HORIZON: Final = (
    "horizon_subfund", "horizon_guidance", "horizon_soe", "horizon_grant", "horizon_chain", "horizon_aic",
)  # fmt: skip

STATS_ROWS: Final[dict[str, Row]] = {
    **{f"observed_{n}y": lambda h, n=n: _survived(h, n, alive=False) for n in (3, 5)},
    **{f"survivors_{n}y": lambda h, n=n: _survived(h, n, alive=True) for n in (3, 5)},
    "survivor_years": _years,
    "supported": _entered,
    "supported_relocated": lambda h: _entered(h, relocated=True),
    "outside_deals": lambda h: h.count("deal", where=lambda e: h.of_policy_fund(e) and not h.here(e)).sum(),
    "deals": lambda h: float(len(deals(h))),
    "deals_lost": lambda h: float(sum(_lost(deal.cost, deal.got) for deal in deals(h))),
    "deals_cost": lambda h: sum(deal.cost for deal in deals(h)),
    "deals_loss": lambda h: sum(max(0.0, deal.cost - deal.got) for deal in deals(h)),
    **{f"class_{c}_cost": lambda h, n=n: _of_class(h, n, "cost") for n, c in enumerate(CLASSES)},
    **{f"class_{c}_value": lambda h, n=n: _of_class(h, n, "got") for n, c in enumerate(CLASSES)},
    "seed_deals": lambda h: h.count("seed").sum(),
    "seed_cost": lambda h: h["seed"].sum(),
    "subfund_fees": lambda h: h.paid("fee", where=h.of_policy_fund).sum(),
    "subfund_carry": lambda h: (
        h.paid("carry", where=h.of_policy_fund) - h.paid("clawback", where=h.of_policy_fund)
    ).sum(),
    "funds_closed": lambda h: float(len(_policy_funds(h))),
    **{f"breach_{basis}": lambda h, n=n: _breaches(h, n) for n, basis in enumerate(BASES)},
    **{f"portfolio_breach_{basis}": lambda h, n=n: _portfolio(h, n) for n, basis in enumerate(BASES)},
    "rolling_tests": lambda h: float(len(list(_alive_at_year_ends(h)))),
    "reviews": _reviews,
    "sanctions": lambda h: float(sum(e.facts["sanctioned"] for q, e in h.told("breach") if q >= 0)),
    "buyout_given_up": _given_up,
    "buyouts": lambda h: float(
        sum(h.formed[event.entity] >= 0 for quarter, event in h.told("buyout"))
    ),  # some cost nothing
    "shares_sold": lambda h: h.count("share_from_social", "share_from_government").sum(),
    "holdings_sold": lambda h: h.count("holding_bought").sum(),
    "crowded_out": lambda h: float(len(_crowded(h))),
    "crowded_out_money": lambda h: sum(_crowded(h)),
    "refused_by_budget": lambda h: float(sum(quarter >= 0 for quarter, _ in h.told("refused"))),
    "ineligible": lambda h: float(sum(quarter >= 0 for quarter, _ in h.told("ineligible"))),
    "realised_value": lambda h: h.paid(*REALISED).sum(),
    "horizon_value": lambda h: h.paid(*AT_HORIZON).sum(),
}


@pytest.mark.parametrize("name", STATS_ROWS)
def test_a_statistic_is_what_its_postings_say(name: str) -> None:
    hold(STATS_ROWS, name, HISTORIES, statistic=True)


SOME_ROWS: Final[dict[str, tuple[tuple[str, ...], Row]]] = {
    "allocations_cut": (("demo", "tolerance by class, rolling", "tolerance gross, interim"), _smaller),
    "observed_10y": (("long observation",), lambda h: _survived(h, 10, alive=False)),
    "survivors_10y": (("long observation",), lambda h: _survived(h, 10, alive=True)),
    "survivors_10y_national": (("long observation",), lambda h: _survived(h, 10, alive=True, national=True)),
    "seed_lost": (("no follow-on",), lambda h: float(sum(_lost(*deal) for deal in _seed_deals(h)))),
    "seed_loss": (("no follow-on",), lambda h: sum(max(0.0, cost - got) for cost, got in _seed_deals(h))),
    "projects_over": (("tolerance of projects at the end",), _over),
    "reinvestment_tested": (("no subsidiaries",), lambda h: float(len(_tested(h)))),
    "reinvestment_met": (("no subsidiaries",), _met),
    "reinvestment_credit": (("no subsidiaries",), lambda h: sum(_tested(h).values())),
}


@pytest.mark.parametrize("name", SOME_ROWS)
def test_a_statistic_is_what_its_postings_say_where_they_tell(name: str) -> None:
    names, row = SOME_ROWS[name]
    hold({name: row}, name, names, statistic=True)


# What living funds hold, at the last round's price. Without grants, whose conversion dilutes, rounds alone tell the shares.


@dataclass
class Standing:
    """A policy sub-fund at a quarter's end, before the horizon's sales: flows so far, its deals as (deal, got, reported)."""

    paid_in: float = 0.0
    distributed: float = 0.0
    cash: float = 0.0
    deals: list[tuple[Deal, float, float]] = field(default_factory=list)

    @property
    def nav(self) -> float:
        """Reported value of the deals that it holds."""
        return sum(reported for _, _, reported in self.deals)

    def over(self, h: History) -> list[bool]:
        """Over the tolerance on each basis."""
        section = "measures.equity.loss_tolerance"
        rate, classes = h.value(f"{section}.rate"), h.value(f"{section}.class_tolerance")
        net = 1.0 - (self.distributed + self.nav + self.cash) / self.paid_in
        values = [(deal.place, deal.cost, got + reported) for deal, got, reported in self.deals]
        cost = sum(spent for _, spent, _ in values)
        gross = sum(max(0.0, spent - value) for _, spent, value in values) / cost if cost > 0.0 else 0.0
        heads = sum(_lost(spent, value) for _, spent, value in values) / len(values) if values else 0.0
        by_class = False
        for place, limit in enumerate(classes):
            spent = sum(spent for where, spent, _ in values if where == place)
            value = sum(value for where, _, value in values if where == place)
            by_class = by_class or (spent > 0.0 and 1.0 - value / spent > limit + 1e-9)
        return [net > rate + 1e-9, gross > rate + 1e-9, by_class, heads > rate + 1e-9]


@cache
def _standings(h: History) -> dict[tuple[str, int], Standing]:
    """Every policy sub-fund at the end of every quarter."""
    mine = {(deal.fund, deal.firm, deal.made): deal for deal in deals(h)}
    per_quarter: defaultdict[int, list[Event]] = defaultdict(list)
    for quarter, event in h.told("round", "pivot"):
        per_quarter[quarter].append(event)
    ledger: defaultdict[int, list[Entry]] = defaultdict(list)
    for e in h.entries:
        if e.code.startswith("horizon_"):
            break
        ledger[e.quarter].append(e)
    fall = h.value("world.cash.pivot_value")
    marks: dict[str, float] = {}
    shares: dict[str, float] = {}  # of the sub-fund in the firm
    flows: defaultdict[str, Standing] = defaultdict(Standing)
    held: dict[str, dict[str, tuple[Deal, float]]] = defaultdict(dict)
    done: defaultdict[str, list[tuple[Deal, float, float]]] = defaultdict(list)
    found = {}
    for quarter in range(-h.opening, h.quarters):
        for event in per_quarter[quarter]:
            firm = event.entity
            if event.kind == "pivot":
                marks[firm] = marks.get(firm, 0.0) * fall
                continue
            price, money = event.facts["price"], event.facts["money"]
            after = price + sum(money)
            marks[firm] = after
            shares[firm] = shares.get(firm, 0.0) * price / after + money.subfund / after
        for e in ledger[quarter]:
            if e.other not in h.formed or h.formed[e.other] < 0:
                continue
            flow = flows[e.other]
            if e.code in CALLS:
                flow.paid_in += e.amount
                flow.cash += e.amount
            elif e.code in DISTRIBUTIONS:
                flow.distributed += e.amount
                flow.cash -= e.amount
            elif e.code in ("fee", "carry"):
                flow.cash -= e.amount
            elif e.code == "clawback":
                flow.cash += e.amount
            elif e.code == "deal":
                flow.cash -= e.amount
                held[e.other][e.firm] = (mine[e.other, e.firm, e.quarter], 0.0)
            elif e.code in TO_FUND:
                flow.cash += e.amount
                deal, got = held[e.other][e.firm]
                held[e.other][e.firm] = (deal, got + e.amount)
        for fund, open_now in held.items():
            for firm, (deal, got) in list(open_now.items()):
                if deal.ended <= quarter and not _at_horizon(h, deal, quarter):
                    done[fund].append((deal, got, 0.0))
                    del open_now[firm]
                    shares[firm] = 0.0
        for fund, flow in flows.items():
            reported = [(deal, got, shares[firm] * marks[firm]) for firm, (deal, got) in held[fund].items()]
            found[fund, quarter] = Standing(flow.paid_in, flow.distributed, flow.cash, done[fund] + reported)
    return found


def _at_horizon(h: History, deal: Deal, quarter: int) -> bool:
    """Does a deal that ends in the last quarter end only because everything is realised?"""
    realised = {(e.other, e.firm) for e in h.of("horizon_subfund")}
    return quarter == h.quarters - 1 and (deal.fund, deal.firm) in realised


def _nav(h: History) -> np.ndarray:
    closed = {event.entity: quarter for quarter, event in h.told("fund_closed")}
    return h.by_quarter(
        (quarter, standing.nav) for (fund, quarter), standing in _standings(h).items() if quarter < closed[fund]
    )


def _tests(h: History, basis: int, every: int) -> float:
    """Breaches of living funds at year-ends; ``every``: only when the age passes a multiple of so many quarters."""
    standings = _standings(h)
    return float(
        sum(
            standings[fund, h.formed[fund] + age - 1].over(h)[basis]
            for fund, age in _alive_at_year_ends(h)
            if age // every > max(0, age - 4) // every
        )
    )


REPORTED: Final = ("no grants", "no grants#1", "no grants#2")

REPORTED_ROWS: Final[dict[str, Row]] = {
    **{f"rolling_breach_{basis}": lambda h, n=n: _tests(h, n, 1) for n, basis in enumerate(BASES)},
    **{
        f"review_breach_{basis}": lambda h, n=n: _tests(
            h, n, 4 * h.value("measures.equity.loss_tolerance.interim_years")
        )
        for n, basis in enumerate(BASES)
    },
}


def test_reported_value_is_shares_by_rounds_at_the_price_of_the_last() -> None:
    hold({"reported_nav": _nav}, "reported_nav", REPORTED)


@pytest.mark.parametrize("name", REPORTED_ROWS)
def test_breaches_of_living_funds_are_those_of_their_flows_and_reported_deals(name: str) -> None:
    hold(REPORTED_ROWS, name, REPORTED, statistic=True)


# Package and twin.


def _raised(h: History, firm: str) -> float:
    return sum(e.amount for e in h.all_of(*ROUNDS) if e.firm == firm)


def _pairs(package: History, twin: History) -> dict[str, float]:
    """The table package × twin: equity by rounds and competition tickets, failures and listings by the diary."""
    found: dict[str, float] = dict.fromkeys(PAIRS, 0.0)
    everybody = sorted(set(package.cohorts) | set(twin.cohorts))
    tables = {}
    for what in ("funded", "alive", "listed"):
        tables[what] = tuple(_members(h, what) for h in (package, twin))
    for firm in everybody:
        for what, (here, there) in tables.items():
            cell = ("neither", "twin_only", "package_only", "both")[2 * (firm in here) + (firm in there)]
            if f"{what}_{cell}" in found:
                found[f"{what}_{cell}"] += 1.0
        here, there = tables["funded"]
        if firm in _supported(package) and firm in package.cohorts:
            found["supported_anyway" if firm in there else "supported_only_so"] += 1.0
        if firm in here and firm in there:
            if here[firm] != there[firm]:
                found["funded_earlier" if here[firm] < there[firm] else "funded_later"] += 1.0
            mine, its = _raised(package, firm), _raised(twin, firm)
            if mine != its:
                found["raised_more" if mine > its else "raised_less"] += 1.0
    return found


def _members(h: History, what: str) -> dict[str, int]:
    if what == "funded":
        first = h.first(*ROUNDS, "competition")
    elif what == "alive":
        first = {firm: 0 for firm in h.cohorts if h.ended.get(firm, (0, ""))[1] != "failed"}
    else:
        first = {event.entity: quarter for quarter, event in h.told("listed")}
    cohorts = set(h.cohorts)
    return {firm: quarter for firm, quarter in first.items() if firm in cohorts}


def test_package_and_twin_compare_as_their_postings_do() -> None:
    active: set[str] = set()
    for name in ("demo", "listings at once", "books open in mid-year"):
        package, twin = history(name)
        wanted = _pairs(package, twin)
        recorded = run(package.scenario, 1).pairs[0]
        assert dict(zip(PAIRS, recorded, strict=True)) == wanted, name
        active |= {cell for cell, number in wanted.items() if number > 0.0}
    assert active == set(PAIRS)


# The budget.


@pytest.mark.parametrize("name", HISTORIES)
def test_a_line_has_executed_what_was_posted_under_it(name: str) -> None:
    """And begins a year with what the year before has left; what is committed is a part of that."""
    for h in history(name):
        offset = h.scenario.start.quarter - 1
        spent = [p for p in CODES.values() if p.line is not None and p.nature is Nature.EXPENDITURE]
        for budget, series in zip(h.budget, h.series, strict=True):
            executed = np.zeros(budget.shape[:2])
            for posting in spent:
                for e in h.of(posting.name):
                    executed[LINES.index(posting.line), (e.quarter + offset) // 4] += e.amount
            assert executed.any()
            np.testing.assert_allclose(budget[:, :, B_EXECUTED], executed, rtol=1e-9, atol=1e-3, err_msg=str(h))
            np.testing.assert_allclose(
                budget[:, 1:, B_BROUGHT], budget[:, :-1, B_CARRIED], rtol=1e-9, atol=1e-3, err_msg=str(h)
            )
            ends = np.minimum(4 * np.arange(1, budget.shape[1] + 1) - 1 - offset, h.quarters - 1)
            committed = series[SERIES.index("encumbered")][ends]
            assert (budget[:, :, B_CARRIED].sum(axis=0) >= committed - 1e-3).all(), str(h)


# The reserve.


def test_the_reserve_is_a_part_of_the_cash_and_shrinks_by_what_it_pays() -> None:
    active = False
    for h in history("reserve of half"):
        for recorded in h.series:
            reserve, cash = (recorded[SERIES.index(row)] for row in ("reserve", "guidance_cash"))
            assert (reserve <= cash + 1e-3).all()
            assert reserve[-1] == 0.0
            paid = h["reserve_release"]
            fall = np.maximum(0.0, -np.diff(reserve))[:-1]
            assert (fall <= paid[1:-1] + 1e-3).all()
            active = active or (bool(paid.any()) and bool(reserve.any()))
    assert active
