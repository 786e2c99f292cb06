"""A call in hands."""

from dataclasses import dataclass, field

from ..faults import describe, is_concurrency


@dataclass(slots=True)
class Call:
    """A call in hands, and what becomes of it."""

    id: int
    payload: dict
    key: object = None
    record_id: int | None = None
    enrollment_id: int | None = None
    state: str = "passed"
    reasons: list = field(default_factory=list)

    def refuse(self, reason):
        """The call does nothing, and says why."""
        self.state, self.reasons = "refused", [reason]

    def settled(self):
        """What is written about it."""
        text = "\n".join(self.reasons) or None
        return (self.id, self.state, text, self.record_id, self.enrollment_id)


def apart(env, calls, work):
    """Do the work for all; halved until whoever makes it fail is alone, and that one is refused."""
    if not calls:
        return
    try:
        with env.cr.savepoint():
            work(calls)
    except Exception as error:
        if is_concurrency(error) or env.cr.closed:
            raise
        if len(calls) == 1:
            calls[0].refuse(describe(error))
            return
        middle = len(calls) // 2
        for half in (calls[:middle], calls[middle:]):
            apart(env, half, work)
