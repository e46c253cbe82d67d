"""Measure 11 in the reference engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kejin_sim.measures.eleventh import postings as p
from kejin_sim.measures.eleventh.class_rules import enrols
from kejin_sim.measures.eleventh.recording import S_PUPILS, T_PUPILS
from kejin_sim.measures.eleventh.streams import CLASSES

from kejin_sim.ledger import Line
from kejin_sim.reference import office
from kejin_sim.reference.office import Lanes

if TYPE_CHECKING:
    from kejin_sim.reference.enterprise import Enterprise


class Office(office.Office):
    """The evening school."""

    pupils = 0

    def firm_year(self, firm: Enterprise, u: Lanes) -> None:
        """X1. A firm enrols, if the line covers the fee."""
        fee = self.rules.fee
        if not self.in_force or fee <= 0.0:
            return
        chance, _, _, _ = self.draw(CLASSES, firm.profile.entity)
        pay = self.city.treasury.pay_covered
        if enrols(chance, self.rules.chance) and pay(Line("evening_classes"), p.FEE, fee, firm=firm.account):
            firm.cash += fee
            self.pupils += 1
            firm.support()
            firm.tell("evening", fee=fee)

    def close(self) -> None:
        """Pupils of the quarter."""
        self.notes.series[S_PUPILS] = float(self.pupils)
        self.notes.stats[T_PUPILS] += self.pupils
        self.pupils = 0
