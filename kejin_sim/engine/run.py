"""The compiled engine behind one call: inputs and path numbers in, a block of results out."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.engine import census, diary, layout, quiet, rooms
from kejin_sim.engine.block import run_block
from kejin_sim.engine.close import (
    ACCOUNT_ROWS,
    CHAIN_ROW,
    CHECKS,
    CREDIT_ROW,
    DISTRIBUTED_ROW,
    ENTERPRISE_ROW,
    GUIDANCE_ROW,
    PAID_ROW,
    ROOM_ROW,
    SUBFUND_ROW,
)
from kejin_sim.engine.credit.books import effect
from kejin_sim.engine.credit.layout import CREDIT, LOAN
from kejin_sim.engine.desk import DESK
from kejin_sim.engine.grant.layout import GRANT
from kejin_sim.errors import LedgerError
from kejin_sim.jit import plain_records
from kejin_sim.ledger import LINES, Party
from kejin_sim.lives import Lives, Rounds
from kejin_sim.measures import MEASURES
from kejin_sim.postings import code_count, postings
from kejin_sim.recording import BUDGET_ITEMS, PAIRS, SERIES, STATS, BlockResult
from kejin_sim.scenario.inputs import Inputs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@cache
def account_effects() -> Ints:
    """What each posting code does to the accounts that the close recounts, read off the ledger's tables.

    Returns: int64[account, place]: the codes that touch the account, counted from 1; + where it is paid, − where it pays, 0 after
    the last of them.
    """
    rows = {
        Party.ENTERPRISE: ENTERPRISE_ROW,
        Party.ANGEL_SUBFUND: SUBFUND_ROW,
        Party.GUIDANCE_FUND: GUIDANCE_ROW,
        Party.CHAIN_FUND: CHAIN_ROW,
    }
    table = np.zeros((ACCOUNT_ROWS, code_count()), np.int64)
    for posting in postings():
        here = table[:, posting.number]
        if posting.payee in rows:
            here[rows[posting.payee]] += 1
        if posting.payer in rows:
            here[rows[posting.payer]] -= 1
        if posting.rule == "E1":
            here[PAID_ROW] = 1
        if posting.rule == "E6" and posting.payer is Party.ANGEL_SUBFUND and posting.name != "carry":
            here[DISTRIBUTED_ROW] = 1
        here[CREDIT_ROW:ROOM_ROW] = effect(posting)
        here[ROOM_ROW:] = rooms.effect(posting)
    effects = np.zeros((ACCOUNT_ROWS, int(np.count_nonzero(table, axis=1).max()) + 1), np.int64)
    for row, signs in enumerate(table):
        codes = np.flatnonzero(signs)
        effects[row, : len(codes)] = signs[codes] * (codes + 1)
    return effects


NOTES_A_FIRM: Final = 4
"""Rounds in a diary for which room is made, per slot of a firm; a path that needs more is played again with twice the room."""


class _State:
    """Working memory for one path after the other. ``common`` is the memory of what a path begins with at zero; of loans, grants
    and files it is what the path before has used. ``notes``: room for a path's rounds, 0 where no diary is kept."""

    def __init__(self, worlds: int, quarters: int, room: int, funds: int, chains: int, notes: int) -> None:
        self.sizes = (worlds, quarters, room, funds, chains, notes)
        self.flows = np.zeros((worlds, quarters, code_count()))
        self.series = np.zeros((worlds, quarters, len(SERIES)))
        self.people = plain_records(layout.zeros((room,), layout.PERSON))
        self.firms = plain_records(layout.zeros((room, 2), layout.FIRM))
        self.keys = np.zeros(room, np.int64)
        self.live = np.zeros(room, np.int64)
        self.lists = np.zeros((2, layout.LISTS, room), np.int64)
        self.entities = np.zeros(room, np.int64)
        self.draws = np.zeros((5, room))
        self.pieces = plain_records(layout.zeros((2,), quiet.PIECE))
        self.sums = plain_records(np.zeros(2, census.SUMS))
        self.closing = np.zeros(funds, np.int64)
        self.closings = np.zeros((2, funds), np.int64)
        self.loans = plain_records(layout.zeros((room, 2), LOAN))
        self.book = np.zeros((2, room), np.int64)
        self.grants = plain_records(layout.zeros((room, 2), GRANT))
        self.grant_book = np.zeros((2, room), np.int64)
        self.files = plain_records(layout.zeros((room, 2), rooms.FILES))
        self.books = np.zeros((2, max(1, len(rooms.ROOMS)), room), np.int64)
        self.notes = plain_records(np.zeros(notes, diary.NOTE))
        self.seen = plain_records(np.zeros(room if notes else 0, diary.SEEN))
        self.common, made = layout.together(
            {
                "quarter": (layout.QUARTER, (1,)), "desk": (DESK, (1,)), "cities": (layout.CITY, (2,)),
                "funds": (layout.SUBFUND, (2, funds)), "chains": (layout.CHAINFUND, (2, chains)), "credits": (CREDIT, (2,)),
                "states": (rooms.STATES, (2,)),
            }
        )  # fmt: skip
        self.quarter, self.desk, self.cities, self.funds, self.chains, self.credits, self.states = (
            plain_records(array) for array in made.values()
        )

    @staticmethod
    def memory(array: NDArray[Any]) -> NDArray[np.uint8]:
        """The bytes of an array."""
        return np.asarray(array).view(np.ndarray).reshape(-1).view(np.uint8)


