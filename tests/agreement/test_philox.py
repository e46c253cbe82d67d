"""The generator against its publication, its transforms against scipy, its streams against one another."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special, stats

from kejin_sim import random as rng
from kejin_sim.streams import streams

#: Known answers of Philox4x32-10: counter, key, result. Source: kat_vectors of Random123 (Salmon et al. 2011).
KNOWN_ANSWERS = (
    (
        (0x00000000, 0x00000000, 0x00000000, 0x00000000),
        (0x00000000, 0x00000000),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
)


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_published_vectors(counter: tuple[int, ...], key: tuple[int, ...], answer: tuple[int, ...]) -> None:
    assert tuple(int(word) for word in rng.philox_words(*counter, *key)) == answer


def test_uniforms_are_the_words_of_their_counter() -> None:
    """Counter (entity, quarter | block << 16, path, 0), key = the seed's two halves."""
    seed, block, path, entity, quarter = 0x0123456789ABCDEF, 21, 70_412, (37 << 16) | 5, 41
    words = rng.philox_words(entity, quarter | (block << 16), path, 0, 0x89ABCDEF, 0x01234567)
    expected = tuple((float(int(word)) + 0.5) / 2.0**32 for word in words)
    assert rng.uniforms(seed, block, path, entity, quarter) == expected


def test_normal_is_the_inverse_of_phi() -> None:
    """Every region of the approximation: the middle, both tails, and the ends of the grid of uniforms."""
    ends = np.array([0.5, 1.5, 2.5, 1000.5]) / 2.0**32
    u = np.concatenate([ends, np.linspace(1e-6, 1.0 - 1e-6, 20_001), 1.0 - ends, [0.5, 0.075, 0.925]])
    mine = np.array([rng.normal(float(x)) for x in u])
    np.testing.assert_allclose(mine, special.ndtri(u), rtol=2e-14, atol=1e-15)


def test_cumulative_normal() -> None:
    """Around every centre of the polynomials and between them, at their end, beyond it and without end."""
    ends = [
        -np.inf,
        -37.0,
        np.nextafter(-5.0, -6.0),
        -5.0,
        np.nextafter(-5.0, 0.0),
        np.nextafter(5.0, 0.0),
        5.0,
        9.0,
        np.inf,
    ]
    z = np.concatenate([np.linspace(-8.0, 8.0, 16_001), ends])
    mine = np.array([rng.cumulative_normal(float(x)) for x in z])
    np.testing.assert_allclose(mine, special.ndtr(z), rtol=1e-12)
    assert np.abs(mine - special.ndtr(z)).max() < 4e-16
    assert math.isnan(rng.cumulative_normal(math.nan))


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 7.5, 50.0, 260.0, 700.0])
def test_poisson_is_the_quantile(mean: float) -> None:
    """The least n with P(N ≤ n) ≥ u. Where u lies within rounding of a step, the neighbour is allowed."""
    u = np.concatenate([np.linspace(1e-9, 1.0 - 1e-9, 2001), [0.5 / 2.0**32, 1.0 - 0.5 / 2.0**32]])
    mine = np.array([rng.poisson(float(x), mean) for x in u])
    quantile = stats.poisson.ppf(u, mean)
    differ = mine != quantile
    steps = stats.poisson.cdf(np.minimum(mine, quantile), mean)
    assert (np.abs(mine - quantile)[differ] <= 1).all()
    assert (np.abs(steps - u)[differ] < 1e-12).all()
    assert differ.sum() <= 2


def test_every_decision_has_its_own_stream() -> None:
    places = list(streams().values())
    assert len(set(places)) == len(places)
    assert all(0 < block < 2**16 and 0 <= lane < 4 for block, lane in places)


def test_every_block_is_a_stream_s() -> None:
    """A block without a name would be a decision that nobody can look up."""
    blocks = {
        value
        for name, value in vars(rng).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, int)
    }
    assert blocks == {block for block, _ in streams().values() if block < 40}  # from 40 on they are the rooms'


@pytest.mark.parametrize("count", [0, 1, 7, 3000])
def test_many_at_once_are_the_same_to_the_last_bit(count: int) -> None:
    """The loops in vector registers draw what the scalar functions draw, in the centre and in both tails."""
    seed, path, quarter = 0x0123456789ABCDEF, 70_412, 41
    entities = np.arange(count, dtype=np.int64) * 65_537 + 3
    draws = np.empty((4, count))
    rng.uniforms_of_all(seed, rng.ENTERPRISE_QUARTER, path, entities, quarter, draws)
    one_by_one = [rng.uniforms(seed, rng.ENTERPRISE_QUARTER, path, int(entity), quarter) for entity in entities]
    assert draws.T.tolist() == [list(row) for row in one_by_one]
    uniform = np.concatenate([draws[0], [0.5 / 2**32, 0.075, 0.925, 1.0 - 0.5 / 2**32]])
    deviates = np.empty(len(uniform))
    rng.normals_of_all(uniform, deviates, np.empty(len(uniform), np.int64))
    assert deviates.tolist() == [rng.normal(float(u)) for u in uniform]
