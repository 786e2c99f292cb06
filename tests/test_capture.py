from unittest.mock import patch

import psycopg2.errors

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..services import capture
from ..services.context import SILENT
from .common import WorkflowCase


@tagged("post_install", "-at_install")
class TestCapture(WorkflowCase):
    """Changes are noted in the transaction that makes them, and only where somebody watches."""

    def setUp(self):
        super().setUp()
        self.workflow(
            self.end(),
            triggers=[
                {"kind": "event", "event": "changed", "field_name": "city"},
                "[('function', '=', 'Chief')]",
            ],
        )
        self.contact = self.contacts(1, city="Oslo")
        self.env.cr.flush()
        self.env["crm.workflow.event"].search([]).sudo().unlink()

    def facts(self):
        """(model, record, event, changes) of all captured events."""
        self.env.cr.flush()
        events = self.env["crm.workflow.event"].search([], order="id")
        return [(event.res_model, event.res_id, event.event, event.changes) for event in events]

    def test_a_watched_change_is_captured_with_old_and_new_value(self):
        self.contact.city = "Bergen"
        self.assertEqual(
            self.facts(),
            [("res.partner", self.contact.id, "changed", {"city": ["Oslo", "Bergen"]})],
        )

    def test_a_field_watched_by_a_condition_is_captured_by_name(self):
        self.contact.function = "Chief"
        self.assertEqual(
            self.facts(), [("res.partner", self.contact.id, "changed", {"function": None})]
        )

    def test_an_unwatched_field_is_not_captured(self):
        self.contact.write({"comment": "hello", "zip": "0150"})
        self.assertEqual(self.facts(), [])

    def test_an_unwatched_model_is_not_captured(self):
        self.env["res.partner.category"].create({"name": "Tag"}).name = "Other"
        self.assertEqual(self.facts(), [])

    def test_what_each_company_says_for_itself_is_told_from_what_the_others_say(self):
        self.workflow(
            self.end(),
            triggers=[{"kind": "event", "event": "changed", "field_name": "barcode"}],
        )
        elsewhere = self.contact.with_company(self.env["res.company"].create({"name": "Other"}))
        for contact, barcode in (
            (self.contact, "known"),
            (elsewhere, "known"),
            (elsewhere, "other"),
            (self.contact, False),
        ):
            contact.barcode = barcode
            self.env.cr.flush()
        told = [changes for _model, _id, event, changes in self.facts() if event == "changed"]
        self.assertEqual(
            [change["barcode"] for change in told],
            [[False, "known"], [False, "known"], ["known", "other"], ["known", False]],
        )

    def test_what_is_said_in_a_language_is_told_from_what_was_shown_in_it(self):
        for code in ("de_DE", "fr_FR"):
            self.env["res.lang"]._activate_lang(code)
        stages = self.env["crm.workflow.object"].create(
            {"name": "Stages", "model_name": "crm.stage"}
        )
        renamed = {"kind": "event", "event": "changed", "field_name": "name"}
        self.workflow(self.end(), triggers=[renamed], object_type=stages)
        stage = self.env["crm.stage"].create({"name": "New"})
        self.facts()
        for lang, flushing, name in (
            ("de_DE", "de_DE", "Neu"),
            ("fr_FR", "fr_FR", "Neu"),
            ("fr_FR", "en_US", "Nouveau"),
        ):
            stage.with_context(lang=lang).name = name
            stage.with_context(lang=flushing).flush_recordset()
            self.env.cr.flush()
        told = [changes for _model, _id, event, changes in self.facts() if event == "changed"]
        self.assertEqual(
            [change["name"] for change in told],
            [["New", "Neu"], ["New", "Neu"], ["Neu", "Nouveau"]],
        )

    def test_changes_of_one_transaction_are_one_fact(self):
        self.contact.city = "Bergen"
        self.contact.flush_recordset()
        self.contact.write({"city": "Lima", "function": "Chief"})
        self.assertEqual(
            self.facts(),
            [
                (
                    "res.partner",
                    self.contact.id,
                    "changed",
                    {"city": ["Oslo", "Lima"], "function": None},
                )
            ],
        )

    def test_a_creation_carries_its_values(self):
        contact = self.contacts(1, city="Lima")
        self.assertEqual(
            self.facts(), [("res.partner", contact.id, "created", {"city": [False, "Lima"]})]
        )

    def test_a_deletion_is_captured(self):
        self.contact.unlink()
        self.assertEqual(self.facts()[-1][2], "deleted")

    def test_the_fact_tells_who_and_when(self):
        user = self.user("writer", "base.group_user", "base.group_partner_manager")
        self.contact.with_user(user).city = "Bergen"
        self.contact.with_user(user).flush_recordset()
        self.env.cr.flush()
        event = self.env["crm.workflow.event"].search([("res_id", "=", self.contact.id)])
        self.assertEqual(event.user_id, user)
        self.assertTrue(event.at)

    def test_what_is_rolled_back_is_not_captured(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.contact.city = "Bergen"
            self.contact.flush_recordset()
            raise ZeroDivisionError
        self.assertEqual(self.facts(), [])

    def test_an_event_of_its_own_stands_beside_the_change(self):
        self.contact.city = "Bergen"
        self.contact.flush_recordset()
        capture.note(self.contact, "waved")
        self.assertEqual(
            [(event, changes) for _model, _id, event, changes in self.facts()],
            [("changed", {"city": ["Oslo", "Bergen"]}), ("waved", False)],
        )

    def test_silence_can_be_asked_for(self):
        self.contact.with_context(**{SILENT: True}).write({"city": "Bergen"})
        self.contact.city = "Lima"
        self.assertEqual(
            [changes for _model, _id, _event, changes in self.facts()],
            [{"city": ["Oslo", "Bergen"]}, {"city": ["Bergen", "Lima"]}],
        )
        silent = self.env["crm.workflow.event"].search([], order="id").mapped("silent")
        self.assertEqual(silent, [True, False])

    def test_what_was_pending_before_a_silent_write_is_not_silenced(self):
        self.contact.city = "Bergen"
        self.contact.with_context(**{SILENT: True}).write({"function": "Chief"})
        self.env.cr.flush()
        events = self.env["crm.workflow.event"].search([], order="id")
        self.assertEqual(
            [(list(event.changes), event.silent) for event in events],
            [(["city"], False), (["function"], True)],
        )

    def test_a_thousand_changes_take_one_statement(self):
        contacts = self.contacts(1000)
        self.facts()
        contacts.city = "Bergen"
        contacts.flush_recordset()
        with self.assertQueryCount(1):
            self.env.cr.precommit.run()
        self.assertEqual(len([fact for fact in self.facts() if fact[2] == "changed"]), 1000)

    def test_capture_survives_the_automation_rules_registry_hooks(self):
        self.env["base.automation"]._update_registry()
        self.contact.city = "Bergen"
        self.assertEqual(len(self.facts()), 1)


@tagged("post_install", "-at_install")
class TestCaptureOfHiddenFields(WorkflowCase):
    """What an author may not read is captured all the same, for every workflow on the model."""

    def setUp(self):
        super().setUp()
        self.author = self.user("author", "base.group_user", "base.group_partner_manager")
        self.tags = self.env["res.partner.category"].create([{"name": "A"}, {"name": "B"}])
        self.hide_field("ref")
        changed = {"kind": "event", "event": "changed"}
        self.hidden = self.workflow(
            self.end(),
            triggers=[{**changed, "field_name": "ref"}, {**changed, "field_name": "category_id"}],
        )
        self.others = self.workflow(self.end(), triggers=[{"kind": "event", "event": "created"}])
        self.env.cr.flush()
        self.env["crm.workflow.event"].search([]).sudo().unlink()

    def hide_field(self, name):
        """Let only administrators read a field."""
        self.patch(self.env["res.partner"]._fields[name], "groups", "base.group_system")

    def own(self, **vals):
        """A contact of the author's, as the author sees it."""
        contact = self.env["res.partner"].with_user(self.author).create({"name": "Ada", **vals})
        contact.flush_recordset()
        return contact

    def facts(self, event):
        """What the facts of a kind tell of values."""
        self.env.cr.flush()
        return self.env["crm.workflow.event"].search([("event", "=", event)], order="id")

    def test_a_creation_lets_enter_whoever_its_author_is(self):
        contact = self.own()
        self.tick()
        self.assertEntered(self.others, contact)

    def test_the_fact_names_the_author(self):
        self.own()
        fact = self.facts("created")
        self.assertEqual((fact.user_id, fact.changes), (self.author, {"ref": [False, False]}))

    def test_a_deletion_is_captured(self):
        contact = self.own()
        contact.sudo().ref = "secret"
        self.facts("created").sudo().unlink()
        contact.unlink()
        self.assertEqual(self.facts("deleted").changes, {"ref": ["secret", False]})

    def test_links_that_code_changes_for_the_author_are_captured(self):
        contact = self.own()
        self.facts("created").sudo().unlink()
        self.hide_field("category_id")
        watch = capture.watch_of(contact)
        before = capture.links_before(contact, ["category_id"], watch)
        contact.sudo().category_id = self.tags
        self.facts("changed").sudo().unlink()
        capture.links_after(contact, before, watch)
        self.assertEqual(self.facts("changed").changes, {"category_id": [[], self.tags.ids]})

    def test_a_value_that_cannot_be_read_costs_that_value_alone(self):
        contact = self.own(city="Oslo")
        self.facts("created").sudo().unlink()
        field, read = contact._fields["ref"], type(contact._fields["ref"]).convert_to_read

        def broken(own, *args):
            return 1 / 0 if own is field else read(own, *args)

        self.patch(type(field), "convert_to_read", broken)
        with mute_logger("odoo.addons.crm_workflow.services.captured"):
            contact = self.own(city="Lima")
        self.assertEqual(self.facts("created").changes, {"ref": None})
        self.tick()
        self.assertInside(self.others, self.env["res.partner"])
        self.assertIn(contact.id, self.enrollments(self.others).mapped("res_id"))


@tagged("post_install", "-at_install")
class TestHarmless(WorkflowCase):
    """A save never fails because of a workflow: a fault of capture is logged, and passes."""

    def setUp(self):
        super().setUp()
        self.workflow(
            self.end(), triggers=["[('category_id.name', '=', 'Gold'), ('city', '=', 'Lima')]"]
        )
        self.gold = self.env["res.partner.category"].create({"name": "Gold"})
        self.contact = self.contacts(1, city="Oslo")
        self.env.flush_all()

    def broken(self, fault):
        """Capture with a fault of its own."""
        return patch.object(capture, "_note", side_effect=fault)

    def with_a_fault(self, save):
        """What ``save`` returns while capture is broken, which is told in the log."""
        with (
            self.broken(ZeroDivisionError("no note")),
            self.assertLogs(capture.__name__, "ERROR") as logs,
        ):
            saved = save()
            self.env.flush_all()
            self.env.invalidate_all()
        self.assertIn("Changes were not captured", logs.output[0])
        self.assertIn("no note", logs.output[0])
        return saved

    def test_a_record_is_created(self):
        contact = self.with_a_fault(lambda: self.contacts(1, city="Lima"))
        self.assertEqual((contact.name, contact.city), ("Contact 0", "Lima"))

    def test_a_column_is_written(self):
        self.with_a_fault(lambda: self.contact.write({"city": "Lima"}))
        self.assertEqual(self.contact.city, "Lima")

    def test_links_are_written_from_either_side(self):
        self.with_a_fault(lambda: self.contact.write({"category_id": self.gold.ids}))
        self.assertEqual(self.contact.category_id, self.gold)
        self.with_a_fault(lambda: self.gold.write({"partner_ids": False}))
        self.assertFalse(self.contact.category_id)

    def test_what_cannot_be_written_at_the_end_is_forgotten(self):
        with (
            patch.object(capture, "add_events", side_effect=TypeError("no JSON")),
            self.assertLogs(capture.__name__, "ERROR") as logs,
        ):
            self.contact.city = "Lima"
            self.env.cr.flush()
        self.env.invalidate_all()
        self.assertIn("no JSON", logs.output[0])
        self.assertEqual(self.contact.city, "Lima")

    def test_a_record_is_deleted(self):
        self.with_a_fault(self.contact.unlink)
        self.assertFalse(self.contact.exists())

    def test_what_is_no_fault_of_ours_is_left_to_odoo_which_tries_again(self):
        with (
            self.broken(psycopg2.errors.SerializationFailure()),
            self.assertRaises(psycopg2.errors.SerializationFailure),
        ):
            self.contact.city = "Lima"
            self.contact.flush_recordset()
        self.env.invalidate_all(flush=False)
