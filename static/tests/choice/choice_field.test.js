import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const CHOICES = [
    { label: "Record", choices: [{ value: "created", label: "Record is created" }] },
    {
        label: "Sales",
        choices: [
            { value: "won", label: "Deal is won" },
            { value: "", label: "The record itself" },
        ],
    },
];

class Trigger extends models.Model {
    _name = "trigger";

    event = fields.Char();
    choices = fields.Json();

    _records = [{ id: 1, event: "won", choices: CHOICES }];
    _views = {
        form: `
            <form>
                <field name="choices" invisible="1"/>
                <field name="event" widget="workflow_choice" options="{'choices': 'choices'}"/>
            </form>`,
    };
}

defineMailModels();
defineModels([Trigger]);

const openTrigger = async (values = {}) => {
    Trigger._records = [{ ...Trigger._records[0], event: "won", ...values }];
    await mountView({ type: "form", resModel: "trigger", resId: 1 });
};

test("the chosen value is shown by its label", async () => {
    await openTrigger();
    expect(".o_field_widget[name=event] input").toHaveValue("Deal is won");
});

test("no value is a choice of its own", async () => {
    await openTrigger({ event: false });
    expect(".o_field_widget[name=event] input").toHaveValue("The record itself");
});

test("choices stand under their headings", async () => {
    await openTrigger();
    await contains(".o_field_widget[name=event] input").click();
    await animationFrame();
    expect(queryAllTexts(".o_select_menu_group")).toEqual(["Record", "Sales"]);
    expect(queryAllTexts(".o_select_menu_item")).toEqual([
        "Record is created",
        "Deal is won",
        "The record itself",
    ]);
});

test("what is chosen is saved, and the empty choice as no value", async () => {
    onRpc("trigger", "web_save", ({ args }) => {
        expect.step(args[1].event);
    });
    await openTrigger();
    for (const label of ["Record is created", "The record itself"]) {
        await contains(".o_field_widget[name=event] input").click();
        await contains(`.o_select_menu_item:contains(${label})`).click();
        await contains(".o_form_button_save").click();
        await animationFrame();
    }
    expect.verifySteps(["created", false]);
});
