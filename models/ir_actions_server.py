from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..services import capture
from ..services.names import visible_name
from ..services.values import Values

# What only administrators may write: the record rule for workflow managers says the same.
ADMINISTRATOR_STATES = {"code", "webhook", "multi"}
# What an action may be a part of; automations are there when their app is.
JOINED = ("parent_id", "base_automation_id")
# Odoo's own ways to change, create and copy records, for which steps have wider ones.
SUPERSEDED_STATES = {"object_write", "object_create", "object_copy"}


class IrActionsServer(models.Model):
    """Actions that belong to a step: run by the workflow alone, with the run-as user's rights.

    What a kind of action (its ``state``) has for workflows is found by name:

    ``_run_set_<state>(self, records)``
        Does it to any number of records at once. Serves Odoo's own rules as well, where Odoo has
        no ``_run_action_<state>`` of its own.
    ``_problems_<state>(self, step)``
        Yields texts that keep a version from being published.
    ``_outputs_<state>(self)``
        What it leaves for later steps, as a step's ``_outputs_<kind>`` says it.
    """

    _inherit = "ir.actions.server"

    usage = fields.Selection(
        selection_add=[("crm_workflow", "Workflow Step")], ondelete={"crm_workflow": "cascade"}
    )
    crm_workflow_action_ids = fields.One2many(
        "crm.workflow.action", "server_action_id", string="Workflow Steps"
    )

    crm_workflow_version_id = fields.Many2one(
        "crm.workflow.version",
        compute="_compute_crm_workflow_version_id",
        readonly=False,
        store=False,
        help="Whose values texts and formulas may use.",
        string="Workflow Version",
    )

    @api.depends("crm_workflow_action_ids.version_id")
    def _compute_crm_workflow_version_id(self):
        for action in self:
            action.crm_workflow_version_id = (
                action.crm_workflow_version_id or action.crm_workflow_action_ids[:1].version_id
            )

    def _check_access(self, operation):
        """While a step runs, its action may be read by whoever the workflow runs as."""
        if operation == "read" and capture.acting_step(self.env.cr):
            return None
        return super()._check_access(operation)

    def _compute_allowed_states(self):  # pylint: disable=missing-return
        """Whoever may not save code and calls is not offered them; and a step is not offered what
        an action on records does better.
        """
        super()._compute_allowed_states()
        for action in self.filtered(lambda action: action.usage == "crm_workflow"):
            left_out = SUPERSEDED_STATES - {action.state}
            action.allowed_states = [
                state for state in action.allowed_states if state not in left_out
            ]
        if not self.env.user.has_group("base.group_system"):
            for action in self:
                action.allowed_states = [
                    state for state in action.allowed_states if state not in ADMINISTRATOR_STATES
                ]

    def _parts(self):
        """The actions that this one consists of, in the order in which they are done."""
        self.ensure_one()
        method = getattr(self, f"_parts_{self.state}", None)
        return method() if method else [self]

    def _takes_set(self):
        """True when one call acts on any number of records; else each record needs its own.

        A kind of action that depends on what it says has a ``_takes_set_<state>()``.
        """
        method = getattr(self, f"_takes_set_{self.state}", None)
        if method:
            return method()
        return hasattr(self, f"_run_set_{self.state}") or self._get_runner()[1]

    def _values(self, records):
        """What texts and formulas may read: outside of workflows, little more than the records."""
        values = capture.acting_values(self.env.cr)
        if values is None:
            return Values(records, self.env.cr.now())
        return values if values.records == records else values.of(records)

    def _step_problems(self, step):
        """What keeps a step with this action from being published."""
        method = getattr(self, f"_problems_{self.state}", None)
        return method(step) if method else ()

    def _step_outputs(self):
        """What this action leaves for later steps: {name: (type, label)}."""
        method = getattr(self, f"_outputs_{self.state}", None)
        return method() if method else {}

    def _get_runner(self):
        """What is made for workflows alone serves automation rules, too."""
        runner, multi = super()._get_runner()
        if runner is None and hasattr(self, f"_run_set_{self.state}"):
            return type(self)._run_set, True
        return runner, multi

    def _run_set(self, eval_context=None):
        """In an automation rule; recomputed fields make Odoo ask for the same action twice."""
        records = eval_context["records"] or eval_context["record"]
        if records and not self._is_recompute():
            # A step may have caused it, but has nothing to do with it.
            with capture.told_nothing(self.env.cr):
                getattr(self, f"_run_set_{self.state}")(records)
        return False

    def _is_for(self, user):
        """True when the action's groups, if it has any, let the user run it."""
        return not self.group_ids or bool(self.group_ids & user.all_group_ids)

    def _get_eval_context(self, action=None):
        """In a step, Python knows what brought its records in: ``event`` that of ``record``, and
        ``events`` all of them by record id; a kind of action may add to it.
        """
        context = super()._get_eval_context(action)
        values = capture.acting_values(self.env.cr)
        return context if values is None else context | self._step_context(values)

    def _step_context(self, values):
        """What Python of a step finds beside what Odoo gives it."""
        events = values.told
        return {"events": events, "event": events.get(self.env.context.get("active_id"))}

    @api.model
    def _get_children_domain(self):
        return super()._get_children_domain() & fields.Domain("usage", "!=", "crm_workflow")

    def run(self):
        """Refuses actions of steps: outside their workflow they would run as superuser."""
        for action in self.sudo():
            if action.usage == "crm_workflow" and not capture.acting_step(self.env.cr):
                raise AccessError(
                    self.env._(
                        "“%s” belongs to a workflow and runs as one of its steps only.",
                        visible_name(action.with_env(self.env)),
                    )
                )
        return super().run()

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions._check_may_join()
        return actions

    def write(self, vals):
        self._check_no_published_step(self.env._("changed"), vals)
        done = super().write(vals)
        self._check_may_join()
        # What it has become must be theirs to write as well: no code, and nothing that runs
        # outside of workflows, where Odoo's rules look at what it was alone.
        self.check_access("write")
        return done

    def _only_in(self, steps):
        """Those that were made for these steps, and serve no others: they go with them."""
        return self.filtered(
            lambda action: (
                action.usage == "crm_workflow" and action.crm_workflow_action_ids <= steps
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published_step(self):
        self._check_no_published_step(self.env._("deleted"))

    def _check_may_join(self):
        """Whoever makes an action a part of something may change that: it does what they wrote.

        :raise AccessError: for a part of an action, or of an automation, of others
        """
        for name in JOINED:
            whole = self[name] if name in self._fields else self.browse()
            if whole:
                whole.check_access("write")

    def _check_no_published_step(self, what, vals=None):
        """What a published version does never changes behind its back.

        :raise UserError: for an action of a step that is no draft; for any action in use, when it
            is to be deleted
        """
        own_sudo = self.sudo().filtered(lambda action: action.usage == "crm_workflow")
        steps = own_sudo.crm_workflow_action_ids
        steps = steps.filtered(lambda step: step.version_id.state != "draft")
        if vals is None:
            shared = (self.sudo() - own_sudo).crm_workflow_action_ids
            walked = shared.version_id._walked()
            steps |= shared.filtered(lambda step: step.version_id in walked)
        if steps:
            raise UserError(
                self.env._(
                    "The action is not %(done)s: the published workflow “%(workflow)s” uses it. "
                    "Edit the workflow instead.",
                    done=what,
                    workflow=visible_name(steps[0].workflow_id),
                )
            )
