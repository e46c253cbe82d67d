"""The queue in which firms stand when more apply than can be served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

import simpy

if TYPE_CHECKING:
    from kejin_sim.reference.enterprise import Enterprise


class Queue:
    """Applicants by score, best first, of equals the first to come. Who asks an empty queue gets nothing."""

    def __init__(self, env: simpy.Environment, applicants: Iterable[Enterprise] = ()) -> None:
        self._store = simpy.PriorityStore(env)
        for place, firm in enumerate(applicants):
            self._store.put(simpy.PriorityItem((-firm.score, place), firm))

    def best(self, most: int) -> Iterator[Enterprise]:
        """Up to ``most`` applicants, one after the other."""
        for _ in range(most):
            firm = self.take()
            if firm is None:
                return
            yield firm

    def first(self) -> Enterprise | None:
        """The best applicant, who stays in the queue."""
        if not self._store.items:
            return None
        firm: Enterprise = cast(simpy.PriorityItem, self._store.items[0]).item
        return firm

    def take(self) -> Enterprise | None:
        """The best applicant, who leaves the queue."""
        if not self._store.items:
            return None
        firm: Enterprise = cast(simpy.PriorityItem, self._store.get().value).item
        return firm