_left_by_this_thread = threading.local()


def _take_state(*sizes: int) -> _State:
    """Working memory of these sizes: what this thread used last, if it fits. Memory from the system comes a page at a time, and
    some thousand pages for every block of paths are a twentieth of the time that the paths take."""
    state: _State | None = getattr(_left_by_this_thread, "state", None)
    _left_by_this_thread.state = None  # whoever is interrupted leaves nothing behind
    return state if state is not None and state.sizes == sizes else _State(*sizes)


def _sides(inputs: Inputs) -> tuple[Mapping[str, np.void], Mapping[str, np.void]]:
    """Package and baseline; a scenario without a baseline has run under its own rules before the opening."""
    return inputs.package, inputs.twin if inputs.twin is not None else inputs.package


def _rules(inputs: Inputs) -> NDArray[Any]:
    """Rules of every measure, in package and baseline, as one record each."""
    rules = np.zeros(2, rooms.rules_dtype())
    for number, side in enumerate(_sides(inputs)):
        for measure in MEASURES:
            rules[measure][number] = side[measure]
    return rules


def _ledger_error(problem: Floats, path: int, opening: int) -> LedgerError:
    check = CHECKS[int(problem[1])]
    quarter = int(problem[2]) - opening
    world = "package" if problem[3] == 0.0 else "twin"
    left, right = float(problem[4]), float(problem[5])
    return LedgerError(
        f"账目不平：第{path}条路径（{world}）开账后第{quarter}季，核对项 {check}：重新清点为 {left!r}，按分录应为 {right!r}。",
        f"The ledger does not tie: path {path} ({world}), quarter {quarter} after the opening, check {check}: "
        f"recounted {left!r}, by the postings {right!r}.",
        "这是程序的错误，结果未写出；请附上 kejin doctor 的输出反馈。",
        "This is a fault of the program; nothing was written. Please report it with the output of kejin doctor.",
    )


def _most_funds(inputs: Inputs, key: str) -> int:
    years = int(inputs.time["burn_in_years"]) + int(inputs.time["policy_years"]) + 1
    most = max(int(side["equity"][key]) for side in _sides(inputs))
    return max(1, years * most)


def _room(inputs: Inputs) -> int:
    years = int(inputs.time["burn_in_years"]) + int(inputs.time["policy_years"])
    mean = float(inputs.world["arrivals_per_year"]) * years + float(inputs.extra_arrivals.sum())
    sides = _sides(inputs)
    tickets = min(
        max(float(side["equity"]["angel_subfunds_min_ticket"]), 0.2 * float(min(side["equity"]["angel_subfunds_ticket"])))
        for side in sides
    )
    spend = max(
        float(side["equity"]["angel_subfunds_size"]) * int(side["equity"]["angel_subfunds_new_per_year"]) for side in sides
    )
    outside = max(float(side["equity"]["angel_subfunds_outside_share"]) for side in sides)
    return layout.firm_room(mean, int(min(2.0 * years * outside * spend / max(tickets, 1e5), 4000.0)))


def simulate(
    inputs: Inputs, seed: int, first_path: int, n_paths: int, worlds: int = 2, checked: bool = True
) -> BlockResult:
    """Simulate paths ``first_path`` … ``first_path + n_paths − 1`` with the compiled engine.

    Parameters
    ----------
    inputs: frozen numbers of the package and its baseline. seed: in [0, 2**63). worlds: 2 with the twin, 1 without.
    checked: hold postings against balances at every close; False only serves to measure what that costs.

    Returns: a :class:`BlockResult`; a path's figures depend on nothing but ``inputs``, ``seed`` and its number.
    Raises: LedgerError when postings and balances disagree, which is a fault of the program.
    """
    return _play(inputs, seed, first_path, n_paths, worlds, checked, noted=False)[0]


