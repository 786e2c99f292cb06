from unittest.mock import patch

from odoo import sql_db
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..engine.document_from_xml import document_from_xml
from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestSplit(WorkflowCase):
    """Paths taken by lot: as often as their shares say, and the same path for the same record."""

    def split(self, *shares, **vals):
        """A split whose paths write down their place."""
        lanes = [
            ({"percentage": share}, [self.write_step("ref", str(place))])
            for place, share in enumerate(shares)
        ]
        return {"kind": "split", "lanes": lanes, **vals}

    def taken(self, workflow, records):
        """Keys of the paths that records took, each time anew."""
        rows = self.env["crm.workflow.log"].search(
            [
                ("enrollment_id", "in", self.enrollments(workflow, records).ids),
                ("path_key", "!=", False),
            ]
        )
        by_pass = rows.sorted(lambda row: (row.enrollment_id.id, row.visit))
        return by_pass.mapped("path_key")

    def texts(self, *shares, **vals):
        workflow = self.workflow(self.split(*shares, **vals), publish=False)
        return [problem["text"] for problem in workflow.problems or ()]

    def test_records_are_spread_as_the_shares_say_and_join_behind(self):
        workflow = self.workflow(self.split(80, 20), self.write_step("function", "joined"))
        contacts = self.contacts(400)
        workflow.enroll(contacts)
        self.tick()
        first = len(contacts.filtered(lambda contact: contact.ref == "0"))
        self.assertTrue(280 < first < 360, first)
        self.assertEqual(set(contacts.mapped("ref")), {"0", "1"})
        self.assertEqual(set(contacts.mapped("function")), {"joined"})

    def again(self, workflow, contacts):
        """Let records pass twice, and return what they took each time."""
        taken = []
        for _pass in range(2):
            workflow.enroll(contacts)
            self.tick()
            taken.append(self.taken(workflow, contacts)[-len(contacts) :])
        return taken

    def reenrolling(self, **vals):
        workflow = self.workflow(self.split(50, 50, **vals), publish=False)
        workflow.draft_version_id.reenroll = True
        workflow.action_publish()
        return workflow

    def test_a_record_that_comes_again_takes_the_same_path(self):
        first, second = self.again(self.reenrolling(), self.contacts(60))
        self.assertEqual(first, second)
        self.assertEqual(len(set(first)), 2)

    def test_drawn_anew_a_record_may_take_another_path(self):
        first, second = self.again(self.reenrolling(split_by="visit"), self.contacts(60))
        self.assertNotEqual(first, second)
        self.assertEqual(len(set(first)), 2)

    def test_the_path_stays_the_same_in_a_later_version(self):
        workflow = self.reenrolling()
        contacts = self.contacts(60)
        workflow.enroll(contacts)
        self.tick()
        before = self.taken(workflow, contacts)
        workflow.action_edit()
        # What stands elsewhere, and the order of the paths, are no reason to draw anew.
        step = workflow.draft_version_id.action_ids.filtered("path_ids")
        for sequence, path in enumerate(reversed(step.path_ids)):
            path.sequence = sequence
        workflow.action_publish()
        workflow.enroll(contacts)
        self.tick()
        self.assertEqual(self.taken(workflow, contacts), before * 2)

    def test_a_batch_that_is_run_again_decides_the_same(self):
        for by in ("record", "visit"):
            workflow = self.workflow(self.split(50, 50, split_by=by))
            step = workflow.live_version_id.action_ids.filtered("path_ids")
            taken = []
            run = type(step)._run_split

            def twice(action, batch, run=run, same=taken.append):
                outcomes = [run(action, batch) for _time in "12"]
                same(outcomes[0] == outcomes[1])
                return outcomes[1]

            with patch.object(type(step), "_run_split", twice):
                workflow.enroll(self.contacts(50))
                self.tick()
            self.assertEqual(taken, [True])

    def test_many_records_take_no_more_queries_than_one(self):
        workflow = self.workflow(self.split(50, 50))
        step = workflow.live_version_id.action_ids.filtered("path_ids")
        run, counted = type(step)._run_split, []

        def counting(action, batch):
            before = sql_db.sql_counter
            outcomes = run(action, batch)
            counted.append((len(batch.rows), sql_db.sql_counter - before))
            return outcomes

        with patch.object(type(step), "_run_split", counting):
            for count in (1, 1, 100):
                workflow.enroll(self.contacts(count))
                self.tick()
        self.assertEqual(counted[1][0], 1)
        self.assertGreaterEqual(counted[-1][0], 50)
        self.assertLessEqual(counted[-1][1], counted[1][1])

    def test_who_is_deleted_meanwhile_leaves_and_the_others_go_on(self):
        workflow = self.workflow(self.split(50, 50))
        contacts = self.contacts(4)
        gone = workflow.enroll(contacts[:1])
        workflow.enroll(contacts[1:])
        contacts[0].unlink()
        self.tick()
        self.assertEqual((gone.state, gone.reason), ("exited", "record_deleted"))
        self.assertTrue(all(contacts[1:].mapped("ref")))

    def test_a_new_split_has_two_even_paths_called_by_letters(self):
        workflow = self.workflow({"kind": "split"}, publish=False)
        step = workflow.draft_version_id.action_ids
        self.assertEqual(step.path_ids.mapped("percentage"), [50, 50])
        self.assertEqual(step.path_ids.mapped("display_name"), ["A", "B"])
        self.assertEqual(step.path_ids.mapped("condition"), ["50 %", "50 %"])
        self.assertFalse(step.path_ids.filtered("is_default"))
        self.assertEqual(step.summary, "Split 50 % / 50 %")
        self.assertFalse(step._acts())

    def test_the_path_of_failures_has_no_part_in_the_draw(self):
        workflow = self.workflow(self.split(60, 40, failure_then="path"), publish=False)
        step = workflow.draft_version_id.action_ids.filtered("path_ids")
        names = [path.display_name for path in step.path_ids]
        self.assertEqual(sorted(names), ["A", "B", "If it fails"])
        self.assertEqual(step.summary, "Split 60 % / 40 %")
        step.split_even = True
        step._onchange_split_even()
        self.assertEqual(step.split_total, 100)
        self.assertFalse(workflow.problems)
        copy = self.env["crm.workflow"].import_xml(workflow.export_xml())
        self.assertEqual(copy.export_xml(), workflow.export_xml())

    def test_the_form_of_a_new_split_shows_these_paths(self):
        defaults = self.env["crm.workflow.action"].with_context(default_kind="split")
        shown = defaults.default_get(["kind", "path_ids"])["path_ids"]
        self.assertEqual([vals["percentage"] for _command, _id, vals in shown], [50, 50])

    def test_even_split_shares_what_is_left_over(self):
        workflow = self.workflow(self.split(70, 20, 5), publish=False)
        step = workflow.draft_version_id.action_ids.filtered("path_ids")
        self.assertEqual(step.split_total, 95)
        step.split_even = True
        step._onchange_split_even()
        self.assertEqual(step.path_ids.mapped("percentage"), [34, 33, 33])
        self.assertFalse(step.split_even)

    def test_what_cannot_work_is_told_before_publishing(self):
        self.assertIn("70 % together", self.texts(50, 20)[0])
        self.assertIn("“B” has no share", self.texts(100, 0)[0])
        self.assertIn("at least two paths", self.texts(100)[0])
        self.assertEqual(self.texts(34, 33, 33), [])
        with self.assertRaisesRegex(ValidationError, "120 % together"):
            self.workflow(self.split(60, 60))

    def test_it_travels_in_the_document(self):
        workflow = self.workflow(self.split(70, 30, split_by="visit"), publish=False)
        text = workflow.export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        step = copy.draft_version_id.action_ids.filtered("path_ids")
        self.assertEqual(step.path_ids.mapped("percentage"), [70, 30])
        self.assertEqual(step.split_by, "visit")
        self.assertEqual(copy.export_xml(), text)
        self.assertEqual(len(document_from_xml(text).steps[0].paths), 2)
