"""A claimed enrollment while its batch walks."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from ..engine.frames import frames_of
from .queue.batches import Place


@dataclass(slots=True)
class Row:
    """A claimed enrollment, as it changes while the batch walks."""

    id: int
    workflow_id: int
    version_id: int
    res_model: str
    res_id: int
    action_id: int | None
    visit: int
    waiting: bool
    reached_at: datetime | None
    enrolled_at: datetime
    attempts: int
    cause: str | None
    #: where it stands in the loops around its step, outermost first
    frames: tuple = ()
    state: str = "active"
    due_at: datetime | None = None
    finished_at: datetime | None = None
    reason: str | None = None
    #: it stands before its step until a person releases it
    held: bool = field(default=False)
    #: the batch cannot take it further now
    rests: bool = field(default=False)
    #: another's step has moved it meanwhile: where it stands is written already
    elsewhere: bool = field(default=False)
    #: what its steps left for later ones in this walk: {step key: packed values}
    outputs: dict = field(default_factory=dict)
    #: the visits that the database knows
    written: int = 0
    #: the frames that the database knows
    kept_frames: tuple = ()

    def __post_init__(self):
        self.written = self.visit
        self.frames = self.kept_frames = frames_of(self.frames)

    @property
    def enrolled(self):
        """(model, id) of the record that has entered."""
        return self.res_model, self.res_id

    @property
    def target(self):
        """(model, id) of the record that its step acts on."""
        if self.frames:
            return self.frames[-1].model, self.frames[-1].at
        return self.res_model, self.res_id

    @property
    def has_moved(self):
        """True when the ledger is yet to tell of what it did in this batch."""
        return self.visit > self.written

    def place(self):
        """Where it stands, for the queue."""
        return Place(
            self.id,
            self.state,
            self.action_id,
            self.due_at,
            self.waiting,
            self.reached_at,
            self.finished_at,
            self.reason,
            self.visit,
            self.attempts,
            json.dumps(self.outputs) if self.outputs else None,
        )
