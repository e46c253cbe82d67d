"""kejin_sim: what a municipal technology-finance package costs, returns and buys beyond what happens anyway.

The public names, loaded when first used: ``load_scenario`` (a scenario from a bundled name or a file), ``set_values``
(a scenario with some values changed), ``simulate`` (every metric of every path), ``summarise`` (means, errors,
intervals, quantiles), ``open_run`` (a run folder that ``kejin run`` wrote).

    >>> import kejin_sim
    >>> outcomes = kejin_sim.simulate("demo", paths=20)
    >>> outcomes.difference("fiscal_net_cost").shape
    (20,)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kejin_sim.outcomes.summary import summarise
    from kejin_sim.scenario.load import load_scenario
    from kejin_sim.scenario.scenario import set_values
    from kejin_sim.simulation import simulate
    from kejin_sim.store.read import open_run

__version__ = "0.1.0"

_WHERE = {
    "load_scenario": "kejin_sim.scenario.load",
    "set_values": "kejin_sim.scenario.scenario",
    "simulate": "kejin_sim.simulation",
    "summarise": "kejin_sim.outcomes.summary",
    "open_run": "kejin_sim.store.read",
}

__all__ = ["__version__", "load_scenario", "open_run", "set_values", "simulate", "summarise"]


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first used: ``kejin --help`` must not wait for numba."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_WHERE[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
