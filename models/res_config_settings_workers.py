from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..services import jobs, workers

#: Who enters is found by a scheduled action of its own, which wants its turn as well.
BESIDE = 1


class ResConfigSettings(models.TransientModel):
    """Who moves records on, and how many at the same time."""

    _inherit = "res.config.settings"

    crm_workflow_workers = fields.Integer(
        string="Workers", config_parameter=workers.COUNT, default=1
    )
    crm_workflow_served_by = fields.Selection(
        [("crons", "Scheduled actions"), (jobs.JOBS, "Job queue")],
        string="Workers Are",
        config_parameter=jobs.SERVED_BY,
        default="crons",
    )
    crm_workflow_can_use_jobs = fields.Boolean(
        compute="_compute_workflow_can_use_jobs", string="Job Queue Is Installed"
    )
    crm_workflow_workers_note = fields.Text(
        compute="_compute_workflow_workers_note", string="Enough Workers, in Words"
    )
    crm_workflow_workers_enough = fields.Boolean(
        compute="_compute_workflow_workers_note", string="Threads Suffice for the Workers"
    )
    crm_workflow_workers_conf = fields.Text(
        compute="_compute_workflow_workers_note", string="Lines for odoo.conf"
    )

    def set_values(self):
        done = super().set_values()
        workers.apply_settings(self.env)
        return done

    @api.constrains("crm_workflow_workers")
    def _check_workflow_workers(self):
        for settings in self:
            if not 1 <= settings.crm_workflow_workers <= workers.MOST:
                raise ValidationError(
                    self.env._("Enter a number from 1 to %s for the workers.", workers.MOST)
                )

    @api.depends_context("uid")
    def _compute_workflow_can_use_jobs(self):
        self.crm_workflow_can_use_jobs = jobs.are_possible(self.env)

    @api.depends("crm_workflow_workers", "crm_workflow_served_by")
    def _compute_workflow_workers_note(self):
        """Whether the server that shows the settings can serve so many, and the cure."""
        for settings in self:
            by_jobs = settings.crm_workflow_served_by == jobs.JOBS and jobs.are_possible(self.env)
            look = settings._look_at_jobs if by_jobs else settings._look_at_crons
            enough, note, conf = look()
            settings.crm_workflow_workers_enough = enough
            settings.crm_workflow_workers_note = note
            settings.crm_workflow_workers_conf = conf

    def _look_at_crons(self):
        """(whether they are enough, in words, lines for odoo.conf)"""
        wanted, threads = self.crm_workflow_workers + BESIDE, tools.config["max_cron_threads"]
        if threads >= wanted:
            note = self.env._(
                "This Odoo server runs up to %s scheduled actions at the same time: enough.",
                threads,
            )
            return True, note, False
        note = self.env._(
            "This Odoo server runs up to %(threads)s scheduled actions at the same time, and "
            "%(workers)s workers want %(wanted)s: one more lets records enter. Until there are so "
            "many, workers take turns, which is safe, but no faster. What further Odoo servers on "
            "this database run counts as well.",
            threads=threads,
            workers=self.crm_workflow_workers,
            wanted=wanted,
        )
        if tools.config["workers"]:
            note += " " + self.env._(
                "Each is a process with database connections of its own, and takes up to %s MB of "
                "memory (limit_memory_soft).",
                (tools.config["limit_memory_soft"] or 0) // 1024**2,
            )
        return False, note, f"max_cron_threads = {wanted}"

    def _look_at_jobs(self):
        """The same where jobs serve the queue."""
        wanted, channel = self.crm_workflow_workers, f"root.{jobs.CHANNEL}"
        if "queue_job" in tools.config["server_wide_modules"]:
            note = self.env._(
                "Jobs run on the channel %(channel)s, which has to let %(workers)s run at the same "
                "time.",
                channel=channel,
                workers=wanted,
            )
            return True, note, False
        note = self.env._(
            "This Odoo server runs no jobs. A job that nobody takes up for five minutes is done by "
            "a scheduled action. There have to be HTTP workers enough for jobs and for people."
        )
        lines = (
            "server_wide_modules = base,web,queue_job",
            "",
            "[queue_job]",
            f"channels = root:{wanted + 1},{channel}:{wanted}",
        )
        return False, note, "\n".join(lines)
