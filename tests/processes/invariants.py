"""What holds whatever happens to the processes: each law is a query for what breaks it.

The same laws hold between two commits of any worker, except those of :data:`AT_REST`,
which hold once the queue has been served to its end.
"""

#: What the laws read.
TABLES = (
    "crm_workflow_enrollment",
    "crm_workflow_log",
    "crm_workflow_member",
    "crm_workflow_mail",
    "crm_workflow_call",
    "res_partner",
    "res_partner_category",
)

#: Laws of every database at every instant.
ALWAYS = {
    "the ledger has each visit once, without a gap": """
        SELECT e.id, e.visit, count(l.id), min(l.visit), max(l.visit)
          FROM crm_workflow_enrollment e LEFT JOIN crm_workflow_log l ON l.enrollment_id = e.id
      GROUP BY e.id
        HAVING count(l.id) <> e.visit OR count(DISTINCT l.visit) <> e.visit
            OR min(l.visit) <> 1 OR max(l.visit) <> e.visit""",
    "a pass begins once, and ends once at most": """
        SELECT enrollment_id, array_agg(outcome ORDER BY visit)
          FROM crm_workflow_log
      GROUP BY enrollment_id
        HAVING count(*) FILTER (WHERE outcome = 'entered') <> 1
            OR count(*) FILTER (WHERE outcome IN ('completed', 'exited')) > 1""",
    "a pass is over when its ledger says so": """
        SELECT e.id, e.state, l.outcome
          FROM crm_workflow_enrollment e
          JOIN crm_workflow_log l ON l.enrollment_id = e.id AND l.visit = e.visit
         WHERE (e.state IN ('completed', 'exited', 'parked')
                OR l.outcome IN ('completed', 'exited', 'parked'))
           AND e.state <> l.outcome""",
    "a step is done once in a pass": """
        SELECT enrollment_id, action_id, count(*)
          FROM crm_workflow_log WHERE outcome = 'done'
      GROUP BY enrollment_id, action_id HAVING count(*) > 1""",
    "nobody is inside twice": """
        SELECT workflow_id, res_id, array_agg(id)
          FROM crm_workflow_enrollment WHERE state IN ('active', 'parked')
      GROUP BY workflow_id, res_id HAVING count(*) > 1""",
    "a workflow remembers each pass": """
        SELECT workflow_id, res_id, m.passes, e.passes
          FROM (SELECT workflow_id, res_id, passes FROM crm_workflow_member WHERE passes > 0) m
     FULL JOIN (SELECT workflow_id, res_id, count(*) AS passes
                  FROM crm_workflow_enrollment GROUP BY workflow_id, res_id) e
         USING (workflow_id, res_id)
         WHERE m.passes IS DISTINCT FROM e.passes""",
    "entered = inside + completed + left + parked": """
        SELECT workflow_id, entered, counted
          FROM (SELECT workflow_id, count(*) AS entered
                  FROM crm_workflow_log WHERE outcome = 'entered' GROUP BY workflow_id) l
     FULL JOIN (SELECT workflow_id, count(*) AS counted FROM crm_workflow_enrollment
                 WHERE state IN ('active', 'completed', 'exited', 'parked') GROUP BY workflow_id) e
         USING (workflow_id)
         WHERE entered IS DISTINCT FROM counted""",
    "whoever is inside has a next move": """
        SELECT id FROM crm_workflow_enrollment
         WHERE state = 'active'
           AND (action_id IS NULL OR due_at IS NULL AND action_id NOT IN (
                SELECT id FROM crm_workflow_action
                 WHERE status = 'manual' OR kind LIKE 'until_happens%%'))""",
    "whoever is parked has a reason, and a step to go on with": """
        SELECT id, reason, action_id FROM crm_workflow_enrollment
         WHERE state = 'parked' AND (COALESCE(reason, '') = '' OR action_id IS NULL)""",
    "whoever is through has no next move": """
        SELECT id, state, due_at FROM crm_workflow_enrollment
         WHERE state IN ('completed', 'exited')
           AND (due_at IS NOT NULL OR waiting OR finished_at IS NULL)""",
}

#: Laws of a database whose queue has been served.
AT_REST = {
    "no batch is in anybody's hands": "SELECT id, enrollment_ids, deaths FROM crm_workflow_ticket",
    "no event waits": """
        SELECT id, res_model, res_id, event FROM crm_workflow_event WHERE workflow_id IS NULL""",
    "nobody is overdue": """
        SELECT id, due_at FROM crm_workflow_enrollment
         WHERE state = 'active' AND due_at <= now() AT TIME ZONE 'UTC'""",
}

