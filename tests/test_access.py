"""Who may call what: every public method, every route, and every model of the add-on.

All are found by looking, so that a new one fails here until somebody says who may use it.
"""

import inspect

from psycopg2 import Error as DatabaseError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from ..services.webhook.door import Arrival
from .calls import CallCase

ADDON = "odoo.addons.crm_workflow."
XML = (
    '<workflow format="1"><field name="name">New</field>'
    '<field name="object_id" ref="crm_workflow.object_contact"/></workflow>'
)
#: The people, from those who may least. “Elsewhere” is a user of another company.
PEOPLE = ("public", "portal", "internal", "elsewhere", "user", "manager", "admin")
USERS, MANAGERS, ADMINS = ("user", "manager", "admin"), ("manager", "admin"), ("admin",)
#: Of what belongs to no company.
ALL_USERS, ALL_MANAGERS = ("elsewhere", *USERS), ("elsewhere", *MANAGERS)

#: {(model, method): (who may, how it is called)}; ``self`` holds the records of another's.
METHODS = {
    ("crm.workflow", "enroll"): (USERS, lambda self, own: own(self.flow).enroll(self.contact.ids)),
    ("crm.workflow", "unenroll"): (
        USERS,
        lambda self, own: own(self.flow).unenroll(self.contact.ids),
    ),
    ("crm.workflow", "action_open"): (USERS, lambda self, own: own(self.flow).action_open()),
    ("crm.workflow", "export_xml"): (USERS, lambda self, own: own(self.flow).export_xml()),
    ("crm.workflow", "action_export_xml"): (
        USERS,
        lambda self, own: own(self.flow).action_export_xml(),
    ),
    ("crm.workflow", "action_pick_records"): (
        USERS,
        lambda self, own: own(self.flow).action_pick_records(),
    ),
    ("crm.workflow", "import_xml"): (
        ALL_MANAGERS,
        lambda self, own: own(self.flow.browse()).import_xml(XML),
    ),
    ("crm.workflow", "action_edit"): (MANAGERS, lambda self, own: own(self.flow).action_edit()),
    ("crm.workflow", "action_discard_draft"): (
        MANAGERS,
        lambda self, own: own(self.edited).action_discard_draft(),
    ),
    ("crm.workflow", "action_publish"): (
        MANAGERS,
        lambda self, own: own(self.edited).action_publish(),
    ),
    ("crm.workflow", "action_pause"): (MANAGERS, lambda self, own: own(self.flow).action_pause()),
    ("crm.workflow", "action_resume"): (MANAGERS, lambda self, own: own(self.flow).action_resume()),
    ("crm.workflow", "action_turn_off"): (
        MANAGERS,
        lambda self, own: own(self.flow).action_turn_off("end"),
    ),
    ("crm.workflow", "action_open_calls"): (
        MANAGERS,
        lambda self, own: own(self.flow).action_open_calls(),
    ),
    ("crm.workflow", "action_open_outgoing_calls"): (
        MANAGERS,
        lambda self, own: own(self.flow).action_open_outgoing_calls(),
    ),
    ("crm.workflow.action", "move"): (
        MANAGERS,
        lambda self, own: own(self.placed).move(self.placed.id, False),
    ),
    ("crm.workflow.action", "value_choices"): (
        USERS,
        lambda self, own: own(self.placed).value_choices(self.placed.version_id.id, self.placed.id),
    ),
    ("crm.workflow.call", "action_retry"): (
        MANAGERS,
        lambda self, own: own(self.noted).action_retry(),
    ),
    ("crm.workflow.call", "action_cancel"): (
        MANAGERS,
        lambda self, own: own(self.noted).action_cancel(),
    ),
    ("crm.workflow.call", "action_open_enrollment"): (
        MANAGERS,
        lambda self, own: own(self.noted).action_open_enrollment(),
    ),
    ("crm.workflow.decision", "action_answer"): (
        MANAGERS,
        lambda self, own: own(self.decision).action_answer("yes"),
    ),
    ("crm.workflow.decision", "action_open_record"): (
        USERS,
        lambda self, own: own(self.decision).action_open_record(),
    ),
    ("crm.workflow.enrollment", "action_answer"): (
        MANAGERS,
        lambda self, own: own(self.decision.enrollment_id).action_answer("yes"),
    ),
    ("crm.workflow.enrollment", "action_leave"): (
        USERS,
        lambda self, own: own(self.enrollment).action_leave(),
    ),
    ("crm.workflow.enrollment", "action_skip_wait"): (
        USERS,
        lambda self, own: own(self.enrollment).action_skip_wait(),
    ),
    ("crm.workflow.enrollment", "action_retry"): (
        USERS,
        lambda self, own: own(self.enrollment).action_retry(),
    ),
    ("crm.workflow.enrollment", "action_release"): (
        USERS,
        lambda self, own: own(self.enrollment).action_release(),
    ),
    ("crm.workflow.enrollment", "action_drop"): (
        USERS,
        lambda self, own: own(self.enrollment).action_drop(),
    ),
    ("crm.workflow.enrollment", "action_open_record"): (
        USERS,
        lambda self, own: own(self.enrollment).action_open_record(),
    ),
    ("crm.workflow.enrollment", "count_of_record"): (
        ALL_USERS,
        lambda self, own: own(self.enrollment).count_of_record("res.partner", 1),
    ),
    ("crm.workflow.enrollment", "open_for_selection"): (
        ALL_USERS,
        lambda self, own: own(self.enrollment.browse()).open_for_selection(),
    ),
    ("crm.workflow.object", "preview_condition"): (
        ALL_USERS,
        lambda self, own: own(self.contact_type).preview_condition("res.partner", "[]"),
    ),
    ("crm.workflow.object", "records_matching"): (
        ALL_USERS,
        lambda self, own: own(self.contact_type).records_matching("res.partner", "[]"),
    ),
    ("crm.workflow.template", "action_use"): (
        ALL_MANAGERS,
        lambda self, own: own(self.template).action_use(),
    ),
    ("crm.workflow.trigger", "action_webhook_open"): (
        MANAGERS,
        lambda self, own: own(self.flow.trigger_ids).action_webhook_open(),
    ),
    ("crm.workflow.webhook", "action_open"): (
        MANAGERS,
        lambda self, own: own(self.door).action_open(),
    ),
    ("crm.workflow.webhook", "action_open_calls"): (
        MANAGERS,
        lambda self, own: own(self.door).action_open_calls(),
    ),
    ("crm.workflow.webhook", "action_rotate"): (
        MANAGERS,
        lambda self, own: own(self.door).action_rotate(),
    ),
    ("crm.workflow.webhook", "action_renew_secret"): (
        MANAGERS,
        lambda self, own: own(self.door).action_renew_secret(),
    ),
    ("crm.workflow.webhook.call", "action_open_record"): (
        MANAGERS,
        lambda self, own: own(self.arrived).action_open_record(),
    ),
    ("crm.workflow.enroll", "open_for_selection"): (
        ALL_USERS,
        lambda self, own: (
            own(self.env["crm.workflow.enroll"])
            .with_context(active_model="res.partner", active_ids=self.contact.ids)
            .open_for_selection()
        ),
    ),
    ("crm.workflow.enroll", "action_enroll"): (
        USERS,
        lambda self, own: (
            own(self.env["crm.workflow.enroll"])
            .create(
                {
                    "res_model": "res.partner",
                    "workflow_id": self.flow.id,
                    "chosen": {"ids": self.contact.ids},
                }
            )
            .action_enroll()
        ),
    ),
    ("crm.workflow.publish", "action_publish"): (
        MANAGERS,
        lambda self, own: (
            own(self.env["crm.workflow.publish"])
            .create({"workflow_id": self.edited.id})
            .action_publish()
        ),
    ),
    ("crm.workflow.turn.off", "action_turn_off"): (
        MANAGERS,
        lambda self, own: (
            own(self.env["crm.workflow.turn.off"])
            .create({"workflow_id": self.flow.id})
            .action_turn_off()
        ),
    ),
    ("crm.workflow.import", "action_import"): (
        ALL_MANAGERS,
        lambda self, own: (
            own(self.env["crm.workflow.import"]).create({"document": b"PGE+"}).action_import()
        ),
    ),
    ("crm.workflow.health", "action_check"): (
        ALL_MANAGERS,
        lambda self, own: own(self.env["crm.workflow.health"]).action_check(),
    ),
    ("crm.workflow.health.finding", "action_open"): (
        ALL_MANAGERS,
        lambda self, own: (
            own(self.env["crm.workflow.health"])
            .create({"finding_ids": [Command.create({"name": "Late", "domain": "[]"})]})
            .finding_ids.action_open()
        ),
    ),
    ("mail.activity", "action_crm_workflow_answer"): (
        MANAGERS,
        lambda self, own: own(self.decision.activity_ids[0]).action_crm_workflow_answer("yes"),
    ),
}

