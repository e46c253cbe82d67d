"""One quarter in the life of one enterprise, and what its fate means to everybody else."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kejin_sim import random as rng
from kejin_sim.engine.cash import post
from kejin_sim.engine.holders import fail, pay_dividend, redeem, sell
from kejin_sim.engine.layout import (
    ACQUIRED,
    ACTIVE,
    CASH_OUT_ROW,
    FAILED,
    FAILURE_BANDS,
    GONE,
    LISTED,
    LOCKED,
    QUEUED,
    SUSTAINED_ROW,
    Record,
)
from kejin_sim.jit import internal, internal_inlined
from kejin_sim.recording import S_ACQUISITIONS, S_FAILURES, S_LISTINGS
from kejin_sim.world import exits
from kejin_sim.world import postings as w
from kejin_sim.world.enterprise import (
    affordable_cost,
    falls_short,
    own_cash,
    pivots,
    revenue_step,
    value_step,
    wants_money,
)
from kejin_sim.world.failure import fails
from kejin_sim.world.macro import happens
from kejin_sim.world.rounds import boosted_log_odds, entry_price, private_ticket

Floats = NDArray[np.float64]

# What a quarter brings a firm that others must hear of.
NOTHING = 0
FAILS = 1
IS_ACQUIRED = 2
IS_LISTED = 3
SELLS = 4
PAYS_HOLDERS = 5


@internal_inlined
def graduate(city: Record, firm: Record, person: Record, world: Record, end: int, k: int) -> None:
    """A firm leaves the simulated perimeter alive: its jobs and revenue stay in the city and fade slowly."""
    firm.status = GONE
    firm.end = end
    firm.end_quarter = k
    if person.outside == 0:
        jobs = world.city_staff[SUSTAINED_ROW if firm.sustained == 1 else firm.stage]
        city.graduate_jobs += jobs
        if person.relocates == 0:
            city.graduate_jobs_national += jobs
        city.graduate_revenue += firm.revenue


@internal_inlined
def leave(
    city: Record, firm: Record, person: Record, funds: Record, flow: Floats, series: Floats, stat: Floats,
    equity: Record, world: Record, quarter: Record, price: float, end: int,
) -> None:  # fmt: skip
    """Sell the whole firm at ``price`` and let it leave."""
    firm.exit_price = price
    sell(city, firm, funds, flow, series, stat, equity, price, quarter.opening, False)
    post(flow, w.LEAVE, firm.cash)
    firm.cash = 0.0
    graduate(city, firm, person, world, end, quarter.k)


@internal_inlined
def trade(firm: Record, person: Record) -> tuple[float, float]:
    """Revenue, cost and cash of a quarter; a part of what is spent turns into lasting revenue. Returns revenue and cost."""
    income = firm.revenue
    spent = affordable_cost(firm.cash, income, firm.cost)
    firm.cash = firm.cash + income - spent  # in this order nothing is left, to the last bit, of a firm that spends all
    firm.short = 1 if falls_short(spent, firm.cost) else 0
    learning = person.learning * (1 - firm.sustained) * firm.productivity
    firm.revenue = revenue_step(firm.revenue, spent, learning)
    return income, spent


@internal_inlined
def operate(
    firm: Record, person: Record, world: Record, quarter: Record, z: float
) -> tuple[float, float]:
    """Value, revenue, cost and cash of a quarter; a firm whose cash is gone may become self-sustaining.

    Returns: revenue received and cost paid (CNY).
    """
    row = SUSTAINED_ROW if firm.sustained == 1 else firm.stage
    firm.log_value += value_step(
        world.value_drift[row], world.value_quality_drift, person.quality, person.beta,
        world.value_factor_volatility, quarter.innovation, world.value_volatility[row], z,
    )  # fmt: skip
    income, spent = trade(firm, person)
    if (firm.sustained == 0) & (firm.short == 1) & (firm.tried_pivot == 0):
        firm.tried_pivot = 1
        u, _, _, _ = rng.uniforms(quarter.seed, rng.ENTERPRISE_PIVOT, quarter.path, person.entity, quarter.k)
        cover = firm.revenue / firm.cost
        if pivots(u, world.cash_pivot_odds, world.cash_pivot_quality, person.quality, cover):
            firm.sustained = 1
            firm.short = 0
            firm.revenue = max(firm.revenue, world.cash_pivot_revenue * firm.cost)
            firm.cost = firm.revenue * world.cash_sustained_cost
            firm.log_value += math.log(world.cash_pivot_value)
            firm.mark *= world.cash_pivot_value
            firm.mark_before *= world.cash_pivot_value
            firm.log_mark = math.log(firm.mark)
    return income, spent


@internal_inlined
def postpone_redemption(firm: Record, k: int) -> None:
    """A filing suspends the right to redeem: a contract's day that falls into the queue comes when the firm is out of it."""
    if firm.redeem_quarter == k:
        firm.redeem_quarter += 1


