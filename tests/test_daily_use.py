import ast
import re

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import WorkflowCase

SCREENS = (
    "crm.workflow",
    "crm.workflow.enrollment",
    "crm.workflow.decision",
    "crm.workflow.log",
    "crm.workflow.version",
)
MANAGERS_SCREENS = (
    "crm.workflow.template",
    "crm.workflow.object",
    "crm.workflow.webhook.call",
    "crm.workflow.call",
)
LISTED = ("crm.workflow.enrollment", "crm.workflow.decision", "crm.workflow.log")


@tagged("post_install", "-at_install")
class TestDailyUse(WorkflowCase):
    """What the screens offer works for whoever they are offered to, administrators or not."""

    def setUp(self):
        super().setUp()
        self.viewer = self.user("viewer", "crm_workflow.group_user", "base.group_allow_export")
        self.manager = self.user(
            "designer", "crm_workflow.group_manager", "base.group_allow_export"
        )

    # Verbs

    def asking(self):
        """A step that asks the manager about each record."""
        return {
            "kind": "decision",
            "decision_ask": "user",
            "decision_user_id": self.manager.id,
            "decision_summary": "A discount for {{ object.name }}?",
            "lanes": [({"name": "Yes"}, ()), ({"name": "No"}, ()), ({"is_default": True}, ())],
        }

    def inside(self, count=1, *steps):
        """(contacts, their enrollments), standing at the steps, or at a question."""
        flow = self.workflow(*(steps or (self.asking(),)), run_as_id=self.admin.id)
        contacts = self.contacts(count)
        flow.enroll(contacts)
        self.tick()
        return contacts, self.enrollments(flow)

    def view(self, model, kind):
        return etree.fromstring(model.get_view(view_type=kind)["arch"])

    def found(self, user, name, operator, value, model="crm.workflow.enrollment", among=()):
        """Which of the rows a search brings the user."""
        domain = [("id", "in", among.ids), (name, operator, value)]
        return self.env[model].with_user(user).search(domain, order="id").ids

    # What the screens offer

    def offered(self):
        """(user, model) of each screen."""
        return [
            *((user, self.env[name].with_user(user)) for user in self.people() for name in SCREENS),
            *((self.manager, self.env[name].with_user(self.manager)) for name in MANAGERS_SCREENS),
        ]

    def people(self):
        return self.viewer, self.manager

    def test_each_filter_and_each_grouping_works_for_whoever_has_it(self):
        for user, model in self.offered():
            for node in self.view(model, "search").iter("filter"):
                told = (user.login, model._name, node.get("name"))
                grouping = re.search(r"'group_by': *'([^']+)'", node.get("context") or "")
                with self.subTest(told):
                    if grouping:
                        model.web_read_group([], [grouping[1]], ["__count"])
                    elif node.get("date"):
                        model.web_read_group([], [node.get("date") + ":month"], ["__count"])
                    else:
                        model.search(safe_eval(node.get("domain"), {"uid": user.id}))

    def test_each_search_works_for_whoever_has_it(self):
        for user, model in self.offered():
            for node in self.view(model, "search").iter("field"):
                name = node.get("name")
                told = (user.login, model._name, name)
                domain = [(name, "ilike", "a")]
                if node.get("filter_domain"):
                    domain = ast.literal_eval(re.sub(r"\bself\b", "'a'", node.get("filter_domain")))
                with self.subTest(told):
                    model.search(domain)

    def test_each_field_that_can_be_searched_works_in_a_filter_of_ones_own(self):
        self.inside()
        for user, model in self.offered():
            for name, field in model.fields_get().items():
                told = (user.login, model._name, name)
                if not field.get("searchable") or field["type"] not in ("char", "text", "many2one"):
                    continue
                with self.subTest(told):
                    for operator in ("ilike", "not ilike"):
                        model.search([(name, operator, "a")])
                    for operator in ("=", "!="):
                        model.search([(name, operator, False)])

    def test_each_column_can_be_sorted_and_exported_by_whoever_sees_it(self):
        self.inside()
        for user, model in self.offered():
            fields = model.fields_get()
            for node in self.view(model, "list").iter("field"):
                name = node.get("name")
                with self.subTest((user.login, model._name, name)):
                    rows = model.search([], limit=2)
                    if fields[name].get("sortable"):
                        model.search([], order=f"{name} desc", limit=2)
                    if fields[name].get("exportable", True):
                        rows.export_data([name])

    def test_who_reached_the_goal_is_listed_for_everybody(self):
        [reached, _other] = contacts = self.contacts(2)
        flow = self.workflow(
            self.delay(1, "days"), exits=[{"kind": "goal", "domain": "[('ref', '=', 'x')]"}]
        )
        flow.enroll(contacts)
        self.tick()
        reached.ref = "x"
        self.tick()
        rows = self.enrollments(flow)
        of_reached = rows.filtered(lambda row: row.res_id == reached.id)
        self.assertEqual(of_reached.state, "exited")
        for user in self.people():
            for value, those in ((True, of_reached), (False, rows - of_reached)):
                self.assertEqual(self.found(user, "is_at_goal", "=", value, among=rows), those.ids)
            self.assertTrue(of_reached.with_user(user).is_at_goal)

    def test_what_a_button_counts_is_what_it_lists(self):
        prefix, buttons = "search_default_", 0
        for user in self.people():
            for holder in ("crm.workflow", "crm.workflow.version"):
                for button in self.view(self.env[holder].with_user(user), "form").iter("button"):
                    if button.get("type") != "action" or prefix not in button.get("context", ""):
                        continue
                    action = self.env["ir.actions.act_window"].browse(int(button.get("name")))
                    asked = {
                        name.removeprefix(prefix)
                        for name in safe_eval(button.get("context"), {"id": 1})
                        if name.startswith(prefix)
                    }
                    search = self.view(self.env[action.res_model].with_user(user), "search")
                    known = {node.get("name") for node in search.iter("field", "filter")}
                    with self.subTest((holder, button.get("context"))):
                        self.assertLessEqual(asked, known)
                        if action.res_model == "crm.workflow.enrollment":
                            self.assertNotIn(prefix, action.context)
                            buttons += 1
        self.assertGreaterEqual(buttons, 2 * 5)

    def test_each_list_has_cards_for_a_phone(self):
        for model in LISTED:
            [action] = self.env["ir.actions.act_window"].search(
                [("res_model", "=", model), ("path", "!=", False)]
            )
            self.assertIn("kanban", action.view_mode)
            card = self.view(self.env[model].with_user(self.viewer), "kanban")
            shown = {node.get("name") for node in card.iter("field")}
            self.assertLessEqual({"record_name", "workflow_id"}, shown)
            if model == "crm.workflow.decision":
                self.assertLessEqual({"question", "answers"}, shown)

    # What people read

    def test_a_record_out_of_sight_is_told_by_its_kind_and_number(self):
        contact, row = self.inside()
        decision = self.env["crm.workflow.decision"].search([("enrollment_id", "=", row.id)])
        self.hide(contact)
        for one in (row, decision, row.log_ids[0]):
            self.assertEqual(one.with_user(self.viewer).record_name, f"Contact #{contact.id}")
        self.assertEqual(row.with_user(self.viewer).display_name, f"Contact #{contact.id} · Test")

    def test_a_record_that_is_gone_is_told_by_its_kind_and_number(self):
        contact, row = self.inside()
        number = contact.id
        contact.unlink()
        self.assertEqual(row.record_name, f"Contact #{number}")

    def test_who_does_not_see_the_record_is_offered_no_button_on_it(self):
        (seen, hidden, gone), rows = self.inside(3)
        of_seen, of_hidden, of_gone = (
            rows.filtered(lambda row, one=one: row.res_id == one.id).with_user(self.viewer)
            for one in (seen, hidden, gone)
        )
        self.hide(hidden)
        gone.unlink()
        told = [(row.is_visible, row.is_out_of_sight) for row in (of_seen, of_hidden, of_gone)]
        self.assertEqual(told, [(True, False), (False, True), (False, False)])
        with self.assertRaises(AccessError):
            of_hidden.action_leave()
        (of_seen | of_gone).action_leave()
        buttons = self.view(of_seen, "form").findall(".//header/button")
        self.assertTrue(buttons)
        for button in buttons:
            self.assertIn("is_out_of_sight", button.get("invisible"), button.get("string"))
        for kind, name in (
            ("form", "enrollment"),
            ("form", "decision"),
            ("list", "decision"),
            ("form", "webhook.call"),
        ):
            model = self.env[f"crm.workflow.{name}"].with_user(self.manager)
            [button] = self.view(model, kind).findall(".//button[@name='action_open_record']")
            self.assertEqual(button.get("invisible"), "not is_visible")

    def test_what_one_sees_can_be_listed_alone(self):
        (_seen, hidden), rows = self.inside(2)
        self.hide(hidden)
        of_hidden = rows.filtered(lambda row: row.res_id == hidden.id)
        for value, those in ((True, rows - of_hidden), (False, of_hidden)):
            self.assertEqual(
                self.found(self.viewer, "is_visible", "=", value, among=rows), those.ids
            )
            logs = those.log_ids.sorted("id")
            self.assertEqual(
                self.found(self.viewer, "is_visible", "=", value, "crm.workflow.log", rows.log_ids),
                logs.ids,
            )
        self.assertEqual(
            self.found(self.admin, "is_visible", "=", True, among=rows), sorted(rows.ids)
        )

    def test_a_reason_is_found_by_the_words_that_are_read(self):
        (_seen, hidden), rows = self.inside(2, self.delay(1, "days"))
        rows[0].action_leave()
        self.hide(hidden)
        [left] = rows.filtered(lambda row: row.state == "exited")
        entry = left.log_ids.filtered(lambda log: log.outcome == "exited")
        for user in (self.viewer, self.admin):
            for operator, value in (
                ("ilike", "taken OUT"),
                ("like", "Taken out"),
                ("=ilike", "taken%hand"),
                ("=", "Taken out by hand"),
            ):
                self.assertEqual(
                    self.found(user, "reason_text", operator, value, among=rows), left.ids, operator
                )
            self.assertEqual(self.found(user, "reason_text", "ilike", "manual", among=rows), [])
            self.assertEqual(
                self.found(
                    user, "message_text", "ilike", "taken out", "crm.workflow.log", rows.log_ids
                ),
                entry.ids,
            )

    def test_an_empty_reason_is_empty_for_everybody(self):
        (_seen, hidden), rows = self.inside(2)
        self.hide(hidden)
        for user in (self.viewer, self.admin):
            self.assertEqual(
                self.found(user, "reason_text", "=", False, among=rows), sorted(rows.ids)
            )
            self.assertEqual(self.found(user, "reason_text", "!=", False, among=rows), [])

    def test_enrollments_are_found_by_what_is_asked(self):
        _contacts, asked = self.inside(2)
        _others, waiting = self.inside(1, self.delay(1, "days"))
        rows = asked | waiting
        one = asked[0].decision_id
        of_first = asked.filtered(lambda row: "Contact 0" in row.question)
        for user in (self.viewer, self.admin):
            for name, operator, value, those in (
                ("question", "ilike", "discount", asked),
                ("question", "ilike", "Contact 0", of_first),
                ("decision_id", "ilike", "discount", asked),
                ("decision_id", "in", one.ids, one.enrollment_id),
                ("decision_id", "=", False, waiting),
                ("decision_id", "!=", False, asked),
            ):
                self.assertEqual(
                    self.found(user, name, operator, value, among=rows),
                    those.sorted("id").ids,
                    (name, operator, value),
                )

    def test_a_call_of_a_webhook_offers_the_record_to_those_who_see_it(self):
        flow = self.workflow(self.end(), triggers=[self.webhook()], run_as_id=self.admin.id)
        webhook = self.env["crm.workflow.webhook"].search([("workflow_id", "=", flow.id)])
        seen, hidden = self.contacts(2)
        calls = self.env["crm.workflow.webhook.call"].create(
            [
                {
                    "webhook_id": webhook.id,
                    "workflow_id": flow.id,
                    "at": fields.Datetime.now(),
                    "state": "passed" if number else "refused",
                    "status": 202,
                    "res_id": number,
                }
                for number in (seen.id, hidden.id, False)
            ]
        )
        self.hide(hidden)
        theirs = calls.with_user(self.manager)
        self.assertEqual(theirs.mapped("record_name"), [seen.name, f"Contact #{hidden.id}", False])
        self.assertEqual([call.is_visible for call in theirs], [True, False, False])
        self.assertEqual(theirs[0].action_open_record()["res_id"], seen.id)
        hidden.unlink()
        with self.assertRaises(UserError):
            theirs[1].action_open_record()

    def webhook(self):
        return {
            "kind": "webhook",
            "webhook_find": "id",
            "webhook_path": "id",
            "webhook_missing": "refuse",
        }

    def test_an_id_is_written_as_people_write_it(self):
        flow = self.workflow(self.end(), triggers=[self.webhook()], publish=False)
        self.assertIn("its ID is at “id”", flow.trigger_ids.summary)
