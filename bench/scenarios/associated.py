"""A condition on the company of each contact: many companies change, few of their people match."""

from itertools import count

from odoo.fields import Domain

from ..contacts import ids
from ..databases import copy, cron_env, tidy, user_env
from ..plans import plans
from ..race import Contestant, race
from ..workflows import silence, workflow

#: Contacts per company; every hundredth contact is made a company of those before it.
PEOPLE = 100
_numbers = count()


def races(records, quick):
    env = user_env(copy(f"bench_addon_{records}", "associated"))
    silence(env)
    condition = "[('parent_id.ref', '=', 'nobody has this'), ('function', '=', 'bench')]"
    workflow(env, "Of companies", [condition]).action_publish()
    companies = _employ(env)
    scheduler = cron_env(env)
    scheduler["crm.workflow"]._cron_enroll()

    def change():
        env.cr.execute("TRUNCATE crm_workflow_event")
        env["res.partner"].browse(companies).write({"ref": f"Changed {next(_numbers)}"})
        tidy(env, "crm_workflow_event", "res_partner")

    def search():
        """Whom the changes concern, and who of them matches: no look can do with less."""
        partners = env["res.partner"].with_context(active_test=False)
        touched = partners.search(Domain("parent_id", "in", companies), order="id").ids
        among = Domain("is_company", "=", False) & Domain("id", "in", touched)
        own = Domain("parent_id.ref", "=", "nobody has this") & Domain("function", "=", "bench")
        partners.search(among & own)
        env.cr.rollback()

    look = scheduler["crm.workflow"]._cron_enroll
    contestants = [
        Contestant("2 searches", search, change),
        Contestant("crm_workflow", look, change),
    ]
    title = f"Associated: {len(companies):,} changed companies, and their people"
    result = race(title, records, contestants, 3 if quick else 7)
    change()
    yield result | {"plans": plans(scheduler.cr, "res_partner", look)}


def _employ(env):
    """Give all contacts companies; returns the companies' ids."""
    everyone = ids(env)
    companies = everyone[::PEOPLE]
    env.cr.execute(
        """UPDATE res_partner SET is_company = true, function = NULL WHERE id = ANY(%s)""",
        [companies],
    )
    env.cr.execute(
        """UPDATE res_partner p SET parent_id = c.company, commercial_partner_id = c.company
             FROM unnest(%s::int[]) WITH ORDINALITY AS c(company, place)
            WHERE p.id > c.company AND p.id < c.company + %s AND NOT p.is_company
              AND p.function = 'bench'""",
        [companies, PEOPLE],
    )
    tidy(env, "res_partner")
    env.invalidate_all()
    return companies
