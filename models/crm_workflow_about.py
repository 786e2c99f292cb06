from odoo import api, fields, models

from ..services import sight


class CrmWorkflowAboutMixin(models.AbstractModel):
    """For rows that are about a record, by ``res_model`` and ``res_id``: whether it is seen.

    Screens offer what concerns the record to those who see it.
    """

    _name = "crm.workflow.about.mixin"
    _description = "Sight of the Record That a Row Is About"

    is_visible = fields.Boolean(
        string="Record Visible",
        compute="_compute_sight",
        search="_search_is_visible",
        help="The record is there, and you may see it.",
    )
    is_out_of_sight = fields.Boolean(
        string="Record Out of Sight",
        compute="_compute_sight",
        help="The record is there, and you may not see it.",
    )

    @api.depends("res_model", "res_id")
    @api.depends_context(*sight.READER)
    def _compute_sight(self):
        places = sight.places_of(self.filtered("res_id"))
        seen, gone = sight.visible(self.env, places.values())
        hidden = set(places.values()) - seen.keys() - gone
        for row in self:
            row.is_visible = places.get(row.id) in seen
            row.is_out_of_sight = places.get(row.id) in hidden

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        visible = sight.about_visible(self.env)
        return visible if True in value else ~visible
