from odoo import fields, models

from ..engine.windows import Skip
from ..services.words import day_text


class CrmWorkflowSkip(models.Model):
    """Days on which a workflow does not act: once, or at the same time of every year."""

    _name = "crm.workflow.skip"
    _inherit = "crm.workflow.part"
    _description = "Workflow Date to Skip"
    _order = "date_from, id"

    name = fields.Char(string="Why")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", help="The last day; empty for one day only.")
    yearly = fields.Boolean(string="Every Year")

    def _document_fields(self):
        return ("name", "date_from", "date_to", "yearly")

    def _last(self):
        return self.date_to or self.date_from

    def _skips(self):
        """As the engine knows them."""
        return tuple(
            Skip(skip.date_from, skip._last(), skip.yearly) for skip in self if skip.date_from
        )

    def _days_text(self):
        """The days for people, without the year of those that come every year."""
        skeleton = "MMMMd" if self.yearly else "yMMMMd"
        days = dict.fromkeys((self.date_from, self._last()))
        return "–".join(day_text(self.env, day, skeleton) for day in days)

    def _problems(self):
        """What keeps the version from being published."""
        for skip in self.filtered("date_from"):
            if skip._last() < skip.date_from:
                yield self.env._(
                    "The dates to skip %s end before they begin: correct one of them.",
                    skip._days_text(),
                )
            elif skip.yearly and (skip._last() - skip.date_from).days >= 366:
                yield self.env._(
                    "The dates to skip every year, %s, are more than a year: nothing would ever "
                    "happen.",
                    skip._days_text(),
                )
