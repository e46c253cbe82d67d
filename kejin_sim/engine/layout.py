"""State of the compiled engine: one structured record per enterprise, fund and city, and how many to make room for.

Records instead of one array a field: a step of a firm touches most of its fields, so they share cache lines, and the code
reads ``firm.cash`` as the reference engine does. Both worlds of a firm lie side by side because they share its draws.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kejin_sim.ledger import LINES, Line
from kejin_sim.postings import code_count
from kejin_sim.recording import SERIES, STATS

Record = Any
"""A numpy structured scalar; compiled code knows its fields."""

# Firm status.
GONE: Final = 0
ACTIVE: Final = 1
QUEUED: Final = 2
LOCKED: Final = 3
# How a firm ended.
ALIVE: Final = 0
FAILED: Final = 1
ACQUIRED: Final = 2
LISTED: Final = 3

# Limited partners of an angel sub-fund.
GOVERNMENT: Final = 0
DISTRICT: Final = 1
MANAGER: Final = 2
SOCIAL: Final = 3
STATE_BUYER: Final = 4
PARTNERS: Final = 5

# Fund status.
NONE: Final = 0
INVESTING: Final = 1
HARVESTING: Final = 2
CLOSED: Final = 3

# Reinvestment test of a fund (E5).
UNTESTED: Final = 0
MET: Final = 1
MISSED: Final = 2
LEFT: Final = 3  # the guidance fund has sold its interest: nothing to test, no concession, no fee cut

ANGEL_LINE: Final = LINES.index(Line("angel_fund"))
INDUSTRY_LINE: Final = LINES.index(Line("industry_funds"))
GRANT_LINE: Final = LINES.index(Line("grant_to_equity"))
RISK_POOL_LINE: Final = LINES.index(Line("risk_pool"))
GUARANTEE_LINE: Final = LINES.index(Line("guarantee"))
INTEREST_LINE: Final = LINES.index(Line("interest_subsidy"))
LINE_COUNT: Final = len(LINES)


def line_row(key: str) -> int:
    """Number of a budget line in the engine's arrays."""
    return LINES.index(Line(key))


CARRY_YEARS: Final = 3  # the current year's money and two older years' (Budget Law §42)
MAX_VINTAGES: Final = 64
CASH_OUT_ROW: Final = 7
SUSTAINED_ROW: Final = 6

FAILURE_BANDS: Final = (-1e9, -2.5, -1.0, 0.0, 1.0)
"""Lower edges of bands of quality: the least able firm of a band bounds the failure of all others in it."""

F8, I8, I2, I1 = "f8", "i8", "i2", "i1"
CACHE_LINE: Final = 64
AHEAD: Final = 12
"""How many records ahead a loop asks for them: what one takes to work through is a few times shorter than what one takes to
come from the outer caches."""

SEEKERS, WITH_OFFER, APPLICANTS, STARTUPS, DUE, BEST, BEST_LATER, HELD = range(8)
"""Lists of slots in a world. The first five step 4 makes for step 6: firms that seek equity, those of them with a private
offer, firms that may apply for a loan, that may be granted something, whose yearly visit is due. Two are room for a screening's
short lists; the last is made at a year's end: firms with public holdings."""
LISTS: Final = HELD + 1
LISTS_OF_STEP_4: Final = DUE + 1


def padded(fields: list[tuple[Any, ...]], size: int, **words: str) -> np.dtype[Any]:
    """An aligned record of ``fields`` in this order, padded to ``size`` bytes (a whole number of cache lines).

    ``words``: a further name → the field at which it begins, for eight bytes of small fields to be read at once.
    """
    packed = np.dtype(fields, align=True)
    if packed.itemsize > size or packed.fields is None:
        raise ValueError(f"{packed.itemsize} bytes do not fit in {size}")
    names = [field[0] for field in fields]
    formats = [packed.fields[name][0] for name in names]
    offsets = [packed.fields[name][1] for name in names]
    for word, first in words.items():
        names.append(word)
        formats.append(np.dtype(I8))
        offsets.append(packed.fields[first][1])
    return np.dtype({"names": names, "formats": formats, "offsets": offsets, "itemsize": size}, align=True)


def bit_of(record: np.dtype[Any], field: str, word: str) -> int:
    """Where in the eight bytes of ``word`` a small field begins, counted from the lowest bit."""
    if record.fields is None:
        raise ValueError(f"no record: {record}")
    kind, place = record.fields[field][:2]
    byte = place - record.fields[word][1]
    if not 0 <= byte <= 8 - kind.itemsize:
        raise ValueError(f"{field} is not in {word}")
    return 8 * byte if sys.byteorder == "little" else 64 - 8 * (byte + kind.itemsize)


