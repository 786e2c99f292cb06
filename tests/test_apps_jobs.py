from datetime import timedelta
from unittest.mock import patch

from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import Form, tagged

from ..services import jobs, runner
from .common import WorkflowCase

LANES = 4


@tagged("post_install", "-at_install", "-standard", "crm_workflow_apps")
class TestJobs(WorkflowCase):
    """Jobs of OCA's queue_job serve the queue, where it is installed and the settings say so."""

    def setUp(self):
        super().setUp()
        self.settings("jobs")
        self.jobs.unlink()

    def settings(self, served_by, count=LANES):
        """Save the settings."""
        vals = {"crm_workflow_workers": count, "crm_workflow_served_by": served_by}
        self.env["res.config.settings"].create(vals).execute()

    @property
    def jobs(self):
        """Our jobs, in the order of their lanes."""
        ours = [("channel_method_name", "=", "<crm.workflow>._job_run")]
        return self.env["queue.job"].search(ours).sorted(lambda job: (job.args, job.id))

    def enrolled(self, count=runner.SHARDS):
        """Contacts on their way, one in each share of the queue."""
        contacts = self.contacts(count)
        self.workflow(self.write_step()).enroll(contacts)
        self.env.flush_all()
        return contacts

    def run_job(self, lane):
        """The work of a job."""
        with self.cron_env() as env:
            return env["crm.workflow"]._job_run(lane)

    def test_the_setting_lets_jobs_commit_on_a_channel_of_their_own(self):
        function = self.env["queue.job.function"].search([("name", "=", "<crm.workflow>._job_run")])
        self.assertEqual((function.channel, function.allow_commit), ("root.crm_workflow", True))
        self.settings("jobs")
        self.assertEqual(len(function.search([("name", "=", function.name)])), 1)

    def test_one_scheduled_action_is_enough_then(self):
        crons = self.env["ir.cron"].search([("code", "like", "model._cron_run(")])
        self.assertEqual(len(crons), 1)
        self.settings("crons")
        self.assertEqual(len(crons.search([("code", "like", "model._cron_run(")])), LANES)

    def test_a_job_is_made_for_each_lane_and_none_for_each_record(self):
        contacts = self.enrolled()
        self.tick_run()
        self.assertFalse(any(contacts.mapped("ref")), "the scheduled action did it")
        self.assertEqual(self.jobs.mapped("args"), [[lane] for lane in range(LANES)])
        self.assertEqual(set(self.jobs.mapped("channel")), {"root.crm_workflow"})
        self.assertEqual(self.jobs.user_id, self.env.ref("base.user_root"))
        self.tick_run()
        self.assertEqual(len(self.jobs), LANES)

    def test_a_lane_with_nothing_due_gets_no_job(self):
        self.tick_run()
        self.assertFalse(self.jobs)
        self.enrolled(1)
        self.tick_run()
        self.assertEqual(len(self.jobs), 1)

    def test_a_lane_whose_job_is_at_work_gets_one_other_a_little_later(self):
        self.enrolled(1)
        self.tick_run()
        self.jobs.state = "started"
        for _tick in range(2):
            self.tick_run()
        [first, second] = self.jobs
        self.assertFalse(first.eta)
        self.assertTrue(second.eta)

    def test_jobs_move_the_records_of_their_lanes(self):
        contacts = self.enrolled()
        moved = [self.run_job(lane) for lane in range(LANES)]
        self.assertEqual(moved, [runner.SHARDS // LANES] * LANES)
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})
        self.assertFalse(self.jobs, "there is nothing left to do")

    def test_a_job_whose_time_is_up_leaves_a_successor(self):
        self.enrolled()
        with patch.object(jobs, "SECONDS", 0.001):
            self.run_job(1)
        self.assertEqual(self.jobs.args, [1])
        self.assertFalse(self.jobs.eta)

    def test_what_nobody_takes_up_is_done_by_the_scheduled_action(self):
        contacts = self.enrolled()
        self.tick_run()
        self.travel(seconds=jobs.PATIENCE / timedelta(seconds=1) + 1)
        with self.assertLogs("odoo.addons.crm_workflow.models", "WARNING") as log:
            self.tick_run()
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})
        self.assertIn("No job runner", log.output[0])

    def test_jobs_that_wait_do_nothing_once_the_settings_are_others(self):
        contacts = self.enrolled()
        self.settings("jobs", count=1)
        self.assertEqual(self.run_job(1), 0)
        self.settings("crons", count=1)
        self.assertEqual(self.run_job(0), 0)
        self.tick_run()
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})

    def test_jobs_may_commit_even_when_somebody_forbade_it(self):
        function = self.env["queue.job.function"].search([("name", "=", "<crm.workflow>._job_run")])
        function.unlink()
        self.enrolled()
        self.tick_run()
        self.assertTrue(self.jobs.job_function_id.allow_commit)

    def test_a_copy_has_no_jobs(self):
        self.enrolled()
        self.tick_run()
        self.jobs[0].state = "started"
        self.env.flush_all()
        for query in get_neutralization_queries(["crm_workflow"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertEqual(set(self.jobs.mapped("state")), {"cancelled"})

    def test_nothing_of_ours_stays_when_the_addon_goes(self):
        self.enrolled()
        self.tick_run()
        jobs.tear_down(self.env)
        self.assertFalse(self.jobs)
        for model in ("function", "channel"):
            ours = [("display_name", "like", "crm_workflow" if model == "channel" else "_job_run")]
            self.assertFalse(self.env[f"queue.job.{model}"].search(ours))

    def test_the_screen_says_what_the_job_queue_needs(self):
        form = Form(self.env["res.config.settings"])
        self.assertTrue(form.crm_workflow_can_use_jobs)
        self.assertIn("runs no jobs", form.crm_workflow_workers_note)
        self.assertIn("channels = root:5,root.crm_workflow:4", form.crm_workflow_workers_conf)
