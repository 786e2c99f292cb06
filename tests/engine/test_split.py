"""A split by lot: as often as the shares say, and always the same for the same seed."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.split import WHOLE, drawn, even_shares

MANY = 20_000
#: Four standard deviations of a count, of the widest share.
LEEWAY = 4 * (MANY * 0.25) ** 0.5
#: Written down once: who has taken a path takes it again after every upgrade.
PINNED = "caccbacabbababababbb"

keys = st.text("abcdefgh", min_size=1, max_size=3)
shares_of_paths = st.dictionaries(keys, st.integers(0, WHOLE), max_size=6)
seeds = st.tuples(keys, st.integers(1, 10**9))


def counts(shares, step="step"):
    return Counter(drawn(shares, step, record_id) for record_id in range(MANY))


@pytest.mark.parametrize(
    "shares",
    [
        {"a": 50, "b": 50},
        {"a": 90, "b": 10},
        {"a": 1, "b": 99},
        {"a": 34, "b": 33, "c": 33},
        {str(n): 1 for n in range(100)},
    ],
)
def test_each_path_is_taken_as_often_as_its_share_says(shares):
    found = counts(shares)
    for key, share in shares.items():
        assert abs(found[key] - MANY * share / WHOLE) < LEEWAY


def test_another_step_draws_anew():
    shares = {"a": 50, "b": 50}
    same = sum(drawn(shares, "first", n) == drawn(shares, "second", n) for n in range(MANY))
    assert abs(same - MANY / 2) < LEEWAY


def test_records_in_a_row_do_not_take_turns():
    shares = {"a": 50, "b": 50}
    same = sum(drawn(shares, "step", n) == drawn(shares, "step", n + 1) for n in range(MANY))
    assert abs(same - MANY / 2) < LEEWAY


def test_the_lots_are_the_same_in_every_process_and_release():
    shares = {"a": 50, "b": 30, "c": 20}
    assert "".join(drawn(shares, "step", n) for n in range(20)) == PINNED


@given(shares_of_paths, seeds)
def test_the_order_of_the_paths_does_not_matter(shares, seed):
    assert drawn(shares, *seed) == drawn(dict(reversed(shares.items())), *seed)


@given(shares_of_paths, seeds)
def test_a_path_without_a_share_is_never_taken(shares, seed):
    taken = drawn(shares, *seed)
    assert shares[taken] > 0 if taken else not any(shares.values())


@given(shares_of_paths, seeds, st.integers(1, WHOLE))
def test_who_takes_a_path_stays_there_when_its_share_grows(shares, seed, more):
    taken = drawn(shares, *seed)
    if taken:
        assert drawn(shares | {taken: shares[taken] + more}, *seed) == taken


@given(shares_of_paths, seeds, keys, st.integers(1, WHOLE))
def test_a_new_path_takes_from_the_others_and_moves_nobody_between_them(shares, seed, key, share):
    before = drawn(shares, *seed)
    if key not in shares:
        assert drawn(shares | {key: share}, *seed) in (before, key)


@given(st.integers(1, WHOLE))
def test_even_shares_are_whole_and_sum_to_a_hundred(count):
    shares = even_shares(count)
    assert (len(shares), sum(shares)) == (count, WHOLE)
    assert max(shares) - min(shares) <= 1
