import os
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..engine.causes import MAX_DEPTH
from ..services.runner import Runner
from .common import WorkflowCase

#: Records that each begin a chain of records; a thousand where time is no matter.
CHAINS = 1_000 if os.environ.get("CRM_WORKFLOW_SOAK") else 60
CREATE = "for r in records: env['res.partner'].create({'name': 'Next', 'function': r.function})"
CHIEFS = "[('function', '=', 'Chief')]"


@tagged("post_install", "-at_install")
class TestFeedback(WorkflowCase):
    """Workflows whose steps start workflows again come to rest, and say why."""

    # Describing

    def on_change(self, field, **vals):
        """A trigger that fires at each change of a field, for who has been through as well."""
        trigger = {"kind": "event", "event": "changed", "field_name": field, "reenroll": True}
        return {**trigger, **vals}

    def lengthen(self, field, **vals):
        """A step that changes a field whatever it holds."""
        code = f"for r in records: r.write({{'{field}': (r.{field} or '') + 'x'}})"
        return self.code_step(code, **vals)

    def link(self, name, field, following, *before, **vals):
        """A workflow of a chain: a change of the one field changes the other."""
        steps = (*before, self.lengthen(following, name=f"Change {following}"))
        return self.workflow(*steps, triggers=[self.on_change(field)], name=name, **vals)

    def settle(self, most=30, **each):
        """Let the crons work until there is nothing for them to do; returns the rounds."""
        for rounds in range(most):
            self.travel(**each)
            self.tick()
            due = [("state", "=", "active")] if each else [("due_at", "!=", False)]
            if not (
                self.env["crm.workflow.event"].search_count([])
                or self.env["crm.workflow.enrollment"].search_count(
                    [*due, ("state", "=", "active")]
                )
            ):
                return rounds
        return self.fail("It goes on and on.")

    # Looking

    def parked(self, *workflows):
        rows = self.env["crm.workflow.enrollment"].browse()
        for workflow in workflows:
            rows |= self.enrollments(workflow)
        return rows.filtered(lambda row: row.state == "parked")

    def assertCut(self, contact, *workflows):
        """One of the workflows holds the record, all others are through with it."""
        [parked] = self.parked(*workflows)
        self.assertEqual(parked.res_id, contact.id)
        for workflow in workflows:
            self.assertLessEqual(len(self.enrollments(workflow)), 2)
        return parked

    # Circles

    def test_a_workflow_that_changes_the_field_it_watches_goes_round_once(self):
        flow = self.link("Own", "ref", "ref")
        contact = self.contacts(1)
        contact.ref = "go"
        self.settle()
        self.assertEqual(contact.ref, "gox")
        self.assertCut(contact, flow)

    def test_two_conditions_that_undo_each_other_are_cut(self):
        def when(ref):
            return {"kind": "criteria", "domain": f"[('ref', '=', '{ref}')]", "reenroll": True}

        one = self.workflow(self.write_step("ref", "b"), triggers=[when("a")], name="One")
        two = self.workflow(self.write_step("ref", "a"), triggers=[when("b")], name="Two")
        contact = self.contacts(1, ref="a")
        self.settle()
        self.assertCut(contact, one, two)

    def test_a_ring_of_three_is_cut_and_each_has_acted_once(self):
        ring = [("One", "ref", "city"), ("Two", "city", "street"), ("Three", "street", "ref")]
        flows = [self.link(*names) for names in ring]
        contact = self.contacts(1)
        contact.ref = "go"
        self.settle()
        self.assertEqual((contact.ref, contact.city, contact.street), ("gox", "x", "x"))
        self.assertCut(contact, *flows)

    def test_a_ring_whose_workflows_wait_for_days_is_cut(self):
        wait = self.delay(1, "days")
        flows = [self.link("One", "ref", "city", wait), self.link("Two", "city", "ref", wait)]
        contact = self.contacts(1)
        contact.ref = "go"
        self.settle(days=2)
        self.assertEqual((contact.ref, contact.city), ("gox", "x"))
        self.assertCut(contact, *flows)

    def test_a_ring_through_an_associated_record_is_cut(self):
        company = self.env["res.partner"].create({"name": "Nordic", "is_company": True})
        contact = self.contacts(1, parent_id=company.id)
        up = self.workflow(
            self.code_step(
                "for r in records: r.parent_id.write({'company_registry': r.function})", name="Up"
            ),
            triggers=[self.on_change("function")],
            name="Up",
        )
        down = self.workflow(
            self.code_step(
                "for r in records.child_ids: r.write({'function': (r.function or '') + 'x'})",
                "res.partner",
                name="Down",
            ),
            triggers=[self.on_change("company_registry")],
            object_type=self.env.ref("crm_workflow.object_company"),
            name="Down",
        )
        contact.function = "go"
        self.settle()
        self.assertEqual(contact.function, "gox")
        self.assertIn("Down: Down → Up: Up", self.assertCut(contact, up, down).reason)

    def test_a_ring_of_workflows_that_enrol_in_each_other_is_cut(self):
        flows = [self.workflow(name=name, publish=False) for name in ("One", "Two", "Three")]
        for flow, following in zip(flows, flows[1:] + flows[:1], strict=True):
            self.fill(flow, {"kind": "enroll", "enroll_workflow_id": following.id})
            flow.draft_version_id.reenroll = True
            flow.action_publish()
        contact = self.contacts(1)
        flows[0].enroll(contact)
        self.settle()
        self.assertCut(contact, *flows)

    # Chains of new records

    def test_records_that_make_records_for_the_same_workflow_stop_at_the_first(self):
        flow = self.workflow(self.code_step(CREATE, name="Make"), triggers=[CHIEFS])
        self.contacts(CHAINS, function="Chief")
        self.settle()
        self.assertEqual(self.env["res.partner"].search_count([("name", "=", "Next")]), CHAINS)
        self.assertEqual(len(self.parked(flow)), CHAINS)
        self.assertEqual(len(self.enrollments(flow)), 2 * CHAINS)

    def test_a_chain_through_ever_new_workflows_stops_at_the_depth_limit(self):
        flows = []
        for number in range(MAX_DEPTH + 2):
            code = f"env['res.partner'].create({{'name': 'Next', 'ref': 'chain{number + 1}'}})"
            trigger = f"[('ref', '=', 'chain{number}')]"
            flows.append(
                self.workflow(self.code_step(code), triggers=[trigger], name=f"Flow {number}")
            )
        self.contacts(1, ref="chain0")
        self.settle()
        self.assertEqual(self.env["res.partner"].search_count([("name", "=", "Next")]), MAX_DEPTH)
        [parked] = self.parked(*flows)
        self.assertEqual(parked.workflow_id, flows[MAX_DEPTH])
        self.assertIn(f"Stopped a chain: {MAX_DEPTH} steps", parked.reason)
        self.assertIn("Flow 0: ", parked.reason)

    # What people see

    def test_the_record_tells_the_whole_way_round_in_words(self):
        flows = [self.link("One", "ref", "city"), self.link("Two", "city", "ref")]
        copy = flows[0].copy({"name": "A copy"})
        contact = self.contacts(1)
        contact.ref = "go"
        self.settle()
        way = "One: Change city → Two: Change ref → One: Change city"
        parked = self.assertCut(contact, *flows)
        self.assertIn(way, parked.reason)
        self.assertIn(way, parked.reason_text)
        self.assertTrue(copy.exists(), "its steps have the same keys")

    def test_the_list_of_workflows_shows_that_something_is_parked(self):
        flow = self.link("Own", "ref", "ref")
        self.contacts(3).write({"ref": "go"})
        self.settle()
        self.assertEqual(flow.parked_count, 3)
        troubled = [("enrollment_ids.state", "=", "parked"), ("id", "=", flow.id)]
        self.assertEqual(self.env["crm.workflow"].search(troubled), flow)

    def test_people_are_told_once_of_a_thousand(self):
        person = self.user("told", "crm_workflow.group_user", email="told@example.com")
        flow = self.workflow(
            self.code_step(CREATE, name="Make"),
            triggers=[CHIEFS],
            notify_user_ids=[Command.set(person.ids)],
        )
        self.contacts(CHAINS, function="Chief")
        self.settle()
        for _minute in range(5):
            self.travel(minutes=2)
            self.tick()
        messages = self.env["mail.message"].search(
            [
                ("model", "=", "crm.workflow"),
                ("res_id", "=", flow.id),
                ("notified_partner_ids", "in", person.partner_id.ids),
            ]
        )
        self.assertEqual(len(messages), 1)
        self.assertIn("Stopped a loop", messages.body)

    # Nobody else waits

    def test_others_move_on_while_a_loop_is_cut(self):
        loop = self.workflow(self.code_step(CREATE), triggers=[CHIEFS], name="Loop")
        other = self.workflow(self.write_step("ref", "served"), name="Other")
        self.contacts(700, function="Chief")
        self.tick_enroll()
        few = self.contacts(5)
        other.enroll(few)
        batches, run_batch = [], Runner._run_batch

        def noting(runner, ids, deaths=0):
            done = run_batch(runner, ids, deaths)
            rows = runner.env["crm.workflow.enrollment"].browse(ids)
            batches.append(set(rows.workflow_id.ids))
            return done

        with patch.object(Runner, "_run_batch", noting):
            self.settle()
        self.assertIn(other.id, batches[0] | batches[1], "the next batch but one, at the latest")
        self.assertGreater(sum(loop.id in batch for batch in batches), 1)
        self.assertEqual(set(few.mapped("ref")), {"served"})

    def test_facts_of_others_are_looked_at_in_the_slice_where_they_stand(self):
        self.link("Loop", "ref", "ref")
        other = self.workflow(self.end(), triggers=["[('city', '=', 'Oslo')]"], name="Other")
        contacts = self.contacts(50)
        contacts.write({"ref": "go"})
        self.contacts(1, city="Oslo")
        self.tick_enroll()
        self.assertEqual(len(self.enrollments(other)), 1)

    # Before it is published

    def cautions(self, *steps, triggers):
        flow = self.workflow(*steps, triggers=triggers, publish=False)
        wizard = self.env["crm.workflow.publish"].create({"workflow_id": flow.id})
        self.assertFalse(wizard.problems)
        return wizard.cautions or ""

    def test_who_publishes_is_told_of_a_step_that_feeds_its_own_trigger(self):
        own = self.cautions(self.write_step("ref"), triggers=[self.on_change("ref")])
        self.assertIn("changes “Reference”, by which records enter again", own)
        once = self.on_change("ref", reenroll=False)
        self.assertFalse(self.cautions(self.write_step("ref"), triggers=[once]))
        self.assertFalse(self.cautions(self.write_step("ref"), triggers=[self.on_change("city")]))

    def test_who_publishes_is_told_of_a_condition_that_a_step_changes(self):
        trigger = {"kind": "criteria", "domain": CHIEFS, "reenroll": True}
        action = self.server_action(
            state="crm_workflow_edit",
            crm_workflow_assignment_ids=[
                Command.create({"field_name": "function", "how": "clear"})
            ],
        )
        step = {"kind": "server", "server_action_id": action.id}
        self.assertIn("changes “Job Position”", self.cautions(step, triggers=[trigger]))

    def test_who_publishes_is_told_of_a_step_that_makes_records_of_the_own_kind(self):
        def making():
            name = {"field_name": "name", "how": "text", "expression": "Next one"}
            action = self.server_action(
                state="crm_workflow_create",
                crm_workflow_model_id=self.env["ir.model"]._get_id("res.partner"),
                crm_workflow_assignment_ids=[Command.create(name)],
            )
            return {"kind": "server", "server_action_id": action.id}

        created = {"kind": "event", "event": "created"}
        self.assertIn("makes records that may enter", self.cautions(making(), triggers=[created]))
        self.assertFalse(self.cautions(making(), triggers=[{"kind": "event", "event": "archived"}]))
