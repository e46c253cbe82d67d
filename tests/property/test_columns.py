"""Firms side by side in columns do what each does by itself: the quiet quarter, and the count at the close."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kejin_sim.engine import census, columns, firms, quiet
from kejin_sim.engine.layout import ACTIVE, FIRM, GONE, LOCKED, PERSON, QUARTER, QUEUED, zeros
from kejin_sim.jit import compiled, plain_records
from kejin_sim.random import normal
from tests.playing import scenario, state_at_the_end

SMALL = {"policy_years": 4, "horizon_years": 8, "burn_in_years": 3, "world.arrivals.per_year": 100}

# Doors from Python into functions that the engine compiles for itself.


@compiled
def _copy_in(piece: Any, shared: Any, people: Any, records: Any, slots: Any, count: int) -> None:
    for place in range(count):
        quiet.copy_person(shared, place, people[slots[place]])
        quiet.copy_in(piece, place, records[slots[place], 0])


@compiled
def _step_columns(
    piece: Any, shared: Any, quarter: Any, world: Any, z: Any, u1: Any, u2: Any, u3: Any, boost: float, count: int
) -> int:
    return quiet.step_columns(piece, shared, quarter, world, z, u1, u2, u3, boost, count)


@compiled
def _step_firm(
    one: Any, people: Any, slot: int, world: Any, quarter: Any, z: float, u1: float, u3: float, boost: float
) -> Any:
    return firms.step_firm(one[0], people[slot], world, quarter, z, u1, u3, boost)


@compiled
def _seeks_money(
    one: Any, people: Any, slot: int, world: Any, behaviour: Any, quarter: Any, u: float, twice: float, boost: float
) -> bool:
    return firms.seeks_money(one[0], people[slot], world, behaviour, quarter, u, twice, boost)


@compiled
def _count_world(
    people: Any, records: Any, live: Any, alive: int, k: int, funds: Any, world: Any, piece: Any, lanes: Any, sums: Any,
) -> None:  # fmt: skip
    census.count_world(people, records, live, alive, 0, k, funds, world, piece, lanes, sums)


@pytest.fixture(scope="module")
def ended() -> tuple[Any, Any]:
    """A city as a path leaves it, and the numbers it ran on."""
    found = scenario("ningbo", SMALL)
    _, state = state_at_the_end(found, 3)
    return state, found.inputs()


def stirred(records: Any, slots: Any, k: int, gap: int, draws: np.random.Generator) -> None:
    """At the horizon everything has been realised: give firms outside holders, loans, dates and means as in mid-life."""
    held = draws.random(slots.size) < 0.5
    records["founders"][slots, 0] = np.where(held, 0.7, 1.0)
    records["h_private"][slots, 0] = np.where(held, 0.3, 0.0)
    records["h_follow"][slots, 0] = np.where(draws.random(slots.size) < 0.2, 0.1, 0.0)
    records["last_round"][slots, 0] = k - gap + draws.integers(-2, 3, slots.size)
    records["redeem_quarter"][slots, 0] = k + draws.integers(-1, 9, slots.size)
    records["owes"][slots, 0] = draws.integers(0, 3, slots.size)
    records["pooled"][slots, 0] = draws.integers(0, 2, slots.size)
    records["debt"][slots, 0] = records["owes"][slots, 0] % 2 * 3e6
    records["securitised"][slots, 0] = records["pooled"][slots, 0] * 1e6
    records["lifted"][slots, 0] = 1
    records["boost"][slots, 0] = draws.normal(0.0, 0.5, slots.size)
    records["productivity"][slots, 0] = 1.0 + 0.1 * (draws.random(slots.size) < 0.3)
    records["cash"][slots, 0] *= draws.choice([0.0, 0.1, 1.0, 3.0], slots.size)
    records["status"][slots[:3], 0] = (LOCKED, QUEUED, ACTIVE)[: slots.size]
    settled = (records["sustained"][slots, 0] == 1) & (
        draws.random(slots.size) < 0.7
    )  # who may pay a dividend earns enough
    records["revenue"][slots, 0] = np.where(settled, 1.5 * records["cost"][slots, 0], records["revenue"][slots, 0])


@pytest.mark.parametrize("number", range(8))
def test_a_quiet_quarter_is_what_each_firm_would_have_played(ended: tuple[Any, Any], number: int) -> None:
    """Who is not alone ends, to the last bit, as :func:`step_firm` leaves it, with no event but a dividend; others stay put."""
    state, inputs = ended
    draws = np.random.default_rng(number)
    there = np.flatnonzero(state.firms["status"][: state.quarter[0]["slots"], 0])
    slots = draws.permutation(there)[: columns.CHUNK - number].astype(np.int64)  # a piece need not be full
    count = slots.size
    records = plain_records(state.firms.copy())
    people = state.people
    quarter = plain_records(np.zeros(1, QUARTER))
    quarter[0] = state.quarter[0]
    quarter[0]["window"] = number % 2
    quarter[0]["k"] += number % 4 + 1
    stirred(records, slots, int(quarter[0]["k"]), int(inputs.world["cash_min_gap"]), draws)
    piece, shared = plain_records(zeros((1,), quiet.PIECE)), plain_records(zeros((1,), quiet.PEOPLE))
    # Draws far out are common here, so that everything that may happen does.
    u1, u2, u3 = (draws.random(count) ** 4 for _ in range(3))
    u3 = np.where(draws.random(count) < 0.5, u3, 1.0 - u3)
    z = np.array([normal(u) for u in draws.random(count)])
    _copy_in(piece[0], shared[0], people, records, slots, count)
    before = piece.copy()
    boost, twice, offer_boost = 0.3, 0.7, 0.1
    assert _step_columns(piece[0], shared[0], quarter[0], inputs.world, z, u1, u2, u3, boost, count) == count
    alone = seeking = paying = 0
    for place, slot in enumerate(slots):
        mark = int(piece[0]["mark"][place])
        assert mark & quiet.PRESENT
        if mark & quiet.ALONE:
            alone += 1
            for name in ("log_value", "cash", "revenue"):
                assert piece[0][name][place] == before[0][name][place]
            assert mark & ~(quiet.PRESENT | quiet.ALONE) == 0
            continue
        one = plain_records(zeros((1,), FIRM))
        one[0] = records[slot, 0]
        event, received, paid = _step_firm(
            one, people, slot, inputs.world, quarter[0], z[place], u1[place], u3[place], boost
        )
        assert event == (firms.PAYS_HOLDERS if mark & quiet.PAYS else firms.NOTHING)
        if mark & quiet.PAYS:  # who grows pays before it is asked, and so plays alone
            paying += 1
            assert one[0]["sustained"] == 1
            assert not mark & (quiet.SEEKS | quiet.ASKED)
        assert one[0]["status"] == ACTIVE
        for name in ("log_value", "cash", "revenue", "short"):
            assert piece[0][name][place] == one[0][name], name
        assert (piece[0]["received"][place], piece[0]["paid"][place]) == (received, paid)
        one[0]["offer"] = 0.0
        wants = _seeks_money(
            one, people, slot, inputs.world, inputs.behaviour, quarter[0], u2[place], twice, offer_boost
        )  # fmt: skip
        if mark & quiet.SEEKS:
            assert wants
            assert one[0]["offer"] == 0.0
        elif not mark & quiet.ASKED:
            assert not wants
        seeking += wants
    assert 0.05 * count < alone < 0.95 * count
    assert seeking > 0
    assert paying > 0


def test_who_is_gone_has_no_mark(ended: tuple[Any, Any]) -> None:
    state, inputs = ended
    used = int(state.quarter[0]["slots"])
    slots = np.flatnonzero(state.firms["status"][:used, 0] == GONE)[: columns.CHUNK].astype(np.int64)
    piece, shared = plain_records(zeros((1,), quiet.PIECE)), plain_records(zeros((1,), quiet.PEOPLE))
    records = plain_records(state.firms.copy())
    _copy_in(piece[0], shared[0], state.people, records, slots, slots.size)
    still = np.full(slots.size, 0.5)
    quarter = plain_records(state.quarter.copy())
    assert (
        _step_columns(piece[0], shared[0], quarter[0], inputs.world, still, still, still, still, 0.0, slots.size) == 0
    )
    assert not piece[0]["mark"][: slots.size].any()
    assert not piece[0]["received"][: slots.size].any()
    assert not piece[0]["paid"][: slots.size].any()


def test_no_offer_waits_beyond_its_quarter(ended: tuple[Any, Any]) -> None:
    """Nobody clears offers between quarters: those of a quarter all close, or are replaced, before it ends."""
    state, _ = ended
    used = int(state.quarter[0]["slots"])
    assert not state.firms["offer"][:used][state.firms["status"][:used] != GONE].any()


@pytest.mark.parametrize("count", [0, 1, 7, 8, 127, 128, 129, 300])
def test_the_count_is_the_sum_over_firms(ended: tuple[Any, Any], count: int) -> None:
    """However many there are, whole lanes and pieces or not; the dead among them add nothing."""
    state, inputs = ended
    used = int(state.quarter[0]["slots"])
    live = np.random.default_rng(count).permutation(used)[:count].astype(np.int64)
    piece, lanes = plain_records(zeros((1,), census.CENSUS)), plain_records(zeros((1,), census.LANE_SUMS))
    piece["marks"] = 1  # what a fuller piece has left behind
    piece["cash"] = 1e12
    sums = plain_records(np.zeros(1, census.SUMS))
    funds = plain_records(state.funds[0].copy())
    funds["nav"] = 0.0
    k = int(state.quarter[0]["k"])
    _count_world(
        state.people, state.firms, live, count, k, funds, inputs.world, piece[0], lanes[0], sums[0]
    )  # fmt: skip
    firm, person = state.firms[live, 0], state.people[live]
    there = firm["status"] != GONE
    here = there & (person["outside"] == 0)
    staff = np.where(here, inputs.world["city_staff"][np.where(firm["sustained"] == 1, 6, firm["stage"])], 0.0)
    held = sum(firm[name] for name in ("founders", *(name for name in FIRM.names or () if name.startswith("h_"))))
    spent = np.where(firm["short"] == 1, firm["revenue"], firm["cost"])
    old = k - person["arrival"].astype(int) >= 4
    expected = {
        "cash": firm["cash"][there].sum(),
        "least": min(0.0, firm["cash"][there].min(initial=0.0)),
        "live": here.sum(),
        "jobs": staff.sum(),
        "jobs_national": (staff * (person["relocates"] == 0)).sum(),
        "sales": firm["revenue"][here].sum(),
        "tech": (here & old & (person["hard_tech"] == 1) & (firm["revenue"] > 0.0)).sum(),
        "research": spent[here].sum(),
        "cost": firm["cost_subfund"][there & (firm["fund"] >= 0)].sum(),
    }
    for name, value in expected.items():
        assert sums[0][name] == pytest.approx(value, rel=1e-12), name
    assert sums[0]["worst"] == pytest.approx(np.abs(held - 1.0)[there].max(initial=0.0), abs=1e-15)
    assert funds["nav"].sum() == pytest.approx(
        (firm["h_subfund"] * firm["mark"])[there & (firm["fund"] >= 0)].sum(), rel=1e-12
    )


def test_who_is_gone_does_not_move_the_others_by_a_bit(ended: tuple[Any, Any]) -> None:
    """A package's figures are the same without its twin: firms that live in the other world alone take no place in a sum."""
    state, inputs = ended
    used = int(state.quarter[0]["slots"])
    everybody = np.arange(used, dtype=np.int64)
    alive = everybody[state.firms["status"][:used, 0] != GONE]
    assert columns.CHUNK < alive.size < used
    counted = []
    for live in (everybody, alive):
        piece, lanes = plain_records(zeros((1,), census.CENSUS)), plain_records(zeros((1,), census.LANE_SUMS))
        sums, funds = plain_records(np.zeros(1, census.SUMS)), plain_records(state.funds[0].copy())
        _count_world(
            state.people, state.firms, live, live.size, 40, funds, inputs.world, piece[0], lanes[0], sums[0]
        )  # fmt: skip
        counted.append(sums.tobytes())
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("record", "word", "fields"),
    [
        (FIRM, "marks", ("status", "stage", "sustained", "short", "owes", "season", "pooled", "awarded")),
        (FIRM, "marks_more", ("last_round", "redeem_quarter")),
        (PERSON, "marks", ("arrival", "hard_tech", "chain", "relocates", "outside")),
    ],
)  # fmt: skip
def test_small_fields_are_found_in_their_word(record: np.dtype[Any], word: str, fields: tuple[str, ...]) -> None:
    """Each alone, the largest that it holds and −1 where it may be: nothing of it shows in its neighbours."""
    for field in fields:
        one = np.zeros(1, record)
        size = one.dtype.fields[field][0].itemsize  # type: ignore[index]
        one[field] = 2 ** (8 * size - 1) - 1
        bit = getattr(columns, field.upper())
        mask = columns.BYTE if size == 1 else columns.WORD
        assert (int(one[word][0]) >> bit) & mask == 2 ** (8 * size - 1) - 1
        one[field] = -1
        assert (int(one[word][0]) & ((1 << 64) - 1)) == mask << bit


def test_marks_do_not_overlap() -> None:
    marks = [
        quiet.PRESENT,
        quiet.ALONE,
        quiet.APPLIES,
        quiet.VISITED,
        quiet.STARTS,
        quiet.ASKED,
        quiet.SEEKS,
        quiet.OFFERED,
    ]
    assert sorted(marks) == [1 << number for number in range(len(marks))]
