"""No dead keys: every parameter, taken to a bound in a scenario where it is active, moves some output.

Each key is changed alone: the run to compare with has the same activating settings. Lists are changed element by element,
lists of shares by exchanging two shares, choices to every other choice. All keys that move nothing are reported at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

from kejin_sim.errors import InputError
from kejin_sim.outcomes.outcomes import condense
from kejin_sim.outcomes.view import Context
from kejin_sim.parameters import Parameter, registry
from kejin_sim.parameters.registry import Value
from kejin_sim.recording import BlockResult
from kejin_sim.scenario.scenario import Scenario
from tests.playing import ARRAYS, run, scenario

PATHS = (3, 16)
"""What most keys need to move something, and what is tried before one is called dead."""

FUND = "measures.equity.angel_subfunds"
SOE = "measures.equity.soe_purchase"
LOSS = "measures.equity.loss_tolerance"
CREDIT = "measures.credit"
COVER = "measures.insurance"
GRANT = "measures.grant_to_equity"
TRANSFER = "measures.commercialisation"
PILOTS = "measures.pilots"

#: The demonstration with every mechanism at work: many funds and firms, long enough to see them end, an eager SOE.
ACTIVE: dict[str, Any] = {
    "policy_years": 5,
    "horizon_years": 11,
    "burn_in_years": 2,
    "world.arrivals.per_year": 60,
    f"{FUND}.new_per_year": 2,
    f"{FUND}.investment_years": 3,
    f"{FUND}.life_years": 6,
    f"{FUND}.extension_years": 1,
    f"{FUND}.buyout.free_years": 1,
    f"{FUND}.buyout.years": 5,
    f"{FUND}.buyout.funded": "60%",
    f"{FUND}.buyout.spread": "1%",
    f"{FUND}.reinvestment.fee_cut": "20%",
    f"{FUND}.catch_up": "60%",
    "measures.equity.seed_direct.per_year": 16,
    "measures.equity.seed_direct.coinvest_probability": "90%",
    "measures.equity.follow_on.per_year": 16,
    "measures.equity.follow_on.cap": "200万元",
    f"{SOE}.budget": "5000万元",
    f"{SOE}.min_age": 2,
    f"{SOE}.offer": "50%",
    f"{LOSS}.rate": "20%",
    f"{LOSS}.not_exempt": "60%",
    "budget.angel_fund.amount": "1.2亿元",
    "budget.industry_funds.amount": "6000万元",
    "behaviour.early_investing_per_tolerance": 0.2,
    "behaviour.reward_response": 1.0,
    "behaviour.entry_elasticity": 0.1,
    "world.exits.redemption_years": 3,
    "world.rounds.odds": ["20%", "20%", "20%", "20%", "20%", "15%"],
    "world.value.drift": [0.15, 0.15, 0.15, 0.15, 0.15, 0.15, -0.05],
    "world.exits.ipo_min_value": "1亿元",
    "world.exits.ipo_min_stage": 3,
    "budget.commercialisation.amount": "2000万元",
    f"{TRANSFER}.securitisation.overcollateral": "2%",
    f"{TRANSFER}.securitisation.guarantor_cover": "2%",
    f"{TRANSFER}.landing.national": 2,
    f"{PILOTS}.aic.new_per_year": 2,
    f"{PILOTS}.warrant.life": 3,
    f"{PILOTS}.regional.liquidity": "50%",
    f"{PILOTS}.regional.exit": "30%",
    f"{PILOTS}.buyback.take_up": "60%",
    "budget.aic_funds.amount": "6000万元",
}

#: Settings under which a key acts, beyond `ACTIVE`; both runs of the comparison have them.
SANCTIONS = {f"{LOSS}.when": "rolling", f"{LOSS}.basis": "head_count", f"{LOSS}.not_exempt": "100%"}
#: The guidance fund stays in its funds to the end, and they soon have excess.
FAITHFUL = {
    f"{FUND}.buyout.enabled": False,
    f"{SOE}.what": "holdings",
    f"{FUND}.hurdle": "0%",
    f"{FUND}.catch_up": "0%",
}
COMPENSATED = {f"{CREDIT}.scheme": "compensation"}
#: Banks that keep the first loss of a layer lend little of their own accord.
LAYERED = {f"{CREDIT}.scheme": "layer", "world.credit.appetite": ["-5%"] * 5}
#: Insurers that lose money need their members and the city.
LOSING = {f"{COVER}.pricing.mode": "flat", f"{COVER}.backstop.attachment": "60%", f"{COVER}.backstop.cap": "20万元"}
#: Ordinary quotas are used up, so that more of one is worth something.
SCARCE = {f"{CREDIT}.relending.quota": "100万元"}
ATTRACTING = {f"{GRANT}.attraction.per_year": 20}
#: Banks that want more of a margin than they get alone, and nobody but insurer and pledge to help.
SPARING = {
    f"{CREDIT}.scheme": "none",
    f"{CREDIT}.guarantee.on": False,
    "world.credit.burning_pd": "0%",
    "world.credit.appetite": ["1%"] * 5,
}
INSURING = {**SPARING, "measures.insurance.loan.rate": "8%", "measures.commercialisation.pledge.on": False}
PLEDGING = {**SPARING, "measures.insurance.loan.enabled": False, "world.credit.pledge_tolerance": "10%"}
#: A guarantor without partners may keep anything from nothing to all.
ALONE = {
    f"{CREDIT}.guarantee.national_share": ["0%", "0%", "0%"],
    f"{CREDIT}.guarantee.re_guarantor_share": "0%",
    f"{CREDIT}.stacking.bank_least": "0%",
}
ACTIVATE: dict[str, dict[str, Any]] = {
    **{f"measures.insurance.loan.{name}": INSURING for name in ("enabled", "limit", "ins_share", "rate", "capacity")},
    **{
        f"measures.commercialisation.pledge.{name}": PLEDGING
        for name in (
            "on",
            "ltv",
            "lgd",
            "cap",
            "appraisal_fee",
            "subsidy_share",
            "subsidy_cap",
            "award_rate",
            "award_cap",
        )
    },
    **{f"measures.commercialisation.ip.{name}": PLEDGING for name in ("depreciation", "multiple", "score", "noise")},
    f"{CREDIT}.ranking.top_n": SCARCE,
    f"{CREDIT}.ranking.bonus": SCARCE,
    f"{LOSS}.allocation_cut": SANCTIONS,
    # A concession that is due while a sanction lasts: every fund meets E5.
    f"{LOSS}.clawback_years": {
        **SANCTIONS,
        **FAITHFUL,
        f"{FUND}.reinvestment.required": 0,
        f"{FUND}.investment_years": 1,
    },
    f"{LOSS}.unit": {f"{LOSS}.basis": "gross"},
    "measures.equity.chain_funds.priority": {"budget.industry_funds.amount": "1000万元"},
    f"{FUND}.reinvestment.required": FAITHFUL,
    f"{FUND}.reinvestment.fee_cut": {**FAITHFUL, f"{FUND}.reinvestment.required": 1.5},
    f"{FUND}.concession": FAITHFUL,
    f"{FUND}.concession_to": FAITHFUL,
    f"{FUND}.buyout.years": {f"{FUND}.buyout.years": 2, f"{FUND}.buyout.funded": "100%", f"{SOE}.what": "holdings"},
    "world.credit.renewals": {"world.credit.repayment": "bullet"},
    f"{CREDIT}.claim.ex_ante_lag": {f"{CREDIT}.claim.ex_ante": True},
    f"{CREDIT}.compensation.share": COMPENSATED,
    f"{CREDIT}.compensation.first_loan_bonus": COMPENSATED,
    f"{CREDIT}.stacking.compensation_cap": COMPENSATED,
    f"{CREDIT}.layer.attachment": LAYERED,
    f"{CREDIT}.layer.detachment": {**LAYERED, f"{CREDIT}.layer.attachment": "0%"},
    f"{CREDIT}.layer.share": LAYERED,
    f"{CREDIT}.guarantee.bank_share": ALONE,
    # Little capital: its multiple binds.
    # A pool that claims eat into, so that its size at first and what is left of it differ.
    f"{CREDIT}.pool.leverage_of": {
        f"{CREDIT}.pool.size": "150万元",
        f"{CREDIT}.pool.top_up": "0元",
        f"{CREDIT}.pool.leverage": 5,
        f"{CREDIT}.stop_loss.trigger": "100%",
        "world.failure.hazard": ["15%", "14%", "12%", "10%", "10%", "8%", "5%", "60%"],
        "world.credit.appetite": ["-4%"] * 5,
        "world.credit.burning_pd": "0%",
    },
    f"{CREDIT}.guarantee.leverage": {f"{CREDIT}.guarantee.capital": "300万元", f"{CREDIT}.guarantee.top_up": "0元"},
    f"{COVER}.pricing.flat_rates": LOSING,
    **{f"{COVER}.backstop.{name}": LOSING for name in ("attachment", "share", "cap")},
    # Few firms to choose from, so that a least number of them and a least ticket bind.
    f"{TRANSFER}.securitisation.firms": {f"{TRANSFER}.securitisation.min_firms": 1},
    f"{TRANSFER}.securitisation.min_firms": {f"{TRANSFER}.securitisation.min_firms": 8},
    f"{TRANSFER}.securitisation.min_ticket": {f"{TRANSFER}.securitisation.pool": "20亿元"},
    f"{GRANT}.tolerance": {"world.failure.hazard": ["40%"] * 7 + ["90%"]},  # grants that are lost
    f"{GRANT}.attraction.ticket": ATTRACTING,
    f"{GRANT}.attraction.district_share": ATTRACTING,
    f"{GRANT}.attraction.age_max": ATTRACTING,
    f"{GRANT}.failure.repay_share": {f"{GRANT}.failure.dutiful_waiver": False},
}

#: Keys that are no input of the model but a condition on scenarios, which their upper bound refuses.
CONDITIONS = (f"{FUND}.min_third_party", f"{CREDIT}.stacking.bank_least")


def _bounds(parameter: Parameter) -> Iterator[Any]:
    """Values of one element at its bounds: both bounds of a number, every option of a choice."""
    if parameter.kind == "flag":
        yield from (0, 1)
    elif parameter.kind == "choice":
        yield from range(len(parameter.choices))
    else:
        yield from (parameter.low, parameter.high)


def variations(parameter: Parameter, value: Value) -> Iterator[tuple[str, Value]]:
    """What to try: (name of the key or element, value of the whole key)."""
    if not isinstance(value, tuple):
        yield from ((parameter.key, bound) for bound in _bounds(parameter) if bound != value)
    elif parameter.sums_to_one:
        for i in range(len(value)):
            j = (i + 1) % len(value)
            swapped = list(value)
            swapped[i], swapped[j] = value[j], value[i]
            if swapped != list(value):
                yield f"{parameter.key}[{i + 1}]", tuple(swapped)
    else:
        for i in range(len(value)):
            for bound in _bounds(parameter):
                if bound != value[i]:
                    yield f"{parameter.key}[{i + 1}]", (*value[:i], bound, *value[i + 1 :])


def _frozen(changes: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((key, tuple(v) if isinstance(v, list) else v) for key, v in changes.items())


@cache
def active(extra: tuple[tuple[str, Any], ...], paths: int) -> tuple[Scenario, BlockResult]:
    """The active scenario with some settings more, and its run."""
    found = scenario("demo", {**ACTIVE, **{key: list(v) if isinstance(v, tuple) else v for key, v in extra}})
    return found, run(found, paths)


def moves(a: tuple[Scenario, BlockResult], b: tuple[Scenario, BlockResult]) -> bool:
    """Whether any output differs: what the engine records, or else the metrics made of it."""
    for name in ARRAYS:
        x, y = getattr(a[1], name), getattr(b[1], name)
        if x.shape != y.shape or not np.array_equal(x, y, equal_nan=True):
            return True
    x, y = (condense(block, Context.of(found.inputs())) for found, block in (a, b))
    return any(
        not np.array_equal(getattr(x, part), getattr(y, part), equal_nan=True) for part in ("worlds", "pairs", "years")
    )


def moved(found: Scenario, extra: tuple[tuple[str, Any], ...]) -> bool:
    """Whether any output of a scenario differs from the active one's, in few paths or else in more."""
    return any(moves(active(extra, paths), (found, run(found, paths))) for paths in PATHS)


