from functools import reduce
from operator import getitem

from odoo import models


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    def _run_set_object_write(self, records):
        """Update many records with one ``write`` per distinct value.

        A formula and a sequence give each record its own value; a plain value is the same
        for all, so it takes one write however many records there are.
        """
        self.ensure_one()
        if not self.update_path:
            return
        *path, name = self.update_path.split(".")
        if self.evaluation_type == "value":
            # What the action is told to write is read as superuser; writing is the run-as user's.
            value = self.sudo()._eval_value()[self.id]
            reduce(getitem, path, records).write({name: value})
            return
        for value, owners in self._records_by_value(records):
            reduce(getitem, path, owners).write({name: value})

    def _changes_object_write(self):
        """What it writes at the end of its path."""
        field = self.update_field_id
        return {(field.model, field.name)} if field else set()

    def _records_by_value(self, records):
        """(value, records) pairs, equal values together."""
        groups = {}
        context = self._get_eval_context(self)
        for record in records:
            event = context["events"].get(record.id)
            own = {**context, "record": record, "records": record, "event": event}
            value = self.sudo()._eval_value(eval_context=own)[self.id]
            known = groups.setdefault(repr(value), (value, []))
            known[1].append(record.id)
        return [(value, records.browse(ids)) for value, ids in groups.values()]