@internal_inlined
def mark_to_market(firm: Record) -> None:
    """W6. A listed firm has a price every quarter: nobody reports or appraises it at its last private round."""
    firm.log_mark = firm.log_value
    firm.mark = math.exp(firm.log_value)
    firm.mark_before = firm.mark


@internal_inlined
def step_locked(firm: Record, person: Record, world: Record, z: float) -> tuple[int, float, float]:
    """A listed firm in lock-up trades on and its price moves; when the lock-up ends, holders sell.

    Returns: the event, revenue and cost.
    """
    firm.log_value += exits.listed_step(world.exits_listed_drift, world.exits_listed_volatility, z)
    mark_to_market(firm)
    income, spent = trade(firm, person)
    firm.timer -= 1
    return (SELLS if firm.timer <= 0 else NOTHING), income, spent


@internal
def step_queued(
    firm: Record, person: Record, world: Record, quarter: Record, z: float
) -> tuple[int, float, float]:
    """A firm in the IPO queue operates; when its turn has come and the window is open, it is listed or turned down.

    Returns: the event, revenue and cost.
    """
    postpone_redemption(firm, quarter.k)
    income, spent = operate(firm, person, world, quarter, z)
    firm.timer -= 1
    if firm.timer > 0 or quarter.window == 0:
        return NOTHING, income, spent
    u, _, _, _ = rng.uniforms(quarter.seed, rng.EXIT_LISTING, quarter.path, person.entity, quarter.k)
    if u < world.exits_ipo_termination:
        firm.status = ACTIVE
        return NOTHING, income, spent
    firm.status = LOCKED
    firm.timer = world.exits_lock_up
    firm.log_value += math.log(world.exits_ipo_step_up)
    firm.listed_quarter = quarter.k
    mark_to_market(firm)
    return IS_LISTED, income, spent


@internal
def offer_redemption(
    city: Record, firm: Record, person: Record, funds: Record, flow: Floats, series: Floats, stat: Floats,
    equity: Record, world: Record, quarter: Record,
) -> None:  # fmt: skip
    """W7. On the contract's day, losing holders of the programme may demand redemption from the founders."""
    u, v, _, _ = rng.uniforms(quarter.seed, rng.EXIT_REDEMPTION, quarter.path, person.entity, quarter.k)
    if u >= world.exits_redemption_exercise:
        return
    value = math.exp(firm.log_value)
    coupon = world.exits_redemption_coupon
    subfund = seed = coinvestor = follow = 0.0
    if firm.fund >= 0:
        years = 0.25 * (quarter.k - firm.entry_quarter)
        claim = exits.redemption_claim(firm.cost_subfund, coupon, years, firm.got_subfund)
        subfund = claim if claim > firm.h_subfund * value else 0.0
    if firm.seed_open == 1:
        years = 0.25 * (quarter.k - firm.seed_quarter)
        claim = exits.redemption_claim(firm.cost_seed, coupon, years, firm.got_seed)
        seed = claim if claim > firm.h_seed * value else 0.0
    if firm.h_coinvestor > 0.0:  # their right is their own: it stays when the guidance fund has sold its holding
        years = 0.25 * (quarter.k - firm.seed_quarter)
        claim = exits.redemption_claim(firm.cost_coinvestor, coupon, years, firm.got_coinvestor)
        coinvestor = claim if claim > firm.h_coinvestor * value else 0.0
    if firm.h_follow > 0.0:
        years = 0.25 * (quarter.k - firm.follow_quarter)
        claim = exits.redemption_claim(firm.cost_follow, coupon, years, firm.got_follow)
        follow = claim if claim > firm.h_follow * value else 0.0
    share = exits.collected_share(v, world.exits_redemption_full, world.exits_redemption_partial)
    redeem(
        city, firm, funds, flow, series, stat, equity, share, subfund, seed, coinvestor, follow, quarter.opening
    )


