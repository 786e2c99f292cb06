from unittest.mock import patch

from odoo import sql_db
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestEnrollStep(WorkflowCase):
    """A step lets records enter another workflow; steps may also let them leave their own."""

    def setUp(self):
        super().setUp()
        self.other = self.workflow(self.delay(1, "days"), name="Other")

    def into(self, workflow, **vals):
        """A step that enrols in a workflow."""
        return {"kind": "enroll", "enroll_workflow_id": workflow.id, **vals}

    def test_records_enter_the_other_workflow_and_go_on(self):
        workflow = self.workflow(self.into(self.other), self.write_step("ref", "after"))
        contacts = self.contacts(3)
        workflow.enroll(contacts)
        self.tick()
        self.assertInside(self.other, contacts)
        self.assertEqual(set(self.enrollments(self.other).mapped("source")), {"workflow"})
        self.assertEqual(set(contacts.mapped("ref")), {"after"})

    def test_whoever_does_not_enter_goes_on_and_the_history_says_so(self):
        workflow = self.workflow(self.into(self.other))
        contact = self.contacts(1)
        self.other.enroll(contact)
        enrollment = workflow.enroll(contact)
        self.tick()
        self.assertEqual(enrollment.state, "completed")
        self.assertIn("Did not enter “Other”.", enrollment.log_ids.mapped("message"))
        self.assertEqual(len(self.enrollments(self.other)), 1)

    def test_while_the_other_workflow_is_off_records_are_parked_with_the_cure(self):
        workflow = self.workflow(self.into(self.other))
        self.other.action_turn_off()
        enrollment = workflow.enroll(self.contacts(1))
        self.tick()
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("Switch it on first", enrollment.reason)

    def test_two_workflows_that_enrol_in_each_other_are_stopped(self):
        first = self.workflow(self.delay(1, "hours"), name="First", publish=False)
        second = self.workflow(self.into(first), name="Second", publish=False)
        for workflow in (first, second):
            workflow.draft_version_id.reenroll = True
        self.fill(first, self.into(second))
        first.action_publish()
        second.action_publish()
        first.enroll(self.contacts(1))
        for _hour in range(8):
            self.travel(hours=2)
            self.tick()
        states = (self.enrollments(first) | self.enrollments(second)).mapped("state")
        self.assertIn("parked", states)
        self.assertLess(len(states), 6)

    def test_python_of_a_step_that_enrols_is_the_cause_of_what_follows(self):
        code = f"env['crm.workflow'].sudo().browse({self.other.id}).enroll(records)"
        workflow = self.workflow(self.code_step(code))
        workflow.enroll(self.contacts(1))
        self.tick()
        key = workflow.live_version_id.action_ids.key
        self.assertEqual(self.enrollments(self.other).cause, f"{workflow.id}:{key}")

    def test_a_step_may_let_the_record_it_runs_for_leave(self):
        workflow = self.workflow(
            self.write_step("ref", "before"),
            self.code_step(
                "env['crm.workflow.enrollment'].search([('res_id', 'in', records.ids)])"
                ".workflow_id.unenroll(records, 'enough')"
            ),
            self.write_step("function", "after"),
        )
        contacts = self.contacts(2)
        workflow.enroll(contacts)
        self.tick()
        enrollments = self.enrollments(workflow)
        self.assertEqual(enrollments.mapped("state"), ["exited", "exited"])
        self.assertEqual(set(enrollments.mapped("reason")), {"enough"})
        self.assertEqual(set(contacts.mapped("function")), {False})
        outcomes = [outcome for _step, outcome in self.ledger(enrollments[0])]
        self.assertEqual(outcomes, ["entered", "done", "exited"])
        self.assertEqual(enrollments[0].visit, 3)

    def test_entering_elsewhere_by_a_step_ends_the_pass_that_leaves_then(self):
        workflow = self.workflow(
            self.into(self.other),
            self.write_step("ref", "after"),
            exits=[{"kind": "elsewhere"}],
        )
        contact = self.contacts(1)
        enrollment = workflow.enroll(contact)
        self.tick()
        self.assertEqual((enrollment.state, contact.ref), ("exited", False))
        self.assertInside(self.other, contact)

    def test_what_cannot_work_is_told_before_publishing(self):
        deals = self.workflow(self.end(), name="Deals", object_type=self.deal_type)
        workflow = self.workflow({"kind": "enroll"}, self.into(deals), publish=False)
        self.fill(workflow, self.into(workflow))
        texts = [problem["text"] for problem in workflow.problems]
        for part in ("Choose the workflow", "takes in Deal", "choose another one"):
            self.assertTrue(any(part in text for text in texts), texts)

    def test_it_travels_in_the_document(self):
        workflow = self.workflow(self.into(self.other), publish=False)
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        self.assertEqual(copy.draft_version_id.action_ids.enroll_workflow_id, self.other)

    def test_the_step_says_what_it_does(self):
        summaries = {
            "Enrol in “Other”": {},
            "Enrol in “Other” and wait": {"enroll_wait": True},
            "Enrol Related Company in “Other”": {"enroll_path": "parent_id"},
        }
        for summary, vals in summaries.items():
            workflow = self.workflow(self.into(self.other, **vals), publish=False)
            self.assertEqual(workflow.draft_version_id.action_ids.summary, summary)


