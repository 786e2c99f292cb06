from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import config

from ..services import runner, workers
from .common import WorkflowCase

SHARDS = runner.SHARDS


@tagged("post_install", "-at_install")
class TestWorkers(WorkflowCase):
    """As many scheduled actions serve the queue as the settings say, and none is relied on."""

    def settings(self, count, **vals):
        """Save the settings, as the form does."""
        settings = self.env["res.config.settings"].create({"crm_workflow_workers": count, **vals})
        settings.execute()
        return settings

    def crons(self):
        """The scheduled actions that serve the queue, the first one first."""
        own = [("code", "like", "model._cron_run(")]
        return self.env["ir.cron"].with_context(active_test=False).search(own, order="id")

    def run_lane(self, lane):
        """A scheduled action's work, as its code says."""
        with self.cron_env() as env:
            return env["crm.workflow"]._cron_run(lane)

    def no_time(self):
        """A scheduler whose time for a scheduled action is up at each commit."""
        crons = type(self.env["ir.cron"])
        commit = crons._commit_progress

        def no_time_left(*args, **options):
            commit(*args, **options)
            return 0.0

        return patch.object(crons, "_commit_progress", no_time_left)

    def enrolled(self, count=SHARDS):
        """A live workflow with so many contacts on their way, one in each share of the queue."""
        workflow = self.workflow(self.write_step())
        contacts = self.contacts(count)
        workflow.enroll(contacts)
        self.env.flush_all()
        return workflow, contacts

    # ---- the scheduled actions ----------------------------------------------------------

    def test_there_is_one_to_begin_with(self):
        self.assertEqual(self.crons(), self.env.ref("crm_workflow.ir_cron_run"))

    def test_the_settings_make_as_many_as_they_say_like_the_first(self):
        first = self.env.ref("crm_workflow.ir_cron_run")
        self.settings(3)
        crons = self.crons()
        self.assertEqual(
            crons.mapped("code"),
            ["model._cron_run()", "model._cron_run(1)", "model._cron_run(2)"],
        )
        self.assertEqual(crons[2].name, "Workflows: move records on (3)")
        for name in ("active", "user_id", "priority", "interval_number", "interval_type"):
            self.assertEqual(len({cron[name] for cron in crons}), 1, name)
        self.assertEqual(crons[0], first)

    def test_they_go_with_the_addon_and_stay_when_it_is_updated(self):
        self.settings(2)
        cron = self.crons()[1]
        own = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("res_id", "=", cron.id)]
        )
        self.assertEqual((own.module, own.noupdate), ("crm_workflow", True))

    def test_fewer_are_removed_with_all_that_was_theirs(self):
        self.settings(4)
        actions = self.crons()[1:].ir_actions_server_id
        self.settings(1)
        self.assertEqual(len(self.crons()), 1)
        self.assertFalse(actions.exists())
        self.assertFalse(self.env.ref("crm_workflow.ir_cron_run_2", raise_if_not_found=False))

    def test_one_that_is_at_work_goes_at_night_and_does_nothing_until_then(self):
        self.settings(2)
        crons = type(self.env["ir.cron"])
        nobody = self.env["ir.cron"]
        with patch.object(crons, "try_lock_for_update", lambda *_args, **_options: nobody):
            self.settings(1)
        self.assertEqual(len(self.crons()), 2)
        workflow, contacts = self.enrolled()
        self.assertEqual(self.run_lane(1), 0)
        self.env["crm.workflow"]._gc_workers()
        self.assertEqual(len(self.crons()), 1)
        self.tick_run()
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})

    def test_in_a_copy_they_are_as_inactive_as_the_first(self):
        self.env.ref("crm_workflow.ir_cron_run").active = False
        self.settings(2)
        self.assertFalse(any(self.crons().mapped("active")))

    def test_there_are_neither_none_nor_too_many(self):
        for count in (0, 17):
            with self.assertRaisesRegex(ValidationError, "from 1 to 16"):
                self.settings(count)

    def test_a_setting_that_is_no_number_means_one(self):
        self.env["ir.config_parameter"].set_param("crm_workflow.workers", "many")
        self.assertEqual(workers.count(self.env), 1)

    # ---- the wake-up --------------------------------------------------------------------

    def test_all_are_woken_by_one_statement(self):
        self.settings(3)
        workflow = self.workflow(self.write_step())
        contact = self.contacts(1)
        self.env["ir.cron.trigger"].search([]).unlink()
        self.env.cr.cache.clear()
        workflow.enroll(contact)
        woken = self.env["ir.cron.trigger"].search([]).cron_id
        self.assertEqual(woken & self.crons(), self.crons())

    def test_one_whose_time_is_up_is_woken_again(self):
        self.settings(2)
        self.enrolled()
        self.env["ir.cron.trigger"].search([]).unlink()
        with self.no_time():
            self.run_lane(1)
        self.assertEqual(self.env["ir.cron.trigger"].search([]).cron_id, self.crons()[1])

    def test_the_crons_that_enrol_and_call_are_woken_again_when_their_time_is_up(self):
        for name, method in (("enroll", "_cron_enroll"), ("call", "_cron_call")):
            self.env["ir.cron.trigger"].search([]).unlink()
            with self.no_time(), self.cron_env() as env:
                getattr(env["crm.workflow"], method)()
            cron = self.env.ref(f"crm_workflow.ir_cron_{name}")
            self.assertIn(cron, self.env["ir.cron.trigger"].search([]).cron_id)

    # ---- the work -----------------------------------------------------------------------

    def test_each_takes_its_share_and_all_together_everything(self):
        self.settings(3)
        workflow, contacts = self.enrolled()
        moved = [self.run_lane(lane) for lane in range(3)]
        self.assertEqual(sum(moved), SHARDS)
        self.assertTrue(all(moved), moved)
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})

    def test_what_a_worker_leaves_behind_is_taken_by_another(self):
        self.settings(2)
        workflow, contacts = self.enrolled()
        self.assertEqual(self.run_lane(0), SHARDS // 2)
        self.assertEqual(self.run_lane(0), 0)
        self.travel(seconds=runner.LEFT_BEHIND / timedelta(seconds=1) + 1)
        self.assertEqual(self.run_lane(0), SHARDS // 2)
        self.assertEqual(set(self.enrollments(workflow).mapped("state")), {"completed"})

    def test_who_says_how_many_there_are_is_believed(self):
        self.settings(2)
        self.enrolled()
        with self.cron_env() as env:
            self.assertEqual(env["crm.workflow"]._cron_run(0, 4), SHARDS // 4)
            self.assertEqual(env["crm.workflow"]._cron_run(0, 1), SHARDS - SHARDS // 4)

    # ---- the settings screen ------------------------------------------------------------

    def test_the_screen_says_what_the_server_can_run(self):
        with self.server(max_cron_threads=5, workers=0):
            form = Form(self.env["res.config.settings"])
            form.crm_workflow_workers = 4
            self.assertTrue(form.crm_workflow_workers_enough)
            self.assertIn("up to 5", form.crm_workflow_workers_note)
            form.crm_workflow_workers = 5
            self.assertFalse(form.crm_workflow_workers_enough)
            self.assertEqual(form.crm_workflow_workers_conf, "max_cron_threads = 6")
            self.assertNotIn("memory", form.crm_workflow_workers_note)

    def test_the_screen_says_what_processes_cost(self):
        with self.server(max_cron_threads=2, workers=4, limit_memory_soft=2**31):
            form = Form(self.env["res.config.settings"])
            form.crm_workflow_workers = 4
            self.assertIn("2048 MB", form.crm_workflow_workers_note)

    def test_without_the_job_queue_its_setting_changes_nothing(self):
        self.settings(4, crm_workflow_served_by="jobs")
        self.assertFalse(Form(self.env["res.config.settings"]).crm_workflow_can_use_jobs)
        self.assertEqual(len(self.crons()), 4)
        _workflow, contacts = self.enrolled()
        self.assertEqual([self.run_lane(lane) for lane in range(4)], [SHARDS // 4] * 4)
        self.assertEqual(set(contacts.mapped("ref")), {"been here"})

    def test_once_the_job_queue_is_gone_there_are_as_many_workers_as_the_settings_say(self):
        self.settings(1)
        for key, value in (("workers", "4"), ("served_by", "jobs")):
            self.env["ir.config_parameter"].set_param(f"crm_workflow.{key}", value)
        self.run_lane(0)
        self.assertEqual(len(self.crons()), 4)
        self.env["crm.workflow"]._gc_workers()
        self.assertEqual(len(self.crons()), 4)

    def server(self, **options):
        """An Odoo server with other options, for a while."""
        return patch.dict(config.options.maps[0], options)
