"""What keeps a program from being published, by its shape alone."""

import pytest

from engine.diagnostics import ENDING_KINDS, MAX_DEPTH, MAX_STEPS, structure_problems
from engine.program import Path, Program, Step


def steps(*kinds):
    return tuple(Step(f"{kind}{number}", kind) for number, kind in enumerate(kinds))


def nested(levels):
    """A program with one lane inside the other; the root lane is the first level."""
    lane = steps("delay")
    for number in range(levels - 1):
        lane = (Step(f"s{number}", "branch", (Path(f"p{number}", lane),)),)
    return Program(lane)


def problems(program):
    return [(code, step and step.key) for code, step in structure_problems(program)]


def test_a_program_without_steps_cannot_be_published():
    assert problems(Program()) == [("no_steps", None)]


def test_a_sound_program_has_no_problems():
    branch = Step("b", "branch", (Path("yes", steps("delay", "end")), Path("no")))
    assert problems(Program((branch, *steps("server", "end")))) == []


@pytest.mark.parametrize("kind", ENDING_KINDS)
def test_the_step_behind_an_end_is_unreachable(kind):
    assert problems(Program(steps("delay", kind, "delay", "delay"))) == [("unreachable", "delay2")]


@pytest.mark.parametrize(
    ("first", "end"),
    [
        (Step("go", "goto", target="last"), Step("end", "end")),
        (Step("wait", "delay"), Step("end", "end", all=False)),
    ],
    ids=["another step goes to it", "some pass the end"],
)
def test_the_step_behind_an_end_is_reachable_if(first, end):
    assert problems(Program((first, end, Step("last", "delay")))) == []


def test_an_end_inside_a_path_leaves_the_steps_behind_the_branch_reachable():
    branch = Step("b", "branch", (Path("yes", steps("end")), Path("no")))
    assert problems(Program((branch, Step("last", "delay")))) == []


def test_problems_inside_paths_are_found_in_the_order_of_reading():
    lanes = [(Step(f"{name}0", "end"), Step(f"{name}1", "end")) for name in "ab"]
    branch = Step("x", "branch", (Path("one", lanes[0]), Path("other", lanes[1])))
    program = Program((branch, *steps("end", "delay")))
    assert [key for _code, key in problems(program)] == ["a1", "b1", "delay1"]


def test_as_many_steps_as_allowed_are_no_problem_and_one_more_is():
    assert problems(Program(steps(*["delay"] * MAX_STEPS))) == []
    assert problems(Program(steps(*["delay"] * (MAX_STEPS + 1)))) == [("too_many", None)]


def test_paths_nested_as_deep_as_allowed_are_no_problem_and_one_more_is():
    assert problems(nested(MAX_DEPTH)) == []
    assert [code for code, _key in problems(nested(MAX_DEPTH + 1))] == ["too_deep"]
