from lxml import etree

from odoo import sql_db
from odoo.fields import Command
from odoo.tests import tagged

from .messages import MessageCase

FEW, MANY = 4, 40
#: What a cache may miss by chance.
CHANCE = 3
#: Lists and cards that people scroll through: {model: views}.
LISTS = {
    "crm.workflow": ("kanban", "list"),
    "crm.workflow.enrollment": ("kanban", "list"),
    "crm.workflow.decision": ("kanban", "list"),
    "crm.workflow.log": ("kanban", "list"),
    "crm.workflow.mail": ("list",),
    "crm.workflow.call": ("list",),
    "crm.workflow.version": ("list",),
}


@tagged("post_install", "-at_install")
class TestLists(MessageCase):
    """A list of many takes as many queries as one of few, whoever reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._person("manager", "crm_workflow.group_manager")
        cls.reader = cls._person("reader", "crm_workflow.group_user")

    @classmethod
    def _person(cls, login, group):
        return cls.user(cls, login, "base.group_user", "sales_team.group_sale_salesman", group)

    def setUp(self):
        super().setUp()
        people = self.env["res.partner"].create(
            [{"name": f"Contact {n}", "email": f"contact{n}@test.example"} for n in range(MANY)]
        )
        email = self.server_action(
            state="crm_workflow_email",
            crm_workflow_email_subject="Offer",
            crm_workflow_email_body="<p>Hello</p>",
        )
        call = {
            "kind": "call",
            "call_url": "https://service.example/contacts",
            "call_line_ids": [
                Command.create({"place": "value", "name": "name", "field_path": "name"})
            ],
        }
        decision = {
            "kind": "decision",
            "decision_summary": "{{ object.name }}?",
            "decision_ask": "user",
            "decision_user_id": self.admin.id,
        }
        step = {"kind": "server", "server_action_id": email.id}
        self.workflow(step, call, decision, run_as_id=self.admin.id).enroll(people)
        self.tick_run()
        for number, person in enumerate(people):
            one = self.workflow(self.delay(1, "days"), name=f"Workflow {number}")
            one.enroll(person)
        self.tick_run()
        self.hide(people[::2])

    def look(self, user, model, view, limit):
        """(how many rows, how many queries) of a list, as the web client reads it."""
        records = self.env[model].with_user(user)
        arch = etree.fromstring(records.get_view(view_type=view)["arch"])
        names = {node.get("name") for node in arch.iter("field")}
        relational = {
            name: {"fields": {"display_name": {}}} if records._fields[name].relational else {}
            for name in names
        }
        self.env.cr.flush()
        self.env.cr.clear()
        before = sql_db.sql_counter
        found = records.web_search_read([], relational, limit=limit)
        return len(found["records"]), sql_db.sql_counter - before

    def test_many_rows_take_as_many_queries_as_few(self):
        grown = {}
        for user in (self.admin, self.manager, self.reader):
            for model, views in LISTS.items():
                if not self.env[model].with_user(user).has_access("read"):
                    continue
                for view in views:
                    self.look(user, model, view, FEW)
                    few_rows, few = self.look(user, model, view, FEW)
                    many_rows, many = self.look(user, model, view, MANY)
                    self.assertEqual((few_rows, many_rows), (FEW, MANY), (user.login, model))
                    if many > few + CHANCE:
                        grown[user.login, model, view] = few, many
        self.assertFalse(grown)
