"""C5 and W9 against closed forms: the arithmetic of a risk pool, loan pools of finite size, a bank's probability of default.

A pool of like loans is a special case of the function by which firms fail (`world.failure`): no quality, one hazard. Vasicek's
quantiles in the large-pool limit stand in `test_failure.py`; here pools are finite and claims go through the pool's rules.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pytest
from scipy import stats

from kejin_sim.measures.credit.compensation_rules import return_share
from kejin_sim.measures.credit.pool_rules import lending_limit, party_share, pool_pays, stopped, top_up
from kejin_sim.world import credit
from kejin_sim.world.failure import fails, quality_slope, threshold
from tests.oracle.test_failure import DENSITY, GRID, SIGMAS, VASICEK, conditional

SIZE = 6250e4
SHARES = (0.4, 0.4, 0.2)
LEVERAGE = 10.0
PD, LGD = 0.03, 0.70
FEN = 0.01
LOANS = 1250  # of CNY 0.5 m: CNY 625 m outstanding


@dataclass
class Pool:
    """A risk pool played by the rule functions, year by year; recoveries come at once."""

    accounts: list[float] = field(default_factory=lambda: [party_share(SIZE, share) for share in SHARES])
    unpaid: float = 0.0
    claims: int = 0

    @property
    def balance(self) -> float:
        return sum(self.accounts)

    def claim(self, ead: float) -> bool:
        """Pay a claim and take the recovery back; was it paid in full?"""
        paid = [pool_pays(ead, share, account) for share, account in zip(SHARES, self.accounts, strict=True)]
        got = credit.recovered(ead, LGD)
        for party, amount in enumerate(paid):
            self.accounts[party] += return_share(got, amount, ead) - amount
        self.claims += 1
        self.unpaid += ead - sum(paid)
        return ead - sum(paid) < FEN

    def year(self, of_current: bool, draws: np.ndarray) -> float:
        """One year of lending at its limit, no stop-loss, no top-up: the part of the year until a claim is short (1: never)."""
        assert not stopped(False, 1e9, 1e8, 1.0, 0.0)
        assert top_up(SIZE, self.balance, 0.0) == 0.0
        ead = lending_limit(LEVERAGE, SIZE, self.balance, of_current) / LOANS
        point = threshold(PD, 0.0, 0.0)
        for number, u in enumerate(draws):
            if fails(float(u), point) and not self.claim(ead):
                return (number + 1) / LOANS
        return 1.0


def test_the_arithmetic_of_the_pool() -> None:
    """Rulebook: 62.5 m × 10 × 3 % × 70 % = 13.1 m a year, 21 % of the pool; 4.76 years; 5.25 m on the city's 25 m."""
    lent = lending_limit(LEVERAGE, SIZE, SIZE, False)
    loss = PD * (lent - credit.recovered(lent, LGD))
    assert lent == 6.25e8
    assert loss == pytest.approx(1312.5e4, rel=1e-12)
    assert loss / SIZE == pytest.approx(0.21, rel=1e-12)
    assert round(SIZE / loss, 2) == 4.76
    assert party_share(loss, SHARES[0]) == pytest.approx(525e4, rel=1e-12)
    assert party_share(SIZE, SHARES[0]) == pytest.approx(2500e4, rel=1e-12)


def test_lending_held_at_the_initial_size_loses_21_per_cent_a_year_and_empties_the_pool() -> None:
    """First years: mean loss 21 % of the size. Life: the loan whose claim is short is the 179th to fail, a negative binomial."""
    paths = 300
    rng = np.random.default_rng(11)
    ead = LEVERAGE * SIZE / LOANS
    # 178 defaults cost 178 · 0.35 m; what is left is less than a claim of 0.5 m, so the next one is short.
    last = math.floor((SIZE - ead) / (LGD * ead)) + 2
    assert last == 179
    first_losses, lives = [], []
    for _ in range(paths):
        pool, life = Pool(), 0.0
        for _ in range(40):
            part = pool.year(False, rng.random(LOANS))
            if life == 0.0:
                first_losses.append((SIZE - pool.balance) / SIZE)
            life += part
            if part < 1.0 or pool.unpaid > FEN:
                break
        assert pool.claims == last
        lives.append(life)
    spread = LGD * LEVERAGE / LOANS * math.sqrt(LOANS * PD * (1 - PD))
    assert abs(np.mean(first_losses) - 0.21) < SIGMAS * spread / math.sqrt(paths)
    expected, deviation = last / PD / LOANS, math.sqrt(last * (1 - PD)) / PD / LOANS
    assert expected == pytest.approx(1 / 0.21, rel=0.003)  # 4.76 years but for the last claim
    assert abs(np.mean(lives) - expected) < SIGMAS * deviation / math.sqrt(paths)
    assert np.std(lives) == pytest.approx(deviation, rel=0.25)


