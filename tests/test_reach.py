from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import WorkflowCase

SECRET = "Secret of Other"


@tagged("post_install", "-at_install")
class TestReach(WorkflowCase):
    """What a workflow does to others stays within its company, and so do their names."""

    def setUp(self):
        super().setUp()
        self.main = self.env.company
        self.elsewhere = self.env["res.company"].create({"name": "Other"})
        self.admin.company_ids += self.elsewhere
        self.manager = self.user(
            "designer",
            "crm_workflow.group_manager",
            "base.group_partner_manager",
            company_id=self.main.id,
            company_ids=self.main.ids,
        )
        self.other = self.flow(self.delay(1, "days"), company=self.elsewhere, name=SECRET)
        self.contact = self.contacts(1, company_id=False)

    def flow(self, *steps, company=None, **vals):
        """A workflow of a company, or of none, that an administrator of both runs."""
        return self.workflow(
            *steps,
            company_id=company.id if company else False,
            **{"run_as_id": self.admin.id, **vals},
        )

    def into(self, workflow, **vals):
        return {"kind": "enroll", "enroll_workflow_id": workflow.id, **vals}

    def leaving(self, **vals):
        return {"kind": "unenroll", **vals}

    def texts(self, workflow, user=None):
        """All that somebody reads of the problems of a draft, and of the passes through it."""
        workflow = workflow.with_user(user or self.manager)
        passes = self.enrollments(workflow).with_user(user or self.manager)
        problems = [problem["text"] for problem in workflow.draft_version_id.problems or []]
        kept = [*passes.mapped("reason_text"), *passes.log_ids.mapped("message_text")]
        return " ".join(filter(None, [*problems, *kept, *passes.mapped("event_text")]))

    def inside(self, workflow):
        """The contact enters, and comes as far as it does at once."""
        enrollment = workflow.enroll(self.contact)
        self.tick()
        return enrollment

    # What is done

    def test_leaving_all_others_leaves_those_of_another_company_alone(self):
        theirs = self.inside(self.other)
        shared = self.inside(self.flow(self.delay(1, "days"), name="Shared"))
        own = self.flow(self.leaving(unenroll_from="others"), company=self.main, name="Own")
        self.inside(own)
        self.assertEqual((theirs.state, shared.state), ("active", "exited"))
        self.assertIn("Left “Shared”.", self.texts(own))
        self.assertNotIn(SECRET, self.texts(own))

    def test_leaving_those_chosen_does_as_well(self):
        theirs = self.inside(self.other)
        own = self.flow(self.leaving(unenroll_workflow_ids=self.other.ids))
        own.company_id = self.main
        self.inside(own)
        self.assertEqual(theirs.state, "active")
        self.assertNotIn(SECRET, self.texts(own))

    def test_nobody_enters_a_workflow_of_another_company(self):
        own = self.flow(self.into(self.other))
        own.company_id = self.main
        enrollment = self.inside(own)
        self.assertEqual(enrollment.state, "parked")
        self.assertIn("in which this workflow does not act", enrollment.reason)
        self.assertFalse(self.enrollments(self.other))
        self.assertNotIn(SECRET, self.texts(own))

    def test_entering_a_workflow_of_another_company_is_no_way_out(self):
        shared = self.flow(self.delay(1, "days"), name="Shared")
        for others in ((), (self.other | shared).ids):
            way = {"kind": "elsewhere", "elsewhere_ids": [(6, 0, others)]}
            own = self.flow(self.delay(1, "days"), exits=[way])
            own.company_id = self.main
            contact = self.contacts(1)
            enrollment = own.enroll(contact)
            self.other.enroll(contact)
            self.tick()
            self.assertEqual(enrollment.state, "active")
            shared.enroll(contact)
            self.tick()
            self.assertEqual(enrollment.state, "exited")

    def test_a_workflow_of_all_companies_reaches_those_of_its_run_as_user(self):
        theirs = self.inside(self.other)
        own = self.flow(self.leaving(unenroll_from="others"), name="Own")
        self.inside(own)
        self.assertEqual(theirs.state, "exited")
        narrow = self.flow(self.leaving(unenroll_from="others"), run_as_id=self.manager.id)
        version = narrow.live_version_id
        self.assertFalse(version.action_ids._unenroll_inside(self.contact))

    # What is told of it

    def test_a_ledger_that_all_companies_read_names_no_workflow_of_one(self):
        self.inside(self.other)
        taking = self.flow(self.leaving(unenroll_from="others"), name="Taking")
        self.inside(taking)
        self.assertIn(f"Left “#{self.other.id}”.", self.texts(taking))
        giving = self.flow(self.into(self.other, enroll_wait=True), name="Giving")
        self.contact = self.contacts(1, company_id=False)
        self.inside(giving)
        self.other.unenroll(self.contact, SECRET)
        self.travel(hours=1)
        self.tick()
        self.tick()
        self.assertIn(f"“#{self.other.id}”: left", self.texts(giving))
        for workflow in (taking, giving):
            self.assertNotIn(SECRET, self.texts(workflow))

    def test_what_all_read_does_not_name_the_workflow_of_a_company(self):
        shared = self.flow(self.delay(1, "days"), name="Shared")
        passing = self.inside(shared)
        own = self.flow(
            self.leaving(unenroll_from="others"),
            self.into(shared, enroll_with_data=True),
            company=self.elsewhere,
            name=SECRET,
        )
        shared.action_edit()
        shared.draft_version_id.reenroll = True
        shared.action_publish()
        self.inside(own)
        self.assertEqual(passing.reason, f"Taken out by “#{own.id}”")
        self.assertEqual(len(self.enrollments(shared)), 2)
        self.assertIn(f"#{own.id}", self.texts(shared))
        self.assertNotIn(SECRET, self.texts(shared))

    def test_that_it_is_off_is_told_without_its_name(self):
        giving = self.flow(self.into(self.other), name="Giving")
        self.other.action_turn_off()
        enrollment = self.inside(giving)
        self.assertIn("is not on", enrollment.reason)
        self.assertNotIn(SECRET, self.texts(giving))

    def test_a_loop_through_another_company_is_told_without_its_names(self):
        giving = self.flow(self.delay(1, "hours"), name="Giving", publish=False)
        back = self.flow(self.into(giving), company=self.elsewhere, name=SECRET, publish=False)
        for workflow in (giving, back):
            workflow.draft_version_id.reenroll = True
        self.fill(giving, self.into(back))
        giving.action_publish()
        back.action_publish()
        giving.enroll(self.contact)
        for _hour in range(8):
            self.travel(hours=2)
            self.tick()
        parked = (self.enrollments(giving) | self.enrollments(back)).filtered("reason")
        self.assertIn("loop", "".join(parked.mapped("reason")))
        self.assertNotIn(SECRET, self.texts(giving))

    # Who designs it

    def designed(self):
        """A draft of the manager's own, in the manager's environment."""
        workflows = self.env["crm.workflow"].with_user(self.manager)
        return workflows.create({"name": "Mine", "object_id": self.contact_type.id})

    def test_a_manager_chooses_among_the_workflows_that_he_may_see(self):
        version = self.designed().draft_version_id
        ids = [(6, 0, self.other.ids)]
        steps, ways = version.env["crm.workflow.action"], version.env["crm.workflow.exit"]
        for model, vals in (
            (steps, self.into(self.other)),
            (steps, self.leaving(unenroll_workflow_ids=ids)),
            (ways, {"kind": "elsewhere", "elsewhere_ids": ids}),
        ):
            values = {"version_id": version.id, **vals}
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                model.create(values)
            kept = model.create({"version_id": version.id, "kind": vals["kind"]})
            with self.assertRaises(AccessError) as raised, self.env.cr.savepoint():
                kept.write(vals)
            self.assertNotIn(SECRET, str(raised.exception))
        shared = self.flow(self.end(), name="Shared")
        step = steps.create({"version_id": version.id, **self.into(shared)})
        self.assertEqual(step.summary, "Enrol in “Shared”")
        step = steps.create({"version_id": version.id, "kind": "end"})
        with self.assertRaisesRegex(AccessError, "choose another"):
            step.write(self.into(self.other))

    def test_summaries_name_them_to_whoever_may_see_them(self):
        ids = self.other.ids
        flow = self.flow(
            self.into(self.other),
            self.leaving(unenroll_workflow_ids=ids),
            exits=[{"kind": "elsewhere", "elsewhere_ids": ids}],
            publish=False,
        )
        version = flow.draft_version_id
        for part in (*version.action_ids, version.exit_ids):
            self.assertIn(f"“#{self.other.id}”", part.with_user(self.manager).summary)
            self.assertIn(f"“{SECRET}”", part.with_user(self.admin).summary)
        flow.company_id = self.main
        self.assertEqual(self.texts(flow).count("in which this workflow does not act"), 3)
        self.assertNotIn(SECRET, self.texts(flow))
        self.assertEqual(self.texts(flow, self.admin).count(f"“{SECRET}” belongs to"), 3)
        with self.assertRaises(ValidationError):
            flow.with_user(self.admin).action_publish()

    def test_a_manager_keeps_what_an_administrator_has_chosen(self):
        others = self.other | self.flow(self.end(), name="Shared")
        flow = self.flow(
            self.into(self.other),
            self.leaving(unenroll_workflow_ids=others.ids),
            exits=[{"kind": "elsewhere", "elsewhere_ids": self.other.ids}],
        )
        self.env.invalidate_all()
        flow.with_user(self.manager).action_edit()
        self.env.invalidate_all()
        draft = flow.draft_version_id
        self.assertEqual(draft.action_ids.enroll_workflow_id, self.other)
        self.assertEqual(draft.action_ids.unenroll_workflow_ids, others)
        self.assertEqual(draft.exit_ids.elsewhere_ids, self.other)
        draft.action_ids[0].with_user(self.manager).name = "Renamed"
