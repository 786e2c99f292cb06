from odoo.exceptions import UserError
from odoo.tests import tagged

from ..services.queue import lost_models
from .common import WorkflowCase

WON = "[('stage_id.is_won', '=', True)]"


@tagged("post_install", "-at_install")
class TestLoop(WorkflowCase):
    """Steps done with associated records, one after the other."""

    def loop(self, *steps, **vals):
        """A step that goes through the deals of a contact, the largest first."""
        return {
            "kind": "loop",
            "loop_path": "opportunity_ids",
            "loop_sort_field": "expected_revenue",
            "lanes": [({"is_default": True}, steps)],
            **vals,
        }

    def marking(self, value="been here", **vals):
        """A step that writes on a deal."""
        return self.write_step("referred", value, model="crm.lead", **vals)

    def deals(self, partner, *revenues):
        return self.env["crm.lead"].create(
            [
                {
                    "name": f"Deal of {revenue}",
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "expected_revenue": revenue,
                }
                for revenue in revenues
            ]
        )

    def entered(self, workflow, records):
        """The enrollments after a walk."""
        workflow.enroll(records)
        self.tick()
        return self.enrollments(workflow)

    def way(self, enrollment):
        """Keys of the steps that the ledger tells of, in order."""
        return [row.action_key for row in enrollment.log_ids.sorted("visit") if row.action_key]

    def test_the_steps_are_done_with_each_record_and_then_the_enrolled_one_goes_on(self):
        workflow = self.workflow(
            self.loop(self.marking(key="mark"), key="each"), self.write_step("ref", "after")
        )
        one, other, none = people = self.contacts(3)
        mine = self.deals(one, 10, 30, 20) | self.deals(other, 5)
        enrollments = self.entered(workflow, people)
        self.assertEqual(
            set(enrollments.mapped("state")), {"completed"}, enrollments.mapped("reason")
        )
        self.assertEqual(set(mine.mapped("referred")), {"been here"})
        self.assertEqual(set(people.mapped("ref")), {"after"})
        way = self.way(self.enrollments(workflow, one))
        self.assertEqual(way.count("mark"), 3)
        self.assertNotIn("mark", self.way(self.enrollments(workflow, none)))
        self.assertFalse(any(enrollments.mapped("frames")))

    def test_they_come_in_order_and_at_most_so_many(self):
        code = "record.write({'referred': record.search_count([('referred', '!=', False)]) + 1})"
        self.env["crm.lead"].search([("referred", "!=", False)]).referred = False
        workflow = self.workflow(self.loop(self.code_step(code, model="crm.lead"), loop_limit=2))
        one = self.contacts(1)
        small, large, medium = self.deals(one, 10, 30, 20)
        self.entered(workflow, one)
        self.assertEqual((large.referred, medium.referred, small.referred), ("1", "2", False))

    def test_a_condition_and_a_limit_of_one_pick_a_record(self):
        workflow = self.workflow(
            self.loop(
                self.marking(),
                loop_domain="[('expected_revenue', '<', 25)]",
                loop_limit=1,
            )
        )
        one = self.contacts(1)
        small, large, medium = self.deals(one, 10, 30, 20)
        self.entered(workflow, one)
        self.assertEqual(
            (small.referred, large.referred, medium.referred), (False, False, "been here")
        )
        self.assertIn("With the first of", workflow.live_version_id.action_ids[0].summary)

    def test_a_branch_in_the_lane_asks_the_associated_record(self):
        workflow = self.workflow(
            self.loop(
                self.branch(
                    ("Large", "[('expected_revenue', '>', 15)]", [self.marking("large")]),
                    otherwise=[self.marking("small")],
                )
            )
        )
        one = self.contacts(1)
        small, large = self.deals(one, 10, 30)
        self.entered(workflow, one)
        self.assertEqual((small.referred, large.referred), ("small", "large"))

    def test_a_wait_in_the_lane_comes_once_for_each(self):
        workflow = self.workflow(self.loop(self.delay(1, "days"), self.marking()))
        one = self.contacts(1)
        small, large = self.deals(one, 10, 30)
        self.entered(workflow, one)
        seen = []
        for _day in range(2):
            self.travel(days=1, hours=1)
            self.tick()
            seen.append((small.referred, large.referred, self.enrollments(workflow).state))
        self.assertEqual(
            seen, [(False, "been here", "active"), ("been here", "been here", "completed")]
        )

    def test_what_is_gone_meanwhile_is_passed_over(self):
        workflow = self.workflow(self.loop(self.delay(1, "days"), self.marking()))
        one = self.contacts(1)
        small, large = self.deals(one, 10, 30)
        self.entered(workflow, one)
        large.unlink()
        self.travel(days=1, hours=1)
        self.tick()
        self.travel(days=1, hours=1)
        self.tick()
        self.assertEqual(small.referred, "been here")
        self.assertEqual(self.enrollments(workflow).state, "completed")

    def test_two_that_lead_to_the_same_record_take_turns(self):
        code = "record.write({'color': record.color + 1})"
        workflow = self.workflow(
            self.loop(self.code_step(code), loop_path="parent_id", loop_sort_field=False)
        )
        company = self.contacts(1, is_company=True)
        people = self.contacts(5, parent_id=company.id)
        self.entered(workflow, people)
        self.assertEqual(company.color, 5)
        self.assertEqual(set(self.enrollments(workflow).mapped("state")), {"completed"})

    def test_loops_nest(self):
        workflow = self.workflow(
            self.loop(
                {
                    "kind": "loop",
                    "loop_path": "tag_ids",
                    "lanes": [
                        ({"is_default": True}, [self.write_step("color", 7, model="crm.tag")])
                    ],
                }
            ),
            self.write_step("ref", "after"),
        )
        one = self.contacts(1)
        tags = self.env["crm.tag"].create([{"name": f"Tag {n}", "color": 1} for n in range(3)])
        first, second = self.deals(one, 10, 20)
        first.tag_ids, second.tag_ids = tags[:2], tags[2]
        self.entered(workflow, one)
        self.assertEqual(set(tags.mapped("color")), {7})
        self.assertEqual(one.ref, "after")

    def test_one_that_fails_parks_its_own_record_alone(self):
        code = "record.write({'referred': 1 / int(record.expected_revenue)})"
        workflow = self.workflow(self.loop(self.code_step(code, model="crm.lead")))
        good, bad = self.contacts(2)
        fine = self.deals(good, 1)
        self.deals(bad, 0)
        self.entered(workflow, good | bad)
        self.assertEqual(self.enrollments(workflow, good).state, "completed")
        self.assertEqual(self.enrollments(workflow, bad).state, "parked")
        self.assertEqual(fine.referred, "1.0")

    def test_formulas_know_both_records(self):
        workflow = self.workflow(
            self.loop(
                {
                    "kind": "compute",
                    "key": "sum",
                    "compute_formula": "concat(object.name, ' for ', enrolled.name)",
                }
            )
        )
        one = self.contacts(1)
        self.deals(one, 10)
        outputs = self.entered(workflow, one).outputs
        self.assertEqual(outputs["sum"]["value"], f"Deal of 10 for {one.name}")

    def test_a_new_version_without_the_loop_lets_go_of_it(self):
        workflow = self.workflow(
            self.loop(self.delay(1, "days", key="wait"), self.marking(), key="each"),
            self.write_step("ref", "after", key="last"),
        )
        one = self.contacts(1)
        deals = self.deals(one, 10, 20)
        self.entered(workflow, one)
        workflow.action_edit()
        version = workflow.draft_version_id
        version.action_ids.filtered(lambda step: step.key == "each").unlink()
        workflow.action_publish()
        self.travel(days=2)
        self.tick()
        self.assertEqual((one.ref, self.enrollments(workflow).state), ("after", "completed"))
        self.assertEqual(set(deals.mapped("referred")), {False})

    def test_many_records_take_as_many_queries_as_one(self):
        workflow = self.workflow(self.loop(self.marking(), loop_limit=2))

        def people(count):
            contacts = self.contacts(count)
            for contact in contacts:
                self.deals(contact, 1, 2)
            return contacts

        self.assertAsManyQueries(workflow, people, many=50)

    def test_what_is_wrong_is_told_before_it_is_published(self):
        for vals, told in (
            ({"loop_path": False}, "Choose the records"),
            ({"loop_path": "city"}, "leads to no other records"),
            ({"loop_sort_field": "nothing"}, "Nothing can be sorted"),
            ({"loop_limit": 0}, "from 1 to"),
            ({"lanes": []}, "add steps below"),
        ):
            with self.subTest(told):
                workflow = self.workflow(self.loop(self.end(), **vals), publish=False)
                self.assertIn(told, str(workflow.problems))

    def test_nobody_starts_inside_of_it(self):
        workflow = self.workflow(self.loop(self.marking(key="mark")))
        with self.assertRaisesRegex(UserError, "start before it"):
            workflow.enroll(self.contacts(1), start_key="mark")

    def test_it_travels_in_the_document(self):
        workflow = self.workflow(
            self.loop(self.marking(), loop_domain=WON, loop_limit=3), publish=False
        )
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        step = copy.draft_version_id.action_ids.filtered(lambda step: step.kind == "loop")
        self.assertEqual(
            (step.loop_path, step.loop_domain, step.loop_limit), ("opportunity_ids", WON, 3)
        )
        self.assertEqual(step.path_ids.action_ids.model_name, "crm.lead")
        self.assertEqual(step.path_ids.display_name, "For each")

    def test_records_whose_app_was_uninstalled_are_none_of_those_who_have_their_ids(self):
        workflow = self.workflow(
            self.loop(self.delay(1, "hours"), self.marking()), self.write_step("ref", "after")
        )
        one = self.contacts(1)
        deals = self.deals(one, 10, 20)
        enrollment = self.entered(workflow, one)
        lost_models.forget(self.env, ["crm.lead"])
        self.travel(hours=3)
        self.tick()
        self.assertEqual((enrollment.state, one.ref), ("completed", "after"))
        self.assertFalse(any(deals.mapped("referred")))
