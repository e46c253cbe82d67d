"""The only source of chance: a counter-based generator, one definition for both engines.

A uniform is a pure function of (seed, stream, path, entity, quarter). There is no generator object and no state, so
results cannot depend on threads, chunks or on which other decisions were taken before.

The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: *Parallel random numbers: as easy as 1, 2, 3*, SC 2011). One
call gives a *block* of four 32-bit words, used as four uniforms. A *stream* is named after the decision that it feeds and
stands for one lane of one block: decisions that every enterprise takes every quarter share a block, so that the hot loop
pays one call; rare decisions have blocks of their own, drawn only when needed.

Limits: 32-bit uniforms lie on a grid of 2**-32 shifted by half a step (never 0, never 1), so a normal deviate cannot
exceed 6.3 standard deviations.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import numpy as np
from numpy import uint64
from numpy.typing import NDArray

from kejin_sim.jit import compiled, vectorised, vectorised_inlined

Word: TypeAlias = int | uint64

_M0: Final = 0xD2511F53
_M1: Final = 0xCD9E8D57
_W0: Final = 0x9E3779B9
_W1: Final = 0xBB67AE85
_MASK: Final = 0xFFFFFFFF
_CENTRAL: Final = 0.425  # half-width of the range in which the inverse normal is one rational function

# Blocks. A number, once published, is never given to another decision: results of old runs stay reproducible.
ENTERPRISE_QUARTER: Final = 1
ENTERPRISE_BIRTH: Final = 2
ENTERPRISE_BIRTH_MORE: Final = 3
ENTERPRISE_PIVOT: Final = 4
EXIT_LISTING: Final = 5
EXIT_REDEMPTION: Final = 6
MACRO_QUARTER: Final = 10
MACRO_START: Final = 11
ARRIVAL_COUNT: Final = 12
PUBLIC_ROUND: Final = 20
SUBFUND_DEAL: Final = 21
SUBFUND_YEAR: Final = 22
SUBFUND_ASSESSMENT: Final = 23
CHAIN_FUND_YEAR: Final = 24
HOLDING_OFFER: Final = 25
OUTSIDE_BIRTH: Final = 26
LOAN: Final = 30
GRANT_REVIEW: Final = 31
FIRM_YEAR: Final = 32  # the yearly visit: one draw for all rooms, a lane each
"""Blocks from 40 on belong to rooms of measures, see `kejin_sim.streams`."""

STREAMS: Final[dict[str, tuple[int, int]]] = {
    "enterprise.value": (ENTERPRISE_QUARTER, 0),
    "enterprise.failure": (ENTERPRISE_QUARTER, 1),
    "round.arrival": (ENTERPRISE_QUARTER, 2),
    "exit.route": (ENTERPRISE_QUARTER, 3),
    "enterprise.quality": (ENTERPRISE_BIRTH, 0),
    "enterprise.score_noise": (ENTERPRISE_BIRTH, 1),
    "enterprise.kind": (ENTERPRISE_BIRTH, 2),
    "enterprise.sector": (ENTERPRISE_BIRTH, 3),
    "enterprise.initial_value": (ENTERPRISE_BIRTH_MORE, 0),
    "enterprise.relocation": (ENTERPRISE_BIRTH_MORE, 1),
    "enterprise.pivot": (ENTERPRISE_PIVOT, 0),
    "exit.ipo_review": (EXIT_LISTING, 0),
    "exit.redemption_demand": (EXIT_REDEMPTION, 0),
    "exit.redemption_collection": (EXIT_REDEMPTION, 1),
    "macro.factor": (MACRO_QUARTER, 0),
    "macro.ipo_window": (MACRO_QUARTER, 1),
    "macro.market": (MACRO_QUARTER, 2),
    "macro.start_factor": (MACRO_START, 0),
    "macro.start_window": (MACRO_START, 1),
    "enterprise.arrival": (ARRIVAL_COUNT, 0),
    "enterprise.spin_off": (ARRIVAL_COUNT, 1),
    "public_round.coinvestors": (PUBLIC_ROUND, 0),
    "public_round.crowd_out": (PUBLIC_ROUND, 1),
    "subfund.deal_stage": (SUBFUND_DEAL, 0),
    "subfund.deal_place": (SUBFUND_DEAL, 1),
    "subfund.subsidiary": (SUBFUND_DEAL, 2),
    "subfund.buyout_funds": (SUBFUND_YEAR, 0),
    "subfund.social_offer": (SUBFUND_YEAR, 1),
    "subfund.government_offer": (SUBFUND_YEAR, 2),
    "subfund.exemption": (SUBFUND_ASSESSMENT, 0),
    "chain_fund.growth": (CHAIN_FUND_YEAR, 0),
    "holding.offer": (HOLDING_OFFER, 0),
    "outside_firm.selection": (OUTSIDE_BIRTH, 0),
    "loan.application": (LOAN, 0),
    "loan.bank": (LOAN, 1),
    "grant.milestone": (GRANT_REVIEW, 0),
    "grant.call_funds": (GRANT_REVIEW, 1),
    "grant.right_of_first_refusal": (GRANT_REVIEW, 2),
}
"""Streams of the world and of measures 1, 2 and 7: the decision's name → (block, lane). Rooms add theirs, see
`kejin_sim.streams`."""


@vectorised_inlined
def _words(
    c0: uint64, c1: uint64, c2: uint64, c3: uint64, k0: uint64, k1: uint64
) -> tuple[uint64, uint64, uint64, uint64]:
    """Philox4x32 with ten rounds, in the caller's loop."""
    a0 = c0
    a1 = c1
    a2 = c2
    a3 = c3
    key0 = k0
    key1 = k1
    for _ in range(10):
        p0 = uint64(_M0) * a0
        p1 = uint64(_M1) * a2
        a0 = (p1 >> uint64(32)) ^ a1 ^ key0
        a1 = p1 & uint64(_MASK)
        a2 = (p0 >> uint64(32)) ^ a3 ^ key1
        a3 = p0 & uint64(_MASK)
        key0 = (key0 + uint64(_W0)) & uint64(_MASK)
        key1 = (key1 + uint64(_W1)) & uint64(_MASK)
    return a0, a1, a2, a3


