import ast
import io
from pathlib import Path

import polib

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import PYTHON_TRANSLATION_COMMENT, code_translations, trans_export

from ..engine.formula_functions import FUNCTIONS
from ..engine.outcome import Advance
from ..engine.texts import Text
from ..services.domains import checked_domain
from ..services.python_values import Outputs
from ..services.texts import translated
from ..services.value_problems import problems_of_formula
from ..services.values import Values
from ..services.webhook.values import Filling
from .common_records import RecordsCase

ENGINE = Path(__file__).parent.parent / "engine"


class Marked(dict):
    """A language whose translation of anything is the same in brackets."""

    def get(self, term, default=None):
        return f"⟦{term}⟧"


def marked_terms():
    """The terms that the engine marks as texts for people."""
    calls = (node for file in ENGINE.glob("*.py") for node in ast.walk(ast.parse(file.read_text())))
    return {
        node.args[0].value
        for node in calls
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_lt"
    }


@tagged("post_install", "-at_install")
class TestExportedTexts(TransactionCase):
    """What the engine says can be translated like all else."""

    def test_each_text_of_the_engine_is_exported(self):
        buffer = io.BytesIO()
        trans_export(False, ["crm_workflow"], buffer, "po", self.env)
        exported = {
            entry.msgid
            for entry in polib.pofile(buffer.getvalue().decode())
            if PYTHON_TRANSLATION_COMMENT in entry.comment
        }
        self.assertGreater(len(marked_terms()), 90)
        self.assertEqual(marked_terms() - exported, set())
        self.assertEqual({own.about.term for own in FUNCTIONS.values()} - exported, set())


