"""What the tests ask the database, past Odoo."""

import psycopg2


class Database:
    """One connection of its own, each statement in its own transaction."""

    def __init__(self, setup, name, server=None):
        self.name = name
        self.settings = (server or setup.server).odoo_settings()
        self.connect()

    def connect(self):
        """Anew, after the server was away."""
        self.connection = self.another()
        self.connection.autocommit = True

    def another(self):
        """One more connection, whose transactions are the caller's."""
        words = {key.removeprefix("db_"): value for key, value in self.settings.items()}
        return psycopg2.connect(dbname=self.name, **words)

    def _execute(self, sql, values):
        cursor = self.connection.cursor()
        cursor.execute(sql, values)
        return cursor

    def rows(self, sql, *values, **named):
        """The rows of a query."""
        return self._execute(sql, named or values).fetchall()

    def value(self, sql, *values):
        """The only value of a query."""
        [[value]] = self.rows(sql, *values)
        return value

    def run(self, sql, *values):
        """Execute a statement; returns how many rows it touched."""
        return self._execute(sql, values).rowcount

    def copies(self, contact, count, outside=0):
        """Copies of a contact, made past Odoo: of thousands that takes long. Returns their ids.

        :param outside: that many of them have an e-mail address and the reference "outside"
        """
        address = "CASE WHEN n %% %(each)s = 0 THEN 'contact' || n || '@outside.example' END"
        values = {
            "name": "'Contact ' || n",
            "color": "0",
            "ref": "CASE WHEN n %% %(each)s = 0 THEN 'outside' ELSE 'inside' END",
            "email": address,
            "email_normalized": address,
            "commercial_partner_id": "currval('res_partner_id_seq')",
        }
        columns = self.rows(
            """SELECT column_name FROM information_schema.columns
                WHERE table_name = 'res_partner' AND column_name <> 'id'"""
        )
        names = [name for (name,) in columns]
        return [
            row[0]
            for row in self.rows(
                f"""INSERT INTO res_partner (id, {", ".join(names)})
                    SELECT nextval('res_partner_id_seq'),
                           {", ".join(values.get(name, f"c.{name}") for name in names)}
                      FROM res_partner c, generate_series(1, %(count)s) AS n
                     WHERE c.id = %(contact)s RETURNING id""",
                contact=contact,
                count=count,
                each=count // outside if outside else count + 1,
            )
        ]

    def tickets_of_the_dead(self):
        """Ids of the batches that nobody holds any more."""
        return {
            row[0]
            for row in self.rows(
                """SELECT id FROM crm_workflow_ticket t
                    WHERE NOT EXISTS (SELECT FROM pg_locks l
                                       WHERE l.locktype = 'advisory' AND l.objid = t.id
                                         AND l.classid = 'crm_workflow_ticket'::regclass::oid)"""
            )
        }

    def call_the_scheduler(self):
        """Let every scheduled action be due, but for those that run at the moment."""
        self.run(
            """UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC', failure_count = 0
                WHERE id IN (SELECT c.id FROM ir_cron c JOIN ir_act_server a
                                 ON a.id = c.ir_actions_server_id
                              WHERE c.active AND (a.code LIKE 'model._cron_%%'
                                                  OR a.code LIKE '%%process_email_queue%%')
                                FOR NO KEY UPDATE OF c SKIP LOCKED)"""
        )

    def let_deliveries_be_due(self, of_the_dead=False):
        """Send again now what is to be sent again later, however often it has been tried.

        :param of_the_dead: nobody is at work
        """
        self.run(
            """UPDATE crm_workflow_call SET next_at = now() AT TIME ZONE 'UTC'
                WHERE state = 'waiting' AND next_at > now() AT TIME ZONE 'UTC'
                  AND locked_until IS NULL"""
        )
        self.run("UPDATE crm_workflow_call_host SET rests_until = now() AT TIME ZONE 'UTC'")
        self.run(
            """UPDATE mail_mail SET scheduled_date = NULL,
                                    crm_workflow_attempt = LEAST(crm_workflow_attempt, 1)
                WHERE id IN (SELECT id FROM mail_mail WHERE state = 'outgoing'
                                AND scheduled_date IS NOT NULL FOR NO KEY UPDATE SKIP LOCKED)"""
        )
        if of_the_dead:
            self.run("UPDATE crm_workflow_call SET locked_until = NULL WHERE state = 'waiting'")

    def calls_in_hands(self):
        """(key, attempt) of the calls that a worker has taken, alive or dead."""
        return {
            *self.rows(
                """SELECT key, attempts FROM crm_workflow_call
                    WHERE state = 'waiting' AND locked_until IS NOT NULL"""
            )
        }

    def undelivered(self):
        """How many calls and e-mails of steps are still on their way."""
        return self.value(
            """SELECT (SELECT count(*) FROM crm_workflow_call WHERE state = 'waiting')
                    + (SELECT count(*) FROM mail_mail
                        WHERE state = 'outgoing' AND crm_workflow_attempt > 0)"""
        )

    def let_time_pass(self):
        """End every wait; whoever is being moved at the moment is passed over."""
        return self.run(
            """UPDATE crm_workflow_enrollment SET due_at = now() AT TIME ZONE 'UTC'
                WHERE id IN (SELECT id FROM crm_workflow_enrollment
                              WHERE state = 'active' AND waiting
                                AND due_at > now() AT TIME ZONE 'UTC'
                                FOR NO KEY UPDATE SKIP LOCKED)"""
        )

    def hurry(self):
        """Whoever is left alone for a while is due now; whoever is being moved is passed over."""
        return self.run(
            """UPDATE crm_workflow_enrollment SET due_at = now() AT TIME ZONE 'UTC'
                WHERE id IN (SELECT id FROM crm_workflow_enrollment
                              WHERE state = 'active' AND due_at > now() AT TIME ZONE 'UTC'
                                FOR NO KEY UPDATE SKIP LOCKED)"""
        )

    def active(self, workflow_id):
        """How many are on the way."""
        return self.value(
            """SELECT count(*) FROM crm_workflow_enrollment
                WHERE workflow_id = %s AND state = 'active'""",
            workflow_id,
        )

    def due(self, workflow_id):
        """How many are to be moved now, or in the hands of somebody who may be dead."""
        return self.value(
            """SELECT count(*) + (SELECT count(*) FROM crm_workflow_ticket)
                 FROM crm_workflow_enrollment
                WHERE workflow_id = %s AND state = 'active'
                  AND due_at <= now() AT TIME ZONE 'UTC'""",
            workflow_id,
        )

    def states(self, workflow_id):
        """{state: how many enrollments}."""
        return dict(
            self.rows(
                """SELECT state, count(*) FROM crm_workflow_enrollment
                    WHERE workflow_id = %s GROUP BY state""",
                workflow_id,
            )
        )

    def cut_busy(self, host_pid):
        """Cut the connections of a host's workers, if a batch is in their hands; returns how many.

        Workers are forks, and go by the name that their host gave its connections.
        """
        cut = self.rows(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = %s
                  AND EXISTS (SELECT FROM crm_workflow_ticket)""",
            f"odoo-{host_pid}",
        )
        return len(cut)

    def close(self):
        self.connection.close()

    def forget_workflows(self):
        """Leave an empty queue and no live workflow to the next test."""
        self.run("UPDATE crm_workflow SET state = 'off'")
        self.run("TRUNCATE crm_workflow_enrollment, crm_workflow_member CASCADE")
        self.run("TRUNCATE crm_workflow_event, crm_workflow_ticket")
        self.run("DELETE FROM mail_mail")
