from odoo import api, fields, models

from ..engine.signature import new_secret

#: The name of the secret that signs; all others are called as their header.
SIGNING = ""


class CrmWorkflowCallSecret(models.Model):
    """What a step proves itself to a web service with: the value of a header, or what signs.

    It belongs to the workflow and the step's key, so that it outlives versions and is in none of
    them: it is put in when a call is sent, and stands in no document, ledger or outbox. The value
    of a header goes to the host that it was entered for, and to no other.
    """

    _name = "crm.workflow.call.secret"
    _description = "Workflow Call Secret"
    _order = "id"
    _rec_name = "name"

    workflow_id = fields.Many2one("crm.workflow", required=True, ondelete="cascade")
    step_key = fields.Char(required=True)
    name = fields.Char(help="The header; empty for the secret that signs.")
    host = fields.Char(help="Where it may be sent.")
    value = fields.Char(required=True, copy=False)

    _place_unique = models.UniqueIndex(
        "(workflow_id, step_key, COALESCE(name, ''))", "A header has one secret."
    )

    @api.model
    def _of_steps(self, keys):
        """{(workflow id, step key, name): (host, value)} of the steps of these keys."""
        return {
            (secret.workflow_id.id, secret.step_key, secret.name or SIGNING): (
                secret.host,
                secret.value,
            )
            for secret in self.search([("step_key", "in", list(keys))])
        }

    @api.model
    def _of(self, action, name):
        """The secret of a step, or none."""
        return self.search(
            [
                ("workflow_id", "=", action.workflow_id.id),
                ("step_key", "=", action.key),
                ("name", "=", name or False),
            ]
        )

    @api.model
    def _put(self, action, name, value, host=False):
        """Keep a secret of a step; without a value it is forgotten."""
        known = self._of(action, name)
        if not value:
            known.unlink()
        elif known:
            known.write({"value": value, "host": host})
        else:
            self.create(
                {
                    "workflow_id": action.workflow_id.id,
                    "step_key": action.key,
                    "name": name or False,
                    "host": host,
                    "value": value,
                }
            )

    @api.model
    def _ensure_signing(self, action):
        """A step that signs has something to sign with."""
        if not self._of(action, SIGNING):
            self._put(action, SIGNING, new_secret())
