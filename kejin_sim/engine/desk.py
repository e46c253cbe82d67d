"""The kernel's desk: small arrays that a path works with and nobody reads afterwards."""

from __future__ import annotations

from typing import Final

import numpy as np

from kejin_sim.engine.assess import OVERS, TOTALS
from kejin_sim.engine.census import CENSUS, LANE_SUMS
from kejin_sim.engine.close import ACCOUNT_ROWS, CHECKS
from kejin_sim.engine.columns import CHUNK
from kejin_sim.engine.layout import F8, I8, LINE_COUNT, LISTS_OF_STEP_4
from kejin_sim.engine.quiet import PEOPLE

DESK: Final = np.dtype(
    [
        ("counts", I8, (2,)),  # slots used, live slots
        ("listed", I8, (2, LISTS_OF_STEP_4)),  # by world: entries of the lists that step 4 makes
        ("chain_boost", F8, (2,)),  # by world, as the seven that follow
        ("twice", F8, (2,)),
        ("income", F8, (2,)),  # of firms in columns
        ("cost", F8, (2,)),
        ("income_alone", F8, (2,)),
        ("cost_alone", F8, (2,)),
        ("wanted", I8, (2,)),
        ("spun", I8, (2,)),
        ("closed", I8, (2,)),  # funds that closed this quarter
        ("open_counts", I8, (2, 2)),  # by world: open loans, open grants
        ("totals", F8, (TOTALS,)),  # of an assessment
        ("over", F8, (OVERS,)),
        ("net", F8, (ACCOUNT_ROWS,)),  # by account: what the quarter's postings change
        ("gross", F8, (ACCOUNT_ROWS,)),
        ("left", F8, (len(CHECKS),)),  # both sides of every check, and its scale
        ("right", F8, (len(CHECKS),)),
        ("scale", F8, (len(CHECKS),)),
        ("granted", F8, (LINE_COUNT,)),  # appropriations of a year
        ("alone", I8, (CHUNK,)),  # places in a piece of those to be played by themselves or to pay, and to be asked
        ("asked", I8, (CHUNK,)),
        ("shared", PEOPLE),
        ("census", CENSUS),
        ("lanes", LANE_SUMS),
    ],
    align=True,
)
