"""One world on one path: the city with its economy, firms, funds and books."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import simpy

from kejin_sim import random as rng
from kejin_sim.measures.equity import chain_rules
from kejin_sim.recording import S_FUND_COMMITMENTS, T_ALLOCATIONS_CUT
from kejin_sim.reference.assessment import Assessor
from kejin_sim.reference.birth import Births
from kejin_sim.reference.chainfund import ChainFund
from kejin_sim.reference.clock import CHAIN_FORMATION, FORMATION, PRIORITY, Clock, Process
from kejin_sim.reference.close import Close, Graduates
from kejin_sim.reference.economy import Economy
from kejin_sim.reference.grantoffice import GrantOffice
from kejin_sim.reference.guidance import GuidanceFund
from kejin_sim.reference.ledger import Ledger
from kejin_sim.reference.lending import Lending
from kejin_sim.reference.market import Market
from kejin_sim.reference.notes import Notes
from kejin_sim.reference.office import Rooms
from kejin_sim.reference.settings import Numbers, Settings
from kejin_sim.reference.subfund import SubFund
from kejin_sim.reference.transfers import StateBuyer
from kejin_sim.reference.treasury import Treasury
from kejin_sim.world.calendar import period_quota

if TYPE_CHECKING:
    from kejin_sim.reference.enterprise import Enterprise
    from kejin_sim.reference.hearing import Hearing


class City:
    """A world, from the burn-in to the horizon.

    ``firms``: alive, in order of age in the list, which is the order in which they act; ``everybody``: all
    there have ever been; ``subfunds``, ``chain_funds``: all, in the order of their numbers. ``hearing``: see `Ledger`.
    """

    def __init__(
        self, settings: Settings, seed: int, path: int, notes: Notes | None = None, hearing: Hearing | None = None
    ) -> None:
        self.settings = settings
        self.seed = seed
        self.path = path
        self.notes = notes if notes is not None else Notes()
        self.env = simpy.Environment()
        last = settings.opening + settings.horizon - 1
        self.clock = Clock(self.env, settings.opening, last, settings.start, settings.policy_years)
        self.ledger = Ledger(self.clock, hearing)
        self.notes.postings = self.ledger.entries
        self.economy = Economy(self.clock, settings.world, seed, path)
        self.treasury = Treasury(self)
        self.guidance = GuidanceFund(self)
        self.firms: list[Enterprise] = []
        self.everybody: list[Enterprise] = []
        self.subfunds: list[SubFund] = []
        self.chain_funds: list[ChainFund] = []
        self.graduates = Graduates(self)
        self.market = Market(self)
        self.births = Births(self)
        self.lending = Lending(self)
        self.granting = GrantOffice(self)
        self.buyer = StateBuyer(self)
        self.assessor = Assessor(self)
        self.offer_boost = 0.0  # log-odds that rooms add to private offers of all firms of the city
        self.loan_boost = 0.0  # log-odds that they add to a firm's applying for a loan
        self.research_weight = 0.0  # of research intensity in the score that banks see (B6)
        self.spinouts = 0.0  # expected spin-outs of the quarter beyond those of the world
        self.score_noise: float = settings.world.score_noise  # of the score that public screening sees
        self.shared_weight = 0.0  # of a score with that noise in what banks reckon with (F4), 0 while no platform works
        self.scored_with = self.score_noise  # the noise with which firms are scored now
        self.rooms = Rooms(self)
        self.close = Close(self)
        self._formed: dict[tuple[str, int], int] = {}
        self.env.process(self._fund_office())
        self.env.process(self._chain_office())

    def run(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Simulate to the horizon; ``progress`` is told the quarters done and all quarters.

        Raises: LedgerError when postings and books disagree.
        """
        quarters = self.clock.last + 1
        try:
            for quarter in range(1, quarters + 1):
                self.env.run(until=quarter)
                if progress is not None:
                    progress(quarter, quarters)
        except Exception:
            # SimPy raises a copy of what a process raised, which loses its two languages: raise the original.
            if self.ledger.fault is not None:
                raise self.ledger.fault from None
            raise

    def rules_of(self, measure: str) -> Numbers:
        """A measure's rules in force: the baseline's until the books open."""
        settings = self.settings
        return (settings.legacy_rules if self.clock.burn_in else settings.own_rules)[measure]

    @property
    def rules(self) -> Numbers:
        """Measure 1's rules in force."""
        return self.settings.legacy if self.clock.burn_in else self.settings.own

    @property
    def credit_rules(self) -> Numbers:
        """Measure 2's rules in force."""
        return self.rules_of("credit")

    @property
    def grant_rules(self) -> Numbers:
        """Measure 7's rules in force."""
        return self.rules_of("grant_to_equity")

    @property
    def chain_boost(self) -> float:
        """Relative rise of acquisitions of chain firms while a chain-leader fund is alive."""
        alive = any(fund.in_term for fund in self.chain_funds)
        return float(self.settings.behaviour.chain_orders) if alive else 0.0

    def draw(self, block: int, entity: int) -> tuple[float, float, float, float]:
        """The four uniforms of a block of decisions of an entity in this quarter."""
        return rng.uniforms(self.seed, block, self.path, entity, self.clock.k)

    def admit(self, firm: Enterprise) -> None:
        """A firm begins to live here; from the next enterprise step on it acts, after those already there."""
        self.firms.append(firm)
        self.everybody.append(firm)
        firm.tell("founded", outside=firm.profile.outside, relocated=firm.profile.relocated)
        self.env.process(firm.life())

    def _fund_office(self) -> Process:
        """Step 7: new sub-funds of the year (E1), as many as can be committed to; the first call at once."""
        sanction = self.guidance.sanction
        while True:
            yield self.clock.until(FORMATION)
            if not (self.clock.policy and self.clock.year_opens):
                continue
            rules = self.rules
            number = self._quota(rules.angel_subfunds_new_per_year)
            if number == 0:
                continue
            size = rules.angel_subfunds_size * (1.0 - sanction.allocation_cut)
            if sanction.allocation_cut > 0.0:
                self.notes.stats[T_ALLOCATIONS_CUT] += 1.0
            sanction.allocation_cut = 0.0
            if size > 0.0:
                for _ in range(number):
                    self._form_subfund(size)

    def _quota(self, per_year: int) -> int:
        """What a yearly number of funds allows in the part of the fiscal year that opens now."""
        return period_quota(per_year, self.clock.quarter_of_year, self.clock.period_end)

    def _form_subfund(self, size: float) -> None:
        government = self.rules.angel_subfunds_gov_share * size
        if self.guidance.commit(self.guidance.angel, government, "subfund"):
            fund = SubFund(self, len(self.subfunds), self._name("subfund"), size, government)
            self.subfunds.append(fund)
            fund.tell("fund_formed", size=size, government=government)
            if fund.policy:
                self.notes.series[S_FUND_COMMITMENTS] += size
            fund.call()
            self.env.process(fund.life())

    def _chain_office(self) -> Process:
        """Step 9, with priority before step 6: new chain-leader funds of the year (E11), as many as can be
        committed to.
        """
        while True:
            yield self.clock.until(PRIORITY)
            first = bool(self.rules.chain_funds_priority)
            if not first:
                yield self.clock.until(CHAIN_FORMATION)
            if self.clock.policy and self.clock.year_opens:
                for _ in range(self._quota(self.rules.chain_funds_new_per_year)):
                    self._form_chain_fund()

    def _form_chain_fund(self) -> None:
        rules = self.rules
        government = rules.chain_funds_gov_share * rules.chain_funds_size
        own, from_angel = government, 0.0
        guidance = self.guidance
        if rules.chain_funds_priority:
            left = guidance.industry.free
            borrowed = chain_rules.from_other_line(government, left, guidance.angel.free)
            if borrowed > 0.0:
                own, from_angel = left, borrowed / government
                guidance.angel.encumber(borrowed)
        if guidance.commit(guidance.industry, own, "chain"):
            fund = ChainFund(self, len(self.chain_funds), self._name("chain"), from_angel)
            self.chain_funds.append(fund)
            if fund.policy:
                self.notes.series[S_FUND_COMMITMENTS] += rules.chain_funds_size
            self.notes.tell(
                self.clock.k, "chain_formed", fund.name, size=rules.chain_funds_size, government=government
            )
            self.env.process(fund.life())

    def _name(self, kind: str) -> str:
        """Kind, calendar year of formation, number in that year: ``subfund-2025-1``."""
        year = self.clock.calendar(self.clock.k).year
        number = self._formed[kind, year] = self._formed.get((kind, year), 0) + 1
        return f"{kind}-{year}-{number}"