@compiled
def philox_words(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> tuple[uint64, uint64, uint64, uint64]:
    """Philox4x32 with ten rounds.

    Parameters: four counter words and two key words, integers in [0, 2**32).
    Returns: four words in [0, 2**32) as unsigned integers.
    Source: Salmon et al. 2011; checked against the published known-answer vectors.
    """
    return _words(uint64(c0), uint64(c1), uint64(c2), uint64(c3), uint64(k0), uint64(k1))


@compiled
def uniforms(seed: int, block: int, path: int, entity: int, quarter: int) -> tuple[float, float, float, float]:
    """Four uniforms in (0, 1) of one block.

    Formula: (word + 1/2) / 2**32 with counter = (entity, quarter | block << 16, path, 0) and key = the 64 bits of the seed.

    Parameters
    ----------
    seed: integer in [0, 2**63).
    block: one of the block numbers of this module, in [0, 2**16).
    path: path number, in [0, 2**32).
    entity: whose decision it is, in [0, 2**32): an enterprise, a fund, 0 for the path itself.
    quarter: quarter since the start of the burn-in, in [0, 2**16).

    Returns: four floats, one per lane.
    """
    s = uint64(seed)
    w0, w1, w2, w3 = philox_words(
        uint64(entity),
        uint64(quarter) | (uint64(block) << uint64(16)),
        uint64(path),
        uint64(0),
        s & uint64(_MASK),
        s >> uint64(32),
    )
    scale = 1.0 / 4294967296.0
    return (
        (float(w0) + 0.5) * scale,
        (float(w1) + 0.5) * scale,
        (float(w2) + 0.5) * scale,
        (float(w3) + 0.5) * scale,
    )


@vectorised
def uniforms_of_all(
    seed: int, block: int, path: int, entities: NDArray[np.int64], quarter: int, draws: NDArray[np.float64]
) -> None:
    """:func:`uniforms` of many entities at once, to the last bit: four lanes of a block side by side in vector registers.

    Parameters: ``entities``: int64[n]; ``draws``: float64[at least 4, n], its first four rows receive the lanes; the others
    as for :func:`uniforms`.
    """
    s = uint64(seed)
    second = uint64(quarter) | (uint64(block) << uint64(16))
    scale = 1.0 / 4294967296.0
    for index in range(entities.shape[0]):
        w0, w1, w2, w3 = _words(
            uint64(entities[index]), second, uint64(path), uint64(0), s & uint64(_MASK), s >> uint64(32)
        )
        draws[0, index] = (float(w0) + 0.5) * scale
        draws[1, index] = (float(w1) + 0.5) * scale
        draws[2, index] = (float(w2) + 0.5) * scale
        draws[3, index] = (float(w3) + 0.5) * scale


@vectorised_inlined
def _rational(
    r: float,
    a0: float, a1: float, a2: float, a3: float, a4: float, a5: float, a6: float, a7: float,
    b1: float, b2: float, b3: float, b4: float, b5: float, b6: float, b7: float,
) -> float:  # fmt: skip
    """(a0 + a1·r + … + a7·r⁷) / (1 + b1·r + … + b7·r⁷)."""
    r2 = r * r
    r4 = r2 * r2
    above = ((a0 + a1 * r) + (a2 + a3 * r) * r2) + ((a4 + a5 * r) + (a6 + a7 * r) * r2) * r4
    below = ((1.0 + b1 * r) + (b2 + b3 * r) * r2) + ((b4 + b5 * r) + (b6 + b7 * r) * r2) * r4
    return above / below


@vectorised_inlined
def _central(q: float) -> float:
    """Normal deviate of q + 1/2 for |q| ≤ 0.425."""
    r = 0.180625 - q * q
    return q * _rational(
        r,
        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
        4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
        4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
        3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
    )  # fmt: skip


@vectorised_inlined
def normal(u: float) -> float:
    """Standard normal deviate of a uniform: the inverse of Φ.

    Parameters: u in (0, 1).
    Returns: z with Φ(z) = u.
    Source: Wichura, *Algorithm AS 241: The percentage points of the normal distribution*, Applied Statistics 37 (1988), PPND16.
    Limits: relative error about 1e-15. The polynomials are summed in pairs (Estrin), which halves their latency.
    """
    q = u - 0.5
    if abs(q) <= _CENTRAL:
        return _central(q)
    tail = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if tail <= 5.0:
        z = _rational(
            tail - 1.6,
            1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
            1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
            2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
            1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
        )  # fmt: skip
    else:
        z = _rational(
            tail - 5.0,
            6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
            2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
            5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131245613259100e-4,
            1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
        )  # fmt: skip
    return -z if q < 0.0 else z


@vectorised
def normals_of_all(uniform: NDArray[np.float64], deviates: NDArray[np.float64], tails: NDArray[np.int64]) -> None:
    """:func:`normal` of many uniforms at once, to the last bit: the centre side by side in vector registers, then the tails.

    Parameters: ``uniform``: float64[n] in (0, 1); ``deviates``: float64[at least n], receives the result; ``tails``: int64[at
    least n], room to note where the tails are.
    """
    count = uniform.shape[0]
    found = 0
    for index in range(count):
        deviates[index] = _central(uniform[index] - 0.5)
    for index in range(count):
        tails[found] = index  # overwritten unless it counts: the loop has no branch to mispredict
        found += 1 if abs(uniform[index] - 0.5) > _CENTRAL else 0
    for place in range(found):
        deviates[tails[place]] = normal(uniform[tails[place]])


_REACH: Final = 5.0  # rarely does anybody ask beyond it
_CENTRES: Final = 8.0  # a unit
_DEGREE: Final = 9


def _around_centres() -> NDArray[np.float64]:
    """Taylor coefficients of Φ about multiples of 1/8 from −5 to 5: float64[centre, power].

    Φ⁽ⁿ⁺¹⁾(c) = (−1)ⁿ·Heₙ(c)·φ(c), with Hermite polynomials Heₙ₊₁ = c·Heₙ − n·Heₙ₋₁.
    """
    last = round(_REACH * _CENTRES)
    rows = np.empty((2 * last + 1, _DEGREE + 1))
    for number in range(-last, last + 1):
        c = number / _CENTRES
        row = rows[number + last]
        row[0] = 0.5 * math.erfc(-c * math.sqrt(0.5))
        before, hermite = 0.0, math.exp(-0.5 * c * c) / math.sqrt(2.0 * math.pi)
        sign, factorial = 1.0, 1.0
        for n in range(_DEGREE):
            factorial *= n + 1
            row[n + 1] = sign * hermite / factorial
            before, hermite = hermite, c * hermite - n * before
            sign = -sign
    return rows


_AROUND: Final = _around_centres()


@compiled
def cumulative_normal(z: float) -> float:
    """Φ(z), the standard normal distribution function.

    A Taylor polynomial about the nearest of many centres, beyond them the error function. It takes a quarter of the error
    function's time, and firms' chances are asked for more often than anything else that is no plain arithmetic.
    Returns: within 4e-16 of Φ, with a relative error below 1e-12.
    """
    if not -_REACH < z < _REACH:
        return 0.5 * math.erfc(-z * 0.7071067811865476)
    row = int(z * _CENTRES + (_REACH * _CENTRES + 0.5))
    t = z - (row / _CENTRES - _REACH)
    t2 = t * t
    t4 = t2 * t2
    a = _AROUND[row]
    low: float = (a[0] + a[1] * t) + (a[2] + a[3] * t) * t2
    high: float = (a[4] + a[5] * t) + (a[6] + a[7] * t) * t2
    highest: float = a[8] + a[9] * t
    return low + (high + highest * t4) * t4


@compiled
def poisson(u: float, mean: float) -> int:
    """Poisson count of a uniform by inversion: the least n with P(N ≤ n) ≥ u.

    Inversion, not thinning, so that the count is non-decreasing in ``mean`` for the same uniform: a policy that raises
    entry adds enterprises to those that were there, and removes none.

    Parameters: u in (0, 1); mean in [0, 700].
    Returns: count ≥ 0.
    """
    term = math.exp(-mean)
    total = term
    n = 0
    while total < u and n < 5000:
        n += 1
        term *= mean / n
        total += term
    return n
