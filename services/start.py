"""Start: at which step, and when, people let the records begin that they enrol by hand."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import format_date, format_time

from ..engine.moment_text import moment_from
from .queue.entry import Start


def start_of(workflow, start_at=None, start_key=None):
    """The :class:`~.queue.entry.Start` that the options of ``crm.workflow.enroll`` ask for.

    :raise UserError: when they name no step of the live version, or no moment
    """
    step, now = _step(workflow, start_key), workflow.env.cr.now()
    moment = max(_moment(workflow.env, start_at) or now, now)
    told = []
    if start_key:
        action_sudo = workflow.env["crm.workflow.action"].sudo().browse(step.id)
        told.append(workflow.env._("Starts at the step “%s”.", action_sudo._kept_name()))
    if moment > now:
        told.append(workflow.env._("Starts on %s.", moment_text(workflow.env, moment)))
    return Start(step.id, moment, " ".join(told) or None)


def moment_text(env, moment):
    """A moment in the user's language and time zone: "January 5, 2026 at 9:00 AM (UTC)"."""
    local = fields.Datetime.context_timestamp(env.user, moment)
    return env._(
        "%(date)s at %(time)s (%(zone)s)",
        date=format_date(env, local.date(), date_format="long"),
        time=format_time(env, local.time(), time_format="short"),
        zone=env.tz,
    )


def _step(workflow, key):
    program = workflow.sudo().live_version_id._program()
    step = program.step(key) if key else program.first
    if key and step is not None and program.loops(key):
        raise UserError(
            workflow.env._("“%s” is done with other records, one by one: start before it.", key)
        )
    if key and step is None:
        raise UserError(
            workflow.env._(
                "“%(workflow)s” has no step with the key “%(key)s”. Its steps are: %(keys)s.",
                workflow=workflow.name,
                key=key,
                keys=", ".join(program.keys),
            )
        )
    return step


def _moment(env, value):
    if not value:
        return None
    try:
        return moment_from(value)
    except ValueError as error:
        raise UserError(
            env._(
                "“%s” names no moment. Give a date and time of UTC, such as 2026-12-01 09:00:00.",
                value,
            )
        ) from error
