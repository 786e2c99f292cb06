"""Rotas: whose turn it is, held by one transaction at a time."""

from odoo.tools import SQL


def hold(env, key, workflow_id, action_id):
    """Id of the rota of that key, which is this transaction's until its end.

    Waits for another one that has it. When that one commits, what we see of the rota is old:
    PostgreSQL refuses the write as a lost race, and the transaction is to be run again.
    """
    env.cr.execute(
        SQL(
            """INSERT INTO crm_workflow_rota (key, workflow_id, action_id, at)
               VALUES (%s, %s, %s, %s)
          ON CONFLICT (key) DO UPDATE SET at = excluded.at
            RETURNING id""",
            key,
            workflow_id or None,
            action_id or None,
            env.cr.now(),
        ),
        log_exceptions=False,  # a lost race is no error
    )
    return env.cr.fetchone()[0]


def shares(env, rota_id, user_ids):
    """What the users have got so far: list of dicts."""
    env.cr.execute(
        SQL(
            """SELECT team_id, user_id, weight, turns, day, day_count
                 FROM crm_workflow_rota_share WHERE rota_id = %s AND user_id = ANY(%s)""",
            rota_id,
            list(user_ids),
        )
    )
    return env.cr.dictfetchall()


def note(env, rota_id, given):
    """Write what people have just got.

    :param given: list of (team id or None, user id, weight, turns, how many, day, how many that
        day)
    """
    columns = [list(column) for column in zip(*given, strict=True)]
    env.cr.execute(
        SQL(
            """INSERT INTO crm_workflow_rota_share AS s
                           (rota_id, at, team_id, user_id, weight, turns, count, day, day_count)
               SELECT %s, %s, new.*
                 FROM unnest(%s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::date[],
                             %s::int[]) AS new
          ON CONFLICT (rota_id, user_id, COALESCE(team_id, 0)) DO UPDATE
                  SET at = excluded.at, weight = excluded.weight, turns = excluded.turns,
                      count = s.count + excluded.count, day = excluded.day,
                      day_count = excluded.day_count""",
            rota_id,
            env.cr.now(),
            *columns,
        )
    )
    env["crm.workflow.rota.share"].invalidate_model()
