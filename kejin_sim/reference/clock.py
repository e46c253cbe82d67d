"""The clock: one unit of SimPy's time is a quarter, and each written step of a quarter has its moment in it.

Step s stands at s/16 of the quarter and its parts 1/256 apart. Both are exact in binary, so that two
processes that wait for the same moment really meet there; SimPy then lets them act in the order in which they
began to wait.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Final

import simpy

from kejin_sim.timeline import QUARTERS_PER_YEAR, STEP, Quarter

Process = Generator[simpy.Event, Any, None]
"""What every process of this engine is: it yields the events that it waits for."""


def moment(step: str, part: int = 0) -> float:
    """When in a quarter a step (`kejin_sim.timeline.ORDER`) or a part of it takes place, in (0, 1)."""
    return STEP[step] / 16.0 + part / 256.0


MACRO: Final = moment("macro")
YEAR_OPENS: Final = moment("fiscal_year")
CREDIT_YEAR_OPENS: Final = moment("fiscal_year", 1)
ROOM_YEAR_OPENS: Final = moment("fiscal_year", 2)
INFLUENCES: Final = moment("fiscal_year", 3)
ARRIVALS: Final = moment("arrivals")
MARKET_OPENS: Final = moment("arrivals", 1)
ROOM_ARRIVALS: Final = moment("arrivals", 2)
DYNAMICS: Final = moment("dynamics")
LOAN_SERVICE: Final = moment("default_recovery")
GRANT_PROGRESS: Final = moment("default_recovery", 1)
ROOM_SERVICE: Final = moment("default_recovery", 2)
PRIORITY: Final = moment("default_recovery", 3)  # before all awards
GRANT_AWARDS: Final = moment("awards")
TALENT_DEALS: Final = moment("awards", 1)
SEED_DIRECT: Final = moment("awards", 2)
SHORTLISTS: Final = moment("awards", 3)
DEALS: Final = moment("awards", 4)
PRIVATE_ROUNDS: Final = moment("awards", 5)
REINVESTMENT: Final = moment("awards", 6)
CONVERSIONS: Final = moment("awards", 7)
LOAN_APPLICATIONS: Final = moment("awards", 8)
YEARLY_VISITS: Final = moment("awards", 9)
ROOM_AWARDS: Final = moment("awards", 10)
FORMATION: Final = moment("subfunds")
FUND_QUARTER: Final = moment("subfunds", 1)
BUYOUTS: Final = moment("transfers")
PURCHASES: Final = moment("transfers", 1)
ROOM_TRANSFERS: Final = moment("transfers", 2)
CHAIN_FORMATION: Final = moment("chain_aic")
CHAIN_QUARTER: Final = moment("chain_aic", 1)
ROOM_FUNDS: Final = moment("chain_aic", 2)
ROOM_RESEARCH: Final = moment("basic_research")
ASSESSMENTS: Final = moment("assessments")
FOUNDERS_CALLS: Final = moment("assessments", 1)
CREDIT_CLOSES: Final = moment("assessments", 2)
ROOM_ASSESSMENTS: Final = moment("assessments", 3)
CLOSE: Final = moment("close")


class Clock:
    """What quarter it is, and what that means.

    Parameters: ``opening`` the quarter in which the books open and ``last`` the last one, counted from the
    start of the burn-in; ``start`` the calendar quarter of the opening; ``policy_years`` years of
    four quarters in which the policy runs. Before the opening the baseline's policy is in force.
    """

    def __init__(
        self, env: simpy.Environment, opening: int, last: int, start: Quarter, policy_years: int
    ) -> None:
        self.env = env
        self.opening = opening
        self.last = last
        self.start = start
        self.policy_years = policy_years
        self._turn(0)
        env.process(self._run())

    def _run(self) -> Process:
        while True:
            self._turn(int(self.env.now))
            yield self.env.timeout(1.0)

    def _turn(self, k: int) -> None:
        """Quarter ``k`` begins."""
        since = self.start.quarter - 1 + k - self.opening
        self.k = k
        #: Fiscal year, 0 = that of the opening; it is the calendar year.
        self.year = since // QUARTERS_PER_YEAR
        self.quarter_of_year = since % QUARTERS_PER_YEAR
        #: Books that open in mid-year open a fiscal year too, as does the burn-in.
        self.year_opens = self.quarter_of_year == 0 or k in (0, self.opening)
        self.year_ends = self.quarter_of_year == QUARTERS_PER_YEAR - 1
        self.burn_in = k < self.opening
        policy_end = self.opening + QUARTERS_PER_YEAR * self.policy_years
        self.policy = k < policy_end
        self.policy_next_year = k + 1 < policy_end
        #: Does another fiscal year of the policy open?
        self.policy_opens_again = k + 4 - self.quarter_of_year < policy_end
        #: Last quarter (0–3) of this fiscal year before the opening or the end of the policy cuts it in two.
        rest = (self.opening if self.burn_in else policy_end) - k
        self.period_end = min(3, self.quarter_of_year + rest - 1) if rest > 0 else 3
        #: Fiscal years since the first of the burn-in; the opening of the books starts a new one.
        cut = not self.burn_in and self.start.quarter > 1
        self.vintage = (self.start.quarter - 1 + k) // QUARTERS_PER_YEAR + (1 if cut else 0)
        self.is_last = k == self.last

    def until(self, when: float) -> simpy.Timeout:
        """Wait for the next time that the moment ``when`` comes."""
        delay = (when - self.env.now) % 1.0
        return self.env.timeout(delay if delay > 0.0 else 1.0)

    def calendar(self, k: int) -> Quarter:
        """The calendar quarter of quarter ``k``."""
        return self.start + (k - self.opening)