def test_lending_tied_to_what_is_left_decays_and_never_empties_the_pool() -> None:
    """Each year takes 21 % of what is left on average: E[balance] = 0.79^t; no claim is ever short."""
    paths, years = 150, 12
    rng = np.random.default_rng(12)
    left = np.ones((paths, years + 1))
    for path in range(paths):
        pool = Pool()
        for year in range(years):
            assert pool.year(True, rng.random(LOANS)) == 1.0
            left[path, year + 1] = pool.balance / SIZE
        assert abs(pool.unpaid) < FEN
        assert pool.balance > 0.0
    for year in (1, 4, 8, 12):
        z = (left[:, year].mean() - 0.79**year) / (left[:, year].std() / math.sqrt(paths))
        assert abs(z) < SIGMAS, (year, z)
    yearly = left[:, 1:] / left[:, :-1]
    assert abs(yearly.mean() - 0.79) < SIGMAS * yearly.std() / math.sqrt(yearly.size)


@pytest.mark.parametrize(("pd", "rho", "level", "loss"), VASICEK)
def test_finite_pools_of_like_loans(pd: float, rho: float, level: float, loss: float) -> None:
    """80 loans, 4,000 years: how often losses exceed Vasicek's quantile, against the exact mixture of binomials.

    The mixture is integrated over the factor; it tends to Vasicek's law, which `test_failure.py` holds for all four pools.
    """
    loans, years = 80, 4000
    rng = np.random.default_rng(round(1e4 * pd))
    draws, factors = rng.random((years, loans)), rng.standard_normal(years)
    failed = np.zeros(years)
    for year in range(years):
        point = threshold(pd, rho, float(factors[year]))
        failed[year] = sum(fails(float(u), point) for u in draws[year])
    quantile = math.floor(loans * loss / 100)
    given = conditional(pd, rho)[::50]
    beyond = float(stats.binom.sf(quantile, loans, given) @ DENSITY[::50]) * 50
    z = (float((failed > quantile).sum()) - years * beyond) / math.sqrt(years * beyond * (1 - beyond))
    assert abs(z) < SIGMAS, z
    # A finite pool has its own luck on top of the factor's: its tail is not thinner than the limit's.
    assert beyond > 1 - level
    variance = float((loans * given * (1 - given) + (loans * given) ** 2) @ DENSITY[::50]) * 50 - (loans * pd) ** 2
    assert abs(failed.mean() - loans * pd) < SIGMAS * math.sqrt(variance / years)


@pytest.mark.parametrize("rho", [0.10, 0.1528])
def test_larger_pools_tend_to_the_limit(rho: float) -> None:
    """The probability of losses beyond Vasicek's 99 % quantile falls to 1 % as the pool grows."""
    pd = 0.05
    point = stats.norm.cdf((stats.norm.ppf(pd) + math.sqrt(rho) * stats.norm.ppf(0.99)) / math.sqrt(1 - rho))
    given = conditional(pd, rho)[::50]
    tails = [float(stats.binom.sf(math.floor(n * point), n, given) @ DENSITY[::50]) * 50 for n in (100, 1000, 100_000)]
    gaps = [abs(tail - 0.01) for tail in tails]
    assert gaps[2] < gaps[1] < gaps[0]
    assert gaps[2] < 2e-5


@pytest.mark.parametrize(
    ("hazard", "effect", "score", "sigma"), [(0.06, 0.25, 0.7, 1.0), (0.04, 1.5, -1.2, 0.5), (0.3, 0.8, 2.0, 3.0)]
)
def test_a_banks_probability_of_default_is_the_failure_function_averaged_over_what_it_does_not_know(
    hazard: float, effect: float, score: float, sigma: float
) -> None:
    """W9: P(fail | score) = ∫∫ Φ(threshold(x) − slope·q) over the factor x and quality q | s ~ N(r·s, 1 − r²), whatever ρ."""
    r = 1.0 / math.sqrt(1.0 + sigma * sigma)
    for rho in (0.03, 0.2):
        points = np.array([threshold(hazard, rho, float(x)) for x in GRID[::50]])
        mean = 0.0
        for z, weight in zip(*np.polynomial.hermite_e.hermegauss(60), strict=True):
            quality = r * score + math.sqrt(1.0 - r * r) * z
            failing = stats.norm.cdf(points - quality_slope(effect, rho) * quality)
            mean += weight / math.sqrt(2 * math.pi) * float(failing @ DENSITY[::50]) * 50
        assert credit.default_probability(hazard, effect, score, sigma) == pytest.approx(mean, rel=1e-8)
