from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..services.calls.courier import ALLOWED
from ..services.queue import claims
from ..services.queue import health as queue_health
from .messages import MessageCase

LONG_AGO = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestHealth(MessageCase):
    """Managers learn what keeps records from moving on, and what to do."""

    def setUp(self):
        super().setUp()
        for model in ("event", "ticket", "enrollment"):
            self.env[f"crm.workflow.{model}"].search([]).unlink()
        crons = [f"crm_workflow.ir_cron_{name}" for name in ("enroll", "run", "call")] + [
            "mail.ir_cron_mail_scheduler_action"
        ]
        self.crons = self.env["ir.cron"].union(*map(self.env.ref, crons))
        self.crons.write({"active": True, "nextcall": fields.Datetime.now()})

    def found(self):
        """{key: how many} of what is not well; where to look shows just as many."""
        self.env.flush_all()
        found = self.env["crm.workflow"]._health()
        self.assertTrue(all(finding.cure and finding.name for finding in found))
        for model_name, domain, count in ((*one.shown, one.count) for one in found if one.shown):
            self.assertEqual(self.env[model_name].search_count(domain), count, domain)
        return {finding.key: finding.count for finding in found if finding.count}

    def since(self, key):
        self.env.flush_all()
        [finding] = [one for one in self.env["crm.workflow"]._health() if one.key == key]
        return finding.since

    def ago(self):
        return self.env.cr.now().replace(microsecond=0) - LONG_AGO

    def inside(self, *steps, **vals):
        """(workflow, enrollment) of one contact that has come to rest."""
        workflow = self.workflow(*(steps or [self.delay(1, "days")]), **vals)
        workflow.enroll(self.contact)
        self.tick()
        return workflow, self.enrollments(workflow)

    def test_all_is_well_wherever_a_record_waits(self):
        self.inside()
        self.inside(self.delay(1, "days", status="manual"))
        self.inside({"kind": "until_happens", "until_happens_event": "won"})
        missing = {"until_field_path": "date_deadline", "until_field_missing": "wait"}
        deals = self.workflow({"kind": "until_field", **missing}, object_type=self.deal_type)
        deals.enroll(self.deal())
        inner, _row = self.inside()
        self.workflow(
            {"kind": "enroll", "enroll_workflow_id": inner.id, "enroll_wait": True}
        ).enroll(self.other)
        self.tick()
        self.assertEqual(self.found(), {})

    def test_a_record_that_nothing_moves_on_is_found(self):
        _workflow, row = self.inside()
        row.due_at = False
        self.assertEqual(self.found(), {"stranded": 1})
        row.action_skip_wait()
        self.assertEqual(self.found(), {}, "the cure is one")
        row.action_id = False
        self.assertEqual(self.found(), {"stranded": 1})

    def test_those_that_nothing_moves_on_are_shown_and_nobody_who_waits(self):
        self.inside({"kind": "until_happens", "until_happens_event": "won"})
        self.inside(self.delay(1, "days", status="manual"))
        _workflow, without_time = self.inside()
        _workflow, without_step = self.inside()
        without_time.due_at = without_step.action_id = False
        self.assertEqual(self.found(), {"stranded": 2})
        [shown] = [one.shown for one in self.env["crm.workflow"]._health() if one.key == "stranded"]
        self.assertEqual(self.env[shown[0]].search(shown[1]), without_time + without_step)

    def test_what_is_shown_is_bounded_and_what_is_counted_is_not(self):
        for _number in range(2):
            self.inside()[1].due_at = False
        with patch.object(queue_health, "MOST_SHOWN", 1):
            self.env.flush_all()
            [one] = [one for one in self.env["crm.workflow"]._health() if one.key == "stranded"]
        self.assertEqual((one.count, self.env[one.shown[0]].search_count(one.shown[1])), (2, 1))

    def test_a_step_that_waits_for_a_call_that_is_gone_is_found(self):
        self.env["ir.config_parameter"].set_param(ALLOWED, "127.0.0.1")
        step = {"kind": "call", "call_url": "http://127.0.0.1:1", "call_wait": True}
        _workflow, row = self.inside(step)
        self.assertEqual(self.found(), {})
        self.env["crm.workflow.call"].search([("enrollment_id", "=", row.id)]).unlink()
        self.assertEqual(self.found(), {"stranded": 1})

    def test_a_record_whose_time_has_come_is_found_with_how_late_it_is(self):
        workflow, row = self.inside()
        row.due_at = self.ago()
        self.assertEqual(self.found(), {"overdue": 1})
        self.assertEqual(self.since("overdue"), self.ago())
        workflow.action_pause()
        self.assertEqual(self.found(), {}, "whoever is paused on purpose is not late")

    def test_a_ticket_of_a_worker_that_died_is_found(self):
        [ticket] = claims.write_tickets(self.env, [[1]])
        self.assertEqual(self.found(), {}, "it may be at work")
        self.env["crm.workflow.ticket"].browse(ticket).at = self.ago()
        self.assertEqual(self.found(), {"dead": 1})

    def test_a_ticket_that_a_worker_holds_for_long_is_found(self):
        [ticket] = claims.write_tickets(self.env, [[1]])
        self.env["crm.workflow.ticket"].browse(ticket).at = self.ago()
        claims.hold_ticket(self.env, ticket)
        self.assertEqual(self.found(), {"hung": 1})
        claims.release_ticket(self.env, ticket)

    def test_facts_that_wait_too_long_are_found(self):
        event = self.env["crm.workflow.event"].create(
            {"res_model": "res.partner", "res_id": 1, "event": "changed", "at": self.ago()}
        )
        self.assertEqual(self.found(), {"events": 1})
        event.at = fields.Datetime.now()
        self.assertEqual(self.found(), {})

    def test_calls_of_webhooks_that_wait_too_long_are_found(self):
        workflow = self.workflow(
            self.delay(1, "days"), triggers=[{"kind": "webhook", "webhook_path": "email"}]
        )
        webhook = self.env["crm.workflow.webhook"].search([("workflow_id", "=", workflow.id)])
        self.env["crm.workflow.webhook.call"].create(
            {
                "webhook_id": webhook.id,
                "workflow_id": workflow.id,
                "at": self.ago(),
                "state": "new",
                "status": 202,
            }
        )
        self.assertEqual(self.found(), {"webhook_calls": 1})

    def test_calls_that_are_not_sent_are_found(self):
        self.env["ir.config_parameter"].set_param(ALLOWED, "127.0.0.1")
        _workflow, row = self.inside({"kind": "call", "call_url": "http://127.0.0.1:1"})
        call = self.env["crm.workflow.call"].search([("enrollment_id", "=", row.id)])
        self.assertEqual(self.found(), {})
        call.next_at = self.ago()
        self.assertEqual(self.found(), {"calls": 1})
        call.locked_until = fields.Datetime.now() + LONG_AGO
        self.assertEqual(self.found(), {}, "somebody is sending it")

    def test_emails_of_steps_that_do_not_leave_are_found(self):
        workflow = self.act(
            "crm_workflow_email",
            crm_workflow_email_subject="Offer",
            crm_workflow_email_body="<p>Hello</p>",
        )
        self.go(workflow, self.contact)
        self.assertEqual(self.found(), {})
        self.queued().scheduled_date = self.ago()
        self.assertEqual(self.found(), {"mails": 1})

    def test_scheduled_actions_that_are_off_or_do_not_run_are_found(self):
        self.crons[1].active = False
        self.assertEqual(self.found(), {"off": 1})
        self.crons.active = True
        self.crons[:2].nextcall = self.ago()
        self.assertEqual(self.found(), {"late": 2})
        self.assertEqual(self.since("late"), self.ago())

    def test_a_workflow_that_was_paused_by_a_fault_is_found(self):
        workflow, _row = self.inside()
        workflow._pause_because("no rights")
        self.assertEqual(self.found(), {"paused": 1})

    def test_managers_see_it_with_what_to_do_and_may_look(self):
        _workflow, row = self.inside()
        row.due_at = self.ago()
        self.env.flush_all()
        manager = self.user("boss", "crm_workflow.group_manager")
        action = self.env["crm.workflow.health"].with_user(manager).action_check()
        health = self.env[action["res_model"]].with_user(manager).browse(action["res_id"])
        self.assertEqual(health.count, 1)
        self.env.invalidate_all()
        first = health.finding_ids[0]
        self.assertEqual((first.count, first.state, first.since), (1, "found", row.due_at))
        self.assertIn("cron workers", first.cure)
        opened = first.action_open()
        self.assertEqual(self.env[opened["res_model"]].search(opened["domain"]), row)
        others = health.finding_ids[1:]
        self.assertEqual(set(others.mapped("state")), {"well"})
        self.assertFalse(others.filtered("cure"), "what is fine needs no cure")

    def test_others_may_not_look(self):
        user = self.user("reader", "crm_workflow.group_user")
        with self.assertRaises(AccessError):
            self.env["crm.workflow.health"].with_user(user).action_check()
