from odoo import models


class IrActionsServer(models.Model):
    """Followers come and go, each record's own, where a field says who they are."""

    _inherit = "ir.actions.server"

    def _run_set_followers(self, records):
        """Who follows already stays as he is."""
        records.check_access("write")
        wanted = self._followers_of(records)
        named_sudo = self.env["res.partner"].sudo().browse(set().union(*wanted.values()))
        ids = named_sudo.exists().filtered("active").ids
        followers_sudo = self.env["mail.followers"].sudo()
        missing, _known = followers_sudo._add_default_followers(records._name, records.ids, ids)
        followers_sudo.create(
            [
                {**vals, "res_id": record_id}
                for record_id, rows in missing.items()
                for vals in rows
                if vals["partner_id"] in wanted[record_id]
            ]
        )
        records.invalidate_recordset(["message_follower_ids", "message_partner_ids"])

    def _run_set_remove_followers(self, records):
        records.check_access("write")
        unwanted = self._followers_of(records)
        rows_sudo = (
            self.env["mail.followers"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    ("partner_id", "in", list(set().union(*unwanted.values()))),
                ]
            )
        )
        rows_sudo.filtered(lambda row: row.partner_id.id in unwanted[row.res_id]).unlink()

    def _followers_of(self, records):
        """Whom the action means for each record: {record id: set of partner ids}."""
        if self.followers_type == "specific":
            return dict.fromkeys(records.ids, set(self.partner_ids.ids))
        path = self.followers_partner_field_name
        return {record.id: set(record.mapped(path).ids) for record in records}

    def _problems_followers(self, _step):
        is_named = self.followers_type == "specific"
        if not (self.partner_ids if is_named else self.followers_partner_field_name):
            yield self.env._("Choose the followers, or the field that names them.")

    def _problems_remove_followers(self, step):
        return self._problems_followers(step)
