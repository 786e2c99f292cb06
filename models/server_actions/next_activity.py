from dateutil.relativedelta import relativedelta

from odoo import fields, models

from ...engine.typed_json import Ids
from ...services.value_problems import problems_of_html, problems_of_text


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    # An action has fields of these names for its own activities, too, and those are not copied.
    activity_type_id = fields.Many2one(copy=True)
    activity_summary = fields.Char(copy=True)

    def _run_set_next_activity(self, records):
        """One activity for each record, all at once, with texts that may name its values.

        Who is responsible finds it among the own activities; Odoo's e-mail about it, which would
        be one for each record, is left out.
        """
        if not self.activity_type_id:
            return
        texts, users = self._activity_texts(records), self._activity_users(records)
        kind = self.activity_type_id
        today = fields.Date.context_today(self, self.env.cr.now())
        shared = {
            "activity_type_id": kind.id,
            "automated": True,
            "date_deadline": today + self._activity_delay(),
            "res_model_id": self.sudo().model_id.id,
        }
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        created = activities.create(
            [
                {
                    **shared,
                    "summary": texts[record.id]["summary"] or kind.summary,
                    "note": texts[record.id]["note"] or kind.default_note,
                    "res_id": record.id,
                    **({"user_id": users[record.id].id} if users[record.id] else {}),
                }
                for record in records
            ]
        )
        values = self._values(records)
        for activity in created:
            left = {"activity": Ids("mail.activity", activity.ids)}
            values.answer(activity.res_id, outputs=left)

    def _activity_texts(self, records):
        values = self._values(records)
        summaries, notes = values.text(self.activity_summary), values.html(self.activity_note)
        return {own: {"summary": summaries[own], "note": notes[own]} for own in records.ids}

    def _activity_users(self, records):
        """Who is responsible for each: {record id: user}. Nobody named is whom the type names."""
        instead = self.activity_type_id.default_user_id
        if self.activity_user_type == "generic" and self.activity_user_field_name:
            path = self.activity_user_field_name
            return {record.id: record.mapped(path)[:1] or instead for record in records}
        return dict.fromkeys(records.ids, self.activity_user_id or instead)

    def _activity_delay(self):
        unit = self.activity_date_deadline_range_type or "days"
        return relativedelta(**{unit: self.activity_date_deadline_range})

    def _outputs_next_activity(self):
        return {"activity": ("record", self.env._("The activity"), "mail.activity")}

    def _problems_next_activity(self, step):
        if not self.activity_type_id:
            yield self.env._("Choose the type of the activity.")
        yield from problems_of_text(step, self.activity_summary)
        yield from problems_of_html(step, self.activity_note)
