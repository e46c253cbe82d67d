"""Measure 3 against closed forms, in a plain portfolio: expected claims, prices, adverse selection, layers, the backstop.

Policies are played by the rule functions that both engines call; what is expected comes from binomial laws, from integrals over
quality and factor, and from Vasicek's limit.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, special, stats

from kejin_sim.measures.insurance import backstop_rules, cover_rules, pool_rules, premium_rules
from kejin_sim.world.failure import fails, quality_slope, threshold

LOAD = 0.30
PAY, DEDUCTIBLE = 0.50, 0.10
INSURED = 100e4
P, EFFECT = 0.20, 0.40
REACH, BASE, PRICE = 0.6, 1.0, 1.5
GRID, WEIGHTS = np.polynomial.hermite_e.hermegauss(81)
DENSITY = WEIGHTS / WEIGHTS.sum()


def over_quality(function: object, mean: float = 0.0, sd: float = 1.0) -> float:
    """Expectation of a function of a normal quality."""
    return float(sum(w * function(mean + sd * q) for q, w in zip(GRID, DENSITY, strict=True)))  # type: ignore[operator]


# ---- what is priced


@pytest.mark.parametrize("frequency", [0.008, 0.05, 0.2, 0.6])
@pytest.mark.parametrize("effect", [0.0, 0.4, 1.5])
def test_the_average_price_is_the_mean_over_all_firms(frequency: float, effect: float) -> None:
    mean = over_quality(lambda q: premium_rules.own_probability(frequency, effect, q))
    assert premium_rules.priced_probability(frequency, effect, 2.0, 1.0, 0.0) == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize("score", [-2.0, 0.0, 1.3])
@pytest.mark.parametrize("sigma", [0.3, 1.0, 3.0])
def test_the_price_by_the_score_is_the_mean_of_firms_with_that_score(score: float, sigma: float) -> None:
    r = 1.0 / math.sqrt(1.0 + sigma * sigma)
    mean = over_quality(lambda q: premium_rules.own_probability(P, EFFECT, q), r * score, math.sqrt(1.0 - r * r))
    assert premium_rules.priced_probability(P, EFFECT, score, sigma, 1.0) == pytest.approx(mean, rel=1e-9)


def test_prices_by_score_sum_to_the_average_price() -> None:
    """Over all scores the two ways of pricing bring the same premium."""
    told = over_quality(lambda s: premium_rules.priced_probability(P, EFFECT, s, 1.0, 1.0))
    assert told == pytest.approx(premium_rules.priced_probability(P, EFFECT, 0.0, 1.0, 0.0), rel=1e-9)


@pytest.mark.parametrize("limit", [20e4, 100e4, 200e4, 2000e4])
def test_expected_payment_of_an_ip_dispute(limit: float) -> None:
    legal, mean = 30e4, 100e4
    value, _ = integrate.quad(
        lambda u: cover_rules.ip_claim(legal, cover_rules.damage(u, mean), limit),
        0.0,
        1.0,
        points=[1e-6, 0.01],
        limit=500,
    )
    assert premium_rules.severity_ip(legal, mean, limit) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize("share", [0.05, 0.4, 2.0])
def test_expected_damage_up_to_the_sum_insured(share: float) -> None:
    value, _ = integrate.quad(
        lambda u: cover_rules.asset_claim(cover_rules.damage(u, share * INSURED), INSURED),
        0.0,
        1.0,
        points=[0.01],
        limit=500,
    )
    assert premium_rules.severity_share(INSURED, share) == pytest.approx(value, rel=1e-6)


def test_the_flat_rate_of_three_per_cent_loses_three_for_one() -> None:
    """Rulebook I1: 3 % for R&D cover at 20 % failure is a loss ratio of 300 %."""
    expected = P * premium_rules.severity_research(INSURED, PAY, DEDUCTIBLE)
    due = premium_rules.premium(INSURED, expected, LOAD, True, 0.03)
    assert expected / due == pytest.approx(3.0, rel=1e-12)
    by_risk = premium_rules.premium(INSURED, expected, LOAD, False, 0.03)
    assert expected / by_risk == pytest.approx(1.0 - LOAD, rel=1e-12)


# ---- what is claimed


def claims(rng: np.random.Generator, qualities: np.ndarray, correlation: float, factor: float) -> float:
    """Claims of a year of R&D policies, one a firm (CNY)."""
    point, slope = threshold(P, correlation, factor), quality_slope(EFFECT, correlation)
    paid = cover_rules.research_claim(INSURED, INSURED, PAY, DEDUCTIBLE)
    draws = rng.random(len(qualities))
    return sum(paid for u, q in zip(draws, qualities, strict=True) if fails(u, point - slope * q))


def test_claims_of_like_policies_are_binomial() -> None:
    rng = np.random.default_rng(3)
    policies, years = 60, 400
    one = cover_rules.research_claim(INSURED, INSURED, PAY, DEDUCTIBLE)
    counts = np.array([claims(rng, np.zeros(policies), 0.0, 0.0) / one for _ in range(years)])
    law = stats.binom(policies, P)
    assert counts.mean() == pytest.approx(law.mean(), abs=4 * law.std() / math.sqrt(years))
    assert counts.var() == pytest.approx(law.var(), rel=4 * math.sqrt(2.0 / years))


def test_expected_backstop_of_like_policies() -> None:
    """The layer of a binomial loss, summed term by term, and the mean of simulated years."""
    rng = np.random.default_rng(5)
    policies, years = 60, 1500
    one = cover_rules.research_claim(INSURED, INSURED, PAY, DEDUCTIBLE)
    due = policies * premium_rules.premium(INSURED, P * one, LOAD, False, 0.0)
    terms = (due, 0.80, 0.5, 2.0 * one)
    law = stats.binom(policies, P)
    exact = sum(law.pmf(n) * min(terms[3], terms[2] * max(0.0, n * one - terms[1] * due)) for n in range(policies + 1))
    paid = np.array([backstop_rules.backstop(claims(rng, np.zeros(policies), 0.0, 0.0), *terms) for _ in range(years)])
    assert exact > 0.1 * one
    assert paid.mean() == pytest.approx(exact, abs=4 * paid.std() / math.sqrt(years))


def test_a_cycle_that_all_share_makes_the_loss_ratio_vasiceks() -> None:
    """In a large portfolio the loss ratio of a year is Vasicek's law; the tail is what the backstop is for."""
    correlation = 0.20
    rng = np.random.default_rng(7)
    factors = rng.standard_normal(400)
    policies = 1500
    one = cover_rules.research_claim(INSURED, INSURED, PAY, DEDUCTIBLE)
    paid = np.array([claims(rng, np.zeros(policies), correlation, float(x)) / one / policies for x in factors])
    for level in (0.5, 0.9):
        quantile = special.ndtr(
            (special.ndtri(P) + math.sqrt(correlation) * special.ndtri(level)) / math.sqrt(1.0 - correlation)
        )
        rank = (paid <= quantile).mean()
        assert rank == pytest.approx(level, abs=4 * math.sqrt(level * (1 - level) / len(factors)) + 0.01)


