"""A token is picked as often as its probability says, and never one that is out."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.engines.sampling import HEAD, Sampling, pick

LOGITS = np.log(np.array([0.5, 0.3, 0.15, 0.05], np.float32))


def picked(sampling: Sampling, logits: np.ndarray = LOGITS, times: int = 4000) -> Counter[int]:
    chance = np.random.default_rng(1)
    return Counter(pick(logits, sampling, chance) for _ in range(times))


def test_at_temperature_0_the_likeliest_is_picked() -> None:
    assert picked(Sampling(0.0), times=10) == {0: 10}


def test_at_temperature_1_tokens_come_as_often_as_they_are_likely() -> None:
    shares = {token: number / 4000 for token, number in picked(Sampling(1.0)).items()}

    assert shares == pytest.approx({0: 0.5, 1: 0.3, 2: 0.15, 3: 0.05}, abs=0.03)


def test_a_low_temperature_sharpens() -> None:
    assert picked(Sampling(0.5))[0] / 4000 == pytest.approx(0.25 / (0.25 + 0.09 + 0.0225 + 0.0025), abs=0.03)


def test_top_k_leaves_the_k_likeliest() -> None:
    assert set(picked(Sampling(1.0, top_k=2))) == {0, 1}


def test_top_p_leaves_the_fewest_that_make_it_up() -> None:
    assert set(picked(Sampling(1.0, top_p=0.79))) == {0, 1}
    assert set(picked(Sampling(1.0, top_p=0.81))) == {0, 1, 2}


def test_top_p_among_the_top_k_counts_what_top_k_left() -> None:
    assert set(picked(Sampling(1.0, top_k=2, top_p=0.6))) == {0}


def test_the_same_seed_picks_the_same() -> None:
    assert picked(Sampling(1.0)) == picked(Sampling(1.0))


@pytest.mark.parametrize("sampling", [Sampling(1.0), Sampling(1.0, top_p=0.9), Sampling(1.0, top_k=3), Sampling()], ids=str)
def test_a_masked_token_is_never_picked(sampling: Sampling) -> None:
    masked = np.where(np.arange(4) == 3, LOGITS, -np.inf).astype(np.float32)

    assert set(picked(sampling, masked, 50)) == {3}


def test_a_flat_vocabulary_larger_than_the_head_keeps_its_top_p() -> None:
    flat = np.zeros(4 * HEAD, np.float32)

    assert len(picked(Sampling(1.0, top_p=0.9), flat, 3000)) > HEAD


@given(
    arrays(np.float32, st.integers(1, 50), elements=st.floats(-50, 50, width=32)),
    st.floats(0, 2),
    st.integers(0, 60),
    st.floats(0.01, 1),
)
def test_whatever_the_logits_a_token_is_picked(logits: np.ndarray, temperature: float, top_k: int, top_p: float) -> None:
    token = pick(logits, Sampling(temperature, top_k, top_p), np.random.default_rng(0))

    assert 0 <= token < len(logits)
    if 0 < top_k < len(logits):
        assert logits[token] >= np.sort(logits)[-top_k]
