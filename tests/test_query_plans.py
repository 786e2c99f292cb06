import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..services import criteria, notifier, retention, statistics
from ..services.admission import queue_of
from ..services.queue import admission, batches, claims, events, moves, outbox
from .common import WorkflowCase

WORKFLOWS, ROWS = 20, 20_000


@tagged("post_install", "-at_install")
class TestQueryPlans(WorkflowCase):
    """The statements of the queue find their rows by an index, however many rows there are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flows = cls.env["crm.workflow"].create(
            [{"name": f"Flow {n}", "object_id": cls.contact_type.id} for n in range(WORKFLOWS)]
        )
        cls.env["crm.workflow.trigger"].create(
            {
                "version_id": cls.flows[0].draft_version_id.id,
                "kind": "criteria",
                "domain": "[('function', '=', 'Chief')]",
            }
        )
        cls.now = fields.Datetime.now()
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_workflow SET state = 'on' WHERE id = ANY(%s)", [cls.flows.ids]
        )
        cls._fill()

    @classmethod
    def _fill(cls):
        """One in ten is due, three in ten are through, the others wait."""
        cls.env.cr.execute(
            """WITH version AS (
                   SELECT id, workflow_id, row_number() OVER (ORDER BY id) - 1 AS place
                     FROM crm_workflow_version WHERE workflow_id = ANY(%(flows)s)
               ), entered AS (
                   INSERT INTO crm_workflow_enrollment
                          (workflow_id, version_id, res_model, res_id, state, due_at, waiting,
                           enrolled_at, finished_at, source, visit, attempts, shard)
                   SELECT v.workflow_id, v.id, 'res.partner', n,
                          CASE WHEN n %% 10 < 7 THEN 'active' ELSE 'completed' END,
                          %(now)s + (n %% 100 - 10) * interval '1 hour', true, %(now)s,
                          CASE WHEN n %% 10 >= 7 THEN %(now)s - n %% 365 * interval '1 day' END,
                          'existing', 1, 0, n %% 64
                     FROM generate_series(1, %(rows)s) AS n
                     JOIN version v ON v.place = n %% %(workflows)s
                RETURNING id, workflow_id, version_id, res_id
               ), logged AS (
                   INSERT INTO crm_workflow_log
                          (workflow_id, enrollment_id, version_id, visit, outcome, at)
                   SELECT workflow_id, id, version_id, 1, 'entered', %(now)s FROM entered
               ), remembered AS (
                   INSERT INTO crm_workflow_member (workflow_id, res_id, matching, passes)
                   SELECT workflow_id, res_id, 1, 1 FROM entered
               )
               INSERT INTO crm_workflow_event (res_model, res_id, event, at, workflow_id)
               SELECT 'res.partner', res_id, 'changed', %(now)s,
                      CASE WHEN res_id %% 2 = 0 THEN workflow_id END
                 FROM entered""",
            {
                "flows": cls.flows.ids,
                "now": cls.now,
                "rows": ROWS,
                "workflows": WORKFLOWS,
            },
        )
        cls._fill_calls()
        for table in ("enrollment", "log", "member", "event", "call"):
            cls.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(f"crm_workflow_{table}")))

    @classmethod
    def _fill_calls(cls):
        """Nine in ten wait, and are due; nearly all for one host, the oldest of one paused flow."""
        cls.env.cr.execute(
            """INSERT INTO crm_workflow_call
                      (workflow_id, enrollment_id, step_key, visit, key, state, method, url, host,
                       headers, attempts, at, next_at)
               SELECT workflow_id, id, 'call', 1, 'plan_' || id,
                      CASE WHEN res_id %% 1000 < 900 THEN 'waiting' ELSE 'delivered' END,
                      'POST', 'x',
                      CASE WHEN res_id %% 1000 < 5 THEN 'host-' || res_id %% 1000 || '.example'
                           ELSE 'busy.example' END,
                      '{}', 0, %(now)s, %(now)s - interval '1 day'
                          - CASE WHEN workflow_id = %(paused)s THEN 1 ELSE 0 END
                              * interval '1 day'
                 FROM crm_workflow_enrollment WHERE workflow_id = ANY(%(flows)s)""",
            {"now": cls.now, "flows": cls.flows.ids, "paused": cls.flows[-1].id},
        )
        cls.env.cr.execute(
            "UPDATE crm_workflow SET state = 'paused' WHERE id = %s", [cls.flows[-1].id]
        )

    def plans(self, ask, explain="EXPLAIN %s"):
        """The plans of the statements that ``ask()`` runs, as one text."""
        execute, statements, lines = self.env.cr.execute, [], []

        def remember(query, args=(), **options):
            statements.append(query if isinstance(query, SQL) else SQL(query, *args))
            return execute(query, args or None, **options)

        with patch.object(self.env.cr, "execute", remember):
            ask()
        for statement in statements:
            execute(SQL(explain, statement))
            lines += [row[0] for row in self.env.cr.fetchall()]
        return "\n".join(lines)

    def assertFinds(self, ask, index, table):
        """``ask()`` reads ``table`` by ``index``, and never as a whole."""
        plan = self.plans(ask)
        self.assertIn(index, plan)
        self.assertNotRegex(plan, rf"Seq Scan on {table}\b")

    def due_ids(self):
        return claims.pick(self.env, 0, 100, (0, 63), self.now)

    def test_a_worker_picks_by_the_queue_s_own_index(self):
        self.assertEqual(len(self.due_ids()), 100)
        self.assertFinds(self.due_ids, "crm_workflow_enrollment_queue", "crm_workflow_enrollment")

    def test_a_worker_of_one_lane_picks_by_the_same_index(self):
        self.assertFinds(
            lambda: claims.pick(self.env, 0, 100, (0, 15), self.now),
            "crm_workflow_enrollment_queue",
            "crm_workflow_enrollment",
        )

    def test_a_look_that_finds_nothing_due_reads_the_same_index(self):
        long_ago = self.now - timedelta(days=365)
        self.assertFinds(
            lambda: claims.pick(self.env, 0, 100, (0, 63), long_ago),
            "crm_workflow_enrollment_queue",
            "crm_workflow_enrollment",
        )

    def claim_calls(self):
        return outbox.claim_calls(self.env, 20, timedelta(minutes=5))

    def test_calls_are_claimed_in_turn_by_an_index_however_many_wait(self):
        calls = self.claim_calls()
        self.assertEqual(len(calls), 20)
        self.assertEqual(len({call["host"] for call in calls}), 6)
        self.assertNotIn(self.flows[-1].id, {call["workflow_id"] for call in calls})
        self.assertFinds(self.claim_calls, "crm_workflow_call_due", "crm_workflow_call")

    def test_of_many_calls_a_claim_reads_as_few_as_it_needs(self):
        plan = self.plans(self.claim_calls, "EXPLAIN (ANALYZE, TIMING OFF) %s")
        read = re.findall(r"crm_workflow_call_due.*actual rows=(\d+) loops=(\d+)", plan)
        passed_over = re.findall(r"Rows Removed by Filter: (\d+)", plan)
        count = sum(int(rows) * int(loops) for rows, loops in read) + sum(map(int, passed_over))
        self.assertGreater(count, 20)
        self.assertLess(count, ROWS / 10)

    def test_a_claim_finds_its_enrollments_by_id(self):
        ids = self.due_ids()
        self.assertFinds(
            lambda: claims.claim(self.env, ids, self.now),
            "crm_workflow_enrollment_pkey",
            "crm_workflow_enrollment",
        )

    def test_a_batch_is_settled_by_id(self):
        places = [
            batches.Place(row_id, "active", None, self.now, False, None, None, None, 2, 0)
            for row_id in self.due_ids()
        ]
        self.assertFinds(
            lambda: batches.settle(self.env, places, []),
            "crm_workflow_enrollment_pkey",
            "crm_workflow_enrollment",
        )

    def test_deleted_records_leave_by_their_index(self):
        self.assertFinds(
            lambda: moves.leave_deleted(self.env, "res.partner", [1, 2, 3]),
            "crm_workflow_enrollment_record",
            "crm_workflow_enrollment",
        )

    def test_new_facts_are_taken_by_their_index(self):
        self.assertFinds(
            lambda: events.take_events(self.env, 100),
            "crm_workflow_event_pending",
            "crm_workflow_event",
        )

    def test_silent_facts_are_found_by_their_index(self):
        self.assertFinds(
            lambda: events.silent_events(self.env, self.flows[0].id),
            "crm_workflow_event_silent",
            "crm_workflow_event",
        )

    def test_who_is_queued_is_read_from_the_end_of_an_index(self):
        for ask in (
            lambda: admission.earlier(self.env, self.flows[0].id, 500),
            lambda: queue_of(self.flows),
        ):
            self.assertFinds(ask, "crm_workflow_enrollment_admission", "crm_workflow_enrollment")

    def test_who_matched_before_is_looked_up_by_record(self):
        trigger = self.flows[0].draft_version_id.trigger_ids
        criteria.turned_among(trigger, [1, 2, 3])
        self.assertFinds(
            lambda: criteria.turned_among(trigger, [1, 2, 3]),
            "crm_workflow_member_workflow_record_unique",
            "crm_workflow_member",
        )

    def test_the_last_activity_is_read_from_the_end_of_an_index(self):
        self.assertFinds(
            lambda: statistics.last_activity(self.env, self.flows.ids),
            "crm_workflow_log_workflow_at",
            "crm_workflow_log",
        )

    def test_failures_to_tell_are_found_by_an_index_of_their_own(self):
        self.assertFinds(
            lambda: notifier.with_errors(self.flows),
            "crm_workflow_log_parked_at",
            "crm_workflow_log",
        )

    def test_the_entries_of_a_day_are_counted_by_an_index(self):
        tomorrow = self.now + timedelta(days=1)
        self.assertFinds(
            lambda: notifier.entered_between(self.flows, tomorrow, tomorrow + timedelta(days=1)),
            "crm_workflow_enrollment_state",
            "crm_workflow_enrollment",
        )

    def test_what_is_forgotten_is_found_by_indexes(self):
        for index in ("through", "forgotten"):
            self.assertFinds(
                lambda: retention.purge(self.env),
                f"crm_workflow_enrollment_{index}",
                "crm_workflow_enrollment",
            )
        self.assertFinds(
            lambda: retention.purge(self.env),
            "crm_workflow_log_enrollment_visit_unique",
            "crm_workflow_log",
        )

    def test_a_lane_leaves_the_shares_of_others_alone_within_the_index(self):
        plan = self.plans(lambda: claims.pick(self.env, 0, 100, (0, 15), self.now))
        self.assertRegex(plan, r"Index Cond: .*shard >= 0.* AND \(shard <= 15\)")
