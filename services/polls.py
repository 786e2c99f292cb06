"""Polls: events that leave no fact, because time alone, or plain SQL, brought them about.

At each tick, what happened since a remembered mark is looked for and noted as a fact, so that all
workflows that wait for it, paused ones too, get it as they get any other.
"""

import functools

from . import capture


def set_marks_sudo(env):
    """A mark for each event that live workflows wait for, from now on, and no other."""
    polled, marks_sudo = env["crm.workflow"]._watches().polled, env["crm.workflow.mark"].sudo()
    marks_sudo.search([("event", "not in", list(polled))]).unlink()
    missing = polled - set(marks_sudo.search([]).mapped("event"))
    marks_sudo.create([{"event": event, "at": env.cr.now()} for event in sorted(missing)])


def tasks(env):
    """A function for each event to look for at this tick; no query when there is none."""
    polled = env["crm.workflow"]._watches().polled
    if not polled:
        return []
    marks = env["crm.workflow.mark"].search([("event", "in", list(polled))], order="event")
    return [functools.partial(poll, mark) for mark in marks]


def poll(mark):
    """Note what happened since the mark, and move it on; it never moves back, as clocks may."""
    if not mark.exists():  # the last workflow that waits for it was turned off just now
        return
    since, now = mark.at, mark.env.cr.now()
    if now <= since:
        return
    mark.at = now
    method = getattr(mark.env["crm.workflow.trigger"], f"_poll_{mark.event}", None)
    if method:
        capture.note(method(since, mark.at), mark.event)
