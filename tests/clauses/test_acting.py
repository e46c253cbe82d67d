"""Every rule of measures 2, 4 and 7 acts in a bundled scenario: it posts money, or it is counted."""

from __future__ import annotations

from typing import Final

import numpy as np

from kejin_sim.postings import postings
from kejin_sim.recording import SERIES, STATS
from kejin_sim.rules import by_id
from tests.playing import bundled, run

PATHS = 6
SCENARIOS: Final = (
    "ningbo",
    "ningbo_compensation",
    "ningbo_layer",
    "grant_pure",
    "stress_credit_crunch",
    "relending_tight",
    "insurance_flat",
)

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
#: What cannot be seen in totals: what is reported together (E15), a condition on scenarios, an invariant, or a cap that the
#: default shares do not reach.
SILENT: Final = {"E15", "N1", "N3", "N5", "N6", "N7", "N9"}


def test_every_rule_acts_in_a_bundled_scenario() -> None:
    acting: dict[str, set[str]] = {}
    for name in SCENARIOS:
        block = run(bundled(name), PATHS)
        package = block.flows[:, 0]
        for posting in postings():
            if package[:, posting.number].any():
                acting.setdefault(posting.rule, set()).add(name)
        for rule, counts in COUNTED.items():
            figures = [
                block.series[:, 0, SERIES.index(count)] if count in SERIES else block.stats[:, 0, STATS.index(count)]
                for count in counts
            ]
            if all(np.any(values) for values in figures):
                acting.setdefault(rule, set()).add(name)
    wanted = set(by_id()) - SILENT
    assert wanted <= set(acting), f"rules that act nowhere: {sorted(wanted - set(acting))}"
    assert acting["C16"] == {"relending_tight"}  # elsewhere ordinary quotas are not used up
    assert "ningbo_compensation" in acting["C6"]
    assert acting["C7"] == {"ningbo_layer"}
    assert acting["G10"] == {"grant_pure"}
    assert "ningbo" in acting["G9"]
    assert "insurance_flat" in acting["I5"]
