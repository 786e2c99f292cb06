"""What the tests ask the database, past Odoo."""

import psycopg2


class Database:
    """One connection of its own, each statement in its own transaction."""

    def __init__(self, setup, name):
        self.name = name
        settings = setup.server.odoo_settings()
        self.connection = psycopg2.connect(
            dbname=name,
            **{key.removeprefix("db_"): value for key, value in settings.items()},
        )
        self.connection.autocommit = True

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

    def let_time_pass(self):
        """End every wait; whoever is being moved at the moment is passed over."""
        return self.run(
            """UPDATE crm_workflow_enrollment SET due_at = now() AT TIME ZONE 'UTC'
                WHERE id IN (SELECT id FROM crm_workflow_enrollment
                              WHERE state = 'active' AND waiting
                                AND due_at > now() AT TIME ZONE 'UTC'
                                FOR NO KEY UPDATE SKIP LOCKED)"""
        )

    def active(self, workflow_id):
        """How many are on the way."""
        return self.value(
            """SELECT count(*) FROM crm_workflow_enrollment
                WHERE workflow_id = %s AND state = 'active'""",
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
