"""The whole package in the whole city: every row that a small city's postings can tell is what they say there too."""

from __future__ import annotations

from typing import Final

import pytest

from tests.property import test_credit_rows, test_room_rows, test_rows
from tests.property.history import Row, hold

#: Told only where a party loses nothing, is paid for longer than the policy lasts, or where the line covers every award.
ELSEWHERE: Final = {
    "landings",
    "abs_senior",
    "abs_balance_years",
    "abs_loss_overcollateral",
    "vc_settled",
    "vc_firms_settled",
}
TABLES: Final[tuple[tuple[dict[str, Row], bool], ...]] = (
    (test_rows.SERIES_ROWS, False),
    (test_rows.STATS_ROWS, True),
    (test_credit_rows.SERIES_ROWS, False),
    (test_credit_rows.STATS_ROWS, True),
    *((rows, statistic) for rows, _, statistic in test_room_rows.ROOMS),
)


@pytest.mark.long
@pytest.mark.parametrize("table", range(len(TABLES)))
def test_rows_are_what_the_postings_say_in_the_whole_city(table: int) -> None:
    rows, statistic = TABLES[table]
    for name in rows.keys() - ELSEWHERE:
        hold(rows, name, ["ningbo"], statistic=statistic, may_rest=True)
