"""Rotation: everybody gets a fair share, whatever the batches are."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine.rotation import Person, in_turn, least_busy, levelled, rebased, share_out

weights = st.lists(st.integers(1, 20), min_size=1, max_size=6)
batches = st.lists(st.integers(0, 30), max_size=8)
rooms = st.one_of(st.none(), st.integers(0, 10))
loads = st.lists(st.tuples(st.integers(0, 20), rooms), min_size=1, max_size=6)
turns = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 20)), min_size=1, max_size=6)


def pool(*numbers):
    return [Person(number, weight) for number, weight in enumerate(numbers, 1)]


def after(people, chosen):
    """The people as the next batch finds them."""
    got = Counter(chosen)
    return [replace(person, turns=person.turns + got[person.id]) for person in people]


def test_records_go_round():
    assert share_out(pool(1, 1, 1), 7) == [1, 2, 3, 1, 2, 3, 1]


def test_who_weighs_more_gets_more_and_not_all_at_once():
    assert share_out(pool(3, 1), 8) == [1, 2, 1, 1, 1, 2, 1, 1]


def test_a_pool_of_nobody_leaves_all_to_nobody():
    assert share_out([], 2) == [None, None]


def test_who_is_full_is_passed_over_and_in_the_end_nobody_is_left():
    people = [Person(1, room=1), Person(2, room=2), Person(3, room=0)]
    assert share_out(people, 5) == [1, 2, 2, None, None]


def test_who_has_least_to_do_comes_first_until_the_loads_are_equal():
    people = [Person(1, load=3), Person(2, load=0), Person(3, load=1)]
    assert share_out(people, 6, least_busy) == [2, 3, 2, 3, 2, 1]


def test_equally_busy_people_take_turns():
    people = [Person(1, turns=5), Person(2, turns=4)]
    assert share_out(people, 1, least_busy) == [2]


def test_who_was_away_does_not_catch_up():
    people = levelled([Person(1, turns=50), Person(2, turns=50), Person(3, turns=3)])
    assert Counter(share_out(people, 9))[3] <= 4


def test_a_newcomer_is_served_first_and_then_like_all():
    people = levelled([Person(1, turns=50), Person(2, turns=50), Person(3)])
    assert share_out(people, 4) == [3, 1, 2, 3]


def test_a_new_weight_keeps_everybody_where_they_were():
    people = [Person(1, 3, rebased(300, 1, 3)), Person(2, 1, rebased(300, 1, 1))]
    assert Counter(share_out(people, 40)) == {1: 30, 2: 10}


@given(st.integers(1, 6), batches)
def test_in_turn_nobody_is_more_than_one_record_ahead(count, sizes):
    people, got = pool(*[1] * count), Counter(dict.fromkeys(range(1, count + 1), 0))
    for size in sizes:
        chosen = share_out(levelled(people), size)
        people = after(levelled(people), chosen)
        got.update(chosen)
        assert max(got.values()) - min(got.values()) <= 1


@given(weights, batches)
def test_weights_hold_over_every_full_cycle(numbers, sizes):
    people, cycle, order = pool(*numbers), sum(numbers), []
    for size in sizes:
        chosen = share_out(levelled(people), size)
        people = after(levelled(people), chosen)
        order += chosen
    for start in range(0, len(order) - cycle + 1, cycle):
        got = Counter(order[start : start + cycle])
        assert [got[number] for number in range(1, len(numbers) + 1)] == numbers


@given(weights, st.integers(0, 60), st.integers(0, 60))
def test_two_batches_do_what_one_does(numbers, first, second):
    people = pool(*numbers)
    one = share_out(people, first)
    assert one + share_out(levelled(after(people, one)), second) == share_out(
        people, first + second
    )


@given(loads, st.integers(0, 60), st.sampled_from([in_turn, least_busy]))
def test_nobody_gets_more_than_there_is_room_for(facts, count, order):
    people = [Person(n, load=load, room=room) for n, (load, room) in enumerate(facts, 1)]
    got = Counter(share_out(people, count, order))
    assert all(person.room is None or got[person.id] <= person.room for person in people)
    if any(person.room is None for person in people):
        assert None not in got
    else:
        assert count - got[None] == min(count, sum(person.room for person in people))


@given(loads, st.integers(0, 60))
def test_a_busier_person_with_room_is_never_given_more_work(facts, count):
    people = [Person(n, load=load, room=room) for n, (load, room) in enumerate(facts, 1)]
    load = {person.id: person.load for person in people}
    room = {person.id: person.room for person in people}
    for chosen in share_out(people, count, least_busy):
        if chosen is None:
            break
        able = [number for number in load if room[number] != 0]
        assert load[chosen] == min(load[number] for number in able)
        load[chosen] += 1
        room[chosen] = room[chosen] and room[chosen] - 1


@given(turns)
def test_levelling_only_brings_forward_and_only_who_is_a_round_behind(facts):
    people = [Person(n, weight, taken) for n, (taken, weight) in enumerate(facts, 1)]
    top = max(person.level for person in people)
    for before, person in zip(people, levelled(people), strict=True):
        assert person.turns >= before.turns
        assert top - person.level <= 1
        if top - before.level <= 1:
            assert person == before


@given(st.integers(0, 10_000), st.integers(1, 100), st.integers(1, 100))
def test_a_new_weight_moves_nobody_by_more_than_a_turn(taken, weight, new_weight):
    assert 0 <= rebased(taken, weight, new_weight) * weight - taken * new_weight < weight
