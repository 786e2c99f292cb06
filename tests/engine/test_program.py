"""The next step of a program, against an interpreter that runs the tree by plain recursion."""

import random
from dataclasses import FrozenInstanceError
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.program import Path, Program, Step


@st.composite
def programs(draw):
    """A program of random shape; lanes may be empty, branches may stand inside branches."""
    shapes = st.recursive(
        st.just(()),
        lambda lanes: st.lists(st.lists(lanes, max_size=3), max_size=4).map(tuple),
        max_leaves=25,
    )
    return Program(_lane(draw(shapes), count()))


def _lane(shape, numbers):
    steps = []
    for lanes in shape:
        key = f"s{next(numbers)}"
        paths = tuple(Path(f"p{next(numbers)}", _lane(lane, numbers)) for lane in lanes)
        steps.append(Step(key, "branch" if paths else "delay", paths))
    return tuple(steps)


def interpreted(lane, choose):
    """Keys of the steps met, by the plain meaning of a tree: nothing about a next step."""
    for step in lane:
        yield step.key
        path = choose(step)
        if path is not None:
            yield from interpreted(path.steps, choose)


def walked(program, choose):
    """Keys of the steps met, as the runner goes from one to the next."""
    step = program.first
    while step is not None:
        yield step.key
        path = choose(step)
        step = program.after(step.key) if path is None else program.into(path.key)


def choice(seed):
    """A way through branches that depends on nothing but the seed and the step."""

    def choose(step):
        return random.Random(f"{seed} {step.key}").choice((None, *step.paths))

    return choose


def all_steps(lane):
    for step in lane:
        yield step
        for path in step.paths:
            yield from all_steps(path.steps)


def without(lane, removed):
    """The lane once the steps of these keys are gone, with everything below them."""
    return tuple(
        Step(step.key, step.kind, tuple(Path(p.key, without(p.steps, removed)) for p in step.paths))
        for step in lane
        if step.key not in removed
    )


@given(programs(), st.integers(0, 10_000))
def test_every_pass_meets_the_steps_that_an_interpreter_meets(program, seed):
    choose = choice(seed)
    assert list(walked(program, choose)) == list(interpreted(program.steps, choose))


@given(programs())
def test_every_step_leads_to_the_end(program):
    for step in all_steps(program.steps):
        met = [step.key]
        while (step := program.after(step.key)) is not None:
            met.append(step.key)
        assert len(met) == len(set(met)) <= len(program.keys)


@given(programs())
def test_the_end_of_each_lane_joins_behind_the_step_that_owns_it(program):
    for owner in all_steps(program.steps):
        for path in owner.paths:
            if path.steps:
                assert program.after(path.steps[-1].key) == program.after(owner.key)
                assert program.into(path.key) == path.steps[0]
            else:
                assert program.into(path.key) == program.after(owner.key)


@given(programs())
def test_steps_are_listed_in_the_order_of_reading(program):
    assert program.keys == tuple(step.key for step in all_steps(program.steps))


@given(programs())
def test_a_step_is_as_deep_as_the_branches_it_stands_under(program):
    def check(lane, depth):
        for step in lane:
            assert program.depth(step.key) == depth
            for path in step.paths:
                check(path.steps, depth + 1)

    check(program.steps, 0)


@given(programs())
def test_steps_and_paths_are_found_by_key(program):
    for step in all_steps(program.steps):
        assert program.step(step.key) is step
        for path in step.paths:
            assert program.path(path.key) is path


@given(programs(), st.data())
def test_a_survivor_is_the_first_step_ahead_that_still_exists(program, data):
    removed = data.draw(st.sets(st.sampled_from(program.keys))) if program.keys else set()
    other = Program(without(program.steps, removed))
    left = set(other.keys)
    for key in program.keys:
        ahead = [key]
        while (step := program.after(ahead[-1])) is not None:
            ahead.append(step.key)
        expected = next((met for met in ahead if met in left), None)
        found = program.survivor(key, other)
        assert (found and found.key) == expected
        assert found is (other.step(expected) if expected else None)


@given(programs())
def test_a_program_that_did_not_change_keeps_everyone_in_place(program):
    again = Program(without(program.steps, ()))
    assert again == program and hash(again) == hash(program)
    assert all(program.survivor(key, again).key == key for key in program.keys)


ADDRESS, CALL, WRITE, LAST = (Step(key, "server") for key in ("address", "call", "write", "last"))
BRANCH = Step("reach", "branch", (Path("phone", (CALL, WRITE)), Path("post", (ADDRESS,))))
PROGRAM = Program((BRANCH, LAST))


def test_a_step_behind_the_removed_ones_takes_their_records():
    assert PROGRAM.survivor("call", Program(without(PROGRAM.steps, {"call"}))).key == "write"


def test_records_of_a_removed_branch_go_on_behind_it():
    other = Program((LAST,))
    assert {PROGRAM.survivor(key, other) for key in ("reach", "call", "address")} == {LAST}


def test_a_record_has_no_survivor_when_nothing_is_ahead_of_it():
    assert PROGRAM.survivor("last", Program((BRANCH,))) is None


def test_a_record_never_goes_into_the_lane_of_another_path():
    other = Program(without(PROGRAM.steps, {"call", "write"}))
    assert PROGRAM.survivor("write", other).key == "last"


def test_a_step_that_moved_elsewhere_is_followed_there():
    other = Program((LAST, WRITE))
    assert PROGRAM.survivor("write", other) is WRITE


def test_a_step_that_never_was_has_no_survivor():
    assert PROGRAM.survivor("unknown", PROGRAM) is None


def test_an_empty_program_has_no_first_step():
    assert Program().first is None and Program().keys == ()


def test_an_unknown_key_is_no_step_and_no_path():
    assert PROGRAM.step("phone") is None and PROGRAM.path("call") is None
    with pytest.raises(KeyError):
        PROGRAM.after("unknown")


def test_a_program_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        PROGRAM.steps = ()
    with pytest.raises(FrozenInstanceError):
        LAST.kind = "delay"


def test_the_path_of_those_on_which_a_step_fails_is_known_by_its_role():
    lane = (Step("call", "server"),)
    step = Step("send", "server", (Path("p", lane, role="error"),))
    program = Program((step, Step("last", "end")))
    assert program.step("send").error_path.key == "p"
    assert program.step("last").error_path is None
    assert (program.into("p").key, program.after("call").key) == ("call", "last")


def jumping(target):
    """One step in each of two paths, the second of which goes to ``target``."""
    paths = (Path("p", (Step("one", "delay"),)), Path("q", (Step("go", "goto", target=target),)))
    return Program((Step("first", "delay"), Step("split", "branch", paths), Step("last", "end")))


@pytest.mark.parametrize(
    ("target", "back"),
    [
        ("first", True),
        ("split", True),
        ("one", True),
        ("go", True),
        ("last", False),
        ("gone", False),
        (None, False),
    ],
)
def test_what_a_reader_meets_before_a_step_is_back(target, back):
    assert jumping(target).goes_back("go") is back


def test_the_targets_are_all_that_steps_go_to():
    assert jumping("last").targets == {"last"} and jumping(None).targets == set()


def test_a_step_is_found_by_its_row_wherever_it_stands():
    inner = Step("inner", "delay", id=8)
    program = Program((Step("outer", "branch", (Path("path", (inner,)),), id=7),))
    assert program.step_at(8) == inner
    assert program.step_at(7).key == "outer"
    assert program.step_at(9) is None
    assert Program((Step("new", "delay"),)).step_at(None) is None
