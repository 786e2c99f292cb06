from datetime import timedelta
from unittest.mock import patch

from odoo import fields, sql_db
from odoo.tests import tagged

from ..services import runner
from .common import WorkflowCase

FEW, MANY = 10, 150
#: What one transaction adds to a save, however many records it changes: the facts, in one
#: statement, and the word to the scheduler.
CAPTURE = 2
#: The old values, where a trigger asks for them.
VALUES = 1
#: What a cache may miss by chance; a query per record would be hundreds.
CHANCE = 2


@tagged("post_install", "-at_install")
class TestQueryCounts(WorkflowCase):
    """The number of queries does not grow with the number of records."""

    def setUp(self):
        super().setUp()
        # One batch for all, and as much time as it takes.
        for name, value in (("FIRST_BATCH", 1_000), ("TARGET_SECONDS", 600)):
            patcher = patch.object(runner, name, value)
            patcher.start()
            self.addCleanup(patcher.stop)

    def queries(self, work):
        """How many queries ``work()`` takes, to the end of its transaction."""
        self.env.cr.flush()
        self.env.cr.clear()
        before = sql_db.sql_counter
        work()
        self.env.cr.flush()
        return sql_db.sql_counter - before

    def save(self, contacts, **vals):
        """How many queries a write and its commit take."""
        return self.queries(lambda: contacts.write(vals))

    def steps(self, count, *steps):
        """How many queries it takes to move so many contacts as far as they get."""
        workflow = self.workflow(*steps)
        self.tick()
        workflow.enroll(self.contacts(count, city="Oslo" if count == FEW else "Bergen"))
        queries = self.queries(self.tick_run)
        moved = self.env["crm.workflow.log"].search_count(
            [("workflow_id", "=", workflow.id), ("outcome", "=", "done")]
        )
        waiting = self.enrollments(workflow).filtered("waiting")
        self.assertTrue(moved >= count or len(waiting) == count, "nobody has moved")
        return queries

    def assertNoMoreForMany(self, count):
        """``count(number)`` does not grow from few to many, after a first time."""
        count(FEW)
        few = count(FEW)
        self.assertLessEqual(count(MANY), few + CHANCE)

    def test_saving_what_nobody_watches_takes_no_more_queries(self):
        contact = self.contacts(1)
        self.save(contact, ref="warm")
        before = self.save(contact, ref="one")
        self.workflow(self.end(), triggers=["[('function', '=', 'Chief')]"])
        self.save(contact, ref="warm again")
        self.assertEqual(self.save(contact, ref="two"), before)

    def test_saving_what_a_condition_watches_takes_a_constant_more(self):
        for contacts in (self.contacts(1), self.contacts(MANY)):
            self.save(contacts, function="warm")
            before = self.save(contacts, function="one")
            workflow = self.workflow(self.end(), triggers=["[('function', '=', 'Chief')]"])
            self.save(contacts, function="warm again")
            self.assertLessEqual(self.save(contacts, function="two") - before, CAPTURE)
            workflow.action_turn_off()

    def test_saving_what_an_event_watches_reads_the_old_values_once(self):
        for contacts in (self.contacts(1), self.contacts(MANY)):
            self.save(contacts, city="warm")
            before = self.save(contacts, city="one")
            trigger = {"kind": "event", "event": "changed", "field_name": "city"}
            workflow = self.workflow(self.end(), triggers=[trigger])
            self.save(contacts, city="warm again")
            self.assertLessEqual(self.save(contacts, city="two") - before, CAPTURE + VALUES)
            workflow.action_turn_off()

    def test_many_workflows_take_no_more_queries_of_a_save_than_one(self):
        contact = self.contacts(1)
        counts = []
        for number in range(1, 11):
            self.workflow(self.end(), triggers=[f"[('function', '=', 'Chief {number}')]"])
            self.save(contact, function=f"warm {number}")
            counts.append(self.save(contact, function=f"new {number}"))
        self.assertEqual(counts[-1], counts[0])

    def test_entering_takes_no_more_queries_for_many(self):
        def publish(count):
            self.contacts(count, function=f"Chief {count}")
            domain = f"[('function', '=', 'Chief {count}')]"
            workflow = self.workflow(self.end(), triggers=[domain], publish=False)
            queries = self.queries(lambda: workflow.action_publish(enroll_existing=True))
            self.assertGreaterEqual(len(self.enrollments(workflow)), count)
            return queries

        self.assertNoMoreForMany(publish)

    def test_facts_take_no_more_queries_for_many(self):
        self.workflow(self.end(), triggers=["[('function', '=', 'Chief')]"])

        def evaluate(count):
            contacts = self.contacts(count)
            self.tick()
            contacts.function = "Chief"
            return self.queries(self.tick_enroll)

        self.assertNoMoreForMany(evaluate)

    def test_a_schedule_takes_no_more_queries_for_many(self):
        def come(count):
            self.contacts(count, city=f"City {count}")
            trigger = {
                "kind": "schedule",
                "schedule_frequency": "days",
                "domain": f"[('city', '=', 'City {count}')]",
                "reenroll": True,
            }
            workflow = self.workflow(self.delay(1, "days"), triggers=[trigger])
            self.travel(days=1)
            queries = self.queries(self.tick_enroll)
            self.assertGreaterEqual(len(self.enrollments(workflow)), count)
            workflow.action_turn_off("end")
            return queries

        self.assertNoMoreForMany(come)

    def test_events_of_other_records_take_no_more_queries_for_many(self):
        trigger = {
            "kind": "event",
            "event": "created",
            "event_model": "crm.lead",
            "event_path": "partner_id.commercial_partner_id",
            "event_domain": "[('name', '=', 'Deal')]",
        }
        workflow = self.workflow(self.delay(1, "days"), triggers=[trigger])

        def evaluate(count):
            contacts = self.contacts(count)
            self.tick()
            self.env["crm.lead"].create(
                [{"name": "Deal", "partner_id": contact.id} for contact in contacts]
            )
            queries = self.queries(self.tick_enroll)
            self.assertEqual(len(self.enrollments(workflow, contacts)), count)
            return queries

        self.assertNoMoreForMany(evaluate)

    def test_messages_take_no_more_queries_for_many(self):
        trigger = {"kind": "event", "event": "note_logged"}
        workflow = self.workflow(self.delay(1, "days"), triggers=[trigger])

        def evaluate(count):
            contacts = self.contacts(count)
            self.tick()
            for contact in contacts:
                contact.message_post(
                    body="Call", message_type="comment", subtype_xmlid="mail.mt_note"
                )
            queries = self.queries(self.tick_enroll)
            self.assertEqual(len(self.enrollments(workflow, contacts)), count)
            return queries

        self.assertNoMoreForMany(evaluate)

    def test_an_event_of_each_record_is_read_by_one_query(self):
        code = self.server_action(state="code", code="records[:1].write({'ref': str(len(events))})")
        trigger = {"kind": "event", "event": "created", "event_model": "crm.lead"}
        step = {"kind": "server", "server_action_id": code.id}
        self.workflow(step, triggers=[trigger])

        def run(count):
            contacts = self.contacts(count)
            self.env["crm.lead"].create(
                [{"name": "Deal", "partner_id": contact.id} for contact in contacts]
            )
            self.tick_enroll()
            queries = self.queries(self.tick_run)
            self.assertIn(str(count), contacts.mapped("ref"))
            return queries

        self.assertNoMoreForMany(run)

    def test_enrolling_in_another_workflow_takes_no_more_queries_for_many(self):
        other = self.workflow(self.delay(1, "days"))
        step = {"kind": "enroll", "enroll_workflow_id": other.id}
        self.assertNoMoreForMany(lambda count: self.steps(count, step))

    def test_a_field_update_takes_no_more_queries_than_the_write_itself(self):
        def beside_the_write(count):
            step = self.write_step("ref", "moved")
            contacts = self.contacts(count)
            self.save(contacts, ref="warm")
            return self.steps(count, step) - self.save(contacts, ref="moved")

        self.assertNoMoreForMany(beside_the_write)

    def test_assigning_takes_one_write_per_person_and_no_more_queries_for_many(self):
        people = [self.user(login, "base.group_user") for login in ("ann", "bob", "eve")]
        action = self.server_action(
            state="crm_workflow_assign",
            assign_how="busy",
            assign_present="hours",
            assign_daily_limit=MANY,
            assign_line_ids=[fields.Command.create({"user_id": user.id}) for user in people],
        )
        step = {"kind": "server", "server_action_id": action.id}

        # At night nobody would be there.
        today = fields.Datetime.now().replace(hour=10, minute=0)
        self.clock = today + timedelta(days=7 - today.weekday()) - fields.Datetime.now()

        def beside_the_writes(count):
            contacts = self.contacts(count).with_user(self.admin)
            self.save(contacts, user_id=self.admin.id)
            writes = sum(
                self.save(contacts[place::3], user_id=user.id) for place, user in enumerate(people)
            )
            return self.steps(count, step | self.own(action)) - writes

        self.assertNoMoreForMany(beside_the_writes)

    def own(self, action):
        """A copy of an action, for one more step."""
        return {"server_action_id": action.copy().id}

    def test_a_wait_takes_no_more_queries_for_many(self):
        self.assertNoMoreForMany(lambda count: self.steps(count, self.delay(1, "days")))

    def test_a_branch_takes_no_more_queries_for_many(self):
        # All of one size take the same path: each path is one more group.
        branch = self.branch(("Oslo", "[('city', 'in', ('Oslo', 'Bergen'))]", []))
        self.assertNoMoreForMany(lambda count: self.steps(count, branch))

    def test_leaving_by_facts_takes_no_more_queries_for_many(self):
        def leave(count):
            workflow = self.with_exits(self.delay(1, "days"))
            contacts = self.contacts(count, function="Chief")
            workflow.enroll(contacts)
            self.tick()
            contacts.city = "Oslo"
            queries = self.queries(self.tick_enroll)
            left = self.enrollments(workflow).filtered(lambda row: row.reason == "criteria")
            self.assertEqual(len(left), count)
            workflow.action_turn_off()
            return queries

        self.assertNoMoreForMany(leave)

    def test_ways_out_take_no_more_queries_of_a_step_for_many(self):
        def walk(count):
            workflow = self.with_exits(self.delay(1, "days"))
            workflow.enroll(self.contacts(count, function="Chief"))
            queries = self.queries(self.tick_run)
            self.assertEqual(len(self.enrollments(workflow).filtered("waiting")), count)
            workflow.action_turn_off()
            return queries

        self.assertNoMoreForMany(walk)

    def test_entering_past_ways_out_takes_no_more_queries_for_many(self):
        def enroll(count):
            workflow = self.with_exits(self.end())
            contacts = self.contacts(count, function="Chief")
            queries = self.queries(lambda: workflow.enroll(contacts))
            self.assertEqual(len(self.enrollments(workflow)), count)
            workflow.action_turn_off()
            return queries

        self.assertNoMoreForMany(enroll)

    def with_exits(self, *steps):
        """A workflow with a way out of each kind."""
        return self.workflow(
            *steps,
            triggers=["[('function', '=', 'Chief')]"],
            exits=[
                "[('city', '=', 'Oslo')]",
                {"kind": "unmatched"},
                {"kind": "suppression", "suppressed_by": "blacklist"},
                {"kind": "suppression", "domain": "[('city', '=', 'Rome')]"},
                {"kind": "goal", "domain": "[('city', '=', 'Bergen')]"},
                {"kind": "goal", "goal_by": "event", "field_name": "zip"},
                {"kind": "elsewhere"},
            ],
        )

    def test_a_hold_takes_no_more_queries_for_many(self):
        holidays = self.env["resource.calendar"].create({"name": "Ours", "tz": "UTC"})
        today = fields.Date.today()
        days = {"date_from": today - timedelta(days=2), "date_to": today + timedelta(days=9)}

        def hold(count):
            workflow = self.workflow(
                self.write_step(),
                zone_source="record",
                holiday_calendar_id=holidays.id,
                skip_ids=[fields.Command.create(days)],
            )
            self.tick()
            workflow.enroll(self.contacts(count, tz="Asia/Tokyo"))
            self.travel(seconds=1)
            queries = self.queries(self.tick_run)
            self.travel(seconds=-1)
            due = self.enrollments(workflow).mapped("due_at")
            self.assertTrue(all(at and at.date() > today + timedelta(days=7) for at in due))
            return queries

        self.assertNoMoreForMany(hold)

    def test_an_idle_tick_takes_fewer_than_ten_queries_whoever_waits(self):
        workflow = self.workflow(self.delay(1, "days"), self.end())
        for number in range(10):
            self.workflow(self.end(), triggers=[f"[('function', '=', 'Chief {number}')]"])
        daily = {"kind": "schedule", "schedule_frequency": "days"}
        for _number in range(10):
            self.workflow(self.end(), triggers=[daily])
        self.tick()

        def tick():
            with self.cron_env() as env:
                env["crm.workflow"]._cron_enroll()
                env["crm.workflow"]._cron_run()

        tick()
        empty = self.queries(tick)
        workflow.enroll(self.contacts(MANY))
        self.tick()
        tick()
        self.assertEqual(self.queries(tick), empty)
        self.assertLessEqual(empty - self._bookkeeping(), 9)

    def test_an_idle_worker_among_several_takes_three_queries(self):
        self.env["ir.config_parameter"].set_param("crm_workflow.workers", "4")
        self.workflow(self.delay(1, "days")).enroll(self.contacts(FEW))
        for lane in range(4):
            self.run_lane(lane)
        queries = [self.queries(lambda lane=lane: self.run_lane(lane)) for lane in range(4)]
        self.assertLessEqual(max(queries) - self._bookkeeping(commits=0), 3)

    def test_waking_many_workers_takes_no_more_queries_than_one(self):
        workflow = self.workflow(self.end())

        def enroll(count):
            settings = {"crm_workflow_workers": count}
            self.env["res.config.settings"].create(settings).execute()
            # The first time fills caches.
            return [self.queries(lambda: workflow.enroll(self.contacts(1))) for _ in range(2)][1]

        self.assertLessEqual(enroll(8), enroll(1) + CHANCE)

    def run_lane(self, lane):
        """The work of one scheduled action of several."""
        with self.cron_env() as env:
            env["crm.workflow"]._cron_run(lane)

    def _bookkeeping(self, commits=2):
        """Queries of a test's transaction within the transaction: savepoints, for each commit."""

        def nothing():
            with self.cron_env() as env:
                for _commit in range(commits):
                    env["ir.cron"]._commit_progress()

        return self.queries(nothing)
