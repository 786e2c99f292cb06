import { expect, test } from "@odoo/hoot";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Enroll extends models.Model {
    _name = "crm.workflow.enroll";

    start_key = fields.Char();
    start_choices = fields.Json();

    _records = [
        {
            id: 1,
            start_key: "wait",
            start_choices: [
                { key: "split", name: "Branch", depth: 0 },
                { key: "wait", name: "Yes › Wait", depth: 1 },
            ],
        },
    ];
}

defineMailModels();
defineModels([Enroll]);

const mountChoice = (readonly = "0", placeholder = "") =>
    mountView({
        type: "form",
        resModel: "crm.workflow.enroll",
        resId: 1,
        arch: `<form>
            <field name="start_choices" invisible="1"/>
            <field name="start_key" widget="workflow_step_choice" readonly="${readonly}"
                   placeholder="${placeholder}" options="{'choices': 'start_choices'}"/>
        </form>`,
    });

test("steps are offered in order, those on a path indented", async () => {
    await mountChoice();
    expect("[name=start_key] option").toHaveCount(3);
    expect("[name=start_key] option:eq(1)").toHaveText("Branch");
    expect("[name=start_key] option:eq(2)").toHaveProperty(
        "textContent",
        "\u00a0".repeat(4) + "Yes › Wait",
    );
    expect("[name=start_key] select").toHaveValue("wait");
});

test("no choice is called the beginning, or else what the placeholder says", async () => {
    await mountChoice();
    expect("[name=start_key] option:eq(0)").toHaveText("From the beginning");
});

test("a placeholder says what no choice is called", async () => {
    await mountChoice("0", "Which one?");
    expect("[name=start_key] option:eq(0)").toHaveText("Which one?");
});

test("the key of the step chosen is saved; the beginning is no key", async () => {
    onRpc("web_save", ({ args }) => {
        expect.step(args[1].start_key);
    });
    await mountChoice();
    await contains("[name=start_key] select").select("split");
    await contains(".o_form_button_save").click();
    await contains("[name=start_key] select").select("");
    await contains(".o_form_button_save").click();
    expect.verifySteps(["split", false]);
});

test("what cannot be changed is shown", async () => {
    await mountChoice("1");
    expect("[name=start_key] select").toHaveProperty("disabled", true);
});
