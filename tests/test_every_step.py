from unittest.mock import patch

from odoo import sql_db
from odoo.fields import Command
from odoo.tests import tagged

from ..models.ir_actions_server import SUPERSEDED_STATES
from ..services import runner
from .common_records import RecordsCase

MANY = 200
#: What a cache may miss by chance.
CHANCE = 3
#: Odoo inserts and updates a hundred rows at a time; a step may do so in so many tables.
TABLES, ROWS = 4, 100
#: What Odoo itself asks for each record: the history of a tracked field is a message with a value,
#: and the accounting app looks for the default of each copied contact.
BY_ODOO = {"state_crm_workflow_assign": 2, "state_crm_workflow_copy": 1}
FEW_STEPS, MANY_STEPS = 3, 23
#: What each step asks when it is checked: a calendar about its working days.
CHECKED_BY_ODOO = {("kind_delay", "problems"): 2}
#: What the outline of steps reads, as in static/src/steps/steps_data.js.
OUTLINE = {
    "crm.workflow.action": ["path_id", "kind", "name", "summary", "status", "badges"]
    + ["is_branching", "takes_paths", "comment_count", "version_state"],
    "crm.workflow.path": ["action_id", "display_name", "is_default", "role", "condition"],
}
#: Nothing can be published with it; what runs alone, or needs an app that is seldom there.
NOT_RUN = {"placeholder"}
ELSEWHERE = {"webhook", "multi", "sms", "mail_post", "crm_workflow_mailing_list"}