def test_every_key_moves_some_output() -> None:
    dead: dict[str, list[str]] = {}
    refused: dict[str, str] = {}
    for parameter in registry():
        extra = _frozen(ACTIVATE.get(parameter.key, {}))
        values = active(extra, PATHS[0])[0].values
        tried: dict[str, bool] = {}
        for name, value in variations(parameter, values[parameter.key]):
            try:
                found = scenario("demo", {**ACTIVE, **dict(extra), parameter.key: value})
            except InputError as error:
                refused[f"{name} = {value}"] = error.problems[0].message_en
                tried[name] = tried.get(name, False) or parameter.key in CONDITIONS
                continue
            # Every bound is run, also when the other has moved something: the ledger must tie there too.
            tried[name] = moved(found, extra) or tried.get(name, False)
        idle = [name for name, acts in tried.items() if not acts]
        if idle:
            dead[parameter.key] = idle
    report = [f"{key}: {', '.join(names)}" for key, names in dead.items()]
    report += [f"refused: {key}: {why}" for key, why in refused.items() if key.split(" = ")[0].split("[")[0] in dead]
    assert not dead, "keys that move nothing:\n" + "\n".join(report)


@pytest.mark.parametrize("key", CONDITIONS)
def test_a_condition_refuses_scenarios(key: str) -> None:
    """Least shares of third parties and of banks decide which scenarios are accepted, not what happens in one."""
    with pytest.raises(InputError):
        scenario("demo", {key: "100%"})


