"""Verbs for tests: describe a workflow in a few words, let time pass, look where records are."""

from contextlib import contextmanager, nullcontext
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, fields
from odoo.tests import TransactionCase, freeze_time, new_test_user

from ..services import limit, runner


class WorkflowCase(TransactionCase):
    """Workflows over contacts, run by the real cron methods in the test's transaction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.workflow"].search([("state", "in", ("on", "paused"))]).action_turn_off("end")
        cls.contact_type = cls.env.ref("crm_workflow.object_contact")
        cls.deal_type = cls.env.ref("crm_workflow.object_deal")
        cls.admin = cls.env.ref("base.user_admin")
        cls.clock = timedelta()
        # However busy the machine is.
        cls.env["ir.config_parameter"].set_param(limit.PARAMETER, "600")

    # Describing

    def workflow(
        self, *steps, triggers=(), exits=(), name="Test", object_type=None, publish=True, **vals
    ):
        """A workflow with steps as given by the functions below, live unless told otherwise.

        :param triggers: dicts of values; a text is the domain of a criteria trigger
        :param exits: dicts of values; a text is the domain of a criteria exit
        """
        workflow = self.env["crm.workflow"].create(
            {"name": name, "object_id": (object_type or self.contact_type).id, **vals}
        )
        self.fill(workflow, *steps, triggers=triggers, exits=exits)
        if publish:
            workflow.action_publish()
        return workflow

    def fill(self, workflow, *steps, triggers=(), exits=()):
        """Put triggers, steps and ways out into the draft."""
        version = workflow.draft_version_id
        for model, ways in (("trigger", triggers), ("exit", exits)):
            for way in ways:
                vals = way if isinstance(way, dict) else {"kind": "criteria", "domain": way}
                self.env[f"crm.workflow.{model}"].create({"version_id": version.id, **vals})
        self._lane(version, steps, False)
        return version

    def _lane(self, version, steps, path_id):
        for sequence, step in enumerate(steps, 1):
            vals = dict(step)
            lanes = vals.pop("lanes", ())
            action = self.env["crm.workflow.action"].create(
                {"version_id": version.id, "path_id": path_id, "sequence": sequence, **vals}
            )
            if lanes:
                # What a new step brings, besides the path for the rest and that of failures.
                (action._own_paths() - action.path_ids.filtered("is_default")).unlink()
            for position, (path_vals, lane) in enumerate(lanes, 1):
                path = (
                    action.path_ids.filtered("is_default") if path_vals.get("is_default") else None
                )
                path = path or self.env["crm.workflow.path"].create(
                    {"action_id": action.id, "sequence": position, **path_vals}
                )
                self._lane(version, lane, path.id)

    def server_action(self, model="res.partner", **vals):
        """An action that belongs to a step."""
        return self.env["ir.actions.server"].create(
            {
                "name": "Do it",
                "model_id": self.env["ir.model"]._get_id(model),
                "usage": "crm_workflow",
                **vals,
            }
        )

    def write_step(self, field="ref", value="been here", model="res.partner", **vals):
        """A step that writes one field."""
        action = self.server_action(
            model, state="object_write", update_path=field, value=value, evaluation_type="value"
        )
        return {"kind": "server", "server_action_id": action.id, **vals}

    def code_step(self, code, model="res.partner", **vals):
        """A step that runs Python."""
        action = self.server_action(model, state="code", code=code)
        return {"kind": "server", "server_action_id": action.id, **vals}

    @staticmethod
    def delay(amount, unit, **vals):
        """A step that waits."""
        return {"kind": "delay", "delay_amount": amount, "delay_unit": unit, **vals}

    @staticmethod
    def branch(*lanes, otherwise=(), **vals):
        """A branch of (name, domain, steps) lanes."""
        paths = [({"name": name, "domain": domain}, steps) for name, domain, steps in lanes]
        return {"kind": "branch", "lanes": [*paths, ({"is_default": True}, otherwise)], **vals}

    @staticmethod
    def end(**vals):
        """A step that ends the pass."""
        return {"kind": "end", **vals}

    def contacts(self, count, **vals):
        """New contacts, numbered."""
        return self.env["res.partner"].create(
            [{"name": f"Contact {n}", **vals} for n in range(count)]
        )

    def user(self, login, *groups, **vals):
        """A new user of the groups."""
        return new_test_user(self.env, login, groups=",".join(groups), **vals)

    def hide(self, records):
        """Nobody but the administrator sees these records any more."""
        rule = f"[('id', 'not in', {records.ids} if user.id != {self.admin.id} else [])]"
        self.env["ir.rule"].create(
            {
                "name": "Hide",
                "model_id": self.env["ir.model"]._get_id(records._name),
                "groups": [fields.Command.link(self.env.ref("base.group_user").id)],
                "domain_force": rule,
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()

    # Letting time pass

    def travel(self, **amount):
        """Move the clock of the crons on."""
        self.clock += timedelta(**amount)

    @contextmanager
    def cron_env(self):
        """The scheduler's environment, on the test's transaction, at the travelled time."""
        self.env.cr.flush()
        frozen = freeze_time(fields.Datetime.now() + self.clock) if self.clock else nullcontext()
        with frozen, self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
        self.env.invalidate_all()

    def today(self, workflow):
        """The date where a workflow's run-as user is: at night it is not that of UTC."""
        user = workflow.run_as_id
        return fields.Date.context_today(user.with_context(tz=user.tz or "UTC"))

    def tick(self):
        """Both crons, once."""
        self.tick_enroll()
        self.tick_run()

    def tick_enroll(self):
        """The cron that enrols."""
        with self.cron_env() as env:
            env["crm.workflow"]._cron_enroll()

    def tick_run(self):
        """The cron that moves records on."""
        with self.cron_env() as env:
            env["crm.workflow"]._cron_run()

    # Looking

    def enrollments(self, workflow, records=None):
        """All enrollments of a workflow, or those of some records, oldest first."""
        domain = [("workflow_id", "=", workflow.id)]
        if records is not None:
            domain.append(("res_id", "in", records.ids))
        return self.env["crm.workflow.enrollment"].search(domain, order="id")

    def ledger(self, enrollments):
        """(step or None, outcome) pairs, in order."""
        rows = self.env["crm.workflow.log"].search(
            [("enrollment_id", "in", enrollments.ids)], order="enrollment_id, visit"
        )
        return [
            (row.action_id.display_name if row.action_id else None, row.outcome) for row in rows
        ]

    @staticmethod
    def in_one_batch():
        """Within, no batch is divided, however many records there are and however slow it is."""
        return patch.multiple(runner, FIRST_BATCH=1_000, TARGET_SECONDS=600)

    def assertAsManyQueries(self, workflow, new_records, many=100):
        """Many records take as many queries through a workflow as one, once caches are filled.

        :param new_records: given a number, returns as many records
        """
        counts, rounds = [], (1, 1, many)
        with self.in_one_batch():
            for count in rounds:
                workflow.enroll(new_records(count))
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.tick_run()
                counts.append(self.env.cr.sql_log_count - before)
        states = self.enrollments(workflow).mapped("state")
        self.assertEqual(states, ["completed"] * sum(rounds))
        self.assertLessEqual(counts[2], counts[1] + 2)

    def assertInside(self, workflow, records):
        """Just these records are inside."""
        inside = self.enrollments(workflow).filtered(lambda row: row.state in ("active", "parked"))
        self.assertEqual(set(inside.mapped("res_id")), set(records.ids))

    def assertEntered(self, workflow, records):
        """Just these records ever entered."""
        self.assertEqual(set(self.enrollments(workflow).mapped("res_id")), set(records.ids))


class EventCase(WorkflowCase):
    """Workflows that records enter because something happens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_type = cls.env.ref("crm_workflow.object_company")
        cls.company = cls.env["res.partner"].create({"name": "Nordic", "is_company": True})
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ada", "parent_id": cls.company.id, "email": "ada@nordic.example"}
        )
        cls.other = cls.env["res.partner"].create({"name": "Bob", "email": "bob@else.example"})

    def waits_for(self, event, object_type=None, steps=(), **vals):
        """A live workflow, over contacts unless told otherwise, that waits for an event."""
        trigger = {"kind": "event", "event": event, **vals}
        steps = steps or [self.delay(1, "days")]
        return self.workflow(*steps, triggers=[trigger], object_type=object_type, name=event)

    def deal(self, **vals):
        """A new deal of Ada's."""
        return self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "partner_id": self.contact.id, **vals}
        )

    def type_of(self, name):
        """An object type by the end of its external id."""
        return self.env.ref(f"crm_workflow.object_{name}")