@tagged("post_install", "-at_install")
class TestEveryStep(RecordsCase):
    """What holds for every kind of step and every kind of action, one after the other."""

    def setUp(self):
        super().setUp()
        self.seller = self.user(
            "seller",
            *("base.group_partner_manager", "sales_team.group_sale_manager"),
            "crm_workflow.group_user",
            email="seller@test.example",
        )
        self.elsewhere = self.workflow(self.delay(1, "days"), name="Elsewhere")

    def kinds(self):
        """{name: function that gives the values of a step}, complete by one of the tests."""
        own = [name for name in dir(self) if name.startswith(("kind_", "state_"))]
        return {name: getattr(self, name) for name in own}

    # Steps

    def kind_branch(self):
        return self.branch(("Oslo", "[('city', '=', 'Oslo')]", [self.end()]))

    def kind_call(self):
        line = {"place": "value", "name": "name", "field_path": "name"}
        url = "https://service.example/contacts"
        return {"kind": "call", "call_url": url, "call_line_ids": [Command.create(line)]}

    def kind_compute(self):
        return {"kind": "compute", "compute_formula": "upper(object.name)"}

    def kind_decision(self):
        question = {"decision_ask": "user", "decision_user_id": self.admin.id}
        return {"kind": "decision", "decision_summary": "{{ object.name }}?", **question}

    def kind_delay(self):
        return self.delay(1, "working_days")

    def kind_end(self):
        return self.end()

    def kind_enroll(self):
        return {"kind": "enroll", "enroll_workflow_id": self.elsewhere.id}

    def kind_goto(self):
        return {"kind": "goto", "goto_key": "last"}

    def kind_loop(self):
        inner = {"kind": "compute", "compute_formula": "object.name"}
        return {
            "kind": "loop",
            "loop_path": "category_id",
            "lanes": [({"is_default": True}, [inner])],
        }

    def kind_note(self):
        return {"kind": "note", "name": "Remember"}

    def kind_split(self):
        return {"kind": "split"}

    def kind_unenroll(self):
        workflows = [Command.set(self.elsewhere.ids)]
        return {"kind": "unenroll", "unenroll_workflow_ids": workflows}

    def kind_until_date(self):
        return {"kind": "until_date", "until_date_day": "2099-01-01"}

    def kind_until_field(self):
        return {"kind": "until_field", "until_field_path": "create_date"}

    def kind_until_happens(self):
        condition = "[('city', '=', 'Oslo')]"
        return {
            "kind": "until_happens",
            "until_happens_by": "state",
            "until_happens_domain": condition,
        }

    def kind_until_weekday(self):
        return {"kind": "until_weekday", "until_weekday_monday": True}

    def kind_values(self):
        path = {"name": "Norway", "values_accepted": '["Oslo"]'}
        return {"kind": "values", "values_field": "city", "lanes": [(path, [self.end()])]}

    # Actions

    def action(self, state, **vals):
        return {"kind": "server", "server_action_id": self.server_action(state=state, **vals).id}

    def state_code(self):
        return self.code_step("records.write({'ref': 'seen'})")

    def state_crm_workflow_archive(self):
        return self.records_step("archive")

    def state_crm_workflow_assign(self):
        people = [Command.create({"user_id": self.admin.id})]
        return self.action("crm_workflow_assign", assign_line_ids=people)

    def state_crm_workflow_copy(self):
        return self.records_step("copy")

    def state_crm_workflow_create(self):
        tag = self.env["ir.model"]._get_id("res.partner.category")
        name = self.line("name", "text", "Of {{ object.name }}")
        return self.records_step("create", name, crm_workflow_model_id=tag)

    def state_crm_workflow_delete(self):
        return self.records_step(
            "delete", crm_workflow_confirmed=True, crm_workflow_daily_limit=10_000
        )

    def state_crm_workflow_edit(self):
        return self.records_step("edit", self.line("ref", "set", "seen"))

    def state_crm_workflow_email(self):
        own = {"subject": "Hello {{ object.name }}", "body": "<p>Hello</p>"}
        return self.action(
            "crm_workflow_email", **{f"crm_workflow_email_{name}": own[name] for name in own}
        )

    def state_crm_workflow_note(self):
        return self.action("crm_workflow_note", crm_workflow_note_body="<p>Seen</p>")

    def state_crm_workflow_notify(self):
        own = {"to": "users", "user_ids": [Command.set(self.admin.ids)], "subject": "New"}
        own["body"] = "<p>Look</p>"
        return self.action(
            "crm_workflow_notify", **{f"crm_workflow_notify_{name}": own[name] for name in own}
        )

    def state_followers(self):
        people = [Command.set(self.admin.partner_id.ids)]
        return self.action("followers", followers_type="specific", partner_ids=people)

    def state_next_activity(self):
        todo = self.env.ref("mail.mail_activity_data_todo").id
        return self.action(
            "next_activity",
            activity_type_id=todo,
            activity_summary="Call",
            activity_user_type="specific",
            activity_user_id=self.admin.id,
        )

    def state_remove_followers(self):
        return {**self.state_followers()} | self.action(
            "remove_followers",
            followers_type="specific",
            partner_ids=[Command.set(self.admin.partner_id.ids)],
        )

    # What holds for all of them

    def test_every_kind_is_here(self):
        kinds = set(self.env["crm.workflow.action"]._fields["kind"].get_values(self.env))
        states = set(self.env["ir.actions.server"]._fields["state"].get_values(self.env))
        here = set(self.kinds())
        wanted = {f"kind_{kind}" for kind in kinds - NOT_RUN - {"server"}}
        wanted |= {f"state_{state}" for state in states - ELSEWHERE - SUPERSEDED_STATES}
        self.assertEqual(here, wanted)

    def test_many_records_take_as_many_queries_as_one(self):
        for name, value in (("FIRST_BATCH", MANY), ("TARGET_SECONDS", 600)):
            patcher = patch.object(runner, name, value)
            patcher.start()
            self.addCleanup(patcher.stop)
        for name, step in self.kinds().items():
            with self.subTest(name):
                workflow = self.flow(step())
                self.queries(workflow, 1)
                one = self.queries(workflow, 1)
                more = CHANCE + TABLES * MANY // ROWS + BY_ODOO.get(name, 0) * MANY
                self.assertLessEqual(self.queries(workflow, MANY), one + more)

    def flow(self, step, **vals):
        """A live workflow of a step, and an end to go to behind it."""
        last = () if step["kind"] == "end" else (self.end(key="last"),)
        return self.workflow(step, *last, **vals)

    def queries(self, workflow, count):
        """How many queries so many contacts take from the first step to where they rest."""
        people = self.env["res.partner"].create(
            [
                {
                    "name": f"Contact {n}",
                    "email": f"contact{n}@test.example",
                    "category_id": [Command.create({"name": f"Tag {n}"})],
                }
                for n in range(count)
            ]
        )
        workflow.enroll(people)
        self.env.cr.flush()
        self.env.cr.clear()
        before = sql_db.sql_counter
        self.tick_run()
        self.env.cr.flush()
        queries = sql_db.sql_counter - before
        rows = self.enrollments(workflow).filtered(lambda row: row.res_id in people.ids)
        self.assertFalse(rows.filtered(lambda row: row.state == "parked").mapped("reason"))
        self.assertTrue(all(row.visit > 1 or row.waiting for row in rows))
        return queries

    def test_many_steps_are_shown_with_as_many_queries_as_few(self):
        grown = {}
        for name, step in self.kinds().items():
            self.screen_queries(step, FEW_STEPS)
            few, many = self.screen_queries(step, FEW_STEPS), self.screen_queries(step, MANY_STEPS)
            for screen in few:
                more = CHANCE + CHECKED_BY_ODOO.get((name, screen), 0) * (MANY_STEPS - FEW_STEPS)
                if many[screen] > few[screen] + more:
                    grown[name, screen] = few[screen], many[screen]
        self.assertFalse(grown)

    def test_a_step_is_moved_among_many_with_as_many_queries_as_among_few(self):
        def move(count):
            workflow = self.workflow(*(self.delay(1, "days") for _n in range(count)), publish=False)
            steps = workflow.draft_version_id.action_ids.with_user(self.admin)
            queries = self.queries_of(lambda: self.move_to_the_top(steps[-1]))
            steps.invalidate_recordset()
            self.assertEqual(steps.sorted("sequence").ids, [steps.ids[-1], *steps.ids[:-1]])
            return queries

        move(FEW_STEPS)
        # Odoo writes a hundred rows at a time.
        self.assertLessEqual(move(10 * MANY_STEPS), move(FEW_STEPS) + 2 + CHANCE)

    def move_to_the_top(self, step):
        step.move(step.id, False, step.version_id.action_ids[0].id)
        step.env.flush_all()

    def screen_queries(self, step, count):
        """How many queries so many steps of a kind take: {screen: number}."""
        workflow = self.workflow(*(step() for _step in range(count)), publish=False)
        of_version = [("version_id", "=", workflow.draft_version_id.id)]
        screens = {
            "outline": lambda: [
                self.env[own].search_read(of_version, OUTLINE[own]) for own in OUTLINE
            ],
            "problems": lambda: workflow.read(["problems"]),
        }
        return {name: self.queries_of(read) for name, read in screens.items()}

    def queries_of(self, read):
        self.env.cr.flush()
        self.env.cr.clear()
        before = sql_db.sql_counter
        read()
        return sql_db.sql_counter - before

    def test_who_is_gone_or_out_of_sight_stops_nobody(self):
        self.env["ir.rule"].create(
            {
                "name": "Secrets",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "groups": [Command.set(self.env.ref("crm_workflow.group_user").ids)],
                "domain_force": "[('function', '!=', 'Secret')]",
            }
        )
        for name, step in self.kinds().items():
            with self.subTest(name):
                workflow = self.flow(step(), run_as_id=self.seller.id)
                fine, gone, secret = self.contacts(3)
                workflow.enroll(fine | gone | secret)
                secret.function = "Secret"
                gone.unlink()
                self.tick_run()
                states = {row.res_id: row for row in self.enrollments(workflow)}
                self.assertEqual(states[gone.id].reason, "record_deleted")
                self.assertIn("may not see", states[secret.id].reason)
                self.assertNotEqual(states[fine.id].state, "parked", states[fine.id].reason)

    def test_what_lacks_something_is_not_published(self):
        complete = {"delay", "end", "note", "split"}
        kinds = self.env["crm.workflow.action"]._fields["kind"].get_values(self.env)
        for kind in set(kinds) - complete:
            with self.subTest(kind):
                workflow = self.workflow({"kind": kind}, publish=False)
                step = workflow.draft_version_id.action_ids
                self.assertIn(step.id, [problem["action_id"] for problem in workflow.problems])