# ---- who buys


def buying(q: float, priced: float, knowledge: float) -> float:
    """Probability that a firm of this quality buys at a price for `priced`, half of it subsidised: the written formula."""
    own = premium_rules.own_probability(P, EFFECT, q)
    known = (1.0 - knowledge) * priced + knowledge * own
    ratio = 0.5 * priced / (1.0 - LOAD) / known
    return float(REACH * special.expit(BASE - PRICE * ratio))


@pytest.mark.parametrize("knowledge", [0.0, 0.5, 1.0])
def test_adverse_selection_by_integral_and_by_play(knowledge: float) -> None:
    """One price for all: the loss ratio is 1 − load without private knowledge, and higher the more firms know."""
    one = premium_rules.severity_research(INSURED, PAY, DEDUCTIBLE)
    priced = premium_rules.priced_probability(P, EFFECT, 0.0, 1.0, 0.0)
    due = premium_rules.premium(INSURED, priced * one, LOAD, False, 0.0)
    lost = over_quality(lambda q: buying(q, priced, knowledge) * premium_rules.own_probability(P, EFFECT, q)) * one
    sold = over_quality(lambda q: buying(q, priced, knowledge)) * due
    expected = lost / sold
    assert expected == pytest.approx(1.0 - LOAD, rel=1e-9) if knowledge == 0.0 else expected > 1.02 * (1.0 - LOAD)
    rng = np.random.default_rng(11)
    firms = 60_000
    qualities, u, v = rng.standard_normal(firms), rng.random(firms), rng.random(firms)
    point, slope = threshold(P, 0.0, 0.0), quality_slope(EFFECT, 0.0)
    premiums = paid = 0.0
    for q, chance, draw in zip(qualities.tolist(), u.tolist(), v.tolist(), strict=True):
        known = premium_rules.known_probability(priced, premium_rules.own_probability(P, EFFECT, q), knowledge)
        if premium_rules.buys(chance, REACH, BASE, PRICE, premium_rules.net_ratio(due, 0.5 * due, known * one)):
            premiums += due
            if fails(draw, point - slope * q):
                paid += cover_rules.research_claim(INSURED, INSURED, PAY, DEDUCTIBLE)
    policies = premiums / due
    error = one / due * math.sqrt(expected * due / one / policies)
    assert paid / premiums == pytest.approx(expected, abs=4 * error)
    assert policies / firms == pytest.approx(sold / due, abs=4 * math.sqrt(0.25 / firms))


