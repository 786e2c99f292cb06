from datetime import timedelta

from odoo import api, fields, models

#: A host that nobody has called for so long is as all others.
KEPT = timedelta(days=1)


class CrmWorkflowCallHost(models.Model):
    """A host that does not answer, written by the courier alone.

    It is left alone for a while, each time a longer one. Then one call finds out how it is: what
    it costs to wait for silence is not paid by the calls of all other hosts. One that answers is
    forgotten.
    """

    _name = "crm.workflow.call.host"
    _description = "Workflow Host Without Answer"
    _log_access = False
    _rec_name = "host"

    host = fields.Char(required=True)
    error = fields.Char(string="What Happened")
    silences = fields.Integer(required=True, help="How often in a row it did not answer.")
    silent_since = fields.Datetime(required=True)
    rests_until = fields.Datetime(required=True)

    _host_unique = models.UniqueIndex("(host)", "A host is noted once.")

    def _rests(self, hosts):
        """Until when those of the hosts rest that do: {host: moment}."""
        resting = self.search_fetch(
            [("host", "in", list(hosts)), ("rests_until", ">", self.env.cr.now())],
            ["host", "rests_until"],
        )
        return {row.host: row.rests_until for row in resting}

    @api.autovacuum
    def _gc_hosts(self):
        self.search([("rests_until", "<", self.env.cr.now() - KEPT)]).unlink()
