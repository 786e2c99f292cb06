"""What a kind of step may answer for one enrollment. A closed set: the runner handles each."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Advance:
    """The step is done: go on, into the lane of ``path_key`` or else to the next step.

    ``outputs`` are values that later steps can use, by name, see ``engine/typed_json.py``.
    """

    path_key: str | None = None
    message: str = ""
    outputs: dict | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """Go on as if the step were not there: the ledger does not tell of it."""


@dataclass(frozen=True, slots=True)
class Jump:
    """The step is done: go on with the step of ``step_key``, wherever it stands."""

    step_key: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Loop:
    """Go through records, one after the other, in the step's lane that returns to it."""

    model: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay on this step until ``until`` (UTC, naive); None waits until something wakes it."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Hold:
    """The step has not begun: it is run at ``until`` (UTC, naive), and asked for again then.

    None holds the enrollment until a person releases it.
    """

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Stop:
    """The enrollment ends here: ``completed``, or ``exited`` for the named reason."""

    state: str = "completed"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Park:
    """The enrollment is parked for a person to look at, with the cause."""

    message: str


Outcome = Advance | Pass | Jump | Loop | Wait | Hold | Stop | Park
