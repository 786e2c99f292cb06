import json

from odoo.tests import HttpCase, tagged

from ..services.webhook.door import Arrival
from .common import WorkflowCase

EVIL = '"><img src="x" onerror="window.ran=1"><script>window.ran=1</script>'
SHOWN = '<img src="x"'
#: Goes from screen to screen, sees the text on each, and that it has not become a part of the page.
LOOK = """
(async () => {
    const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const { action } = odoo.__WOWL_DEBUG__.root.env.services;
    const shown = () =>
        [...document.querySelectorAll(".o_action_manager, .modal")].some(
            (part) =>
                part.textContent.includes('%(shown)s') ||
                [...part.querySelectorAll("input, textarea")].some((field) =>
                    field.value.includes('%(shown)s')
                )
        );
    for (const screen of %(screens)s) {
        await action.doAction(screen, { clearBreadcrumbs: true });
        for (let tries = 0; tries < 400 && !shown(); tries++) {
            await wait(50);
        }
        if (!shown()) {
            throw new Error("The text is not on the screen " + JSON.stringify(screen));
        }
        await wait(100);
        if (window.ran || document.querySelector("img[onerror]")) {
            throw new Error("A script ran on the screen " + JSON.stringify(screen));
        }
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestScripts(WorkflowCase, HttpCase):
    """In the browser: what people call things is shown as they wrote it, and never run."""

    def screens(self):
        """Windows to open, on which everything that people can name is called so."""
        self.contact_type.name = EVIL
        workflow = self.workflow(
            self.branch(
                (EVIL, "[('name', '=', 'x')]", [self.delay(1, "days", name=EVIL, note=EVIL)]),
                otherwise=[self.delay(1, "days", name=EVIL)],
                name=EVIL,
            ),
            triggers=[{"kind": "webhook", "webhook_path": "email"}],
            name=EVIL,
            description=EVIL,
        )
        contacts = self.contacts(2, name=EVIL)
        enrollments = workflow.enroll(contacts)
        self.tick_run()
        workflow.unenroll(contacts[0], EVIL)
        webhook = self.env["crm.workflow.webhook"].search([("workflow_id", "=", workflow.id)])
        body = json.dumps({"email": EVIL, EVIL: EVIL}).encode()
        call = Arrival(body, "application/json", "", "", "")
        webhook._receive_sudo(webhook._token_sudo(), call)
        called = self.env["crm.workflow.webhook.call"].search([("workflow_id", "=", workflow.id)])
        action = self.server_action(
            name=EVIL, state="object_write", update_path="ref", value=EVIL, evaluation_type="value"
        )
        asking = self.workflow(
            {"kind": "server", "server_action_id": action.id},
            {
                "kind": "decision",
                "decision_user_id": self.admin.id,
                "decision_summary": EVIL,
                "decision_note": EVIL,
            },
            name=EVIL,
        )
        asked = self.contacts(1, name=EVIL)
        asking.enroll(asked)
        self.tick_run()
        self.tick_run()
        decision = self.env["crm.workflow.decision"].search([("workflow_id", "=", asking.id)])
        wizard = self.env["crm.workflow.enroll"].create(
            {"res_model": "res.partner", "workflow_id": workflow.id, "chosen": {"ids": asked.ids}}
        )
        workflow.message_post(body=EVIL)
        template = self.env["crm.workflow.template"].create(
            {
                "name": EVIL,
                "description": EVIL,
                "model_name": "res.partner",
                "document": asking.export_xml(),
            }
        )
        step = workflow.live_version_id.action_ids.filtered(lambda step: step.kind == "delay")[0]
        forms = (workflow, asking, step, enrollments[0], enrollments[1], called, decision, template)
        lists = (
            "crm.workflow", "crm.workflow.enrollment", "crm.workflow.log", "crm.workflow.decision",
            "crm.workflow.template", "crm.workflow.object",
        )  # fmt: skip
        return [
            *(self.window(record._name, "form", res_id=record.id) for record in forms),
            *(self.window(name, "list") for name in lists),
            self.window("crm.workflow", "kanban"),
            self.window("res.partner", "form", res_id=asked.id),
            self.window("crm.workflow.enroll", "form", res_id=wizard.id, target="new"),
        ]

    @staticmethod
    def window(model, kind, **more):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "views": [[False, kind]],
            "context": {},
            **more,
        }

    def test_no_script_in_a_name_runs_on_any_screen(self):
        code = LOOK % {"shown": SHOWN, "screens": json.dumps(self.screens())}
        self.browser_js(
            "/odoo",
            code,
            "Boolean(odoo.__WOWL_DEBUG__?.root)",
            login="admin",
            timeout=180,
        )

    def test_no_script_in_a_name_is_in_what_is_posted(self):
        self.screens()
        messages = self.env["mail.message"].search(
            [("model", "in", ("crm.workflow", "res.partner")), ("body", "ilike", "onerror")]
        )
        self.assertTrue(messages)
        for body in messages.mapped("body"):
            self.assertNotIn("<script", body)
            self.assertNotRegex(body, r"<img[^>]*onerror")

    def test_a_name_ends_no_header_of_a_download(self):
        workflow = self.workflow(self.end(), name='a\r\nX-Evil: 1"; x="\r\n\r\n<b>', publish=False)
        self.authenticate("admin", "admin")
        answer = self.url_open(f"/crm_workflow/{workflow.id}/export")
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("x-evil", {name.lower() for name in answer.headers})
        self.assertTrue(answer.text.startswith("<?xml") or answer.text.startswith("<workflow"))