#: {model: (who reads, who writes, creates and deletes)} of records of the own company.
NOBODY = ()
MODELS = {
    "crm.workflow": (USERS, MANAGERS),
    "crm.workflow.version": (USERS, MANAGERS),
    "crm.workflow.trigger": (USERS, MANAGERS),
    "crm.workflow.exit": (USERS, MANAGERS),
    "crm.workflow.action": (USERS, MANAGERS),
    "crm.workflow.path": (USERS, MANAGERS),
    "crm.workflow.window": (USERS, MANAGERS),
    "crm.workflow.skip": (USERS, MANAGERS),
    "crm.workflow.related": (USERS, MANAGERS),
    "crm.workflow.webhook.value": (USERS, MANAGERS),
    "crm.workflow.call.line": (USERS, MANAGERS),
    "crm.workflow.assignment": (MANAGERS, MANAGERS),
    "crm.workflow.assignee": (MANAGERS, MANAGERS),
    "crm.workflow.object": (ALL_USERS, ALL_MANAGERS),
    "crm.workflow.template": (ALL_USERS, ALL_MANAGERS),
    "crm.workflow.enrollment": (USERS, NOBODY),
    "crm.workflow.member": (USERS, NOBODY),
    "crm.workflow.log": (USERS, NOBODY),
    "crm.workflow.mail": (USERS, NOBODY),
    "crm.workflow.mail.click": (USERS, NOBODY),
    "crm.workflow.decision": (USERS, NOBODY),
    "crm.workflow.webhook": (MANAGERS, NOBODY),
    "crm.workflow.webhook.call": (MANAGERS, NOBODY),
    "crm.workflow.call": (MANAGERS, NOBODY),
    "crm.workflow.call.secret": (ADMINS, NOBODY),
    "crm.workflow.call.host": (ADMINS, NOBODY),
    "crm.workflow.event": (ADMINS, NOBODY),
    "crm.workflow.mark": (ADMINS, NOBODY),
    "crm.workflow.handover": (ADMINS, NOBODY),
    "crm.workflow.ticket": (ADMINS, NOBODY),
    "crm.workflow.turn": (ADMINS, NOBODY),
    "crm.workflow.rota": (ADMINS, NOBODY),
    "crm.workflow.rota.share": (ADMINS, NOBODY),
    "crm.workflow.deletion": (ADMINS, NOBODY),
    "crm.workflow.enroll": (USERS, USERS),
    "crm.workflow.publish": (MANAGERS, MANAGERS),
    "crm.workflow.turn.off": (MANAGERS, MANAGERS),
    "crm.workflow.import": (ALL_MANAGERS, ALL_MANAGERS),
    "crm.workflow.health": (ALL_MANAGERS, ALL_MANAGERS),
    "crm.workflow.health.finding": (ALL_MANAGERS, ALL_MANAGERS),
}
#: Of these, managers write one field by hand, see ``test_webhook_security``.
WRITABLE = {"crm.workflow.webhook"}
#: {route: how people are known there}.
ROUTES = {
    "/crm_workflow/<int:workflow_id>/export": "user",
    "/crm_workflow/hook/<string:token>": "public",
    "/crm_workflow/mail/<string:mail_id>/<string:token>/blank.gif": "public",
    "/crm_workflow/mail/<string:mail_id>/<string:token>/r/<string:code>": "public",
}


