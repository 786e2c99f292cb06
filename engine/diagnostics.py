"""Publish checks on the shape of a program: pairs of a code and the step it concerns."""

MAX_STEPS = 1_000
MAX_DEPTH = 50
#: Paths of one branching step, besides the one for the rest.
MAX_PATHS = 250
#: Bits of the integer in which members remember what they match.
MAX_CRITERIA = 31
ENDING_KINDS = ("end",)


def structure_problems(program):
    """All problems of shape: (code, step or None), in reading order.

    >>> from .program import Program, Step
    >>> structure_problems(Program())
    [('no_steps', None)]
    >>> program = Program((Step("a", "end"), Step("b", "delay")))
    >>> [(code, step.key) for code, step in structure_problems(program)]
    [('unreachable', 'b')]
    """
    if program.first is None:
        return [("no_steps", None)]
    problems = [("too_many", None)] if len(program.keys) > MAX_STEPS else []
    return problems + list(_lane_problems(program.steps, 1, program.targets))


def _lane_problems(steps, depth, targets):
    if depth > MAX_DEPTH:
        yield "too_deep", steps[0] if steps else None
        return
    for position, step in enumerate(steps):
        before = steps[position - 1] if position else None
        ended = before and before.kind in ENDING_KINDS and before.all
        if ended and step.key not in targets:
            yield "unreachable", step
        for path in step.paths:
            yield from _lane_problems(path.steps, depth + 1, targets)
