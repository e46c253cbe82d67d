"""Metrics of what the city gains, and of who would have been funded anyway, worked by hand."""

from __future__ import annotations

import dataclasses
from typing import Final

import pytest

from tests.worked import CONTEXT, LAST, UNDEFINED, Case, Happened, case, check, named, quotient

AGES: Final = (3, 5, 10)
SURVIVAL = (
    *(
        one
        for years in AGES
        for one in (
            case(f"firms_surviving_{years}y", 30, stats={f"survivors_{years}y": 30, f"observed_{years}y": 40}),
            case(f"firms_surviving_{years}y", 0, stats={f"survivors_{years}y": 0, f"observed_{years}y": 40}, note="none survived"),
            case(f"firms_surviving_{years}y", UNDEFINED, stats={f"observed_{years}y": 0}, note="nobody can be watched so long"),
            *quotient(
                f"survival_rate_{years}y", 30 / 40, zero=(f"observed_{years}y",),
                stats={f"survivors_{years}y": 30, f"observed_{years}y": 40},
            ),
        )
    ),
    # 30 of 40 survive; 4 of them had moved in from elsewhere, which is no gain to the nation
    case("firms_surviving_10y_national", 30 - 4, stats={"survivors_10y": 30, "survivors_10y_national": 26, "observed_10y": 40}),
    case("firms_surviving_10y_national", UNDEFINED, stats={"observed_10y": 0}, note="nobody can be watched so long"),
)  # fmt: skip
RESEARCH = quotient(
    "research_intensity", (10 + 20) / (100 + 300), zero=("sales",),
    series={"research": {0: 10, LAST: 20}, "sales": {0: 100, 9: 300}},
)  # fmt: skip
# Of what the package has beyond its twin a quarter displaces others; of a shortfall a quarter is made up by them.
DISPLACING = dataclasses.replace(CONTEXT, displacement=0.25)
DISPLACED = tuple(
    one
    for key, row, scale in (("job_years_net", "jobs", 4), ("job_years_national", "jobs_national", 4), ("tax", "tax", 1))
    for one in (
        case(
            key, (60 + 0.75 * (100 - 60) + 20 - 0.75 * (20 - 8)) / scale, series={row: {0: 100, LAST: 8}},
            twin=Happened(series={row: {0: 60, LAST: 20}}), context=DISPLACING,
        ),
        case(
            key, (60 + 20) / scale, series={row: {0: 60, LAST: 20}}, twin=Happened(series={row: {0: 60, LAST: 20}}),
            context=DISPLACING, note="nothing beyond the twin",
        ),
    )
)  # fmt: skip
ANYWAY = (
    # Public money entered 6 firms that find equity in the twin too, and 18 that do not.
    case("deadweight_share", 6 / (6 + 18), pairs={"supported_anyway": 6, "supported_only_so": 18}),
    case("deadweight_share", 0.0, pairs={"supported_anyway": 0, "supported_only_so": 18}, note="none anyway"),
    case("deadweight_share", UNDEFINED, pairs={"supported_anyway": 0, "supported_only_so": 0}, note="nobody supported"),
    # Of 50 firms that find equity in the twin, 5 find none in the package.
    case("crowded_out_share", 5 / (45 + 5), pairs={"funded_both": 45, "funded_twin_only": 5}),
    case("crowded_out_share", UNDEFINED, pairs={"funded_both": 0, "funded_twin_only": 0}, note="nobody funded in the twin"),
    # Without a twin there are no pairs.
    *(
        case(key, UNDEFINED, pairs=dict.fromkeys(rows, UNDEFINED), note="no twin")
        for key, rows in (
            ("deadweight_share", ("supported_anyway", "supported_only_so")),
            ("crowded_out_share", ("funded_both", "funded_twin_only")),
            ("funded_both", ("funded_both",)),
        )
    ),
)  # fmt: skip

CASES = (*DISPLACED, *SURVIVAL, *RESEARCH, *ANYWAY)


@pytest.mark.parametrize("one", named(CASES))
def test_what_the_city_gains(one: Case) -> None:
    check(one)