def methods_of(cls):
    """Names of the methods that the add-on adds to a model, and that a client can call."""
    own, others = set(), set()
    for base in cls.__mro__:
        names = {name for name, method in vars(base).items() if inspect.isfunction(method)}
        (own if base.__module__.startswith(ADDON) else others).update(names)
    hidden = {name for name in own if getattr(getattr(cls, name), "_api_private", False)}
    return {name for name in own - others - hidden if not name.startswith("_")}


class AccessCase(CallCase):
    """People of all kinds, and records of a company for them to find."""

    def setUp(self):
        super().setUp()
        other = self.env["res.company"].create({"name": "Other"})
        manager = (
            "crm_workflow.group_manager",
            "base.group_partner_manager",
            "base.group_allow_export",
        )
        self.people = {
            "public": self.env.ref("base.public_user"),
            "portal": self.user("p_portal", "base.group_portal"),
            "internal": self.user("p_internal", "base.group_user"),
            "elsewhere": self.user(
                "p_elsewhere", *manager, company_id=other.id, company_ids=[(6, 0, other.ids)]
            ),
            "user": self.user("p_user", "crm_workflow.group_user"),
            "manager": self.user("p_manager", *manager),
            "admin": self.admin,
        }
        self.contact = self.contacts(1, email="ada@example.com")
        ours = {"company_id": self.env.company.id, "run_as_id": self.people["manager"].id}
        self.flow = self.workflow(
            self.delay(1, "days"),
            triggers=[{"kind": "webhook", "webhook_path": "email"}],
            exits=["[('name', '=', 'x')]"],
            **ours,
        )
        self.door = self.calls_of("webhook", self.flow)
        call = Arrival(b'{"email": "bob@example.com"}', "application/json", "", "", "")
        self.door._receive_sudo(self.door._token_sudo(), call)
        self.arrived = self.calls_of("webhook.call", self.flow)
        self.enrollment = self.flow.enroll(self.contacts(1))
        asking = {
            "kind": "decision",
            "decision_ask": "user",
            "decision_user_id": self.people["manager"].id,
            "decision_summary": "Yes?",
            "lanes": [({"name": "Yes"}, []), ({"name": "No"}, []), ({"is_default": True}, [])],
        }
        self.edited = self.workflow(self.write_step(), asking, name="Edited", **ours)
        self.edited.enroll(self.contacts(1))
        self.tick()
        self.decision = self.calls_of("decision", self.edited)
        self.edited.action_edit()
        self.placed = self.edited.draft_version_id.action_ids[0]
        self.template = self.env.ref("crm_workflow.template_complete_company")
        calling, _contact = self.calling("https://fine.example/", ("a", "name"))
        calling.company_id = self.env.company
        self.noted = self.calls_of("call", calling)

    def calls_of(self, model, workflow):
        found = self.env[f"crm.workflow.{model}"].search([("workflow_id", "=", workflow.id)])
        return found.ensure_one()


