"""Step 1: the state of the economy, the same for everybody in a path."""

from __future__ import annotations

from kejin_sim import random as rng
from kejin_sim.reference.clock import MACRO, Clock, Process
from kejin_sim.reference.settings import Numbers
from kejin_sim.world import macro
from kejin_sim.world.failure import quarterly, threshold


class Economy:
    """Technology-cycle factor, IPO window, points of failure, equity market.

    ``thresholds``: by stage (0–5), self-sustaining (6), out of cash (7), the standard normal below which a
    firm of average quality fails this quarter. ``market``: gross return of the equity market in the quarter.
    """

    def __init__(self, clock: Clock, world: Numbers, seed: int, path: int) -> None:
        self.clock = clock
        self.world = world
        self.seed = seed
        self.path = path
        self.factor = 0.0
        self.innovation = 0.0
        self.window_open = 1
        self.market = 1.0
        self.thresholds: list[float] = []
        self._hazards = [quarterly(hazard) for hazard in world.failure_hazard]
        clock.env.process(self._run())

    def _run(self) -> Process:
        world = self.world
        start_factor, start_window, _, _ = rng.uniforms(self.seed, rng.MACRO_START, self.path, 0, 0)
        self.factor = rng.normal(start_factor)
        self.window_open = macro.first_window(
            world.ipo_window_shut_rate, world.ipo_window_open_rate, start_window
        )
        while True:
            yield self.clock.until(MACRO)
            self._step()

    def _step(self) -> None:
        world = self.world
        u_factor, u_window, u_market, _ = rng.uniforms(
            self.seed, rng.MACRO_QUARTER, self.path, 0, self.clock.k
        )
        self.innovation = rng.normal(u_factor)
        self.factor = macro.next_factor(self.factor, self.innovation, world.macro_persistence)
        self.window_open = macro.next_window(
            self.window_open, self.factor, world.ipo_window_shut_rate, world.ipo_window_open_rate,
            world.ipo_window_cycle, u_window,
        )  # fmt: skip
        self.thresholds = [threshold(h, world.failure_correlation, self.factor) for h in self._hazards]
        self.market = macro.market_growth(
            world.macro_market_return, world.macro_market_volatility, world.macro_market_loading,
            self.innovation, rng.normal(u_market),
        )  # fmt: skip
