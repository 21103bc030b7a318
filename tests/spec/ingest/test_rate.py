"""How often may one sender send? Told with a clock in the hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ingest.rate import Bucket, Buckets, Limit


def test_a_new_bucket_is_full_and_then_fills_at_its_rate():
    bucket = Bucket(Limit(2.0, 3), now=100.0)

    assert [bucket.wait_seconds(100.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.wait_seconds(100.25) == pytest.approx(0.25)
    assert bucket.wait_seconds(100.5) == 0
    assert bucket.wait_seconds(100.5) == pytest.approx(0.5)


def test_who_is_refused_has_not_used_up_anything():
    bucket = Bucket(Limit(1.0, 1), now=0.0)
    assert bucket.wait_seconds(0.0) == 0

    assert [bucket.wait_seconds(0.5) for _ in range(100)] == [0.5] * 100
    assert bucket.wait_seconds(1.0) == 0


def test_a_long_silence_saves_no_more_than_a_burst():
    bucket = Bucket(Limit(10.0, 2), now=0.0)

    assert [bucket.wait_seconds(1e6) for _ in range(3)] == [0, 0, pytest.approx(0.1)]


def test_a_clock_that_goes_back_gives_nothing():
    bucket = Bucket(Limit(1.0, 1), now=100.0)
    assert bucket.wait_seconds(100.0) == 0

    assert bucket.wait_seconds(50.0) == 1.0
    assert bucket.wait_seconds(100.9) == pytest.approx(0.1)


def test_senders_do_not_use_up_each_others_tokens_and_a_new_limit_holds_at_once():
    buckets, one = Buckets(), Limit(1.0, 1)

    assert buckets.wait_seconds("a", one, 0.0) == 0
    assert buckets.wait_seconds("b", one, 0.0) == 0
    assert buckets.wait_seconds("a", one, 0.0) == 1.0
    assert buckets.wait_seconds("a", Limit(5.0, 2), 0.0) == 0


@given(
    st.lists(st.floats(0, 0.5), max_size=200),
    st.floats(0.1, 50.0),
    st.integers(1, 20),
)
def test_never_more_than_the_burst_and_the_rate_allow(pauses, rate, burst):
    bucket, now, passed = Bucket(Limit(rate, burst), 0.0), 0.0, 0
    for pause in pauses:
        now += pause
        passed += bucket.wait_seconds(now) == 0

    assert passed <= burst + now * rate + 1e-6
