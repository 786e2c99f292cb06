from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_time

from ..services import sight
from ..services.reasons import reason_labels

#: Of a record that goes round in a loop, the newest entries are told.
ENTRIES_SHOWN = 100


class CrmWorkflowEnrollment(models.Model):
    """What people read about an enrollment: where it stands in a sentence, and its way so far."""

    _inherit = "crm.workflow.enrollment"

    record_name = fields.Char(search="_search_record_name")
    standing = fields.Char(compute="_compute_standing")
    reason_text = fields.Char(
        string="Why",
        compute="_compute_reason_text",
        search="_search_reason_text",
        help="Why it left, or what it is parked for, for those who may see the record.",
    )
    timeline = fields.Json(
        compute="_compute_timeline",
        help="The ledger told for people, oldest first; the step the record stands on comes last.",
    )

    @api.model
    def count_of_record(self, res_model, res_id):
        """In how many workflows a record is now."""
        return self.search_count([("res_id", "=", res_id), *self._open_domain(res_model)])

    @api.model
    def open_for_selection(self):
        """The action that shows the enrollments of the records selected."""
        self.check_access("read")
        context = self.env.context
        ids = context.get("active_ids") or [i for i in [context.get("active_id")] if i]
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_workflow.action_crm_workflow_enrollment"
        ) | {
            "name": self.env._("Workflow Enrollments"),
            "context": {"create": False},
            "domain": [("res_model", "=", context.get("active_model")), ("res_id", "in", ids)],
        }

    @api.depends("state", "reason")
    @api.depends_context(*sight.READER)
    def _compute_reason_text(self):
        """What the engine has a code for says nothing of the record: everybody is told."""
        labels, told = reason_labels(self.env), sight.told_ids(self)
        for enrollment, enrollment_sudo in zip(self, self.sudo(), strict=True):
            reason = enrollment_sudo.reason
            text = labels.get(reason) or sight.shown(self.env, reason, enrollment.id in told)
            enrollment.reason_text = text

    @api.model
    def _search_reason_text(self, operator, value):
        return sight.search(self, "reason", operator, value, labels=reason_labels(self.env))

    @api.depends("state", "action_id", "due_at", "is_scheduled", "workflow_id.state", "reason")
    def _compute_standing(self):
        for enrollment in self:
            enrollment.standing = getattr(enrollment, f"_standing_{enrollment.state}")()

    @api.depends("state", "action_id", "due_at", "visit")
    @api.depends_context(*sight.READER)
    def _compute_timeline(self):
        for enrollment in self:
            rows = enrollment.log_ids.sorted(lambda row: row.visit)[-ENTRIES_SHOWN:]
            current = enrollment._current_entries()
            enrollment.timeline = [*(enrollment._entry(row) for row in rows), *current]

    @api.model
    def _search_record_name(self, operator, value):
        if operator not in sight.SEARCHABLE:
            return NotImplemented
        return Domain.OR(
            Domain("res_model", "=", name)
            & Domain("res_id", "in", self._ids_query(name, operator, value))
            for name in self.env["crm.workflow"]._visited_models()
            if self.env[name].has_access("read")
        )

    @api.model
    def _ids_query(self, model_name, operator, value):
        model = self.env[model_name].with_context(active_test=False)
        return model._search([("display_name", operator, value)])

    @api.model
    def _open_domain(self, res_model):
        return [("res_model", "=", res_model), ("state", "in", ("active", "parked"))]

    def _moment(self, moment):
        if not moment:
            return ""
        local = fields.Datetime.context_timestamp(self, moment)
        return self.env._(
            "%(date)s at %(time)s",
            date=format_date(self.env, local.date(), date_format="long"),
            time=format_time(self.env, local.time(), time_format="short"),
        )

    def _standing_active(self):
        step = self.action_id.display_name
        if self.workflow_id.state == "paused":
            return self.env._("The workflow is paused: nothing moves until it is resumed.")
        if self.is_held:
            return self.env._("Held before “%s” until somebody releases or drops it.", step)
        if self.waiting and not self.due_at:
            return self.env._("Stands at “%s” until something wakes it.", step)
        if self._is_due_later():
            return self._standing_later(step, self._moment(self.due_at))
        return self.env._("“%s” is about to happen.", step)

    def _standing_later(self, step, moment):
        if self.is_scheduled:
            return self.env._("Starts on %(moment)s with “%(step)s”.", step=step, moment=moment)
        if self.attempts:
            return self.env._(
                "“%(step)s” failed and is tried again on %(moment)s.", step=step, moment=moment
            )
        if self._is_outside_hours():
            return self.env._(
                "“%(step)s” is held until %(moment)s, when the workflow acts again.",
                step=step,
                moment=moment,
            )
        return self.env._("Stands at “%(step)s” until %(moment)s.", step=step, moment=moment)

    def _is_outside_hours(self):
        """True when the step has not begun, because it is outside of the workflow's hours."""
        return bool(not self.waiting and self.action_id._acts() and self.version_id._hours_plan())

    def _standing_parked(self):
        return self.env._(
            "Parked at “%s”: it failed. Retry once the cause is gone.",
            self.action_id.display_name,
        )

    def _standing_completed(self):
        return self.env._("Went through to the end on %s.", self._moment(self.finished_at))

    def _standing_exited(self):
        return self.env._("Left on %s, before the end.", self._moment(self.finished_at))

    def _entry(self, row):
        """One row of the ledger as the timeline shows it."""
        return {
            "id": row.id,
            "outcome": row.outcome,
            "title": self._entry_title(row),
            "path": row.path_name or "",
            "message": row.message_text or "",
            "since": fields.Datetime.to_string(row.started_at) or "",
            "at": fields.Datetime.to_string(row.at),
        }

    def _entry_title(self, row):
        step = row.action_id.display_name or row.action_key
        titles = {
            "entered": self._entry_title_entered,
            "completed": lambda: self.env._("Completed"),
            "exited": lambda: self.env._("Left"),
            "moved": lambda: self.env._("Moved to %s", row.version_id.display_name),
            "restarted": lambda: self.env._("Started again, because a trigger fired"),
            "retried": lambda: self.env._("Taken up again at “%s”", step),
            "released": lambda: self.env._("Released before “%s”", step),
            "continued": lambda: self.env._("“%s” failed; the record went on", step),
            "skipped": lambda: self.env._("Wait skipped: %s", step),
        }
        return titles.get(row.outcome, lambda: step)()

    def _entry_title_entered(self):
        if self.source == "manual" and self.user_id:
            return self.env._("Enrolled by %s", self.user_id.name)
        sources = dict(self._fields["source"]._description_selection(self.env))
        return self.env._("Entered: %s", sources[self.source])

    def _current_entries(self):
        """The step the record stands on, unless the ledger says all about it already."""
        if self.state != "active":
            return []
        return [
            {
                "id": "current",
                "outcome": "waiting" if self.due_at is False or self.waiting else "next",
                "title": self.action_id.display_name or "",
                "path": "",
                "message": self._current_message(),
                "since": fields.Datetime.to_string(self.reached_at) or "",
                "at": fields.Datetime.to_string(self.due_at) or "",
            }
        ]

    def _current_message(self):
        """When it goes on; the step's name is said already."""
        if self.is_stalled or self.attempts or not self._is_due_later():
            return self.standing
        moment = self._moment(self.due_at)
        if self.is_scheduled:
            return self.env._("Starts on %s", moment)
        if self._is_outside_hours():
            return self.env._("Held until %s, when the workflow acts again", moment)
        return self.env._("Until %s", moment)