def zeros(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Any:
    """A zeroed array that starts on a cache line: a firm's busy fields then lie on two lines and never on three."""
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.zeros(size + CACHE_LINE, np.uint8)
    start = -raw.ctypes.data % CACHE_LINE
    return raw[start : start + size].view(dtype).reshape(shape)


def together(parts: Mapping[str, tuple[np.dtype[Any], tuple[int, ...]]]) -> tuple[NDArray[np.uint8], dict[str, Any]]:
    """Zeroed arrays in one piece of memory, each on a cache line of its own: the memory, and the arrays by name."""
    offsets, size = {}, 0
    for name, (dtype, shape) in parts.items():
        offsets[name] = size
        size += -(-int(np.prod(shape)) * dtype.itemsize // CACHE_LINE) * CACHE_LINE
    memory = zeros((size,), np.dtype(np.uint8))
    return memory, {
        name: memory[offsets[name] :][: int(np.prod(shape)) * dtype.itemsize].view(dtype).reshape(shape)
        for name, (dtype, shape) in parts.items()
    }


PERSON = padded(
    [
        ("entity", I8),  # arrival quarter << 16 | ordinal
        ("quality", F8),
        ("learning", F8),  # cost → revenue rate of this firm
        ("slope", F8),  # quality's part of the failure point
        ("beta", F8),
        ("score", F8),
        ("arrival", I2),
        ("kind", I1),
        ("sector", I1),
        ("hard_tech", I1),
        ("chain", I1),
        ("relocates", I1),
        ("outside", I1),
        ("band", I8),  # band of quality, see FAILURE_BANDS
        ("noise", F8),  # of the observable score
        ("log_value", F8),  # at founding
        ("premium", F8),  # of prices over value, by the score
    ],
    2 * CACHE_LINE,
    marks="arrival",
)
"""What a firm is in both worlds."""

FIRM = padded(
    [
        # First line: a quarter of operating; with the second: its last (``log_mark``), and all that the close recounts. Third: what
        # rounds, loans and visits look at. Then what is read when something happens.
        ("status", I1),
        ("stage", I1),
        ("sustained", I1),
        ("short", I1),
        ("owes", I1),  # see engine.credit.layout
        ("season", I1),  # quarter of its own year (0–3) in which it considers a loan
        ("pooled", I1),  # ``securitised`` holds something
        ("awarded", I1),  # has had a grant
        ("last_round", I2),
        ("redeem_quarter", I2),
        ("supported_quarter", I2),
        ("fund", I2),
        ("log_value", F8),
        ("cash", F8),
        ("cost", F8),
        ("revenue", F8),
        ("founders", F8),
        ("productivity", F8),  # factor on what spending turns into revenue
        ("log_mark", F8),  # ln of ``mark``
        ("h_seed", F8),
        ("h_coinvestor", F8),
        ("h_subfund", F8),
        ("h_follow", F8),
        ("h_private", F8),
        ("h_soe", F8),
        ("h_grant", F8),
        ("mark", F8),  # post-money value of the last round, the value at founding before the first (CNY)
        ("cost_subfund", F8),
        ("seed_open", I1),
        ("tried_pivot", I1),
        ("granted", I1),  # RUNS: a grant pays for its research; CERTIFIES: converted, and the award still recommends it
        ("borrowed", I1),  # has had a loan
        ("lifted", I1),  # ``boost`` holds something
        ("warranted", I1),  # ``warrant`` holds something
        ("funded_quarter", I2),
        ("boost", F8),  # log-odds added to its private offers
        ("offer", F8),  # private money, from step 4 until the rounds of the same quarter close
        ("debt", F8),  # principal not repaid and not in default
        ("score", F8),  # as public screening sees it, see ``city.score_noise``
        ("percentile", F8),  # of that score, 0–100
        ("private_in", F8),  # private money of all rounds so far
        ("end", I1),  # FAILED, ACQUIRED, LISTED or ALIVE
        ("deal_class", I1),
        ("reward_by_vintage", I1),
        ("vintage", I1),  # of the seed deal (E9)
        ("end_quarter", I2),
        ("listed_quarter", I2),
        ("entry_quarter", I2),
        ("seed_quarter", I2),
        ("follow_quarter", I2),
        ("timer", I2),
        ("instruments", I2),  # times that public money or a public service has reached it
        ("got_subfund", F8),
        ("cost_seed", F8),
        ("got_seed", F8),
        ("reward_rate", F8),  # E9 as agreed at the deal
        ("reward_paid", F8),
        ("cost_coinvestor", F8),
        ("got_coinvestor", F8),
        ("cost_follow", F8),
        ("got_follow", F8),
        ("mark_before", F8),
        ("raised", F8),
        ("securitised", F8),  # the same in a pool of securities
        ("grant_proceeds", F8),  # what a dividend or a sale of the firm owes to h_grant, until measure 7 books it
        ("exit_price", F8),  # of the whole firm, when it was sold or realised
        ("joined", F8),  # private money in the round that the guidance fund led (E9)
        ("kept", F8),  # what a share of the first day is now
        ("warrant", F8),  # a new loan with a warrant, until measure 9 registers it in the same quarter (A3)
        # For the diary alone (`kejin_sim.engine.diary`):
        ("kept_round", F8),  # what it was right after the last round
        ("yielded", F8),  # dividends of a share of the first day so far
    ],
    6 * CACHE_LINE,
    marks="status",
    marks_more="last_round",
)
"""A firm in one world. Holdings are shares of the firm and sum to 1; money in CNY; quarters count from the burn-in, −1 never."""

SUBFUND = np.dtype(
    [
        ("status", I8),
        ("formed", I8),
        ("policy", I8),
        ("size", F8),
        ("committed", F8, (PARTNERS,)),
        ("paid", F8, (PARTNERS,)),
        ("arrears", F8),
        ("calls_made", I8),
        ("called", F8),
        ("spent", F8),
        ("cash", F8),
        ("pot", F8),  # proceeds waiting to be distributed
        ("fee_arrears", F8),
        ("capital", F8),
        ("preferred", F8),
        ("preferred_paid", F8),
        ("caught_up", F8),
        ("carry_paid", F8),
        ("distributed", F8),  # to limited partners
        ("government_distributed", F8),
        ("government_weighted", F8),  # Σ call · quarter
        ("credit", F8),
        ("government_called", F8),
        ("reinvestment", I8),
        ("excess_pending", F8),
        ("open_deals", I8),
        ("open_cost", F8),
        ("deals", F8),
        ("cost", F8),
        ("lost", F8),
        ("losses", F8),
        ("class_cost", F8, (3,)),
        ("class_value", F8, (3,)),
        ("projects_over", F8),
        ("nav", F8),  # reported, at the last close
        ("fair_nav", F8),
        ("appraised_nav", F8),
        ("open_nav", F8),  # open deals as the assessor last saw them
        ("open_losses", F8),
        ("open_lost", F8),
        ("open_over", F8),
        ("open_class", F8, (3,)),
        ("fees", F8),
        ("made_good", F8),  # by the risk reserve (E14)
        ("reviewed", F8),  # extent of its breach at the last review (LT)
    ],
    align=True,
)

CHAINFUND = np.dtype(
    [
        ("formed", I8),
        ("policy", I8),
        ("government", F8),
        ("leader", F8),
        ("aic", F8),
        ("size", F8),
        ("unfunded", F8),
        ("nav", F8),
        ("year_call", F8),
        ("year_paid", F8),
        ("government_principal", F8),
        ("from_angel", F8),  # share of the government's commitment that the angel line carries
    ],
    align=True,
)

CITY = np.dtype(
    [
        ("cash", F8),  # guidance fund
        ("recycled_principal", F8, (LINE_COUNT,)),  # receipts kept to be invested again
        ("recycled_income", F8, (LINE_COUNT,)),
        ("reserve", F8),
        ("made_good", F8),  # by the reserve for the portfolio
        ("reviewed", F8),  # extent of its breach at the last review
        ("provision", F8),
        ("receipt_principal", F8, (LINE_COUNT,)),
        ("receipt_income", F8, (LINE_COUNT,)),
        ("gain", F8),  # exit gain of the year, after rewards
        ("available", F8, (LINE_COUNT * CARRY_YEARS,)),
        ("encumbered", F8, (LINE_COUNT,)),
        ("encumbered_age", F8, (LINE_COUNT * (CARRY_YEARS + 1),)),  # by age of the money, the last: too old to come back
        ("appropriated", F8, (LINE_COUNT,)),
        ("executed", F8, (LINE_COUNT,)),
        ("lapsed", F8, (LINE_COUNT,)),
        ("year_brought", F8, (LINE_COUNT,)),
        ("year_appropriated", F8, (LINE_COUNT,)),
        ("year_executed", F8, (LINE_COUNT,)),
        ("year_lapsed", F8, (LINE_COUNT,)),
        ("public_money", F8, (4,)),
        ("soe_left", F8),
        ("offer_boost", F8),  # log-odds that rooms add to private offers of all firms of the city
        ("loan_boost", F8),  # log-odds that they add to a firm's applying for a loan
        ("spinouts", F8),  # expected spin-outs of the quarter beyond those of the world
        ("research_weight", F8),  # of research intensity in the score that banks see (B6)
        ("score_noise", F8),  # of the score that public screening sees
        ("shared_weight", F8),  # of a score with that noise in what banks reckon with (F4), 0 while no platform works
        ("shared_slope", F8),  # what a point of it takes off the failure point
        ("shared_spread", F8),  # standard deviation of what it does not tell
        ("scored_with", F8),  # the noise with which firms are scored now
        ("reinvest_pool", F8),
        ("allocation_cut", F8),
        ("withheld_until", I8),
        ("funds", I8),
        ("chains", I8),
        ("graduate_jobs", F8),
        ("graduate_jobs_national", F8),
        ("graduate_revenue", F8),
        ("vintage_cost", F8, (MAX_VINTAGES,)),
        ("vintage_got", F8, (MAX_VINTAGES,)),
        ("vintage_open", I8, (MAX_VINTAGES,)),
        ("vintage_settled", I8, (MAX_VINTAGES,)),
        ("vintage_policy", I8, (MAX_VINTAGES,)),
        ("vintage_rate", F8, (MAX_VINTAGES,)),
        ("vintage_coinvested", F8, (MAX_VINTAGES,)),
        ("vintage_joined", F8, (MAX_VINTAGES,)),
        ("firm_cash", F8),  # sums kept for the checks of the close
        ("fund_cash", F8),
        ("guidance_balance", F8),
        ("guidance_turnover", F8),
        ("paid_in", F8),
        ("distributed", F8),
        ("given_up", F8),
        # What the quarter writes down: in the record, so that steps are handed one thing and not four.
        ("flow", F8, (code_count(),)),
        ("series", F8, (len(SERIES),)),
        ("stat", F8, (len(STATS),)),
    ],
    align=True,
)
"""One city: guidance fund, budget lines, counters. ``available`` is [line · CARRY_YEARS + age of the money]."""

QUARTER = np.dtype(
    [
        ("seed", I8),
        ("path", I8),
        ("k", I8),  # quarter since the start of the burn-in
        ("opening", I8),  # quarter at which the books open
        ("last", I8),
        ("year", I8),  # fiscal year, 0 = the year of the opening
        ("quarter_of_year", I8),
        ("year_opens", I8),  # first quarter of a fiscal year, of the burn-in or of the books
        ("policy", I8),  # is the policy (or, before the opening, the baseline) in force
        ("next_year_policy", I8),
        ("past", I8),  # quarters since the policy's last, 0 while it is in force
        ("period_end", I8),  # last quarter (0–3) of this fiscal year before the opening or the end of the policy
        ("vintage", I8),  # fiscal years since the first of the burn-in; the books open a new one
        ("factor", F8),
        ("innovation", F8),
        ("window", I8),
        ("pace", F8),  # of acquisitions, by the window
        ("hazard_point", F8, (8,)),  # Φ⁻¹ of the quarterly hazard by row
        ("threshold", F8, (8,)),  # failure points by row
        ("may_fail", F8, (8 * len(FAILURE_BANDS),)),  # by row and band: nobody whose uniform is above fails
        ("offer_base", F8, (8,)),  # log-odds of a private offer by stage
        ("log_boost_cap", F8),
        ("default_point", F8, (8,)),  # Φ⁻¹ of the yearly hazard by row, as banks see it
        ("default_slope", F8),  # what a point of the score takes off it
        ("default_spread", F8),  # standard deviation of what the score does not tell them
        ("log_ipo_value", F8),
        ("log_mna_reference", F8),
        ("worlds", I8),
        ("slots", I8),  # of firms that the path has used in the end
        ("checked", I8),  # 0 only to measure what the checks of the ledger cost
        ("noted", I8),  # rounds in the diary so far
    ],
    align=True,
)
"""What every firm and fund of a path shares in a quarter."""


def firm_room(mean_arrivals: float, outside_deals: int) -> int:
    """Slots for firms: expected arrivals plus nine standard deviations, and every deal that could be made outside the city.

    A path that needs more (entry that responds to policy) is run again with twice the room.
    """
    return math.ceil(mean_arrivals + 9.0 * math.sqrt(mean_arrivals + 1.0)) + outside_deals + 64
