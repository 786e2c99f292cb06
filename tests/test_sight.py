from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import WorkflowCase

SECRET = "Zelda"
HIDDEN = "(for those who may see the record)"


@tagged("post_install", "-at_install")
class TestSight(WorkflowCase):
    """What workflows know about a record is told to those who may see the record."""

    def setUp(self):
        super().setUp()
        export = "base.group_allow_export"
        self.viewer = self.user("viewer", "crm_workflow.group_user", export)
        self.manager = self.user(
            "designer", "crm_workflow.group_manager", "base.group_partner_manager", export
        )
        self.seen, self.hidden = self.contacts(2)
        (self.seen | self.hidden).name = SECRET

    def through(self, *steps):
        """The enrollments of both contacts, which have been through, or stand on, the steps."""
        flow = self.workflow(*steps, run_as_id=self.admin.id)
        flow.enroll(self.seen | self.hidden)
        self.tick()
        self.hide(self.hidden)
        self.env.flush_all()
        self.env.invalidate_all()
        return self.enrollments(flow)

    def parked(self):
        """Both contacts are parked, with a reason that tells their name."""
        return self.through(self.code_step("raise UserError('No stamps for ' + record.name)"))

    def assertUnread(self, record, user, *names):
        """The fields are neither read, searched, grouped by nor exported."""
        theirs = record.with_user(user)
        self.assertTrue(theirs.read(["id"]))
        for name in names:
            self.assertNotIn(name, theirs.read()[0])
            for reading in (
                lambda name=name: theirs.read([name]),
                lambda name=name: theirs.search([(name, "!=", False)]),
                lambda name=name: theirs._read_group([], [name]),
                lambda name=name: theirs.export_data([name]),
            ):
                with self.assertRaises(AccessError, msg=name):
                    reading()

    # Enrollments

    def test_what_triggers_and_steps_left_is_for_administrators(self):
        enrollment = self.through(
            {"kind": "compute", "compute_formula": "object.name", "key": "said"}
        )[1:]
        self.assertEqual(enrollment.outputs["said"]["value"], SECRET)
        enrollment.data = {"iban": "NL00"}
        for user in (self.viewer, self.manager):
            self.assertUnread(enrollment, user, "data", "outputs", "reason")
        self.assertEqual(enrollment.with_user(self.admin).data, {"iban": "NL00"})

    def test_what_is_kept_for_another_entry_is_for_administrators(self):
        flow = self.workflow(self.end())
        member = self.env["crm.workflow.member"].create(
            {"workflow_id": flow.id, "res_id": self.seen.id, "queued": {"data": {"iban": "NL00"}}}
        )
        for user in (self.viewer, self.manager):
            with self.assertRaises(AccessError):
                member.with_user(user).read(["queued"])
            with self.assertRaises(AccessError):
                member.with_user(user).search([("queued", "!=", False)])

    def test_why_a_record_is_parked_is_told_to_those_who_may_see_it(self):
        for user in (self.viewer, self.manager):
            seen, hidden = self.parked().with_user(user)
            self.assertIn(SECRET, seen.reason_text)
            self.assertEqual(hidden.reason_text, HIDDEN)
            self.assertIn(SECRET, str(seen.timeline))
            self.assertNotIn(SECRET, str(hidden.timeline))
            self.assertIn(HIDDEN, str(hidden.timeline))
            told = hidden.read()[0], hidden.export_data(["reason_text", "log_ids/message_text"])
            self.assertNotIn(SECRET, str(told))
        self.assertIn(SECRET, self.parked()[1].with_user(self.admin).reason_text)

    def test_reasons_of_records_out_of_sight_are_not_found(self):
        rows = self.parked()
        mine = [("id", "in", rows.ids)]
        for user, found in ((self.viewer, rows[0]), (self.admin, rows)):
            theirs = rows.with_user(user)
            self.assertEqual(
                theirs.search([*mine, ("reason_text", "ilike", SECRET)], order="id"), found
            )
            unlike = theirs.search([*mine, ("reason_text", "not ilike", SECRET)])
            self.assertEqual(unlike, rows - found)
            other = theirs.search([*mine, ("reason_text", "not ilike", "Link")], order="id")
            self.assertEqual(other, rows)

    def test_codes_of_the_engine_are_told_to_everybody(self):
        row = self.through(self.delay(1, "days"))[1]
        row.with_user(self.admin).action_leave()
        self.assertEqual(row.with_user(self.viewer).reason_text, "Taken out by hand")
        [*_ways, left] = row.with_user(self.viewer).timeline
        self.assertEqual(left["message"], "Taken out by hand")

    def test_of_a_record_that_is_gone_managers_are_told(self):
        row = self.parked()[1]
        self.hidden.unlink()
        self.assertEqual(row.with_user(self.viewer).reason_text, HIDDEN)
        self.assertIn(SECRET, row.with_user(self.manager).reason_text)

    def test_what_one_reader_is_told_is_not_told_to_the_next(self):
        row = self.parked()[1]
        for name in ("reason_text", "record_name", "display_name"):
            self.assertIn(SECRET, row[name])
            self.assertNotIn(SECRET, row.with_user(self.viewer)[name])
        self.assertIn(SECRET, str(row.timeline))
        self.assertNotIn(SECRET, str(row.with_user(self.viewer).timeline))

    def test_however_many_are_read_the_questions_are_as_many(self):
        counts = []
        flow = self.workflow(self.code_step("raise UserError(record.name)"))
        flow.enroll(self.contacts(20))
        self.tick()
        every = self.enrollments(flow)
        for rows in (every, every[:2], every):
            self.env.invalidate_all()
            theirs = rows.with_user(self.viewer)
            theirs.read(["workflow_id"])
            start = self.cr.sql_log_count
            theirs.mapped("reason_text"), theirs.log_ids.mapped("message_text")
            counts.append(self.cr.sql_log_count - start)
        self.assertEqual(counts[1], counts[2])

    # The ledger

    def test_the_ledger_tells_no_more(self):
        rows = self.parked()
        seen, hidden = (row.log_ids.filtered("message") for row in rows)
        for user in (self.viewer, self.manager):
            self.assertUnread(hidden, user, "message")
            self.assertIn(SECRET, seen.with_user(user).message_text)
            self.assertEqual(hidden.with_user(user).message_text, HIDDEN)
            self.assertEqual(seen.with_user(user).record_name, SECRET)
            self.assertNotIn(SECRET, hidden.with_user(user).record_name)
            self.assertNotIn(SECRET, str(hidden.with_user(user).read()))
            found = hidden.with_user(user).search(
                [("id", "in", (seen | hidden).ids), ("message_text", "ilike", SECRET)]
            )
            self.assertEqual(found, seen)

    # E-mails

    def test_subjects_of_emails_are_told_to_those_who_may_see_the_record(self):
        mails = self.env["crm.workflow.mail"].create(
            [
                {
                    "workflow_id": self.workflow(self.end()).id,
                    "kept_subject": f"Dear {contact.name}",
                    "at": "2020-01-01",
                    "res_model": contact._name,
                    "res_id": contact.id,
                    "partner_ids": contact.ids,
                }
                for contact in (self.seen, self.hidden)
            ]
        )
        self.hide(self.hidden)
        self.env.flush_all()
        self.env.invalidate_all()
        seen, hidden = mails
        mine = [("id", "in", mails.ids)]
        for user in (self.viewer, self.manager):
            self.assertUnread(hidden, user, "kept_subject")
            self.assertEqual(seen.with_user(user).subject, f"Dear {SECRET}")
            self.assertEqual(seen.with_user(user).display_name, f"Dear {SECRET}")
            for name in ("subject", "display_name"):
                self.assertEqual(hidden.with_user(user)[name], HIDDEN)
                found = mails.with_user(user).search([*mine, (name, "ilike", SECRET)])
                self.assertEqual(found, seen)
            self.assertEqual(mails.with_user(user).name_search(SECRET, mine)[0][0], seen.id)
            self.assertEqual(hidden.with_user(user).read(["partner_ids"])[0]["partner_ids"], [])
            by_name = [*mine, ("partner_ids.name", "=", SECRET)]
            self.assertEqual(mails.with_user(user).search(by_name), seen)

    # Decisions

    def asked(self, contacts, who):
        """The decisions about contacts, which somebody is asked to take."""
        flow = self.workflow(
            {
                "kind": "decision",
                "decision_ask": "user",
                "decision_user_id": who.id,
                "decision_summary": "Keep {{ object.name }}?",
                "lanes": [({"name": "Yes"}, []), ({"name": "No"}, []), ({"is_default": True}, [])],
            },
            run_as_id=self.admin.id,
        )
        flow.enroll(contacts)
        self.tick()
        return self.env["crm.workflow.decision"].search([("workflow_id", "=", flow.id)], order="id")

    def test_decisions_are_told_to_those_who_may_see_the_record_and_who_are_asked(self):
        ann = self.user("ann", "crm_workflow.group_user")
        decisions = self.asked(self.seen | self.hidden, ann)
        decisions.kept_remark = f"{SECRET} is nice"
        self.hide(self.hidden)
        self.env.flush_all()
        self.env.invalidate_all()
        seen, hidden = decisions
        mine = [("id", "in", decisions.ids)]
        for user in (self.viewer, self.manager):
            self.assertUnread(hidden, user, "kept_question", "kept_remark")
            for name in ("question", "remark"):
                self.assertIn(SECRET, seen.with_user(user)[name])
                self.assertEqual(hidden.with_user(user)[name], HIDDEN)
                found = decisions.with_user(user).search([*mine, (name, "ilike", SECRET)])
                self.assertEqual(found, seen)
            self.assertEqual(hidden.with_user(user).display_name, HIDDEN)
            self.assertEqual(hidden.enrollment_id.with_user(user).question, HIDDEN)
            told = hidden.with_user(user).read() + hidden.enrollment_id.with_user(user).read()
            self.assertNotIn(SECRET, str(told))
        self.assertIn(SECRET, hidden.with_user(ann).question)
        self.assertIn(SECRET, hidden.enrollment_id.with_user(ann).question)

    # Screens

    def test_screens_open_for_everybody(self):
        decisions = self.asked(self.seen, self.viewer)
        rows = self.parked() | decisions.enrollment_id
        for user in (self.viewer, self.manager, self.admin):
            for records in (rows, rows.log_ids, decisions, rows.version_id):
                theirs = records.with_user(user)
                for kind in ("list", "form", "search"):
                    shown = theirs.get_view(view_type=kind)["models"][theirs._name]
                    known = list(theirs.fields_get(shown, []))
                    self.assertEqual(len(theirs.read(known)), len(theirs))
