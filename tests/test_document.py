from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestDocument(WorkflowCase):
    """A workflow travels as XML, without loss and without ids."""

    def rich_workflow(self):
        stage = self.env["crm.stage"].search([], limit=1)
        template = self.env["mail.template"].create(
            {"name": "A template of its own", "model_id": self.env["ir.model"]._get_id("crm.lead")}
        )
        mail = self.server_action(
            "crm.lead", state="mail_post", template_id=template.id, mail_post_method="email"
        )
        stage_action = self.server_action(
            "crm.lead",
            state="object_write",
            update_path="stage_id",
            resource_ref=f"crm.stage,{stage.id}",
        )
        return self.workflow(
            {
                "kind": "server",
                "server_action_id": mail.id,
                "name": "Write <them> & smile",
                "note": "Two\nlines",
            },
            {"kind": "server", "server_action_id": stage_action.id},
            self.branch(
                ("First stage", f"[('stage_id', 'in', [{stage.id}])]", [self.delay(3, "weeks")]),
                otherwise=[self.end()],
            ),
            triggers=[
                {
                    "kind": "event",
                    "event": "changed",
                    "field_name": "stage_id",
                    "value_to": f"[{stage.id}]",
                },
                "[('expected_revenue', '>', 1000), ('date_deadline', '<', 'today +7d')]",
            ],
            object_type=self.deal_type,
            name="Rich",
            description="All there is",
        )

    def test_export_and_import_are_inverse(self):
        text = self.rich_workflow().export_xml()
        copy = self.env["crm.workflow"].import_xml(text)
        self.assertEqual(copy.export_xml(), text)
        self.assertEqual(copy.state, "draft")
        copy.action_publish()

    def test_the_document_names_records_and_holds_no_ids(self):
        flow = self.rich_workflow()
        text = flow.export_xml()
        stage = self.env["crm.stage"].search([], limit=1)
        xmlid = stage.get_external_id()[stage.id]
        self.assertIn(f"ref('{xmlid}')", text)
        self.assertIn('match="A template of its own"', text)
        self.assertNotIn(f"[{stage.id}]", text)

    def test_a_published_version_keeps_its_document(self):
        flow = self.rich_workflow()
        self.assertEqual(flow.live_version_id.document, flow.export_xml())

    def refuse(self, text, reason, model="crm.workflow"):
        before = [self.env[name].search_count([]) for name in ("crm.workflow", "ir.actions.server")]
        with self.assertRaisesRegex(ValidationError, reason), self.env.cr.savepoint():
            self.env[model].import_xml(text)
        after = [self.env[name].search_count([]) for name in ("crm.workflow", "ir.actions.server")]
        self.assertEqual(before, after)

    def test_faults_are_told_with_their_line_and_nothing_is_created(self):
        good = """<workflow format="1">
<field name="name">Import</field>
<field name="object_id" ref="crm_workflow.object_contact"/>
<triggers><trigger key="t" kind="criteria">
<field name="domain">[('city', '=', 'Oslo')]</field></trigger></triggers>
<steps><step key="a" kind="server"><field name="server_action_id"><record model="ir.actions.server">
<field name="state">object_write</field><field name="update_path">ref</field>
<field name="value">x</field></record></field></step>
<step key="b" kind="delay">
<field name="delay_amount">2</field>
</step></steps>
</workflow>"""
        self.env["crm.workflow"].import_xml(good)
        for old, new, reason in (
            ("object_contact", "object_nothing", "Line 3: .*object_nothing"),
            ('<field name="name">Import</field>', "", "Line 1: .*name"),
            ("city", "no_such_field", "Line 4: .*no_such_field"),
            ("delay_amount", "version_id", "Line 10: .*version_id"),
            ('kind="delay"', 'kind="teleport"', "Line 9: .*teleport"),
            (">2<", ">two<", "Line 10: .*two"),
            ("object_write", "conquer", "Line 6: .*conquer"),
            ("</workflow>", "", "Line"),
            ('format="1"', 'format="2"', "Line 1: "),
            ('key="b"', 'key="a"', "Line 9: .*twice"),
            ("ir.actions.server", "res.users", "Line 6: .*res.users"),
        ):
            self.refuse(good.replace(old, new), reason)

    def by_country(self, accepted):
        """A workflow that branches by a link to another record, whose choice is ``accepted``."""
        path = {"name": "One", "values_accepted": accepted}
        step = {"kind": "values", "values_field": "country_id", "lanes": [(path, [self.end()])]}
        return self.workflow(step, publish=False)

    def test_what_is_no_list_of_values_is_refused_with_its_line(self):
        text = self.by_country(f"[{self.env.ref('base.no').id}]").export_xml()
        for values in ("weekday", '"weekday"', "3", "[1", "[1], 'x'"):
            self.refuse(text.replace("[ref('base.no')]", values), "Line [0-9]+: ")
        self.refuse(text.replace("[ref('base.no')]", "'weekday'"), "needs a list of values")

    def test_values_that_are_no_records_travel_as_they_are(self):
        text = self.by_country('["x", 0]').export_xml()
        self.assertIn(">['x', 0]<", text)
        self.assertEqual(self.env["crm.workflow"].import_xml(text).export_xml(), text)

    def test_chosen_values_that_are_none_are_refused(self):
        line = {"field_name": "country_id", "how": "set", "fixed_value": "[true]"}
        action = self.server_action(
            state="crm_workflow_assign", crm_workflow_assignment_ids=[Command.create(line)]
        )
        own = action.crm_workflow_assignment_ids
        chosen = own._chosen(self.env["res.partner"]._fields["country_id"])
        self.assertNotEqual(chosen.exists(), chosen)
        for text in ('"weekday"', "no list", "[[1]]"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                own.fixed_value = text

    def test_a_record_that_is_gone_travels_by_its_number(self):
        gone = self.env["res.country"].create({"name": "Gone", "code": "XG"})
        flow = self.by_country(f"[{gone.id}]")
        gone.unlink()
        text = flow.export_xml()
        self.assertIn(f"[ref('res.country', '{gone.id}')]", text)
        self.refuse(text, "there is none here")

    def test_entities_and_document_types_are_refused(self):
        bomb = """<!DOCTYPE workflow [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<workflow format="1"><field name="name">&x;</field></workflow>"""
        self.refuse(bomb, "document type")

    def test_only_administrators_bring_code(self):
        manager = self.user("designer", "crm_workflow.group_manager", "base.group_partner_manager")
        text = """<workflow format="1"><field name="name">Import</field>
<field name="object_id" ref="crm_workflow.object_contact"/>
<steps><step key="a" kind="server"><field name="server_action_id"><record model="ir.actions.server">
<field name="state">%s</field><field name="%s">%s</field></record></field></step>
</steps></workflow>"""
        harmless = text % ("object_write", "update_path", "ref")
        self.env["crm.workflow"].with_user(manager).import_xml(harmless)
        for state, field, value in (
            ("code", "code", "env.user"),
            ("webhook", "webhook_url", "http://localhost"),
            ("object_write", "evaluation_type", "equation"),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.env["crm.workflow"].with_user(manager).import_xml(text % (state, field, value))
