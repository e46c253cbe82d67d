"""Every rule acts in the default package, or in a bundled scenario named here: it posts money, or it is counted."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from kejin_sim.outcomes.registry import by_name
from kejin_sim.outcomes.view import Context, View
from kejin_sim.postings import postings
from kejin_sim.recording import SERIES, STATS
from kejin_sim.rules import by_id
from tests.playing import bundled, run

PATHS = 200
#: Alternatives and counterfactuals, which the default package does not use, and where each acts.
ELSEWHERE: Final = {"C6": "ningbo_compensation", "C7": "ningbo_layer", "G10": "grant_pure"}

#: Rules that decide and post nothing of their own, by what they leave behind: statistics or series that count it.
COUNTED: Final[dict[str, tuple[str, ...]]] = {
    "E3": ("ineligible",),
    "E5": ("reinvestment_tested",),
    "LT": ("funds_closed", "breach_head_count"),
    "C1": ("credit_not_listed", "credit_listed_lent"),
    "C4": ("credit_defaulted",),
    "C8": ("credit_stopped", "pool_stopped"),
    "C9": ("pool_claims", "guarantee_claims"),
    "C16": ("ranking_prize",),
    "I7": ("insurance_lp_money",),
    "B6": ("basic_raised",),
    "F3": ("auc_pairs", "wrong_approvals"),
    "F4": ("scores_renewed",),
    "G3": ("grant_conversions",),
    "G4": ("grant_conversions", "grant_share_capped"),
    "G7": ("grant_written_off",),  # with the dutiful team's waiver nothing is paid back
    "A2": ("aic_refused_by_limit",),
    "O2": ("matches",),
    "O4": ("duplicates_found",),
    "N2": ("double_compensation_refused",),
    "N4": ("insurance_stack_capped",),
    "N8": ("credit_ead", "borne_bank"),
}
#: What is seen in a metric only.
REPORTED: Final = {"E15": "all_awards"}
#: What cannot be seen in totals: a condition on scenarios, an invariant, or a cap that the default shares do not reach.
SILENT: Final = {"N1", "N3", "N5", "N6", "N7", "N9"}


def acting(name: str, paths: int) -> set[str]:
    """Ids of the rules that leave something behind in the package's world of a scenario."""
    found = bundled(name)
    block = run(found, paths)
    package = block.flows[:, 0]
    ids = {posting.rule for posting in postings() if package[:, posting.number].any()}
    for rule, counts in COUNTED.items():
        figures = [
            block.series[:, 0, SERIES.index(count)] if count in SERIES else block.stats[:, 0, STATS.index(count)]
            for count in counts
        ]
        if all(np.any(values) for values in figures):
            ids.add(rule)
    view = View(block, 0, Context.of(found.inputs()))
    return ids | {rule for rule, metric in REPORTED.items() if by_name()[metric].compute(view).any()}


@pytest.mark.long
def test_every_rule_acts_in_the_default_package_or_where_it_is_said() -> None:
    wanted = set(by_id()) - SILENT
    here = acting("ningbo", PATHS)
    assert wanted - here == set(ELSEWHERE)


@pytest.mark.parametrize(("rule", "name"), ELSEWHERE.items())
def test_an_alternative_acts_in_its_scenario(rule: str, name: str) -> None:
    assert rule in acting(name, 6)
