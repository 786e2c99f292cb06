"""Entering: publish a workflow that all contacts match, with "enrol existing"."""

from ..contacts import FUNCTION
from ..databases import copy, tidy, user_env
from ..passage import rounds
from ..race import Contestant, race
from ..workflows import MATCHING, TABLES, empty, silence, workflow


def races(records, quick):
    env = user_env(copy(f"bench_addon_{records}", "enter"))
    silence(env)
    env.cr.commit()
    version = {}

    def draft():
        empty(env)
        own = workflow(env, "Enter", [MATCHING])
        version["draft"] = own.draft_version_id
        tidy(env, *TABLES)

    def publish():
        version["draft"].workflow_id.action_publish(enroll_existing=True)
        env.cr.commit()

    contestants = [
        Contestant("raw INSERT … SELECT", lambda: _insert(env, version["draft"]), draft),
        Contestant("action_publish", publish, draft, {"ratio": 3} if records >= 100_000 else None),
    ]
    many = rounds(records, quick)
    yield race("Enter: everyone who matches", records, contestants, many, warm_up=many > 1)


def _insert(env, version):
    """The rows that publishing leaves, by the shortest way there is."""
    env.cr.execute(
        """WITH entered AS (
               INSERT INTO crm_workflow_enrollment
                      (workflow_id, version_id, res_model, res_id, state, action_id, due_at,
                       waiting, reached_at, enrolled_at, source, visit, attempts, shard)
               SELECT %(workflow)s, %(version)s, 'res.partner', id, 'active', %(step)s, %(now)s,
                      false, %(now)s, %(now)s, 'existing', 1, 0, id %% 64
                 FROM res_partner
                WHERE function = %(function)s AND active AND is_company IS NOT TRUE
            RETURNING id, res_id
           ), logged AS (
               INSERT INTO crm_workflow_log
                      (workflow_id, enrollment_id, version_id, visit, outcome, started_at, at)
               SELECT %(workflow)s, id, %(version)s, 1, 'entered', %(now)s, %(now)s FROM entered
           )
           INSERT INTO crm_workflow_member
                  (workflow_id, res_id, matching, passes, first_entry_at, last_entry_at)
           SELECT %(workflow)s, res_id, 1, 1, %(now)s, %(now)s FROM entered""",
        {
            "workflow": version.workflow_id.id,
            "version": version.id,
            "step": version.action_ids[:1].id,
            "now": env.cr.now(),
            "function": FUNCTION,
        },
    )
    env.cr.commit()
