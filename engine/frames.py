"""Frames: where an enrollment stands in the loops around its step.

A frame is one loop that runs: the records that it goes through, one after the other. Frames are
kept outermost first, as a list of JSON objects.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """One loop: its step, the model of its records, the one it is at, and those still to come."""

    step: str
    model: str
    at: int
    rest: tuple[int, ...] = ()

    @classmethod
    def of(cls, step, model, ids):
        """The frame of a loop that begins; there is at least one record."""
        first, *rest = ids
        return cls(step, model, first, tuple(rest))

    def following(self):
        """The frame of the next record, or None after the last."""
        return Frame.of(self.step, self.model, self.rest) if self.rest else None

    @property
    def json(self):
        """As it is kept."""
        return {"step": self.step, "model": self.model, "at": self.at, "rest": list(self.rest)}


def frames_of(kept):
    """The frames that were kept, as a tuple; none for None.

    >>> frames_of([Frame.of("each", "crm.lead", [7, 8]).json])
    (Frame(step='each', model='crm.lead', at=7, rest=(8,)),)
    """
    return tuple(
        Frame(one["step"], one["model"], one["at"], tuple(one["rest"])) for one in kept or ()
    )


def standing(frames, loops):
    """The frames that still count on a step, and the loop that is to begin first, if any.

    Editing and going to another step may lead out of a loop, or into one that has not begun.

    :param loops: keys of the loops around the step, outermost first
    :return: (frames, key of the loop to begin or None)

    >>> outer, inner = Frame.of("a", "crm.lead", [7]), Frame.of("b", "res.partner", [3])
    >>> standing((outer, inner), ("a",)) == ((outer,), None)
    True
    >>> standing((outer,), ("a", "b")) == ((outer,), "b")
    True
    """
    for position, key in enumerate(loops):
        if position == len(frames) or frames[position].step != key:
            return frames[:position], key
    return frames[: len(loops)], None
