import json

from odoo import api, fields, models
from odoo.fields import Domain

from ...engine.changes import accepted_values
from ...services import addresses
from ...services.describe import describe_choice, describe_domain
from ...services.field_values import check_lists


class CrmWorkflowExit(models.Model):
    """Who is suppressed neither enters nor stays.

    ``suppressed_by`` says how that is known. A state of the record is a condition, given by
    ``_suppressing_<by>()``; a list of addresses has ``_listed_<by>(emails)`` and
    ``_watch_list_<by>(watches)``, ``_listing_<by>(facts)``, see ``services/addresses.py``.
    """

    _inherit = "crm.workflow.exit"

    kind = fields.Selection(
        selection_add=[("suppression", "It is suppressed, and may not enter either")],
        ondelete={"suppression": "cascade"},
    )
    suppressed_by = fields.Selection(
        selection=lambda self: self._suppressed_by_selection(), default="criteria", string="By"
    )
    tag_path = fields.Char(
        string="Tag Field", help="The field with the tags, such as category_id of a contact."
    )
    tag_values = fields.Char(string="Tags", help="Any of these, as a JSON list of ids.")
    mailing_lists = fields.Char(help="Any of these, as a JSON list of ids.")
    mailing_model = fields.Char(compute="_compute_mailing_model", string="Model of Mailing Lists")
    mailing_field = fields.Char(compute="_compute_mailing_model", string="Key of Mailing Lists")

    def _suppressed_by_selection(self):
        """Mailing lists are offered while the app that brings them is installed."""
        ways = [
            ("criteria", self.env._("A condition")),
            ("tag", self.env._("A tag")),
            ("blacklist", self.env._("The blacklist of e-mail addresses")),
        ]
        if "mailing.list" in self.env:
            ways.append(("mailing_list", self.env._("A mailing list")))
        return ways

    def _compute_mailing_model(self):
        """What the choice of mailing lists looks like: the one on a mailing contact."""
        self.mailing_model, self.mailing_field = "mailing.contact", "list_ids"

    @api.constrains("tag_values", "mailing_lists")
    def _check_lists(self):
        for way in self:
            check_lists(self.env, way.tag_values, way.mailing_lists)

    # By a state of the record

    def _suppressing_criteria(self):
        return self._condition()

    def _suppressing_tag(self):
        return Domain(self.tag_path, "in", json.loads(self.tag_values or "[]"))

    def _state(self):
        """The condition of those that are suppressed, or None when a list names them."""
        method = getattr(self, f"_suppressing_{self.suppressed_by}", None)
        return method and method()

    # By a list of addresses

    def _listed_blacklist(self, emails):
        return addresses.blacklisted_sudo(self.env, emails)

    def _watch_list_blacklist(self, watches):
        addresses.watch_blacklist(watches)

    def _listing_blacklist(self, facts):
        return addresses.blacklisting_sudo(facts)

    def _listed_mailing_list(self, emails):
        return addresses.subscribed_sudo(self.env, json.loads(self.mailing_lists), emails)

    def _watch_list_mailing_list(self, watches):
        addresses.watch_mailing_lists(watches)

    def _listing_mailing_list(self, facts):
        return addresses.subscribing_sudo(facts)

    def _address_condition(self):
        """Not asked, but followed: an address may change to one that is listed."""
        return Domain(addresses.path_of(self.env[self.model_name]), "!=", False)

    # The kind's own

    def _watch_suppression(self, watches):
        state = self._state()
        self._watch_condition(watches, self._address_condition() if state is None else state)
        if state is None:
            getattr(self, f"_watch_list_{self.suppressed_by}")(watches)

    def _reached_suppression(self, facts):
        state = self._state()
        if state is not None:
            return self._reached_by(facts, state)
        emails = getattr(self, f"_listing_{self.suppressed_by}")(facts)
        model = self.env[self.model_name]
        return {
            *self._reached_by(facts, self._address_condition()),
            *addresses.records_sudo(model, emails),
        }

    def _leaving_suppression(self, passes):
        suppressed = set(self._bars_suppression(passes.mapped("res_id")))
        return passes.filtered(lambda enrollment: enrollment.res_id in suppressed).ids

    def _bars_suppression(self, record_ids):
        state = self._state()
        if state is not None:
            return self._matching(record_ids, state)
        emails = addresses.emails_sudo(self.env[self.model_name], record_ids)
        listed = getattr(self, f"_listed_{self.suppressed_by}")(set(emails.values()))
        return [record_id for record_id, email in emails.items() if email in listed]

    def _reason_suppression(self):
        return f"suppressed_{self.suppressed_by}"

    def _conditions_suppression(self):
        return [self.domain]

    def _summary_depends(self):
        return [
            *super()._summary_depends(),
            *("suppressed_by", "tag_path", "tag_values", "mailing_lists"),
        ]

    def _summary_suppression(self):
        return self.env._("Suppressed: %s", getattr(self, f"_summary_by_{self.suppressed_by}")())

    def _summary_by_criteria(self):
        return describe_domain(self.env, self.model_name, self.domain)

    def _summary_by_tag(self):
        return describe_choice(self.env, self.model_name, self.tag_path, self.tag_values)

    def _summary_by_blacklist(self):
        return self.env._("the e-mail address is blacklisted")

    def _summary_by_mailing_list(self):
        return describe_choice(self.env, self.mailing_model, self.mailing_field, self.mailing_lists)

    def _problems_suppression(self):
        return getattr(self, f"_problems_by_{self.suppressed_by}")()

    def _problems_by_criteria(self):
        return self._problems_of_condition()

    def _problems_by_tag(self):
        *way, name = (self.tag_path or "").split(".")
        model = self.env[self.model_name].browse()
        field = model.mapped(".".join(way))._fields.get(name) if way else model._fields.get(name)
        if field is None or field.type != "many2many":
            yield self.env._("Choose a field that holds tags, such as category_id of a contact.")
        elif not accepted_values(self.tag_values):
            yield self.env._("Choose the tags that keep records out.")

    def _problems_by_blacklist(self):
        if not addresses.path_of(self.env[self.model_name]):
            yield self.env._(
                "Records of type %s have no e-mail address, so no list can name them: "
                "suppress them by a condition.",
                self.workflow_id.object_id.name,
            )

    def _problems_by_mailing_list(self):
        yield from self._problems_by_blacklist()
        if not accepted_values(self.mailing_lists):
            yield self.env._("Choose the mailing lists that keep records out.")

    def _document_fields_suppression(self):
        return ("suppressed_by", "tag_path", "tag_values", "mailing_lists")

    def _document_lists_suppression(self):
        """Values are ids, which mean nothing in another database."""
        lists = {"mailing_lists": "mailing.list"} if "mailing.list" in self.env else {}
        if self.tag_path:
            tags = self.env[self.model_name].browse().mapped(self.tag_path)
            lists["tag_values"] = tags._name
        return lists