@pytest.mark.parametrize(
    "changes",
    [
        {"start": "2025Q3"},
        {"budget.angel_fund.by_year": {2026: "2亿元"}},
        {"budget.industry_funds.by_year": {2025: "0元"}},
        {"world.extra_arrivals": {"2027Q2": 3}},
        {"baseline.budget.angel_fund.amount": "0元"},
        {"baseline.measures.equity.seed_direct.per_year": 0},
        {"budget.risk_pool.by_year": {2026: "0元"}},
        {"budget.guarantee.by_year": {2025: "0元"}},
        {"budget.interest_subsidy.by_year": {2027: "0元"}},
        {"budget.grant_to_equity.by_year": {2026: "1亿元"}},
        {"budget.aic_funds.by_year": {2026: "0元"}},
        {"baseline.budget.risk_pool.amount": "0元"},
        {"baseline.measures.credit.enabled": False},
        {"baseline.measures.credit.guarantee.capital": "0元"},
        {"budget.vc_awards.by_year": {2026: "0元"}},
        {"budget.people_services.by_year": {2027: "0元"}},
        {"baseline.budget.vc_awards.amount": "0元"},
        {"baseline.measures.people.enabled": False},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_keys_outside_the_registry_move_something_too(changes: dict[str, Any]) -> None:
    assert moved(scenario("demo", {**ACTIVE, **changes}), ())
