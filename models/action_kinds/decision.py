from datetime import timedelta

from odoo import fields, models

from ...engine.outcome import Advance, Park, Wait
from ...engine.schedule import wall_of
from ...engine.typed_json import Ids
from ...services import deciders, decisions, waits
from ...services.value_problems import problems_of_text

FEWEST_ANSWERS, MOST_ANSWERS = 2, 10
UNANSWERED = {"answer": None, "by": None, "at": None, "remark": None}


class CrmWorkflowAction(models.Model):
    """A person decides. Each answer is a path, and so is that nobody answered."""

    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("decision", "Ask a person")], ondelete={"decision": "cascade"}
    )
    decision_ask = fields.Selection(
        [
            ("user", "A user"),
            ("field", "The user in a field of the record"),
            ("team", "A sales team"),
            ("group", "A group of users"),
        ],
        string="Ask",
        default="user",
        help="Of a team or a group everyone is asked, and the first answer counts.",
    )
    decision_user_id = fields.Many2one(
        "res.users",
        string="User",
        ondelete="set null",
        index="btree_not_null",
        domain=[("share", "=", False)],
    )
    decision_user_path = fields.Char(
        string="Field With Who Is Asked", help="A field that names a user."
    )
    decision_team_id = fields.Many2one(
        "crm.team", string="Team", ondelete="set null", index="btree_not_null"
    )
    decision_group_id = fields.Many2one(
        "res.groups", string="Group", ondelete="set null", index="btree_not_null"
    )
    decision_summary = fields.Char(string="Question", help="What is to be decided, in a line.")
    decision_note = fields.Text(string="Details", help="What one should know to decide.")
    decision_days = fields.Integer(
        string="Due In", default=1, help="Days until the activity is due; 0 for the same day."
    )
    decision_type_id = fields.Many2one(
        "mail.activity.type",
        string="Activity Type",
        ondelete="set null",
        index="btree_not_null",
        domain="['|', ('res_model', '=', False), ('res_model', '=', model_name)]",
        help="“Decision” when left empty.",
    )
    decision_wait_amount = fields.Integer(
        string="Wait at Most", help="0 to wait as long as it takes."
    )
    decision_wait_unit = fields.Selection(
        waits.UNITS, string="Unit of the Wait for an Answer", default="days"
    )

    def _branches_decision(self):
        return True

    def _missing_paths_decision(self):
        """Two answers to begin with, and the path for when nobody answers."""
        answers, nobody = self._paths_in_order()
        first = [] if answers else [self.env._("Approve"), self.env._("Reject")]
        missing = [{"name": name, "sequence": place} for place, name in enumerate(first, 1)]
        return missing if nobody else [*missing, self._path_without_answer()]

    def _path_without_answer(self):
        return {"name": self.env._("Nobody answered"), "is_default": True}

    def _path_names_decision(self, paths):
        nobody = paths.filtered("is_default")
        return dict.fromkeys(nobody.ids, self._path_without_answer()["name"])

    def _acts_decision(self):
        return True

    def _answers(self):
        """The paths that are answers, in the order of their buttons."""
        return self._paths_in_order()[0]

    def _run_decision(self, batch):
        """Everyone is asked about at once, and waits; who has nobody to ask is parked."""
        people = deciders.deciders(self, batch)
        decisions.ask(self, batch, people)
        ends = self._decision_ends(batch)
        nobody = Park(batch.env._("There is nobody to ask: edit the workflow and choose people."))
        return {row.id: Wait(ends[row.id]) if people[row.res_id] else nobody for row in batch.rows}

    def _decision_ends(self, batch):
        """Until when each waits at most: {enrollment id: moment or None}."""
        if not self.decision_wait_amount:
            return batch.all(None)
        starts = batch.all(batch.now)
        return waits.after(self, batch, starts, self.decision_wait_amount, self.decision_wait_unit)

    def _resume_decision(self, batch):
        """The answer is the path. Whatever else ended the wait, nobody has answered."""
        found = decisions.conclude(self, batch)
        keys = self._answers().mapped("key")
        default = self._paths_in_order()[1].key or None
        outcomes = batch.all(Advance(default, outputs=UNANSWERED))
        answered = {
            row_id: self._decided(decision)
            for row_id, decision in found.items()
            if decision.state == "answered" and decision.path_key in keys
        }
        return outcomes | answered

    def _decided(self, decision_sudo):
        outputs = {
            "answer": decision_sudo.answer,
            "by": Ids("res.users", decision_sudo.user_id.ids),
            "at": decision_sudo.answered_at,
            "remark": decision_sudo.kept_remark or None,
        }
        told = [decision_sudo._answer_text(), decision_sudo.kept_remark]
        return Advance(decision_sudo.path_key, "\n".join(filter(None, told)), outputs)

    def _outputs_decision(self):
        return {
            "answer": ("text", self.env._("Answer")),
            "by": ("record", self.env._("Answered by"), "res.users"),
            "at": ("datetime", self.env._("Answered at")),
            "remark": ("text", self.env._("Remark")),
        }

    def _decision_type(self):
        """The type of the activities; none when people have deleted the one for decisions."""
        # `env.ref` would ask the database each time.
        own_id = self.env["ir.model.data"]._xmlid_to_res_id("crm_workflow.activity_type_decision")
        return self.decision_type_id or self.decision_type_id.browse(own_id or ())

    def _decision_deadline(self, batch):
        """The day on which the activities are due."""
        return wall_of(batch.now, batch.tz).date() + timedelta(days=self.decision_days)

    def _summary_depends(self):
        own = ["decision_ask", "decision_user_path", "path_ids.name", "path_ids.is_default"]
        names = ["decision_user_id.name", "decision_team_id.name", "decision_group_id.name"]
        return [*super()._summary_depends(), *own, *names]

    def _summary_decision(self):
        answers = self._answers().mapped("display_name")
        if not self.decision_ask:
            return self.env._("Ask a person")
        return self.env._(
            "Ask %(who)s: %(answers)s", who=deciders.words(self), answers=", ".join(answers)
        )

    def _problems_decision(self):
        if not hasattr(self.env[self.model_name], "activity_ids"):
            yield self.env._(
                "%s has no activities, so nobody can be asked: use another step.",
                self.object_id.name,
            )
        yield from deciders.problems(self)
        if not self.decision_summary:
            yield self.env._("Say what is to be decided: write a question.")
        for text in (self.decision_summary, self.decision_note):
            yield from problems_of_text(self, text)
        yield from self._decision_problems_answers()
        yield from self._decision_problems_time()

    def _decision_problems_answers(self):
        names = [(path.name or "").strip() for path in self._answers()]
        if not FEWEST_ANSWERS <= len(names) <= MOST_ANSWERS:
            yield self.env._(
                "A decision has %(fewest)s to %(most)s answers: add some, or remove some.",
                fewest=FEWEST_ANSWERS,
                most=MOST_ANSWERS,
            )
        if not all(names):
            yield self.env._("An answer has no name: its name is what the button says.")
        if len({name.casefold() for name in names}) < len(names):
            yield self.env._("Two answers have the same name: give each its own.")
        if not self._paths_in_order()[1]:
            yield self.env._("The path for when nobody answers is missing: add the step anew.")

    def _decision_problems_time(self):
        if not 0 <= self.decision_days <= waits.MOST["days"]:
            yield self.env._("The days until it is due are 0 or more, and ten years at most.")
        if self.decision_wait_amount:
            amount, unit = self.decision_wait_amount, self.decision_wait_unit
            yield from waits.duration_problems(self, amount, unit)
        kind = self._decision_type()
        if kind.res_model and kind.res_model != self.model_name:
            yield self.env._(
                "Activities of type “%s” are for other records: choose another type.", kind.name
            )

    def _document_fields_decision(self):
        return (
            "decision_ask",
            "decision_user_id",
            "decision_user_path",
            "decision_team_id",
            "decision_group_id",
            "decision_summary",
            "decision_note",
            "decision_days",
            "decision_type_id",
            "decision_wait_amount",
            "decision_wait_unit",
        )
