"""The lives of a path's firms, read from the diary of the reference engine, which knows every event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from kejin_sim.reference.city import City
from kejin_sim.reference.enterprise import Enterprise
from kejin_sim.reference.notes import Event, Notes
from kejin_sim.reference.run import run_world
from kejin_sim.reference.stakes import Status
from kejin_sim.scenario.inputs import Inputs
from kejin_sim.study.facts.lives import Dividend, End, Life, PathLives, Round

_ENDS: Final[dict[Status, End]] = {Status.FAILED: "failed", Status.ACQUIRED: "acquired", Status.SOLD: "sold"}
PACKAGE: Final = 0


def play(inputs: Inputs, seed: int, path: int, progress: Callable[[int, int], None] | None = None) -> PathLives:
    """Play the package of a path. ``progress``: told the quarters done and all quarters."""
    city = run_world(inputs, seed, path, PACKAGE, Notes([]), progress)
    return read(city, city.notes.diary or ())


def read(city: City, diary: Sequence[Event]) -> PathLives:
    """The lives of a path that has been played with a diary. Firms outside the city and those that moved in are left out."""
    told: defaultdict[str, list[Event]] = defaultdict(list)
    for event in diary:
        if event.kind in ("round", "dividend"):
            told[event.entity].append(event)
    repaid = sum(event.kind == "loan_repaid" for event in diary)
    settled = [event.facts for event in diary if event.kind == "settled"]
    return PathLives(
        city.clock.last,
        tuple(
            _life(firm, told[firm.profile.key])
            for firm in city.everybody
            if not (firm.profile.outside or firm.profile.relocated)
        ),
        repaid,
        sum(event.kind == "defaulted" for event in diary),
        sum(float(facts["exposure"]) for facts in settled),
        sum(float(facts["recovered"]) for facts in settled),
    )


def _life(firm: Enterprise, told: Iterable[Event]) -> Life:
    rounds, dividends = [], []
    for event in told:
        facts = event.facts
        if event.kind == "round":
            rounds.append(Round(event.quarter, facts["before"], facts["price"], sum(facts["money"]), facts["kept"]))
        else:
            dividends.append(Dividend(event.quarter, facts["amount"], facts["kept"]))
    end = _ENDS.get(firm.status, "there")
    last = firm.end_quarter if firm.gone else firm.city.clock.last
    return Life(
        firm.profile.arrival,
        tuple(rounds),
        tuple(dividends),
        end,
        last,
        firm.listed_quarter,
        firm.exit_price,
        firm.kept,
    )