#: The effects of the steps named ``increment`` and ``create``, for a workflow with contacts of
#: its own.
EFFECTS = {
    "a record is incremented once per visit": """
        SELECT p.id, p.color, count(l.id)
          FROM crm_workflow_enrollment e
          JOIN res_partner p ON p.id = e.res_id
     LEFT JOIN crm_workflow_log l ON l.enrollment_id = e.id AND l.outcome = 'done'
           AND l.action_id IN (SELECT id FROM crm_workflow_action WHERE name LIKE 'increment%%')
         WHERE e.workflow_id = %(workflow)s
      GROUP BY p.id, p.color HAVING COALESCE(p.color, 0) <> count(l.id)""",
    "a row is created once per visit": """
        SELECT e.res_id, COALESCE(c.created, 0), COALESCE(l.done, 0)
          FROM crm_workflow_enrollment e
     LEFT JOIN (SELECT name ->> 'en_US' AS name, count(*) AS created
                  FROM res_partner_category GROUP BY 1) c ON c.name = e.res_id::text
     LEFT JOIN (SELECT enrollment_id, count(*) AS done FROM crm_workflow_log
                 WHERE outcome = 'done'
                   AND action_id IN (SELECT id FROM crm_workflow_action WHERE name LIKE 'create%%')
              GROUP BY 1) l ON l.enrollment_id = e.id
         WHERE e.workflow_id = %(workflow)s AND COALESCE(c.created, 0) <> COALESCE(l.done, 0)""",
    "an e-mail is written once per visit": """
        SELECT e.res_id, COALESCE(m.mails, 0), COALESCE(l.done, 0)
          FROM crm_workflow_enrollment e
     LEFT JOIN (SELECT workflow_id, res_id, count(*) AS mails FROM crm_workflow_mail
              GROUP BY 1, 2) m ON m.workflow_id = e.workflow_id AND m.res_id = e.res_id
     LEFT JOIN (SELECT enrollment_id, count(*) AS done FROM crm_workflow_log
                 WHERE outcome = 'done'
                   AND action_id IN (SELECT id FROM crm_workflow_action WHERE name LIKE 'email%%')
              GROUP BY 1) l ON l.enrollment_id = e.id
         WHERE e.workflow_id = %(workflow)s AND COALESCE(m.mails, 0) <> COALESCE(l.done, 0)
           -- those to colleagues are not followed
           AND NOT EXISTS (SELECT FROM res_users u WHERE u.partner_id = e.res_id)""",
    "a call is noted once per visit": """
        SELECT e.res_id, COALESCE(c.calls, 0), COALESCE(l.done, 0)
          FROM crm_workflow_enrollment e
     LEFT JOIN (SELECT enrollment_id, count(*) AS calls FROM crm_workflow_call
              GROUP BY 1) c ON c.enrollment_id = e.id
     LEFT JOIN (SELECT enrollment_id, count(*) AS done FROM crm_workflow_log
                 WHERE outcome = 'done'
                   AND action_id IN (SELECT id FROM crm_workflow_action WHERE name LIKE 'call%%')
              GROUP BY 1) l ON l.enrollment_id = e.id
         WHERE e.workflow_id = %(workflow)s AND COALESCE(c.calls, 0) <> COALESCE(l.done, 0)""",
}

#: Laws of a database whose e-mails and calls are delivered.
DELIVERED = {
    "no e-mail of a step waits, or was given up": """
        SELECT id, state, failure_reason FROM mail_mail
         WHERE crm_workflow_attempt > 0 AND state NOT IN ('sent', 'cancel')""",
    "no call waits, or was given up": """
        SELECT id, state, error FROM crm_workflow_call WHERE state <> 'delivered'""",
}


def check(database, workflow_id=None, at_rest=True, delivered=False):
    """Fail with the name and the first rows of every law that is broken."""
    # Just filled tables have no statistics: the planner would take them for empty, and loop.
    database.run(f"ANALYZE {', '.join(TABLES)}")
    laws = ALWAYS | (AT_REST if at_rest else {}) | (EFFECTS if workflow_id else {})
    laws |= DELIVERED if delivered else {}
    broken = {name: database.rows(sql, workflow=workflow_id)[:5] for name, sql in laws.items()}
    assert not any(broken.values()), {name: rows for name, rows in broken.items() if rows}
