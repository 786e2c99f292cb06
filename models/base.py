from odoo import api, models

from ..services import capture, silence


class Base(models.AbstractModel):
    """Where changes are seen: overrides of every model, never patches on registry classes.

    ``_write_multi`` sees each column that reaches the database, so stored computed fields
    too; ``write`` is needed for many2many alone.
    """

    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        with silence.as_asked(self.env):
            records = super().create(vals_list)
            if watch := capture.watch_of(self):
                if watch.created or watch.links:
                    capture.created(records, watch)
        return records

    def write(self, vals):
        with silence.as_asked(self.env):
            watch = capture.watch_of(self)
            if not watch or not watch.links or not (watch.links.keys() & vals.keys()):
                return super().write(vals)
            before = capture.links_before(self, vals, watch)
            done = super().write(vals)
            capture.links_after(self, before, watch)
            return done

    def _write_multi(self, vals_list):
        if self and (watch := capture.watch_of(self)):
            capture.updating(self, vals_list, watch)
        return super()._write_multi(vals_list)

    def unlink(self):
        with silence.as_asked(self.env):
            if self and (watch := capture.watch_of(self)) and watch.deleted:
                capture.deleted(self, watch)
            return super().unlink()
