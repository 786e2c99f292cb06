"""Hosts that do not answer: how long they rest, and what becomes of their calls.

A row is a host that kept silent when it was called last; the claim of the outbox passes it over.
"""

from odoo.tools import SQL

#: Calls that are given up in one statement; the others' turn comes with the next silence.
_MANY = 1_000


def rest(env, errors, rests):
    """Leave hosts that did not answer alone for a while, each time a longer one.

    :param errors: {host: what went wrong}
    :param rests: timedeltas, the last of which is repeated
    """
    env.cr.execute(
        SQL(
            """INSERT INTO crm_workflow_call_host AS h
                           (host, error, silences, silent_since, rests_until)
               SELECT s.host, s.error, 1, %(now)s, %(now)s + (%(rests)s::interval[])[1]
                 FROM unnest(%(hosts)s::varchar[], %(errors)s::text[]) AS s(host, error)
          ON CONFLICT (host) DO UPDATE
                  SET error = EXCLUDED.error, silences = h.silences + 1,
                      rests_until = %(now)s
                          + (%(rests)s::interval[])[LEAST(h.silences + 1, %(most)s)]""",
            now=env.cr.now(),
            rests=list(rests),
            most=len(rests),
            hosts=list(errors),
            errors=list(errors.values()),
        ),
        log_exceptions=False,
    )
    env["crm.workflow.call.host"].invalidate_model()


def forget(env, hosts):
    """Hosts that have answered, or that somebody says to be well, are as all others."""
    env.cr.execute(
        SQL("DELETE FROM crm_workflow_call_host WHERE host = ANY(%s)", list(hosts)),
        log_exceptions=False,
    )
    env["crm.workflow.call.host"].invalidate_model()


def give_up(env, hosts, patience):
    """Give up what has been due to silent hosts for too long, tried or not.

    A host that is tried by one call at a time would else keep the others waiting for ever.

    :param patience: a timedelta
    """
    env.cr.execute(
        SQL(
            """WITH over AS (
                    SELECT c.id, h.error FROM crm_workflow_call c
                      JOIN crm_workflow_call_host h ON h.host = c.host
                      JOIN crm_workflow w ON w.id = c.workflow_id AND w.state IN ('on', 'off')
                     WHERE c.state = 'waiting' AND c.host = ANY(%(hosts)s)
                       AND c.next_at <= %(now)s
                       AND COALESCE(c.first_try_at, GREATEST(c.next_at, h.silent_since)) < %(since)s
                       AND (c.locked_until IS NULL OR c.locked_until <= %(now)s)
                     LIMIT %(look)s
                       FOR NO KEY UPDATE OF c SKIP LOCKED
               )
               UPDATE crm_workflow_call c
                  SET state = 'given_up', next_at = NULL, finished_at = %(now)s,
                      error = COALESCE(c.error, over.error)
                 FROM over WHERE c.id = over.id""",
            hosts=list(hosts),
            now=env.cr.now(),
            since=env.cr.now() - patience,
            look=_MANY,
        ),
        log_exceptions=False,
    )
    env["crm.workflow.call"].invalidate_model()