@tagged("post_install", "-at_install")
class TestAccess(AccessCase):
    """The tables above hold for each of the people."""

    def may(self, who, use):
        """True when a person is not refused; what is wrong otherwise is no matter of rights."""
        user = self.people[who]
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint() as trial, mute_logger("odoo.sql_db"):
                use(lambda records: records.with_user(user))
                self.env.flush_all()
                trial.rollback()
        except AccessError:
            return False
        except (UserError, ValueError, DatabaseError, KeyError):
            return True
        return True

    def test_every_public_method_is_for_those_it_is_for(self):
        found = {
            (model_name, name)
            for model_name, cls in self.registry.items()
            for name in methods_of(cls)
            if not any(name in methods_of(base) for base in self.bases(model_name))
        }
        self.assertEqual(found, set(METHODS))
        for place, (allowed, call) in METHODS.items():
            with self.subTest(place):
                may = [who for who in PEOPLE if self.may(who, lambda own: call(self, own))]  # noqa: B023
                self.assertEqual(set(may), set(allowed), place)

    def bases(self, model_name):
        """The models that a model has its methods from, itself left out."""
        parents = self.registry[model_name]._inherit
        parents = [parents] if isinstance(parents, str) else parents or []
        return [self.registry[name] for name in parents if name != model_name]

    def test_every_model_is_for_those_it_is_for(self):
        ours = {
            name
            for name, cls in self.registry.items()
            if name.startswith("crm.workflow") and not cls._abstract
        }
        self.assertEqual(ours, set(MODELS))
        for name, (readers, writers) in MODELS.items():
            for operation, allowed in (
                ("read", readers),
                ("write", MANAGERS if name in WRITABLE else writers),
                ("create", writers),
                ("unlink", writers),
            ):
                may = [
                    who
                    for who in PEOPLE
                    if self.env[name].with_user(self.people[who]).has_access(operation)
                ]
                # Who works elsewhere has the same rights there.
                expected = {*allowed, *({"elsewhere"} if "manager" in allowed else ())}
                self.assertEqual(set(may), expected, (name, operation))

    def test_records_of_another_company_are_found_in_no_way(self):
        elsewhere = self.people["elsewhere"]
        self.env["crm.workflow.enroll"].create(
            {"res_model": "res.partner", "workflow_id": self.flow.id, "chosen": {"ids": []}}
        )
        for name, (readers, _writers) in MODELS.items():
            model = self.env[name].with_user(elsewhere)
            records = self.env[name].search([])
            if not records or set(readers) in (set(ALL_USERS), set(ALL_MANAGERS)):
                continue
            with self.subTest(name):
                if not model.has_access("read"):
                    for read in (
                        model.search_read,
                        lambda model=model: model.read_group([], [], []),
                    ):
                        with self.assertRaises(AccessError):
                            read()
                    continue
                domain = [("id", "in", records.ids)]
                self.assertFalse(model.search(domain))
                self.assertFalse(model.search_count(domain))
                self.assertFalse(model.search_read(domain, ["display_name"]))
                self.assertFalse(model.name_search("", domain))
                self.assertEqual(model._read_group(domain, [], ["__count"]), [(0,)])
                self.assertFalse(model.web_search_read(domain, {"id": {}})["records"])
                mine = model.browse(records.ids)
                for read in (
                    lambda mine=mine: mine.read(["display_name"]),
                    lambda mine=mine: mine.export_data(["display_name"]),
                    lambda mine=mine: mine.web_read({"id": {}, "display_name": {}}),
                    lambda mine=mine: mine.unlink(),
                ):
                    with self.assertRaises(AccessError), self.env.cr.savepoint():
                        read()

    def test_a_dialog_tells_nothing_of_another_companys_workflow(self):
        model = self.env["crm.workflow.enroll"].with_user(self.people["elsewhere"])
        self.flow.description = "Our secret plan"
        values = {"res_model": "res.partner", "workflow_id": self.flow.id, "chosen": {"ids": []}}
        spec = {name: {} for name in ("workflow_description", "start_choices", "refused_text")}
        for tell in (
            lambda: model.create(values).read(["workflow_description"]),
            lambda: model.new(values).workflow_description,
            lambda: model.new(values).start_choices,
            lambda: model.new({**values, "chosen": {"ids": self.contact.ids}}).refused_count,
            lambda: model.onchange(values, ["workflow_id"], spec),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                tell()

    def test_nobody_gives_himself_a_decision(self):
        elsewhere = self.people["elsewhere"]
        mine = {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.env["res.partner"].with_user(elsewhere).create({"name": "Own"}).id,
            "user_id": elsewhere.id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
        }
        forged = {"crm_workflow_decision_id": self.decision.id}
        activities = self.env["mail.activity"].with_user(elsewhere)
        own = activities.create(mine)
        proposed = activities.with_context(default_crm_workflow_decision_id=self.decision.id)
        self.assertFalse(proposed.create(mine).sudo().crm_workflow_decision_id)
        for forge in (
            lambda: activities.create({**mine, **forged}),
            lambda: own.write(forged),
            lambda: self.env["mail.activity"].with_user(self.admin).create({**mine, **forged}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                forge()
        self.assertEqual(self.decision.activity_ids.user_id, self.people["manager"])

    def test_what_a_field_hides_is_not_told_by_a_condition(self):
        field = self.registry["res.partner"]._fields["child_ids"]
        objects = self.env["crm.workflow.object"].with_user(self.people["user"])
        conditions = (
            "[('child_ids', 'count', ('>', 0, []))]",
            "[('child_ids', 'any', [('id', '>', 0)])]",
            "[('parent_id.child_ids', 'count', ('=', 0, []))]",
        )
        for condition in conditions:
            self.assertTrue(objects.preview_condition("res.partner", condition)["count"])
        self.addCleanup(setattr, field, "groups", field.groups)
        field.groups = "base.group_system"
        for condition in conditions:
            told = objects.preview_condition("res.partner", condition)
            self.assertFalse(told["count"], condition)
            self.assertIn("child_ids", told["problem"])


@tagged("post_install", "-at_install")
class TestAccessOverHttp(AccessCase, HttpCase):
    """The same through the doors of the web client and of other programs."""

    def test_every_route_is_known(self):
        rules = self.env["ir.http"].routing_map().iter_rules()
        ours = {
            rule.rule: rule.endpoint.routing["auth"]
            for rule in rules
            if rule.endpoint.func.__module__.startswith(ADDON)
        }
        self.assertEqual(ours, ROUTES)

    def test_what_is_refused_is_refused_over_http(self):
        for login in ("p_portal", "p_internal", "p_elsewhere"):
            self.authenticate(login, login)
            for model, method, args in (
                ("crm.workflow", "read", [self.flow.ids, ["name"]]),
                ("crm.workflow", "action_pause", [self.flow.ids]),
                ("crm.workflow", "export_xml", [self.flow.ids]),
                ("crm.workflow", "enroll", [self.flow.ids, self.contact.ids]),
                ("crm.workflow.enrollment", "read", [self.enrollment.ids, ["record_name"]]),
                ("crm.workflow.event", "search_read", [[]]),
                ("crm.workflow.call.secret", "search_read", [[]]),
                ("crm.workflow.object", "mapped_model_names", []),
                ("crm.workflow", "_run_env", [self.flow.ids]),
                ("crm.workflow.webhook", "_receive_sudo", ["x", {}]),
                ("crm.workflow", "_cron_run", []),
            ):
                with (
                    self.assertRaises(JsonRpcException, msg=(login, model, method)) as raised,
                    mute_logger("odoo.http"),
                ):
                    self.make_jsonrpc_request(
                        f"/web/dataset/call_kw/{model}/{method}",
                        {"model": model, "method": method, "args": args, "kwargs": {}},
                    )
                self.assertIn("odoo.exceptions.AccessError", str(raised.exception))
            answer = self.url_open(f"/crm_workflow/{self.flow.id}/export", allow_redirects=False)
            self.assertNotIn("<workflow", answer.text)
        self.logout()
        answer = self.url_open(f"/crm_workflow/{self.flow.id}/export", allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