def _play(
    inputs: Inputs, seed: int, first_path: int, n_paths: int, worlds: int, checked: bool, *, noted: bool
) -> tuple[BlockResult, _State]:
    """As :func:`simulate`; the results, and the state in which the last path was left. ``noted``: keep a diary of that path."""
    opening = 4 * int(inputs.time["burn_in_years"])
    quarters = 4 * int(inputs.time["horizon_years"])
    start_quarter = inputs.start[1] - 1
    fiscal_years = (start_quarter + quarters + 3) // 4
    flows = np.empty((n_paths, worlds, code_count(), quarters))
    series = np.empty((n_paths, worlds, len(SERIES), quarters))
    stats = np.zeros((n_paths, worlds, len(STATS)))
    pairs = np.zeros((n_paths, len(PAIRS))) if worlds == 2 else np.full((n_paths, len(PAIRS)), np.nan)
    budget = np.zeros((n_paths, worlds, len(LINES), fiscal_years, len(BUDGET_ITEMS)))
    market = np.zeros((n_paths, quarters))
    counted = np.zeros(n_paths, np.int64)
    problem = np.zeros(6)
    effects = account_effects()
    rules = plain_records(_rules(inputs))
    carries = np.array([[int(side["budget"][f"{line}_unspent"]) for line in LINES] for side in _sides(inputs)])
    room = _room(inputs)
    subfunds = _most_funds(inputs, "angel_subfunds_new_per_year")
    chains = _most_funds(inputs, "chain_funds_new_per_year")
    state = _take_state(worlds, quarters, room, subfunds, chains, NOTES_A_FIRM * room if noted else 0)
    done = 0
    while done < n_paths:
        done = run_block(
            done, first_path, seed, 1 if checked else 0, opening, opening + quarters - 1,
            plain_records(inputs.world), plain_records(inputs.behaviour), rules, carries, inputs.appropriation,
            inputs.extra_arrivals, start_quarter, int(inputs.time["policy_years"]), effects, worlds,
            state.common, state.memory(state.loans), state.memory(state.grants), state.memory(state.files),
            state.quarter, state.people, state.keys, state.firms, state.live, state.lists, state.entities, state.draws,
            state.desk, state.pieces, state.sums, state.closing, state.closings,
            state.funds, state.chains, state.loans, state.book, state.grants, state.grant_book, state.credits, state.cities,
            state.states, state.files, state.books, state.notes, state.seen, state.flows, state.series,
            flows, series, stats, pairs, budget, market, counted, problem,
        )  # fmt: skip
        if problem[0]:
            raise _ledger_error(problem, first_path + done, opening)
        if done < n_paths:  # a path without room for all its firms is played again in more
            room *= 2
            state = _State(worlds, quarters, room, subfunds, chains, NOTES_A_FIRM * room if noted else 0)
            for out in (stats, budget, *((pairs,) if worlds == 2 else ())):
                out[done] = 0.0
    _left_by_this_thread.state = state
    return BlockResult(first_path, flows, series, stats, pairs, budget, market, counted), state


def lives(inputs: Inputs, seed: int, path: int) -> Lives:
    """Play the package of a path, without a twin, and read the lives of its firms.

    Firms outside the city and those that have moved in are left out. Parameters, errors: as for :func:`simulate`.
    """
    _, state = _play(inputs, seed, path, 1, 1, True, noted=True)
    used = int(state.quarter["slots"][0])
    people, firms = np.asarray(state.people)[:used], np.asarray(state.firms)[:used, 0]
    ours = (people["outside"] == 0) & (people["relocates"] == 0)
    place = np.cumsum(ours) - 1
    notes = np.asarray(state.notes)[: int(state.quarter["noted"][0])]
    notes = notes[ours[notes["slot"]]]
    notes = notes[np.argsort(notes["slot"], kind="stable")]
    people, firms, credit = people[ours], firms[ours], np.asarray(state.credits)[0]
    last = int(state.quarter["last"][0])
    gone = firms["end_quarter"] >= 0
    return Lives(
        last=last,
        founded=people["arrival"].astype(np.int64),
        end=np.where(gone, firms["end"], layout.ALIVE).astype(np.int64),
        end_quarter=np.where(gone, firms["end_quarter"], last).astype(np.int64),
        listed=firms["listed_quarter"].astype(np.int64),
        price=firms["exit_price"].copy(),
        kept=firms["kept"].copy(),
        yielded=firms["yielded"].copy(),
        rounds=Rounds(
            firm=place[notes["slot"]],
            **{name: notes[name].copy() for name in ("quarter", "stage", "price", "money", "kept", "yielded")},
        ),
        repaid=int(credit["repaid"]),
        defaulted=int(credit["defaulted"]),
        exposure=float(credit["exposure_settled"]),
        recovered=float(credit["recovered"]),
    )