@tagged("post_install", "-at_install")
class TestEnrollAssociated(WorkflowCase):
    """Records associated with the one that walks enter another workflow."""

    def setUp(self):
        super().setUp()
        self.deals = self.workflow(self.delay(1, "days"), name="Deals", object_type=self.deal_type)

    def into(self, workflow, path, **vals):
        own = {"enroll_workflow_id": workflow.id, "enroll_path": path}
        return {"kind": "enroll", **own, **vals}

    def deal(self, contact, **vals):
        return self.env["crm.lead"].create(
            {"name": "Deal", "type": "opportunity", "partner_id": contact.id, **vals}
        )

    def test_all_deals_of_a_contact_enter_and_the_history_counts_them(self):
        contacts = self.contacts(3)
        deals = self.deal(contacts[0]) | self.deal(contacts[0]) | self.deal(contacts[1])
        self.deals.enroll(deals[1])
        workflow = self.workflow(self.into(self.deals, "opportunity_ids"))
        workflow.enroll(contacts)
        self.tick()
        self.assertInside(self.deals, deals)
        messages = [row.log_ids.filtered("action_id").message for row in self.enrollments(workflow)]
        self.assertEqual(
            messages,
            [
                "Entered “Deals”: 1 of 2.",
                "Entered “Deals”: 1 of 1.",
                "There was no associated record.",
            ],
        )

    def test_the_company_of_several_contacts_enters_once(self):
        companies = self.workflow(
            self.end(), name="Companies", object_type=self.env.ref("crm_workflow.object_company")
        )
        company = self.contacts(1, is_company=True)
        people = self.contacts(3, parent_id=company.id)
        self.workflow(self.into(companies, "parent_id")).enroll(people)
        self.tick()
        self.assertEntered(companies, company)
        self.assertEqual(len(self.enrollments(companies)), 1)

    def test_what_the_run_as_user_may_not_see_does_not_enter(self):
        user = self.user(
            "seller", "base.group_user", "base.group_partner_manager",
            "sales_team.group_sale_salesman",
        )  # fmt: skip
        contact = self.contacts(1)
        seen, unseen = (
            self.deal(contact, user_id=user.id),
            self.deal(contact, user_id=self.admin.id),
        )
        workflow = self.workflow(self.into(self.deals, "opportunity_ids"), run_as_id=user.id)
        workflow.enroll(contact)
        self.tick()
        self.assertEntered(self.deals, seen)
        self.assertTrue(unseen.exists())

    def test_many_records_take_no_more_queries_than_one(self):
        workflow = self.workflow(self.into(self.deals, "opportunity_ids", enroll_wait=True))
        step = workflow.live_version_id.action_ids
        run, counted = type(step)._run_enroll, []

        def counting(action, batch):
            batch.env.invalidate_all()
            before = sql_db.sql_counter
            outcomes = run(action, batch)
            batch.env.cr.flush()
            counted.append((len(batch.rows), sql_db.sql_counter - before))
            return outcomes

        with patch.object(type(step), "_run_enroll", counting):
            for count in (1, 1, 100):
                contacts = self.contacts(count)
                for contact in contacts:
                    self.deal(contact)
                self.tick()
                workflow.enroll(contacts)
                self.tick_run()
                inside = self.enrollments(workflow, contacts)
                self.assertEqual(set(inside.mapped("waiting")), {True})
        self.assertGreaterEqual(counted[-1][0], 50)
        self.assertLessEqual(counted[-1][1], counted[1][1])

    def test_what_cannot_work_is_told_before_publishing(self):
        for path, part in {
            "function": "leads to no other records",
            "no_such": "leads to no other records",
            "parent_id": "not the records that are to enter",
        }.items():
            workflow = self.workflow(self.into(self.deals, path), publish=False)
            texts = [problem["text"] for problem in workflow.problems]
            self.assertTrue(any(part in text for text in texts), (part, texts))
        user = self.user("narrow", "base.group_user", "base.group_partner_manager")
        workflow = self.workflow(
            self.into(self.deals, "opportunity_ids"), run_as_id=user.id, publish=False
        )
        texts = [problem["text"] for problem in workflow.problems]
        self.assertTrue(any("may not see" in text for text in texts), texts)

    def test_a_way_that_is_gone_parks_with_the_cure(self):
        workflow = self.workflow(self.into(self.deals, "opportunity_ids"))
        self.env.cr.execute("UPDATE crm_workflow_action SET enroll_path = 'x_gone'")
        self.env.invalidate_all()
        enrollment = workflow.enroll(self.contacts(1))
        self.tick()
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("leads to no other records", enrollment.reason)

    def test_the_form_offers_associated_records_and_forgets_what_does_not_fit(self):
        workflow = self.workflow(self.into(self.deals, "opportunity_ids"), publish=False)
        step = workflow.draft_version_id.action_ids
        own, others = step.associated_choices
        self.assertEqual([choice["value"] for choice in own["choices"]], [""])
        offered = [choice["value"] for choice in others["choices"]]
        self.assertTrue({"parent_id", "opportunity_ids", "child_ids"} <= set(offered), offered)
        self.assertEqual(step.enroll_model, "crm.lead")
        step.enroll_path = False
        step._onchange_enroll_path()
        self.assertEqual(step.enroll_model, "res.partner")
        self.assertFalse(step.enroll_workflow_id)

    def test_it_travels_in_the_document(self):
        vals = {
            "enroll_path": "opportunity_ids",
            "enroll_with_data": True,
            "enroll_wait": True,
            "enroll_wait_amount": 3,
            "enroll_wait_unit": "weeks",
        }
        workflow = self.workflow(self.into(self.deals, "opportunity_ids", **vals), publish=False)
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        [read] = copy.draft_version_id.action_ids.read(list(vals), load=None)
        self.assertEqual({name: read[name] for name in vals}, vals)
        self.assertEqual(copy.export_xml(), text)


