import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Country extends models.Model {
    _name = "country";

    name = fields.Char();

    _records = [
        { id: 1, name: "Belgium" },
        { id: 2, name: "Norway" },
    ];
}

class Person extends models.Model {
    _name = "person";

    name = fields.Char();
    city = fields.Char();
    computed = fields.Char({ string: "Computed", readonly: true });
    happy = fields.Boolean();
    country_id = fields.Many2one({ relation: "country" });
    country_ids = fields.Many2many({ relation: "country" });
}

class Line extends models.Model {
    _name = "line";

    model_name = fields.Char();
    source_model_name = fields.Char();
    value_words = fields.Char();
    version_id = fields.Many2one({ relation: "country" });
    field_name = fields.Char();
    how = fields.Char();
    fixed_value = fields.Char();
    expression = fields.Text();
    amount = fields.Integer();
    unit = fields.Selection({
        selection: [
            ["days", "Days"],
            ["weeks", "Weeks"],
        ],
    });

    _views = {
        form: `
            <form>
                <field name="model_name" invisible="1"/>
                <field name="source_model_name" invisible="1"/>
                <field name="version_id" invisible="1"/>
                <field name="fixed_value" invisible="1"/>
                <field name="amount" invisible="1"/>
                <field name="unit" invisible="1"/>
                <field name="how" invisible="1"/>
                <field name="field_name" widget="workflow_settable_field" options="{'model': 'model_name'}"/>
                <field name="expression" widget="workflow_assignment_value"/>
            </form>`,
    };
}

defineMailModels();
defineModels([Country, Person, Line]);

const VALUE = ".o_workflow_assignment_value";

async function mountLine(values) {
    Line._records = [
        { id: 1, model_name: "person", source_model_name: "person", unit: "days", ...values },
    ];
    onRpc("line", "web_save", ({ args }) => expect.step(args[1]));
    await mountView({ type: "form", resModel: "line", resId: 1 });
}

test("a text is typed, and stored as a list of one", async () => {
    await mountLine({ field_name: "city", how: "set" });
    await contains(`${VALUE} input`).edit("Oslo");
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ fixed_value: '["Oslo"]' }]);
});

test("a yes or no is chosen", async () => {
    await mountLine({ field_name: "happy", how: "set", fixed_value: "[true]" });
    expect(`${VALUE} select`).toHaveValue("true");
    await contains(`${VALUE} select`).select("false");
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ fixed_value: "[false]" }]);
});

test("a record is chosen by its name", async () => {
    await mountLine({ field_name: "country_id", how: "set" });
    await contains(`${VALUE} .o-autocomplete--input`).click();
    await contains(".o-autocomplete--dropdown-item:contains(Norway)").click();
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ fixed_value: "[2]" }]);
});

test("several records are chosen to be added", async () => {
    await mountLine({ field_name: "country_ids", how: "add", fixed_value: "[1]" });
    expect(queryAllTexts(`${VALUE} .o_tag`)).toEqual(["Belgium"]);
    await contains(`${VALUE} .o-autocomplete--input`).click();
    await contains(".o-autocomplete--dropdown-item:contains(Norway)").click();
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ fixed_value: "[1,2]" }]);
});

test("a formula is typed", async () => {
    await mountLine({ field_name: "city", how: "formula" });
    await contains(`${VALUE} textarea`).edit("upper(object.name)");
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ expression: "upper(object.name)" }]);
});

test("a time from now is a number and a unit", async () => {
    await mountLine({ field_name: "city", how: "later", amount: 2 });
    await contains(`${VALUE} input:first`).edit("5");
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ amount: 5 }]);
});

test("what needs no value asks for none", async () => {
    await mountLine({ field_name: "city", how: "clear" });
    expect(VALUE).toHaveText("");
    expect(`${VALUE} input, ${VALUE} textarea`).toHaveCount(0);
});

test("only fields that can be set are offered", async () => {
    await mountLine({ field_name: "city", how: "set" });
    await contains("[name=field_name] .o_model_field_selector").click();
    const names = queryAllTexts(".o_model_field_selector_popover_item_name");
    expect(names).toInclude("City");
    expect(names).not.toInclude("Computed");
});
