from odoo.tests import tagged

from ..services.context import SILENT
from ..services.silence import IMPORTS_SILENT, silently
from .common import WorkflowCase

CHIEFS = "[('function', '=', 'Chief')]"


@tagged("post_install", "-at_install")
class TestImports(WorkflowCase):
    """A setting decides whether an import starts workflows; members remember either way."""

    def silence_imports(self):
        self.env["ir.config_parameter"].set_param(IMPORTS_SILENT, True)

    def imported(self, *rows, columns=("name", "function"), dryrun=False, user=None, **context):
        """Contacts read from a file by Odoo's own importer."""
        lines = [",".join(f'"{value}"' for value in row) for row in (columns, *rows)]
        wizard = (
            self.env["base_import.import"]
            .with_user(user or self.env.user)
            .with_context(**context)
            .create(
                {
                    "res_model": "res.partner",
                    "file": "\n".join(lines).encode(),
                    "file_type": "text/csv",
                    "file_name": "contacts.csv",
                }
            )
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        result = wizard.execute_import(list(columns), list(columns), options, dryrun=dryrun)
        self.assertFalse(result["messages"])
        self.env.cr.flush()
        return self.env["res.partner"].browse(result["ids"] or [])

    def sweep(self):
        """The daily look at all records."""
        self.tick()
        self.travel(days=1, minutes=1)
        self.tick()

    def test_an_import_starts_workflows_like_any_other_change(self):
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        contacts = self.imported(("Ada", "Chief"), ("Bob", "Clerk"))
        self.tick()
        self.assertEntered(flow, contacts[0])

    def test_a_silent_import_starts_nothing_not_even_at_the_look_at_all_records(self):
        self.silence_imports()
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        self.imported(("Ada", "Chief"), ("Bob", "Clerk"))
        self.sweep()
        self.assertFalse(self.enrollments(flow))

    def test_records_of_a_silent_import_enter_when_they_start_to_match(self):
        self.silence_imports()
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        ada, bob = self.imported(("Ada", "Chief"), ("Bob", "Clerk"))
        self.tick()
        bob.function = "Chief"
        self.tick()
        self.assertEntered(flow, bob)
        ada.function = "Clerk"
        self.tick()
        ada.function = "Chief"
        self.tick()
        self.assertEntered(flow, ada | bob)

    def test_a_silent_import_that_ends_a_match_is_remembered_as_well(self):
        flow = self.workflow(
            self.end(), triggers=[{"kind": "criteria", "domain": CHIEFS, "reenroll": True}]
        )
        contact = self.contacts(1, function="Chief")
        self.tick()
        self.silence_imports()
        key = contact.export_data(["id"])["datas"][0][0]
        self.imported((key, "Clerk"), columns=("id", "function"))
        self.assertEqual(contact.function, "Clerk")
        self.tick()
        contact.function = "Chief"
        self.tick()
        self.assertEqual(len(self.enrollments(flow)), 2)

    def test_an_event_of_a_silent_import_starts_nothing(self):
        self.silence_imports()
        changed = {"kind": "event", "event": "changed", "field_name": "function"}
        flow = self.workflow(self.end(), triggers=[{"kind": "event", "event": "created"}, changed])
        self.imported(("Ada", "Chief"))
        self.tick()
        self.assertFalse(self.enrollments(flow))

    def test_a_match_by_an_imported_association_is_remembered(self):
        self.silence_imports()
        flow = self.workflow(self.end(), triggers=["[('parent_id.city', '=', 'Oslo')]"])
        company = self.contacts(1, is_company=True)
        self.contacts(1, parent_id=company.id)
        self.tick()
        key = company.export_data(["id"])["datas"][0][0]
        self.imported((key, "Oslo"), columns=("id", "city"))
        self.sweep()
        self.assertFalse(self.enrollments(flow))

    def test_the_context_overrules_the_setting(self):
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        self.imported(("Ada", "Chief"), **{SILENT: True})
        self.silence_imports()
        loud = self.imported(("Bob", "Chief"), **{SILENT: False})
        self.sweep()
        self.assertEntered(flow, loud)

    def test_only_who_designs_workflows_writes_in_silence(self):
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        writer = "base.group_partner_manager"
        people = {
            "employee": self.user("employee", "base.group_user", writer),
            "workflow user": self.user("user", "crm_workflow.group_user", writer),
            "manager": self.user("manager", "crm_workflow.group_manager", writer),
            "administrator": self.user("boss", "base.group_system", writer),
        }
        by = dict(zip(people, self.contacts(len(people)), strict=True))
        self.tick()
        for who, contact in by.items():
            own = contact.with_user(people[who]).with_context(**{SILENT: True})
            own.write({"function": "Chief"})
        self.sweep()
        self.assertEntered(flow, by["employee"] | by["workflow user"])

    def test_what_is_done_for_somebody_as_superuser_is_not_silenced_by_them(self):
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        contact, [other] = self.contacts(1), self.contacts(1)
        employee = self.user("employee", "base.group_user")
        self.tick()
        asking = contact.with_user(employee).with_context(**{SILENT: True})
        asking.sudo().write({"function": "Chief"})
        with silently(self.env(user=employee)):
            other.with_user(employee).sudo().write({"function": "Chief"})
        self.sweep()
        self.assertEntered(flow, contact)

    def test_a_silent_import_is_silent_whoever_imports(self):
        self.silence_imports()
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        employee = self.user("employee", "base.group_user", "base.group_partner_manager")
        self.imported(("Ada", "Chief"), user=employee)
        self.imported(("Bob", "Chief"), user=employee, **{SILENT: False})
        self.sweep()
        self.assertFalse(self.enrollments(flow))

    def test_a_trial_of_an_import_leaves_nothing_behind(self):
        self.silence_imports()
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        self.imported(("Ada", "Chief"), dryrun=True)
        self.tick()
        self.assertFalse(self.enrollments(flow))
        self.assertFalse(self.env["crm.workflow.member"].search([("workflow_id", "=", flow.id)]))

    def test_a_silent_write_is_remembered_and_nobody_enters(self):
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        contacts = self.contacts(2)
        self.tick()
        contacts.with_context(**{SILENT: True}).write({"function": "Chief"})
        self.sweep()
        self.assertFalse(self.enrollments(flow))

    def test_a_change_of_another_field_does_not_let_in_who_turned_in_silence(self):
        flow = self.workflow(
            self.end(), triggers=["[('function', '=', 'Chief'), ('city', '!=', 'Lima')]"]
        )
        contact = self.contacts(1)
        self.tick()
        contact.with_context(**{SILENT: True}).function = "Chief"
        self.tick()
        contact.city = "Oslo"
        self.sweep()
        self.assertFalse(self.enrollments(flow))

    def test_what_was_changed_aloud_at_the_same_time_is_not_lost(self):
        flow = self.workflow(
            self.end(), triggers=["[('function', '=', 'Chief'), ('ref', '!=', 'none')]"]
        )
        contact = self.contacts(1)
        self.tick()
        contact.function = "Chief"
        contact.with_context(**{SILENT: True}).ref = "A1"
        self.tick()
        self.assertEntered(flow, contact)

    def test_what_the_pause_of_a_workflow_keeps_stays_silent(self):
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        contact = self.contacts(1)
        self.tick()
        flow.action_pause()
        contact.with_context(**{SILENT: True}).function = "Chief"
        self.tick()
        flow.action_resume()
        self.sweep()
        self.assertFalse(self.enrollments(flow))

    def test_publishing_before_the_next_look_lets_nobody_in(self):
        flow = self.workflow(self.end(), triggers=[CHIEFS])
        contact = self.contacts(1)
        self.tick()
        contact.with_context(**{SILENT: True}).function = "Chief"
        self.env.cr.flush()
        flow.action_edit()
        flow.action_publish()
        self.assertFalse(self.enrollments(flow))

    def test_a_record_deleted_in_silence_leaves(self):
        flow = self.workflow(self.delay(1, "days"))
        enrollment = flow.enroll(contact := self.contacts(1))
        contact.with_context(**{SILENT: True}).unlink()
        self.tick_enroll()
        self.assertEqual((enrollment.state, enrollment.reason), ("exited", "record_deleted"))

    def test_the_setting_is_kept(self):
        for silent in (True, False):
            self.env["res.config.settings"].create(
                {"crm_workflow_imports_silent": silent}
            ).execute()
            settings = self.env["res.config.settings"].create({})
            self.assertEqual(settings.crm_workflow_imports_silent, silent)