@tagged("post_install", "-at_install")
class TestEnrollData(WorkflowCase):
    """What the trigger told goes along, where the step says so."""

    def passed_on(self, **vals):
        other = self.workflow(self.delay(1, "days"), name="Other")
        workflow = self.workflow(
            {"kind": "enroll", "enroll_workflow_id": other.id, **vals},
            triggers=[{"kind": "event", "event": "changed", "field_name": "function"}],
            name="Sender",
        )
        contact = self.contacts(1)
        self.tick()
        contact.function = "Chief"
        self.tick()
        by_hand = self.contacts(1)
        workflow.enroll(by_hand)
        self.tick()
        return self.enrollments(other, contact).data, self.enrollments(other, by_hand).data

    def test_with_it_the_other_workflow_knows_the_event_and_the_sender(self):
        event, by_hand = self.passed_on(enroll_with_data=True)
        self.assertEqual(event["from_workflow"], "Sender")
        self.assertEqual(event["values"], {"function": [False, "Chief"]})
        self.assertEqual(by_hand, {"from_workflow": "Sender"})

    def test_without_it_nothing_goes_along(self):
        self.assertEqual(self.passed_on(), (False, False))


@tagged("post_install", "-at_install")
class TestEnrollAndWait(WorkflowCase):
    """A step waits until those whom it let enter have finished."""

    def setUp(self):
        super().setUp()
        self.other = self.workflow(self.delay(2, "days"), name="Other", publish=False)
        self.other.draft_version_id.reenroll = True
        self.other.action_publish()

    def waiting(self, **vals):
        own = {"kind": "enroll", "enroll_workflow_id": self.other.id, "enroll_wait": True}
        return self.workflow({**own, **vals}, self.write_step("ref", "after"), name="Waiting")

    def told(self, enrollment):
        rows = enrollment.log_ids.filtered("message")
        return rows.sorted("visit").mapped("message")

    def test_a_record_goes_on_when_it_has_completed_the_other_workflow(self):
        workflow = self.waiting()
        contact = self.contacts(1)
        enrollment = workflow.enroll(contact)
        self.tick()
        self.tick()
        self.assertTrue(enrollment.waiting)
        self.assertEqual((enrollment.due_at, contact.ref), (False, False))
        self.travel(days=3)
        self.tick_run()  # the other one completes
        self.tick()
        self.assertEqual((contact.ref, enrollment.state), ("after", "completed"))
        self.assertEqual(self.told(enrollment), ["“Other”: completed"])

    def test_it_is_woken_at_once(self):
        self.waiting().enroll(self.contacts(1))
        self.tick()
        self.travel(days=3)
        triggers = self.env["ir.cron.trigger"].search
        enroll = self.env.ref("crm_workflow.ir_cron_enroll")
        triggers([]).unlink()
        self.tick_run()
        self.assertTrue(triggers([("cron_id", "=", enroll.id)]))
        triggers([]).unlink()
        self.tick_enroll()
        run = self.env.ref("crm_workflow.ir_cron_run")
        self.assertTrue(triggers([("cron_id", "=", run.id)]))

    def test_how_it_ended_is_told(self):
        parked = {"state": "parked", "reason": "Broken"}
        endings = {
            "left (Taken out by hand)": lambda row: row.action_leave(),
            "parked (Broken)": lambda row: row.sudo().write(parked),
            "forgotten": lambda row: row.sudo().unlink(),
            "still inside": lambda row: self.enrollments(workflow).action_skip_wait(),
        }
        for told, end in endings.items():
            workflow = self.waiting()
            contact = self.contacts(1)
            enrollment = workflow.enroll(contact)
            self.tick()
            end(self.enrollments(self.other, contact))
            self.tick()
            self.assertEqual(enrollment.state, "completed", told)
            self.assertEqual(self.told(enrollment), [f"“Other”: {told}"])

    def test_it_waits_no_longer_than_it_may(self):
        workflow = self.waiting(enroll_wait_amount=1, enroll_wait_unit="hours")
        enrollment = workflow.enroll(self.contacts(1))
        self.tick()
        self.assertTrue(enrollment.due_at)
        self.travel(hours=2)
        self.tick()
        self.assertEqual(enrollment.state, "completed")
        self.assertEqual(self.told(enrollment), ["“Other”: still inside"])

    def test_whoever_does_not_enter_does_not_wait(self):
        contacts = self.contacts(2)
        self.other.enroll(contacts[0])
        workflow = self.waiting()
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(self.enrollments(workflow).mapped("state"), ["completed", "active"])

    def test_it_waits_for_all_associated_records(self):
        company = self.contacts(1, is_company=True)
        people = self.contacts(2, parent_id=company.id)
        companies = self.env.ref("crm_workflow.object_company")
        step = {"kind": "enroll", "enroll_workflow_id": self.other.id, "enroll_wait": True}
        workflow = self.workflow({**step, "enroll_path": "child_ids"}, object_type=companies)
        enrollment = workflow.enroll(company)
        self.tick()
        first, second = self.enrollments(self.other, people)
        first.action_leave()
        self.tick()
        self.assertEqual(enrollment.state, "active")
        second.sudo().write({"state": "parked"})
        self.tick()
        self.assertEqual(enrollment.state, "completed")
        self.assertEqual(self.told(enrollment), ["“Other”: left: 1, parked: 1"])

    def test_who_has_moved_to_another_wait_is_not_woken(self):
        workflow = self.waiting()
        contact = self.contacts(1)
        enrollment = workflow.enroll(contact)
        self.tick()
        workflow.action_edit()
        version = workflow.draft_version_id
        version.action_ids.filtered("enroll_workflow_id").unlink()
        self.fill(workflow, self.delay(9, "days", sequence=1))
        version.action_ids.filtered("server_action_id").sequence = 9
        workflow.action_publish(in_flight="restart")
        self.tick()
        due = enrollment.due_at
        self.assertTrue(enrollment.waiting)
        self.enrollments(self.other, contact).action_leave()
        self.tick()
        self.assertEqual((enrollment.state, enrollment.due_at), ("active", due))

    def test_many_are_woken_together(self):
        workflow = self.waiting()
        workflow.enroll(self.contacts(120))
        self.tick()
        self.other.action_turn_off("end")
        self.tick()
        self.assertEqual(set(self.enrollments(workflow).mapped("state")), {"completed"})
        self.assertFalse(self.env["crm.workflow.handover"].search_count([]))

    def test_a_wait_beyond_reason_is_refused(self):
        for vals in ({"enroll_wait_amount": -1}, {"enroll_wait_amount": 10**6}):
            with self.assertRaisesRegex(Exception, "longest wait"):
                self.waiting(**vals)
