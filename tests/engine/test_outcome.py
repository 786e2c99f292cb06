"""What a step may answer: a closed set of values that cannot be changed."""

from dataclasses import FrozenInstanceError, fields
from datetime import datetime

import pytest

from engine.errors import RetryLater
from engine.outcome import Advance, Hold, Jump, Loop, Outcome, Park, Pass, Stop, Wait

NEW_YEAR = datetime(2026, 1, 1)
EXAMPLES = (
    Advance(),
    Pass(),
    Jump("step"),
    Loop("crm.lead", (1, 2)),
    Wait(NEW_YEAR),
    Hold(NEW_YEAR),
    Stop(),
    Park("why"),
)


def test_the_outcomes_are_these_and_no_others():
    assert set(Outcome.__args__) == {type(example) for example in EXAMPLES}


@pytest.mark.parametrize("outcome", filter(fields, EXAMPLES), ids=lambda one: type(one).__name__)
def test_an_outcome_cannot_be_changed(outcome):
    with pytest.raises(FrozenInstanceError):
        setattr(outcome, fields(outcome)[0].name, "other")


def test_without_more_a_step_advances_to_the_next_and_a_stop_is_completion():
    assert Advance().path_key is None
    assert (Stop().state, Stop().reason) == ("completed", "")


def test_a_retry_tells_its_reason_and_asks_for_no_delay_of_its_own():
    assert str(RetryLater("busy")) == "busy" and RetryLater("busy").seconds is None
    assert RetryLater("busy", 30).seconds == 30