@internal_inlined
def step_active(
    firm: Record, person: Record, world: Record, quarter: Record, z_value: float, u_failure: float, u_exit: float,
    chain_boost: float,
) -> tuple[int, float, float]:  # fmt: skip
    """One quarter of an active firm up to its fate: operate, fail or not, file, be acquired, owe its holders something.

    Returns: the event that follows, revenue and cost.
    """
    income, spent = operate(firm, person, world, quarter, z_value)
    row = firm.stage
    if firm.sustained == 1:
        row = SUSTAINED_ROW
    elif firm.short == 1:
        row = CASH_OUT_ROW
    # The bound of the firm's band answers for nearly all of them without an inverse normal.
    if u_failure < quarter.may_fail[row * len(FAILURE_BANDS) + person.band] and fails(
        u_failure, quarter.threshold[row] - person.slope
    ):
        return FAILS, income, spent
    if (
        exits.may_file(firm.stage, world.exits_ipo_min_stage, firm.log_value, quarter.log_ipo_value, quarter.window)
        and u_exit > 1.0 - world.exits_ipo_filing
    ):
        firm.status = QUEUED
        postpone_redemption(firm, quarter.k)
        firm.timer = world.exits_ipo_queue
        return NOTHING, income, spent
    if u_exit < world.exits_mna_cap and exits.is_acquired(
        u_exit, world.exits_mna_hazard[SUSTAINED_ROW if firm.sustained == 1 else firm.stage], world.exits_mna_value,
        firm.log_value, quarter.log_mna_reference, world.exits_mna_age, 0.25 * (quarter.k - person.arrival),
        chain_boost if person.chain == 1 else 0.0, quarter.pace, world.exits_mna_cap,
    ):  # fmt: skip
        return IS_ACQUIRED, income, spent
    if quarter.k == firm.redeem_quarter:
        return PAYS_HOLDERS, income, spent
    if exits.dividend_due(firm.revenue, firm.cost, quarter.k - person.arrival, firm.founders):
        return PAYS_HOLDERS, income, spent
    return NOTHING, income, spent


@internal_inlined
def round_price(firm: Record, person: Record, world: Record, behaviour: Record, twice: float) -> float:
    """Pre-money price of a round now: in early rounds the score's premium and the rise by public money (CNY)."""
    premium = person.premium if firm.stage <= world.rounds_foresight_max_stage else 1.0
    here = firm.stage <= behaviour.entry_price_max_stage and person.outside == 0  # prices elsewhere do not feel it
    return entry_price(
        math.exp(firm.log_value), premium, behaviour.entry_price_rise if here else 0.0, twice
    )


@internal
def lift(firm: Record, boost: float, productivity: float) -> None:
    """What rooms do for one firm: add to the log-odds of its private offers, multiply what its spending turns into revenue.

    Several may: boosts add up, factors multiply; take back by the opposite (−boost, 1 ÷ productivity).
    """
    firm.boost += boost
    firm.productivity *= productivity
    firm.lifted = 1


@internal
def support(firm: Record) -> None:
    """A subsidy or a public service reaches the firm: one more instrument.

    It does not make the firm a supported one (rulebook §0.4): that takes public capital, as equity or as a grant.
    """
    firm.instruments += 1


