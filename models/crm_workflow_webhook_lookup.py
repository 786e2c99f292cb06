from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..engine.coercion import coerced
from ..engine.errors import CoercionError

#: Fields by which a record can be looked for: one value, compared as it is.
LOOKUP_TYPES = ("char", "integer")
MAX_EMAIL = 320


class CrmWorkflowTrigger(models.Model):
    """How a webhook finds its record. Each way is a value of ``webhook_find`` and three methods::

    _webhook_key_<way>(self, value)    what to look for, or a CoercionError that says why not
    _webhook_found_<way>(self, keys)   {key: records of the run-as user}, in one search
    _webhook_given_<way>(self, key)    values of a record that is created for the key; without
                                       the method none can be
    """

    _inherit = "crm.workflow.trigger"

    def _webhook_key(self, value):
        """What to look for, by the value in the payload."""
        key = getattr(self, f"_webhook_key_{self.webhook_find}")(value)
        if not key:
            raise CoercionError(
                self.env._("There is nothing at “%s” in the payload.", self.webhook_path)
            )
        return key

    def _webhook_found(self, keys):
        """{key: records}, of the workflow's type alone. One that is archived is found only where
        no other is: losing a deal, to name one, archives it.
        """
        found = getattr(self, f"_webhook_found_{self.webhook_find}")(keys) if keys else {}
        return {key: _unarchived(records) for key, records in found.items()}

    def _webhook_may_create(self):
        """True when there is a way to create a record from a key."""
        return hasattr(self, f"_webhook_given_{self.webhook_find}")

    def _webhook_find_problems(self):
        """What keeps records from being found."""
        model = self.env[self.model_name]
        field = model._fields.get(self.webhook_field or "")
        if not self.webhook_find:
            yield self.env._("Say how the webhook finds its record.")
        if self.webhook_find == "email" and "email_normalized" not in model._fields:
            yield self.env._(
                "%s has no e-mail address to be found by; choose a field.", model._description
            )
        if self.webhook_find == "field" and not (
            field and field.store and field.type in LOOKUP_TYPES
        ):
            yield self.env._("Choose a text or a whole number to find the record by.")

    def _webhook_create_problems(self):
        """What keeps records from being created."""
        workflow = self.workflow_id
        if not self._webhook_may_create():
            yield self.env._(
                "A record cannot be created with an ID given to it: have the webhook refuse the "
                "call, or find the record by a field."
            )
        try:
            may = workflow._run_env()[self.model_name].has_access("create")
        except AccessError:
            return  # told for the workflow itself
        if not may:
            yield self.env._(
                "The run-as user %s may not create records of this type: choose another user, or "
                "have the webhook refuse the call.",
                workflow.run_as_id.name,
            )

    def _webhook_key_id(self, value):
        return coerced(value, "integer")

    def _webhook_found_id(self, keys):
        return {record.id: record for record in self._webhook_records(Domain("id", "in", keys))}

    def _webhook_key_email(self, value):
        text = coerced(value, "char")
        # Longer texts are no addresses, and take the parser long.
        email = text and len(text) <= MAX_EMAIL and email_normalize(text, strict=False)
        if text and not email:
            raise CoercionError(self.env._("“%s” is no e-mail address.", text[:80]))
        return email

    def _webhook_found_email(self, keys):
        return self._webhook_grouped("email_normalized", keys)

    def _webhook_given_email(self, key):
        return {getattr(self.env[self.model_name], "_primary_email", "email"): key}

    def _webhook_key_external_id(self, value):
        key = coerced(value, "char")
        if key and "." not in key:
            raise CoercionError(
                self.env._("“%s” is no external ID, such as import.contact_1.", key[:80])
            )
        return key

    def _webhook_found_external_id(self, keys):
        ids = self._webhook_external_ids_sudo(keys)
        records = self._webhook_records(Domain("id", "in", list(ids.values())))
        by_id = {record.id: record for record in records}
        return {key: by_id[ids[key]] for key in ids if ids[key] in by_id}

    def _webhook_external_ids_sudo(self, keys):
        """{external id: id}; what of them the run-as user may see is asked afterwards."""
        names = [key.partition(".")[2] for key in keys]
        rows = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [("model", "=", self.model_name), ("name", "in", names)],
                ["module", "name", "res_id"],
            )
        )
        ids = {f"{row.module}.{row.name}": row.res_id for row in rows}
        return {key: ids[key] for key in keys if key in ids}

    def _webhook_key_field(self, value):
        field = self.env[self.model_name]._fields[self.webhook_field]
        return coerced(value, field.type)

    def _webhook_found_field(self, keys):
        return self._webhook_grouped(self.webhook_field, keys)

    def _webhook_given_field(self, key):
        return {self.webhook_field: key}

    def _webhook_grouped(self, field_name, keys):
        return self._webhook_records(Domain(field_name, "in", keys)).grouped(field_name)

    def _webhook_records(self, domain):
        """Records of the workflow's type as the run-as user sees them, archived or not."""
        model = self.workflow_id._run_env()[self.model_name].with_context(active_test=False)
        return model.search(domain & self.workflow_id.object_id._records_domain(), order="id")


def _unarchived(records):
    if len(records) > 1 and "active" in records._fields:
        return records.filtered("active") or records
    return records
