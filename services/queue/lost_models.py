"""Lost models: what is known of records whose whole table goes, with an app that is uninstalled."""

from odoo.tools import SQL

from .moves import ended, transfer


def forget(env, model_names):
    """All records of the models leave their workflows, which remember nobody.

    An app that is installed again counts its records from 1: who has the id of an old one is
    another record, has been nowhere, and must not be moved on in its place.
    """
    names = list(model_names)
    _leave(env, names)
    env.cr.execute(
        SQL(
            """DELETE FROM crm_workflow_member WHERE workflow_id IN
                      (SELECT id FROM crm_workflow WHERE model_name = ANY(%s))""",
            names,
        )
    )
    env.cr.execute(SQL("DELETE FROM crm_workflow_event WHERE res_model = ANY(%s)", names))
    _empty_loops(env, names)


def _leave(env, names):
    transfer(
        env,
        SQL("res_model = ANY(%s) AND state IN ('active', 'parked')", names),
        ended(env, "exited", "record_deleted"),
        "exited",
        "record_deleted",
    )


def _empty_loops(env, names):
    """Loops through such records have none before them any more, nor the one that they are at."""
    env.cr.execute(
        SQL(
            """UPDATE crm_workflow_enrollment e
                  SET frames = (SELECT jsonb_agg(
                                       CASE WHEN frame->>'model' = ANY(%(names)s)
                                            THEN frame || '{"at": 0, "rest": []}' ELSE frame END
                                       ORDER BY place)
                                  FROM jsonb_array_elements(e.frames)
                                       WITH ORDINALITY AS kept(frame, place))
                WHERE frames IS NOT NULL
                  AND EXISTS (SELECT FROM jsonb_array_elements(e.frames) AS kept(frame)
                               WHERE frame->>'model' = ANY(%(names)s))""",
            names=names,
        )
    )
    env["crm.workflow.enrollment"].invalidate_model()
