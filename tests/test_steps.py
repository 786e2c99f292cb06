from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestSteps(WorkflowCase):
    """What each kind of step does to those who reach it."""

    def test_a_server_action_acts_on_every_record(self):
        workflow = self.workflow(self.write_step("ref", "met"))
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(set(contacts.mapped("ref")), {"met"})
        self.assertEqual(set(self.enrollments(workflow).mapped("state")), {"completed"})

    def test_an_action_through_an_association_acts_on_the_associated_records(self):
        company = self.contacts(1, is_company=True)
        people = self.contacts(2, parent_id=company.id)
        workflow = self.workflow(self.write_step("parent_id.ref", "known"))
        workflow.enroll(people)
        self.tick()
        self.assertEqual(company.ref, "known")

    def test_a_formula_gives_each_record_its_own_value(self):
        step = self.write_step("ref", "record.name.upper()")
        self.env["ir.actions.server"].browse(step["server_action_id"]).evaluation_type = "equation"
        workflow = self.workflow(step)
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["CONTACT 0", "CONTACT 1", "CONTACT 2"])

    def test_python_code_sees_all_records_at_once(self):
        workflow = self.workflow(self.code_step("records.write({'ref': str(len(records))})"))
        contacts = self.contacts(4)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(set(contacts.mapped("ref")), {"4"})

    def test_python_code_that_speaks_of_one_record_runs_for_each(self):
        workflow = self.workflow(self.code_step("record.write({'ref': record.name[-1:]})"))
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["0", "1", "2"])

    def test_one_record_that_python_code_fails_on_does_not_stop_the_others(self):
        fails = "if record.name.endswith('1'):\n    raise UserError('Not this one')\n"
        code = fails + "record.write({'ref': 'x'})"
        workflow = self.workflow(self.code_step(code))
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["x", False, "x"])
        self.assertEqual(
            self.enrollments(workflow).mapped("state"), ["completed", "parked", "completed"]
        )

    def test_grouped_actions_are_done_in_order_as_the_run_as_user(self):
        user = self.user("runner", "base.group_user", "base.group_partner_manager")
        group = self.server_action(state="multi", usage="ir_actions_server")
        parts = [
            {"state": "object_write", "update_path": "ref", "value": "grouped"},
            {"state": "code", "code": "record.write({'function': str((record.ref, env.su))})"},
        ]
        for sequence, vals in enumerate(parts):
            self.server_action(
                usage="ir_actions_server", parent_id=group.id, sequence=sequence, **vals
            )
        workflow = self.workflow(
            {"kind": "server", "server_action_id": group.id}, run_as_id=user.id
        )
        contacts = self.contacts(2)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.mapped("ref"), ["grouped"] * 2)
        self.assertEqual(contacts.mapped("function"), [str(("grouped", False))] * 2)
        self.assertEqual(contacts.write_uid, user)

    def test_native_actions_run_as_the_run_as_user(self):
        user = self.user("runner", "base.group_user", "base.group_partner_manager")
        activity = self.server_action(
            state="next_activity",
            activity_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            activity_summary="Call",
            activity_user_type="specific",
            activity_user_id=user.id,
        )
        note = self.server_action(
            state="code", code="records.write({'ref': '%s %s' % (env.uid, env.su)})"
        )
        workflow = self.workflow(
            {"kind": "server", "server_action_id": activity.id},
            {"kind": "server", "server_action_id": note.id},
            run_as_id=user.id,
        )
        contacts = self.contacts(2)
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(contacts.activity_ids.mapped("summary"), ["Call", "Call"])
        self.assertEqual(contacts.activity_ids.create_uid, user)
        self.assertEqual(set(contacts.mapped("ref")), {f"{user.id} False"})

    def test_every_native_kind_of_action_works_as_a_step(self):
        tag = self.env["res.partner.category"].create({"name": "Seen"})
        template = self.env["mail.template"].create(
            {
                "name": "Hello",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Hello",
                "body_html": "<p>Hi</p>",
                "email_to": "someone@example.com",
            }
        )
        add_tag = self.server_action(
            state="object_write",
            update_path="category_id",
            value=str(tag.id),
            update_m2m_operation="add",
        )
        create = self.server_action(state="object_create", value="Spin-off")
        create.crud_model_id = self.env["ir.model"]._get("crm.lead")
        mail = self.server_action(
            state="mail_post", template_id=template.id, mail_post_method="email"
        )
        follow = self.server_action(
            state="followers", followers_type="specific", partner_ids=self.admin.partner_id.ids
        )
        steps = [
            {"kind": "server", "server_action_id": a.id} for a in (add_tag, create, mail, follow)
        ]
        user = self.user("runner", "base.group_partner_manager", "sales_team.group_sale_salesman")
        workflow = self.workflow(*steps, run_as_id=user.id)
        contacts = self.contacts(2, email="someone@example.com")
        self.env["ir.cron.trigger"].search([]).unlink()
        workflow.enroll(contacts)
        self.tick()
        enrollments = self.enrollments(workflow)
        self.assertEqual(enrollments.mapped("reason"), [False, False])
        self.assertEqual(contacts.category_id, tag)
        self.assertEqual(self.env["crm.lead"].search_count([("name", "=", "Spin-off")]), 2)
        self.assertIn(self.admin.partner_id, contacts[0].message_partner_ids)
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)]))
        mails = self.env["mail.mail"].search([("subject", "=", "Hello")])
        self.assertEqual(mails.mapped("state"), ["outgoing", "outgoing"])

    def test_a_wait_holds_the_record_until_it_is_over(self):
        workflow = self.workflow(self.delay(2, "hours"), self.write_step("ref", "after"))
        contact = self.contacts(1)
        enrollment = workflow.enroll(contact)
        self.tick()
        self.assertTrue(enrollment.waiting)
        self.assertAlmostEqual(
            enrollment.due_at,
            fields.Datetime.now() + timedelta(hours=2),
            delta=timedelta(minutes=2),
        )
        self.travel(hours=1)
        self.tick()
        self.assertFalse(contact.ref)
        self.travel(hours=2)
        self.tick()
        self.assertEqual(contact.ref, "after")
        self.assertEqual(enrollment.state, "completed")

    def test_a_branch_takes_the_first_path_that_matches(self):
        workflow = self.workflow(
            self.branch(
                ("Oslo", "[('city', '=', 'Oslo')]", [self.write_step("ref", "oslo")]),
                ("Chiefs", "[('function', '=', 'Chief')]", [self.write_step("ref", "chief")]),
                otherwise=[self.write_step("ref", "other")],
            ),
            self.write_step("function", "joined"),
        )
        both = self.contacts(1, city="Oslo", function="Chief")
        chief = self.contacts(1, function="Chief")
        other = self.contacts(1)
        contacts = both | chief | other
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual((both.ref, chief.ref, other.ref), ("oslo", "chief", "other"))
        self.assertEqual(contacts.mapped("function"), ["joined"] * 3)

    def test_an_empty_path_joins_at_once(self):
        workflow = self.workflow(
            self.branch(("Nobody", "[('id', '=', 0)]", [self.write_step("ref", "x")])),
            self.write_step("ref", "joined"),
        )
        contact = self.contacts(1)
        workflow.enroll(contact)
        self.tick()
        self.assertEqual(contact.ref, "joined")

    def test_an_end_inside_a_path_ends_the_whole_pass(self):
        workflow = self.workflow(
            self.branch(("Oslo", "[('city', '=', 'Oslo')]", [self.end()])),
            self.write_step("ref", "later"),
        )
        out, on = self.contacts(1, city="Oslo"), self.contacts(1)
        workflow.enroll(out | on)
        self.tick()
        self.assertEqual((out.ref, on.ref), (False, "later"))
        self.assertEqual(set(self.enrollments(workflow).mapped("state")), {"completed"})

    def test_the_ledger_tells_every_visit_once(self):
        workflow = self.workflow(
            self.write_step("ref", "a", name="Write"),
            self.branch(
                ("Oslo", "[('city', '=', 'Oslo')]", [self.delay(1, "hours", name="Rest")]),
                name="Where",
            ),
            self.end(name="Stop"),
        )
        enrollment = workflow.enroll(self.contacts(1, city="Oslo"))
        self.tick()
        self.assertEqual(
            self.ledger(enrollment), [(None, "entered"), ("Write", "done"), ("Where", "done")]
        )
        self.travel(hours=2)
        self.tick()
        self.assertEqual(
            self.ledger(enrollment)[3:], [("Rest", "done"), ("Stop", "done"), (None, "completed")]
        )
        visits = enrollment.log_ids.mapped("visit")
        self.assertEqual(sorted(visits), list(range(1, len(visits) + 1)))
        self.assertEqual(enrollment.log_ids.filtered("path_key").path_name, "Oslo")
