import warnings
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..engine.errors import FormulaError
from ..engine.formula import formula
from ..services.describe import describe_domain
from ..services.domains import checked_domain
from ..services.value_scope import Scope
from ..services.values import Values
from ..services.watch import routes_of_domain
from ..services.webhook.door import Arrival
from .common import WorkflowCase
from .engine import mutation

DOMAINS = [
    "[]",
    "[('name', '=', 'Oslo')]",
    "['|', ('email', '!=', False), '!', ('city', 'in', ['Oslo', None])]",
    "[('child_ids', 'any', [('ref', '=', 'x')]), ('create_date', '<', 'today -14d')]",
    "[('child_ids', 'count', ('>=', 3, [('parent_id.name', 'ilike', 'a')]))]",
    "[('write_date', '>', field('create_date')), ('company_id', '=', ref('base.main_company'))]",
    "[('id', 'child_of', [1]), ('category_id', 'in', [1, 2]), ('user_id.login', '=', 'x')]",
    "[('create_date.month_number', 'in', [3, 4]), ('type', '!=', 'other'), ('active', '=', True)]",
    "[('opportunity_ids.stage_id.name', 'ilike', 'Won'), ('color', '>=', 2)]",
]
FORMULAS = [
    "object.color * 1.1 + object.id",
    'concat(object.name, ", ", default(object.parent_id.city, "?"), user.name)',
    "add_days(today, 14) if object.create_date < now else object.write_date",
    "join(object.child_ids.name, ' / ') or count(object.category_id)",
    "first(object.child_ids).email == last(object.user_ids).login",
]
BODIES = [
    '{"email": "ada@example.com", "tags": ["a", "b"], "age": 36.5, "ok": true, "at": null}',
    "email=ada%40example.com&tag=a&tag=b&empty=",
]
DOCUMENT = """<workflow format="1">
    <field name="name">Fuzz</field>
    <field name="object_id" ref="crm_workflow.object_contact"/>
    <triggers>
        <trigger key="t" kind="criteria">
            <field name="domain">[('city', '=', 'Oslo')]</field>
        </trigger>
    </triggers>
    <steps>
        <step key="a" kind="delay"><field name="delay_amount">2</field></step>
        <step key="b" kind="branch">
            <path key="p">
                <field name="domain">[('city', '=', 'Oslo')]</field>
                <step key="e" kind="end"/>
            </path>
        </step>
        <step key="c" kind="server">
            <field name="server_action_id">
                <record model="ir.actions.server">
                    <field name="state">object_write</field>
                    <field name="update_path">ref</field>
                    <field name="value">x</field>
                </record>
            </field>
        </step>
    </steps>
    <exits>
        <exit key="x" kind="criteria"><field name="domain">[('ref', '=', 'x')]</field></exit>
    </exits>
</workflow>"""
DOCUMENTS = [
    DOCUMENT,
    *(file.read_text() for file in sorted(Path(__file__).parents[1].glob("data/templates/*.xml"))),
]

#: What is read and passes on, of a hundred: else hardly anything of ours would be tried.
ENOUGH = 5


def tried(usual, texts):
    """A decorator: the test is given so many texts, the same ones in each run, and tells of each
    whether it was taken. Enough are.
    """
    options = settings(
        max_examples=mutation.examples(usual),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )

    def decorator(test):
        told = []
        options(given(texts)(lambda text: told.append(bool(test(text)))))()
        taken = 100 * sum(told) / len(told)
        assert taken >= ENOUGH, f"{taken:.1f} % were taken"

    return decorator


@tagged("post_install", "-at_install")
class TestFuzz(WorkflowCase):
    """Whatever people and programs send: it is taken, or refused in words of our own."""

    def setUp(self):
        super().setUp()
        silent = warnings.catch_warnings()
        silent.__enter__()
        self.addCleanup(silent.__exit__, None, None, None)
        warnings.simplefilter("ignore")
        self.trials = 0

    @contextmanager
    def trial(self, table=None):
        """Nothing stays, whatever happens.

        :param table: what is emptied now and then: what was taken back is in the way of a query
        """
        self.trials += 1
        if table and not self.trials % 1_000:
            self.env.cr.execute(SQL("TRUNCATE %s CASCADE", SQL.identifier(table)))
        with mute_logger("odoo.sql_db", "odoo.domains"), self.env.cr.savepoint() as trial:
            yield
            trial.rollback()

    def test_any_condition_is_asked_of_the_database_or_refused(self):
        model = self.env["res.partner"].with_user(self.admin)
        objects = self.env["crm.workflow.object"].with_user(self.admin)

        @tried(400, mutation.mutated(DOMAINS, mutation.DOMAIN_WORDS))
        def _ask(text):
            describe_domain(model.env, model._name, text)
            try:
                routes_of_domain(model, checked_domain(model, text))
            except ValidationError:
                return False
            with self.trial():
                told = objects.preview_condition("res.partner", text)
            self.assertEqual(set(told), {"text", "problem", "count", "more"})
            return True

    def test_any_formula_is_worked_out_or_refused(self):
        records = self.contacts(2, city="Oslo").with_user(self.admin)
        values = Values(records, self.env.cr.now())

        @tried(800, mutation.mutated(FORMULAS, mutation.FORMULA_WORDS))
        def _work_out(text):
            try:
                read = formula(text)
                for record in records:
                    Scope(values, record).result(read)
            except (FormulaError, UserError):
                return False
            return True

    def test_any_body_of_a_call_is_answered(self):
        flow = self.workflow(
            self.end(),
            triggers=[{"kind": "webhook", "webhook_path": "email", "webhook_rate": 1_000}],
        )
        webhook = self.env["crm.workflow.webhook"].search([("workflow_id", "=", flow.id)])
        token = webhook._token_sudo()

        @tried(300, mutation.mutated(BODIES, mutation.JSON_WORDS))
        def _call(text):
            answers = set()
            body = text.encode(errors="surrogatepass")
            for media_type in ("application/json", "application/x-www-form-urlencoded"):
                with self.trial("crm_workflow_webhook_call"):
                    arrival = Arrival(body, media_type, text[:20], text[20:40], text[40:])
                    answer = webhook._receive_sudo(token, arrival)
                self.assertIn(answer.status, (200, 202, 400, 401))
                answers.add(answer.status)
            return 202 in answers

    def test_a_path_to_no_field_is_refused_with_its_line(self):
        text = DOCUMENT.replace(">ref</field>", ">nowhere</field>", 1)
        with self.assertRaisesRegex(ValidationError, "Line [0-9]+: .*nowhere"):
            self.env["crm.workflow"].with_user(self.admin).import_xml(text)

    def test_any_document_becomes_a_draft_or_is_refused_with_a_line(self):
        workflows = self.env["crm.workflow"].with_user(self.admin)

        words = [*mutation.DOMAIN_WORDS, *mutation.FORMULA_WORDS]

        @tried(
            120,
            st.one_of(
                mutation.mutated(DOCUMENTS, mutation.XML_WORDS),
                mutation.mutated_documents(DOCUMENTS, words),
            ),
        )
        def _imported(text):
            try:
                with self.trial():
                    self.assertTrue(workflows.import_xml(text).export_xml())
            except ValidationError:
                return False
            return True