@tagged("post_install", "-at_install")
class TestTexts(RecordsCase):
    """Who reads French reads the engine's texts in French, here told by brackets."""

    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("fr_FR")
        self.french = self.env(context={**self.env.context, "lang": "fr_FR"})
        self.flow = self.workflow(self.end(), publish=False).with_env(self.french)
        self.step = self.flow.draft_version_id.action_ids
        self.patch(code_translations, "get_python_translations", lambda module, lang: Marked())

    def told(self, work, *arguments):
        """What it says when it refuses."""
        with self.assertRaises(UserError) as caught:
            work(*arguments)
        return caught.exception.args[0]

    def of_contact(self, formula):
        contact = self.contacts(1).with_env(self.french)
        return Values(contact, self.env.cr.now()).each(formula)

    def test_the_panel_says_what_a_function_does(self):
        known = self.step.value_choices(self.flow.draft_version_id.id)
        for own in known["functions"]:
            self.assertRegex(own["about"], "^⟦.*⟧$")

    def test_a_wrong_formula_is_told_while_it_is_written(self):
        for formula, reason in (
            ("object.name +", "⟦“object.name +” is no formula⟧"),
            ("nothing(1)", "⟦there is no function “nothing”⟧"),
            ("2 ** 3", "⟦a formula has no powers⟧"),
            ("upper()", "⟦upper(text): that is not the right number of values⟧"),
            ("objekt.name", "⟦there is no “objekt”; a formula starts with object, "),
            ("object.nothing", "⟦Contact has no “nothing”⟧"),
        ):
            with self.subTest(formula):
                [problem] = problems_of_formula(self.step, formula)
                self.assertIn(reason, problem)

    def test_a_formula_that_cannot_be_worked_out_is_told(self):
        for formula, reason in (
            ("object.name +", "⟦“object.name +” is no formula⟧"),
            ("object.name + 1", "⟦⟦a text⟧ + ⟦a number⟧: these do not go together⟧"),
            ("1 / 0", "⟦1 / 0: nothing can be divided by zero⟧"),
            ("number('many')", "⟦“many” is no number⟧"),
            ("add_days(today, 99999999999)", "⟦it cannot be worked out ("),
            ("objekt.name", "⟦there is no “objekt”; a formula starts with object, "),
            ("object.nothing", "⟦Contact has no “nothing”⟧"),
            ("today.name", "⟦“name” is asked of what is no record⟧"),
        ):
            with self.subTest(formula):
                self.assertIn(reason, self.told(self.of_contact, formula))

    def test_a_value_that_does_not_fit_is_told(self):
        line = self.line("color", "set", "a lot")
        step = self.records_step("edit", line)
        action = self.env["ir.actions.server"].browse(step["server_action_id"])
        lines = action.crm_workflow_assignment_ids.with_env(self.french)
        [problem] = lines._problems(self.step)
        self.assertIn("⟦“a lot” is no number⟧", problem)
        contact = self.contacts(1).with_env(self.french)
        told = self.told(lines._given, Values(contact, self.env.cr.now()))
        self.assertIn("⟦“a lot” is no number⟧", told)

    def test_a_value_of_a_call_that_does_not_fit_is_told(self):
        trigger = {
            "kind": "webhook",
            "webhook_path": "email",
            "webhook_value_ids": [(0, 0, {"path": "color", "field_name": "color"})],
        }
        flow = self.workflow(self.end(), triggers=[trigger], publish=False)
        filling = Filling(flow.draft_version_id.trigger_ids, self.french, [])
        _vals, [fault] = filling.for_creation({"color": "12x"}, {})
        self.assertIn("⟦“12x” is no number⟧", fault)

    def test_a_value_that_cannot_be_kept_is_told(self):
        outputs = Outputs(Values(self.contacts(1).with_env(self.french), self.env.cr.now()), 1)
        told = self.told(outputs.__setitem__, "x", object())
        self.assertIn("⟦object is no value that can be kept⟧", told)

    def test_what_a_step_cannot_leave_is_told(self):
        def leave(action, batch):
            return batch.all(Advance(outputs={"x": object()}))

        workflow = self.workflow({"kind": "compute", "compute_formula": "1"})
        self.patch(type(self.step), "_run_compute", leave)
        self.admin.lang = "fr_FR"
        workflow.enroll(self.contacts(1))
        self.tick_run()
        self.assertEqual(self.reasons(workflow), ["⟦object is no value that can be kept⟧"])

    def test_a_condition_that_cannot_be_read_is_told(self):
        for text, reason in (
            ("[('name', '=', uid)]", "⟦not a literal domain: [('name', '=', uid)]⟧"),
            ("[('child_ids', 'count', 3)]", "⟦a count needs a comparison, a number and a list"),
            ("['&', ('name', '=', 'x')]", "⟦"),
        ):
            with self.subTest(text):
                self.assertIn(reason, self.told(checked_domain, self.french["res.partner"], text))

    def test_what_is_no_list_is_told(self):
        for text in ("{", '{"a": 1}'):
            line = self.line("ref") | {"fixed_value": text}
            action = self.server_action(state="crm_workflow_edit").with_env(self.french)
            told = self.told(action.write, {"crm_workflow_assignment_ids": [(0, 0, line)]})
            self.assertIn("⟦not a JSON list", told)

    def test_a_document_that_cannot_be_read_is_told(self):
        for text, reason in (
            ("<workflow", "⟦Line 1: ⟦this is no XML: "),
            ("<workflow/>", "⟦Line 1: ⟦the format is “”, but only format “1” can be read⟧⟧"),
            ('<workflow format="1"><if/></workflow>', "⟦Line 1: ⟦the form is wrong: "),
        ):
            with self.subTest(text):
                told = self.told(self.french["crm.workflow"].import_xml, text)
                self.assertIn(reason, told)

    def test_a_document_with_a_wrong_value_is_told(self):
        text = self.flow.export_xml().replace("crm_workflow.object_contact", "crm_workflow.none")
        self.assertIn("⟦Line 3: ⟦", self.told(self.french["crm.workflow"].import_xml, text))


@tagged("post_install", "-at_install")
class TestTranslated(TransactionCase):
    """A text of the engine in the reader's language."""

    def test_numbers_are_written_as_the_reader_writes_them(self):
        self.env["res.lang"]._activate_lang("de_DE")
        german = self.env(context={"lang": "de_DE"})
        text = Text("%(most)s of %(kind)s", {"most": 5000, "kind": Text("a kind")})
        self.assertEqual(translated(german, text), "5.000 of a kind")
        self.assertEqual(translated(self.env, text), "5,000 of a kind")
        self.assertEqual(text, "5,000 of a kind")

    def test_what_is_in_words_already_stays(self):
        self.assertEqual(translated(self.env, "%s as it is"), "%s as it is")
        self.assertEqual(translated(self.env, ValueError("%s as it is")), "%s as it is")


@tagged("post_install", "-at_install")
class TestLabels(TransactionCase):
    """Filters, exports and messages name a field by its label alone."""

    def test_no_field_of_ours_is_called_as_another_of_its_model(self):
        shared = []
        for model in self.env.values():
            by_label = {}
            for field in model._fields.values():
                by_label.setdefault(field.string, []).append(field)
            shared += [
                (model._name, label, [field.name for field in fields])
                for label, fields in by_label.items()
                if len(fields) > 1 and any(field._module == "crm_workflow" for field in fields)
            ]
        self.assertFalse(shared)
