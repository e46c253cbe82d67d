"""State of lending: one record per firm's loan, and one per city for pool, guarantor and banks."""

from __future__ import annotations

from typing import Final

import numpy as np

from kejin_sim.engine.layout import CACHE_LINE, F8, I1, I2, I8, Record, padded
from kejin_sim.jit import internal_inlined

# What became of a loan.
FREE: Final = 0
PERFORMING: Final = 1
OVERDUE: Final = 2
DEFAULTED: Final = 3  # waiting for claim and recovery

# Who shares its loss.
ORDINARY: Final = 0  # no policy: the world's lending
LISTED: Final = 1  # on the white list, nobody shares
POOL: Final = 2
COMPENSATED: Final = 3  # loan by loan
GUARANTEED: Final = 4
LAYERED: Final = 5
INSURED: Final = 6  # credit-guarantee insurance (I6)
PLEDGED: Final = 7  # on intellectual property, at the bank's own risk (T1)
PRODUCTS: Final = 8

# ``firm.owes``
OWES_NOTHING: Final = 0
OWES: Final = 1
BAD_MARK: Final = 2

SCHEME_NONE: Final = 0
SCHEME_POOL: Final = 1
SCHEME_COMPENSATION: Final = 2

BANKS: Final = 5
CITY, DISTRICT, BANK = range(3)
"""Contributors to the risk pool."""
YEAR: Final = 4

LOAN = padded(
    [
        ("status", I1),
        ("product", I1),
        ("bank", I1),
        ("first", I1),  # the borrower's first loan
        ("policy", I1),  # made after the books opened
        ("renewed", I1),
        ("growth_sustained", I1),
        ("listed", I1),  # made under measure 2 to a firm on the white list
        ("made", I2),
        ("due", I2),
        ("claim_due", I2),
        ("recovery_due", I2),
        ("relend_due", I2),
        ("growth_until", I2),
        ("balance", F8),
        ("rate", F8),
        ("interest_year", F8),
        ("relend", F8),
        ("beyond", F8),  # share of it that was drawn beyond the ordinary quota (C16)
        ("national", F8),  # the national fund's share, by class of firm when the loan was made
        ("ead", F8),
        ("paid_pool", F8, (3,)),
        ("paid_compensation", F8),
        ("paid_guarantor", F8),  # gross
        ("paid_national", F8),
        ("paid_re_guarantor", F8),
        ("lgd", F8),  # of this loan
        ("insured", F8),  # the insurer's share of its loss, and the yearly premium, when it was made
        ("premium", F8),
        ("paid_insurer", F8),
        ("growth", F8),  # what its spending adds to the firm's quarterly cost
        ("growth_raised", F8),  # what the firm had raised, and whether it lived on revenue, when that began
    ],
    3 * CACHE_LINE,
)
"""A firm's loan in one world; quarters count from the burn-in, −1 never; CNY."""

CREDIT = np.dtype(
    [
        ("pool", F8, (3,)),  # cash of city, district and banks in the risk pool
        ("pool_funded", F8),
        ("guarantor", F8),
        ("guarantor_funded", F8),  # capital as far as it has been paid in
        ("guarantor_paid", F8),  # by the city, top-ups included
        ("balance", F8, (PRODUCTS,)),  # open loans by product, before default
        ("claimed", F8, (PRODUCTS,)),  # EAD by product whose claim is open
        ("waiting", F8),  # EAD of defaulted loans that are not settled yet
        ("settled", F8),  # EAD of loans settled this quarter
        ("released", F8),  # principal of guaranteed loans repaid or in default this quarter
        ("relend", F8),
        ("lent", F8, (BANKS,)),  # this fiscal year
        ("listed", F8, (BANKS,)),  # of it to white-listed firms
        ("quota", F8),  # a bank's ordinary relending quota of this year, or of the part of it that the policy lasts
        ("quota_left", F8, (BANKS,)),
        ("top", I8, (BANKS,)),  # rank among the best of last year
        ("stopped", I8),
        ("defaults", F8, (YEAR,)),  # of the scheme's loans, by quarter, newest first
        ("exposure", F8, (YEAR,)),
        ("claims", F8, (YEAR,)),  # paid by the guarantor
        ("guaranteed", F8, (YEAR,)),
        ("layer_loss", F8, (BANKS,)),  # of the year
        ("layer_counted", F8, (BANKS,)),  # of it on loans made after the books opened
        ("scheme", I8),  # whose loans ``defaults`` and ``exposure`` are
        ("layer_sum", F8, (BANKS,)),  # loans under the layer, over the year's quarter-ends so far
        ("guaranteed_sum", F8),  # guaranteed amounts over the year's quarter-ends so far
        ("pool_before", F8),  # sums of the last close
        ("guarantor_before", F8),
        ("loans_before", F8),
        ("repaid", I8),  # loans that have ended so since the beginning, for the diary
        ("defaulted", I8),
        ("exposure_settled", F8),  # EAD of all settled loans since the beginning, and what came of it
        ("recovered", F8),
        ("relend_before", F8),
    ],
    align=True,
)
"""Lending of one city. Rings hold four quarters, the newest at 0."""


@internal_inlined
def code_of(loan: Record, ordinary: int, listed: int, pledged: int) -> int:
    """The posting code of a loan: the world's lending, measure 2's to listed firms and pledges have their own."""
    if loan.product == PLEDGED:
        return pledged
    return listed if loan.listed == 1 else ordinary