@internal_inlined
def seeks_money(
    firm: Record, person: Record, world: Record, behaviour: Record, quarter: Record, u_round: float, twice: float,
    offer_boost: float,
) -> bool:  # fmt: skip
    """Does an active firm look for money? Its private offer of the quarter, if any, waits in ``firm.offer``."""
    wants = wants_money(
        quarter.k - firm.last_round, world.cash_min_gap, firm.cash, firm.revenue, firm.cost, world.cash_seek_runway
    )
    if not wants and (firm.owes == 1) | (firm.pooled == 1):  # a loan, or a part of a pool, that it services
        own = own_cash(firm.cash, firm.debt + firm.securitised, behaviour.debt_awareness)
        wants = wants_money(
            quarter.k - firm.last_round, world.cash_min_gap, own, firm.revenue, firm.cost, world.cash_seek_runway
        )
    if not (wants & (firm.sustained == 0)):
        return False
    boost = 0.0
    if (firm.fund >= 0) | (firm.seed_open == 1) | (firm.h_follow > 0.0):
        boost = behaviour.certification
    if firm.granted > 0:
        boost += behaviour.grant_certification
    if firm.lifted > 0:
        boost += firm.boost
    boost += offer_boost * (1 - person.outside)
    eta = boosted_log_odds(
        quarter.offer_base[firm.stage], world.rounds_quality, person.quality, world.rounds_traction,
        firm.log_value - firm.log_mark, world.rounds_cycle, quarter.factor, boost, quarter.log_boost_cap,
    )  # fmt: skip
    if happens(u_round, eta):
        price = round_price(firm, person, world, behaviour, twice)
        firm.offer = private_ticket(price, world.rounds_dilution[firm.stage])
    return True


@internal_inlined
def pay_yearly(
    city: Record, firm: Record, funds: Record, flow: Floats, series: Floats, stat: Floats, world: Record, opening: int
) -> None:
    """The dividend that is due today, as far as cash reaches."""
    amount = min(firm.cash, exits.dividend(firm.revenue, firm.cost, world.cash_dividend))
    if amount > 0.0:
        pay_dividend(city, firm, funds, flow, series, stat, amount, opening)


@internal_inlined
def happen(
    event: int, city: Record, firm: Record, person: Record, funds: Record, flow: Floats, series: Floats, stat: Floats,
    equity: Record, world: Record, behaviour: Record, quarter: Record,
) -> None:  # fmt: skip
    """What a firm's fate means to everybody else."""
    in_city = person.outside == 0
    if event == FAILS:
        fail(city, firm, funds, flow, stat, equity, quarter.opening)
        firm.status = GONE
        firm.end = FAILED
        firm.end_quarter = quarter.k
        if in_city:
            series[S_FAILURES] += 1.0
    elif event == IS_ACQUIRED:
        price = exits.acquisition_price(math.exp(firm.log_value), world.exits_mna_discount)
        if in_city:
            series[S_ACQUISITIONS] += 1.0
        leave(city, firm, person, funds, flow, series, stat, equity, world, quarter, price, ACQUIRED)
    elif event == IS_LISTED:
        if in_city:
            series[S_LISTINGS] += 1.0
    elif event == SELLS:
        price = math.exp(firm.log_value) * (1.0 - world.exits_sale_discount)
        leave(city, firm, person, funds, flow, series, stat, equity, world, quarter, price, LISTED)
    else:
        if quarter.k == firm.redeem_quarter:
            offer_redemption(city, firm, person, funds, flow, series, stat, equity, world, quarter)
        if exits.dividend_due(firm.revenue, firm.cost, quarter.k - person.arrival, firm.founders):
            pay_yearly(city, firm, funds, flow, series, stat, world, quarter.opening)


@internal_inlined
def step_firm(
    firm: Record, person: Record, world: Record, quarter: Record, z_value: float, u_failure: float, u_exit: float,
    chain_boost: float,
) -> tuple[int, float, float]:  # fmt: skip
    """One quarter of a firm that is there, whatever its status: the event that follows, revenue and cost.

    What the event means to everybody else is in :func:`happen`, which is rare.
    """
    if firm.status == ACTIVE:
        return step_active(firm, person, world, quarter, z_value, u_failure, u_exit, chain_boost)
    if firm.status == QUEUED:
        return step_queued(firm, person, world, quarter, z_value)
    return step_locked(firm, person, world, z_value)
