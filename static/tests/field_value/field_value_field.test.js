import { listFromText, textFromList } from "@crm_workflow/field_value/value_text";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryText } from "@odoo/hoot-dom";
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

class Trigger extends models.Model {
    _name = "trigger";

    model_name = fields.Char();
    field_name = fields.Char();
    value_to = fields.Char();

    _records = [{ id: 1, model_name: "deal", field_name: "stage", value_to: '["won"]' }];
    _views = {
        form: `
            <form>
                <field name="model_name" invisible="1"/>
                <field name="field_name"/>
                <field name="value_to" widget="workflow_field_value" placeholder="Any value"
                       options="{'model': 'model_name', 'field': 'field_name'}"/>
            </form>`,
    };
}

class Deal extends models.Model {
    _name = "deal";

    name = fields.Char();
    stage = fields.Selection({
        selection: [
            ["new", "New"],
            ["won", "Won"],
            ["lost", "Lost"],
        ],
    });
    is_big = fields.Boolean();
    parent_id = fields.Many2one({ relation: "deal" });

    _records = [
        { id: 1, name: "First deal" },
        { id: 2, name: "Second deal" },
    ];
}

defineMailModels();
defineModels([Trigger, Deal]);

const openTrigger = async (values = {}) => {
    Trigger._records = [{ ...Trigger._records[0], ...values }];
    onRpc("trigger", "web_save", ({ args }) => {
        expect.step(args[1].value_to);
    });
    await mountView({ type: "form", resModel: "trigger", resId: 1 });
};
const save = () => contains(".o_form_button_save").click();

test("text and list of values", () => {
    expect(listFromText(false)).toEqual([]);
    expect(listFromText('["won", 3, false]')).toEqual(["won", 3, false]);
    expect(listFromText("not json")).toEqual([]);
    expect(listFromText('{"a": 1}')).toEqual([]);
    expect(textFromList([])).toBe(false);
    expect(textFromList(["won", "won", "lost"])).toBe('["won","lost"]');
});

test("values of a selection are shown and chosen by their labels", async () => {
    await openTrigger();
    expect(queryAllTexts(".o_workflow_field_value .o_tag")).toEqual(["Won"]);
    await contains(".o_workflow_field_value select").select('"lost"');
    expect(queryAllTexts(".o_workflow_field_value .o_tag")).toEqual(["Won", "Lost"]);
    await save();
    expect.verifySteps(['["won","lost"]']);
});

test("without any value, every value counts", async () => {
    await openTrigger();
    await contains(".o_workflow_field_value .o_tag .o_delete", { visible: false }).click();
    await save();
    expect.verifySteps([false]);
});

test("values of a boolean are yes and no", async () => {
    await openTrigger({ field_name: "is_big", value_to: false });
    await contains(".o_workflow_field_value select").select("true");
    expect(queryAllTexts(".o_workflow_field_value .o_tag")).toEqual(["Yes"]);
    await save();
    expect.verifySteps(["[true]"]);
});

test("values of a many2one are records", async () => {
    await openTrigger({ field_name: "parent_id", value_to: "[2]" });
    expect(queryAllTexts(".o_workflow_field_value .o_tag")).toEqual(["Second deal"]);
    await contains(".o_workflow_field_value input").click();
    await contains(".o-autocomplete--dropdown-item:contains(First deal)").click();
    await save();
    expect.verifySteps(["[2,1]"]);
});

test("values of another field are dropped", async () => {
    await openTrigger();
    await contains("[name=field_name] input").edit("is_big");
    await animationFrame();
    expect(".o_workflow_field_value .o_tag").toHaveCount(0);
    await save();
    expect.verifySteps([false]);
});

test("without a field there is nothing to choose", async () => {
    await openTrigger({ field_name: false, value_to: false });
    expect(queryText(".o_workflow_field_value")).toBe("Any value");
});
