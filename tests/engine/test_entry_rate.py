import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.entry_rate import FACTOR, FEWEST_DAYS, MINIMUM, USUAL_DAYS, unusual

counts = st.integers(0, 100_000)
days = st.integers(0, USUAL_DAYS)


@pytest.mark.parametrize(
    ("last_day", "per_day", "verdict"),
    [
        (0, 0, None),
        (19, 0, None),  # so few are no news
        (20, 0, "many"),
        (30, 10, None),
        (31, 10, "many"),
        (30_001, 10_000, "many"),
        (0, 19, None),
        (0, 20, "few"),
        (6, 20, "few"),
        (7, 20, None),
        (20, 20, None),
    ],
)
def test_a_day_is_held_against_the_mean_of_the_days_before(last_day, per_day, verdict):
    assert unusual(last_day, USUAL_DAYS * per_day) == verdict


@given(counts, counts, days)
def test_of_a_young_workflow_nothing_is_said(last_day, before, young):
    if young < FEWEST_DAYS:
        assert unusual(last_day, before, young) is None


@given(counts, days)
def test_a_day_like_all_others_is_usual(per_day, number):
    assert unusual(per_day, number * per_day, number) is None


@given(counts, counts, days)
def test_more_entries_are_never_fewer(last_day, before, number):
    order = ("few", None, "many")
    verdicts = [unusual(last_day + more, before, number) for more in (0, 1)]
    assert order.index(verdicts[0]) <= order.index(verdicts[1])


@given(counts, counts, days)
def test_what_is_told_is_told_of_many_records(last_day, before, number):
    verdict = unusual(last_day, before, number)
    if verdict == "many":
        assert last_day >= MINIMUM
        assert last_day * number > FACTOR * before
    if verdict == "few":
        assert before >= MINIMUM * number