def test_knowledge_and_subsidy_pull_the_loss_ratio_apart() -> None:
    """The more firms know, the worse who buys; the more is subsidised, the better."""

    def ratio(knowledge: float, subsidy: float) -> float:
        priced = premium_rules.priced_probability(P, EFFECT, 0.0, 1.0, 0.0)

        def sold(q: float) -> float:
            own = premium_rules.own_probability(P, EFFECT, q)
            known = premium_rules.known_probability(priced, own, knowledge)
            net = premium_rules.net_ratio(priced / (1.0 - LOAD), subsidy * priced / (1.0 - LOAD), known)
            return float(special.expit(BASE - PRICE * net))

        lost = over_quality(lambda q: sold(q) * premium_rules.own_probability(P, EFFECT, q))
        return lost / over_quality(lambda q: sold(q) * priced / (1.0 - LOAD))

    assert ratio(0.0, 0.0) < ratio(0.5, 0.0) < ratio(1.0, 0.0)
    assert ratio(1.0, 0.0) > ratio(1.0, 0.5) > ratio(1.0, 0.8)


# ---- who bears it


def test_the_chip_insurers_year() -> None:
    """249 % of net premium: the city bears half of what lies above 120 %, members the rest, by their shares."""
    net_premium = 7e6
    net_claims = 2.49 * net_premium
    city = backstop_rules.backstop(net_claims, net_premium, 1.2, 0.5, 1e7)
    assert city == pytest.approx(0.5 * 1.29 * net_premium, rel=1e-12)
    members = pool_rules.call(net_claims, net_premium + city)
    lead = pool_rules.lead_part(members, 0.3)
    each = members * pool_rules.follower_share(0.3, 18)
    assert lead + 17 * each == pytest.approx(2.49 * net_premium - net_premium - city, rel=1e-12)


def test_gross_claims_split_into_layers_without_remainder() -> None:
    """Quota and surplus: what reinsurers, pool and backstop bear of a year is all of it."""
    rng = np.random.default_rng(13)
    capacity, cede = 3e6, 0.3
    gross = net = premium = 0.0
    for insured in rng.uniform(1e5, 1e7, 400):
        ceded = pool_rules.ceded_share(insured, capacity, cede)
        claim = cover_rules.asset_claim(cover_rules.damage(float(rng.random()), 0.4 * insured), insured)
        gross += claim
        net += (1.0 - ceded) * claim
        premium += (1.0 - ceded) * 0.3 * insured
        assert (1.0 - ceded) * claim <= (1.0 - cede) * capacity * (1.0 + 1e-12)
    city = backstop_rules.backstop(net, premium, 0.5, 0.5, 1e12)
    members = net - city
    reinsurers = gross - net
    assert 0.0 < city < net
    assert members + city + reinsurers == pytest.approx(gross, rel=1e-12)
