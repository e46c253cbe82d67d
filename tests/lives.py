"""Lives of firms: written down by hand, or read from the diary of the reference engine, which knows every event."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from kejin_sim.lives import End, Lives, Rounds
from kejin_sim.reference.city import City
from kejin_sim.reference.notes import Notes
from kejin_sim.reference.run import run_world
from kejin_sim.reference.stakes import Status
from kejin_sim.scenario.inputs import Inputs

ENDS = {Status.FAILED: End.FAILED, Status.ACQUIRED: End.ACQUIRED, Status.SOLD: End.SOLD}


class Round(NamedTuple):
    """A round: pre-money ``price``, ``money``, and what a share of the first day is after it."""

    quarter: int
    stage: int
    price: float
    money: float
    kept: float


class Dividend(NamedTuple):
    """A dividend to all holders, and what a share of the first day was then."""

    quarter: int
    amount: float
    kept: float


class Life(NamedTuple):
    """A firm from founding to its end or to the horizon."""

    founded: int
    rounds: tuple[Round, ...]
    dividends: tuple[Dividend, ...]
    end: End
    end_quarter: int
    listed: int
    price: float
    kept: float

    def yielded(self, before: int) -> float:
        return sum(one.amount * one.kept for one in self.dividends if one.quarter <= before)


def written(last: int, lives: list[Life], loans: tuple[int, int, float, float] = (0, 0, 0.0, 0.0)) -> Lives:
    """As an engine notes them. A dividend of a round's own quarter comes before the round."""

    def column(values: list[float], kind: type = float) -> np.ndarray:
        return np.array(values, dtype=kind)

    rounds = [(place, entry) for place, life in enumerate(lives) for entry in life.rounds]
    return Lives(
        last,
        *(column([getattr(one, name) for one in lives], int) for name in ("founded", "end", "end_quarter", "listed")),
        *(column([getattr(one, name) for one in lives]) for name in ("price", "kept")),
        column([one.yielded(last) for one in lives]),
        Rounds(
            column([place for place, _ in rounds], int),
            *(column([getattr(entry, name) for _, entry in rounds], int) for name in ("quarter", "stage")),
            *(column([getattr(entry, name) for _, entry in rounds]) for name in ("price", "money", "kept")),
            column([lives[place].yielded(entry.quarter) for place, entry in rounds]),
        ),
        *loans,
    )


def told(inputs: Inputs, seed: int, path: int) -> tuple[City, list[str], Lives]:
    """The package of a path as the reference engine plays it: the city, the keys of its firms and their lives."""
    city = run_world(inputs, seed, path, 0, Notes([]))
    diary = city.notes.diary or []
    rounds: defaultdict[str, list[Round]] = defaultdict(list)
    dividends: defaultdict[str, list[Dividend]] = defaultdict(list)
    for event in diary:
        facts = event.facts
        if event.kind == "round":
            rounds[event.entity].append(
                Round(event.quarter, facts["before"], facts["price"], sum(facts["money"]), facts["kept"])
            )
        elif event.kind == "dividend":
            dividends[event.entity].append(Dividend(event.quarter, facts["amount"], facts["kept"]))
    settled = [event.facts for event in diary if event.kind == "settled"]
    firms = [firm for firm in city.everybody if not (firm.profile.outside or firm.profile.relocated)]
    lives = [
        Life(
            firm.profile.arrival,
            tuple(rounds[firm.profile.key]),
            tuple(dividends[firm.profile.key]),
            ENDS.get(firm.status, End.THERE),
            firm.end_quarter if firm.gone else city.clock.last,
            firm.listed_quarter,
            firm.exit_price,
            firm.kept,
        )
        for firm in firms
    ]
    kinds = [event.kind for event in diary]
    loans = (
        kinds.count("loan_repaid"),
        kinds.count("defaulted"),
        sum(float(facts["exposure"]) for facts in settled),
        sum(float(facts["recovered"]) for facts in settled),
    )
    return city, [firm.profile.key for firm in firms], written(city.clock.last, lives, loans)
