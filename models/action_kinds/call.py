from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...engine.call_address import destination_of
from ...engine.call_answer import answer_outputs
from ...engine.call_text import FORM, JSON, PLAIN, XML, without_placeholders
from ...engine.errors import CallError
from ...engine.outcome import Advance, Wait
from ...services import waking
from ...services.calls import problems
from ...services.calls.request import note_calls
from ...services.queue.outbox import last_calls

MEDIA_TYPES = {"json": JSON, "form": FORM, "xml": XML, "plain": PLAIN}
FAILED = "failed"
#: What only administrators decide, besides the lines.
GUARDED = (
    "call_method",
    "call_url",
    "call_content",
    "call_format",
    "call_text",
    "call_signed",
)


class CrmWorkflowAction(models.Model):
    """The call is written into an outbox with the step, and delivered by ``services.calls``.

    Where it goes and what it brings is for administrators, as for Odoo's own webhook action:
    others keep the step as it is from version to version.
    """

    _inherit = "crm.workflow.action"

    kind = fields.Selection(
        selection_add=[("call", "Call a web service")], ondelete={"call": "cascade"}
    )
    call_method = fields.Selection(
        [(name, name) for name in ("POST", "GET", "PUT", "PATCH", "DELETE")],
        string="Method",
        default="POST",
    )
    call_url = fields.Char(
        string="Address",
        help="https://… Placeholders {{ … }} stand behind the host; what they bring is encoded.",
    )
    call_content = fields.Selection(
        [("values", "Values"), ("text", "A text"), ("nothing", "Nothing")],
        string="What Is Sent",
        default="values",
    )
    call_format = fields.Selection(
        [("json", "JSON"), ("form", "Form"), ("xml", "XML"), ("plain", "Plain text")],
        string="Format of What Is Sent",
        default="json",
    )
    call_text = fields.Text(
        string="Text of the Call", help="May hold placeholders {{ … }}, spelt as the format needs."
    )
    call_line_ids = fields.One2many("crm.workflow.call.line", "action_id", copy=True)
    call_header_ids = fields.One2many(
        "crm.workflow.call.line", "action_id", string="Headers", domain=[("place", "=", "header")]
    )
    call_value_ids = fields.One2many(
        "crm.workflow.call.line", "action_id", string="Values", domain=[("place", "=", "value")]
    )
    call_signed = fields.Boolean(
        string="Sign the Calls",
        help="With a secret that the service knows too, as the Standard Webhooks say.",
    )
    call_signing_secret = fields.Char(
        string="Signing Secret",
        compute="_compute_call_signing_secret",
        inverse="_inverse_call_signing_secret",
        groups="base.group_system",
        help="Give it to the service, or enter the one that it gave you.",
    )
    call_wait = fields.Boolean(
        string="Wait for the Answer",
        help="The record goes on when the service has answered. Later steps know the answer.",
    )

    # The form

    @api.depends("call_signed", "key")
    def _compute_call_signing_secret(self):
        secrets_sudo = self.env["crm.workflow.call.secret"].sudo()
        for action in self:
            action.call_signing_secret = action.call_signed and secrets_sudo._of(action, "").value

    def _inverse_call_signing_secret(self):
        secrets_sudo = self.env["crm.workflow.call.secret"].sudo()
        for action in self.filtered(lambda action: action.call_signed):
            if action.call_signing_secret:
                secrets_sudo._put(action, "", action.call_signing_secret)

    @api.depends("call_wait")
    def _compute_is_branching(self):  # pylint: disable=missing-return
        super()._compute_is_branching()

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._call_after_change()
        return actions

    def write(self, vals):
        done = super().write(vals)
        if vals.keys() & {*GUARDED, "kind", "key", "version_id", "call_wait"}:
            if "call_wait" in vals:
                self._call_unlink_idle_paths()
            self._add_missing_paths()
            self._call_after_change()
        return done

    def _call_after_change(self):
        calling = self.filtered("call_url")
        calling._call_check_authors()
        secrets_sudo = self.env["crm.workflow.call.secret"].sudo()
        for action in calling.filtered("call_signed"):
            secrets_sudo._ensure_signing(action)

    def _call_check_authors(self):
        """Whoever is no administrator keeps calls as they are in another version.

        :raise AccessError: for a call that is new, or says something else
        """
        if self.env.su or self.env.user.has_group("base.group_system"):
            return
        for action in self:
            others = [other._call_description() for other in action._call_elsewhere()]
            if action._call_description() not in others:
                raise AccessError(
                    self.env._(
                        "Only administrators let workflows call other systems: ask one to set up "
                        "the step “%s”.",
                        action.display_name,
                    )
                )

    def _call_elsewhere(self):
        """The same step in other versions of the workflow."""
        return self.search(
            [
                ("key", "=", self.key),
                ("version_id.workflow_id", "=", self.workflow_id.id),
                ("id", "not in", self.ids),
            ]
        )

    def _call_description(self):
        """What an administrator decided, to be compared."""
        lines = sorted(line._content() for line in self.call_line_ids)
        return (*(self[name] or False for name in GUARDED), tuple(map(repr, lines)))

    # Paths

    def _branches_call(self):
        return self.call_wait

    def _missing_paths_call(self):
        """A step that waits has a path for records whose call is not delivered."""
        failed = [] if self._path_of(FAILED) else [{"role": FAILED}]
        rest = [] if self.path_ids.filtered("is_default") else [{"is_default": True}]
        return failed + rest

    def _takes_paths_call(self):
        return False

    def _path_names_call(self, paths):
        delivered, failed = self.env._("Delivered"), self.env._("Not delivered")
        return {
            path.id: delivered if path.is_default else failed
            for path in paths
            if path.is_default or path.role == FAILED
        }

    def _call_unlink_idle_paths(self):
        """Of a step that waits no more, the paths go that are empty."""
        self._call_idle_paths().filtered(lambda path: not path.action_ids).unlink()

    def _call_idle_paths(self):
        """Paths that nobody takes."""
        own = self.filtered(lambda action: not action._branches()).path_ids
        return own.filtered(lambda path: path.is_default or path.role == FAILED)

    # What it does

    def _run_call(self, batch):
        note_calls(self, batch)
        return batch.all(Wait(None) if self.call_wait else Advance())

    def _resume_call(self, batch):
        """The call is through, or somebody ended the wait: one query for all, as a rule.

        Who was woken by anything else waits on for the call that is under way.
        """
        if not self.call_wait:
            return batch.all(Advance())
        calls = last_calls(batch.env, [row.id for row in batch.rows], self.key)
        under_way = {row_id for row_id, call in calls.items() if _is_under_way(call)}
        marks = waking.take(batch) if under_way else {}
        waiting = under_way - {row_id for row_id, mark in marks.items() if mark.is_skip}
        return {
            row.id: Wait(None) if row.id in waiting else self._call_outcome(calls.get(row.id))
            for row in batch.rows
        }

    def _call_outcome(self, call):
        outputs = answer_outputs(call["status"], call["response"]) if call else None
        if call and call["state"] == "delivered":
            default = self.path_ids.filtered("is_default")
            return Advance(default.key or None, outputs=outputs)
        message = call and call["error"] or self.env._("Went on without the answer.")
        return Advance(self._path_of(FAILED).key or None, message, outputs)

    def _outputs_call(self):
        """What later steps know of an answer; its fields, if it is a JSON object."""
        if not self.call_wait:
            return {}
        return {
            "status": ("number", self.env._("Status of the answer")),
            "text": ("text", self.env._("Text of the answer")),
            "json": ("json", self.env._("Fields of the answer")),
        }

    def _acts_call(self):
        return True

    def _call_media_type(self):
        """What the body is, by its name on the internet."""
        if self.call_content == "text":
            return MEDIA_TYPES[self.call_format or "json"]
        return FORM if self._call_as_form() else JSON

    def _call_as_form(self):
        """True when values are sent as a form."""
        return self.call_format == "form" or self._call_in_query()

    def _call_in_query(self):
        """True when values stand in the address: such a call has no body."""
        return self.call_method == "GET"

    # What it says

    def _summary_depends(self):
        return [*super()._summary_depends(), "call_method", "call_url", "call_wait"]

    def _summary_call(self):
        try:
            host = destination_of(without_placeholders(self.call_url or "")).host
        except CallError:
            return self.env._("Call a web service")
        if self.call_wait:
            return self.env._("Call %s and wait for the answer", host)
        return self.env._("Call %s", host)

    def _problems_call(self):
        yield from problems.find(self)

    def _document_fields_call(self):
        """Never a secret: where it is imported, it is entered anew."""
        return (
            "call_method",
            "call_url",
            "call_content",
            "call_format",
            "call_text",
            "call_line_ids",
            "call_signed",
            "call_wait",
        )


def _is_under_way(call):
    """True while the end of the call is still to wake the record."""
    return call["state"] == "waiting" and call["awaited"]
