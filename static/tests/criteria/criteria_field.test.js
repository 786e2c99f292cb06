import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryAllValues, queryText } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
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
    domain = fields.Char();

    _records = [{ id: 1, model_name: "contact", domain: "[]" }];
    _views = {
        form: `
            <form>
                <field name="model_name" invisible="1"/>
                <field name="domain" widget="workflow_criteria" options="{'model': 'model_name'}"/>
            </form>`,
        list: `
            <list>
                <field name="model_name" column_invisible="1"/>
                <field name="domain" widget="workflow_criteria" options="{'model': 'model_name'}"/>
            </list>`,
    };
}

class Contact extends models.Model {
    _name = "contact";

    name = fields.Char({ string: "Name" });
    born = fields.Date({ string: "Born" });
    joined = fields.Datetime({ string: "Joined" });
    deal_ids = fields.One2many({ string: "Deals", relation: "deal", relation_field: "contact_id" });
}

class Deal extends models.Model {
    _name = "deal";

    name = fields.Char({ string: "Title" });
    closing = fields.Date({ string: "Closing" });
    contact_id = fields.Many2one({ relation: "contact" });
}

defineMailModels();
defineModels([Trigger, Contact, Deal]);

let preview;
beforeEach(() => {
    preview = { text: "told", problem: "", count: 3, more: false };
    onRpc("crm.workflow.object", "preview_condition", ({ args }) => {
        expect.step(args[1]);
        return preview;
    });
});

const openTrigger = async (domain) => {
    Trigger._records = [{ id: 1, model_name: "contact", domain }];
    onRpc("trigger", "web_save", ({ args }) => {
        expect.step(`saved ${args[1].domain}`);
    });
    await mountView({ type: "form", resModel: "trigger", resId: 1 });
};
const save = () => contains(".o_form_button_save").click();
const chooseField = async (place, label) => {
    await contains(`${place} .o_model_field_selector`).click();
    await contains(`.o_model_field_selector_popover_item_name:contains(/^${label}$/)`).click();
};
const chooseOperator = (place, operator) =>
    contains(`${place} .o_workflow_criteria_operator select`).select(JSON.stringify(operator));

test("a number of associated records is built from nothing", async () => {
    // It takes so long to type that there may be any number of counts meanwhile.
    onRpc("crm.workflow.object", "preview_condition", () => preview);
    await openTrigger("[]");
    expect(queryText(".o_workflow_criteria_everything")).toBe("Every record");
    await contains(".o_workflow_criteria_add").click();
    await chooseField(".o_workflow_criteria_path", "Deals");
    await chooseOperator(".o_workflow_criteria_condition", "count");
    await contains(".o_workflow_criteria_value input").edit("2");
    await contains(".o_workflow_criteria_inner .o_workflow_criteria_add").click();
    await chooseField(".o_workflow_criteria_inner", "Closing");
    await contains(".o_workflow_criteria_inner .o_workflow_criteria_value input").edit("5");
    await save();
    expect.verifySteps([
        `saved [("deal_ids", "count", [">=", 2, ["&", ("closing", ">=", "today"), ` +
            `("closing", "<", "today +5d +1d")]])]`,
    ]);
});

test("a field is held against another of its kind", async () => {
    await openTrigger(`[("born", "=", "2020-01-01")]`);
    await chooseOperator(".o_workflow_criteria_condition", "field >");
    await contains(".o_workflow_criteria_value .o_model_field_selector").click();
    expect(queryAllTexts(".o_model_field_selector_popover_item_name")).toInclude("Joined");
    expect(queryAllTexts(".o_model_field_selector_popover_item_name")).not.toInclude("Name");
    await contains(".o_model_field_selector_popover_item_name:contains(Joined)").click();
    await save();
    expect.verifySteps([`[("born", "=", "2020-01-01")]`, `saved [("born", ">", field("joined"))]`]);
});

test("groups nest, and each has its word", async () => {
    const text =
        `["&", ("name", "=", "a"), "|", ("name", "=", "b"), ` +
        `"&", ("name", "=", "c"), "|", ("name", "=", "d"), ("name", "=", "e")]`;
    await openTrigger(text);
    expect(queryAllTexts(".o_workflow_criteria_word .active")).toEqual([
        "All",
        "Any",
        "All",
        "Any",
    ]);
    expect(queryAllValues(".o_workflow_criteria_value input")).toEqual(["a", "b", "c", "d", "e"]);
    await contains(".o_workflow_criteria_nested [data-word=all]:first").click();
    await contains(".o_workflow_criteria_add_group:last").click();
    expect(".o_workflow_criteria_nested").toHaveCount(4);
    await contains(".o_workflow_criteria_delete:last").click();
    await save();
    const saved =
        `["&", "&", "&", ("name", "=", "a"), ("name", "=", "b"), ("name", "=", "c"), ` +
        `"|", ("name", "=", "d"), ("name", "=", "e")]`;
    expect.verifySteps([text, `saved ${saved}`]);
});

test("matching records are counted when the condition has settled", async () => {
    await openTrigger(`[("name", "=", "a")]`);
    expect(queryText(".o_workflow_criteria_show")).toBe("3 match now");
    await contains(".o_workflow_criteria_value input").edit("b");
    await contains(".o_workflow_criteria_value input").edit("c");
    expect.verifySteps([`[("name", "=", "a")]`]);
    preview = { ...preview, count: 10_000, more: true };
    await advanceTime(500);
    await animationFrame();
    expect.verifySteps([`[("name", "=", "c")]`]);
    expect(queryText(".o_workflow_criteria_show b")).toBe("10000+");
});

test("what the server refuses is told with its reason", async () => {
    preview = { ...preview, problem: "Choose the field again." };
    await openTrigger(`[("name", "=", "a")]`);
    expect(queryText(".o_workflow_criteria_problem")).toBe("Choose the field again.");
    expect(".o_workflow_criteria_show").toHaveCount(0);
    expect.verifySteps([`[("name", "=", "a")]`]);
});

test("a negative condition tells that empty values match", async () => {
    await openTrigger(`[("name", "!=", "a")]`);
    expect(".o_workflow_criteria_empty").toHaveCount(1);
    await chooseOperator(".o_workflow_criteria_condition", "=");
    expect(".o_workflow_criteria_empty").toHaveCount(0);
    expect.verifySteps([`[("name", "!=", "a")]`]);
});

test("an unknown term is shown and stays", async () => {
    await openTrigger(`[("deal_ids", "sounds like", "x"), ("name", "=", "a")]`);
    expect(".o_workflow_criteria_operator:first option:last").toHaveText(`"sounds like"`);
    await contains(".o_workflow_criteria_value input:last").edit("b");
    await save();
    expect.verifySteps([
        `[("deal_ids", "sounds like", "x"), ("name", "=", "a")]`,
        `saved ["&", ("deal_ids", "sounds like", "x"), ("name", "=", "b")]`,
    ]);
});

test("a text that is no condition is shown", async () => {
    await openTrigger("[(]");
    expect(queryText(".o_workflow_criteria_unreadable code")).toBe("[(]");
    expect.verifySteps(["[(]"]);
});

test("where it is only read it is told in words", async () => {
    await mountView({ type: "list", resModel: "trigger" });
    await animationFrame();
    expect(queryText(".o_workflow_criteria_text")).toBe("told");
    expect(".o_workflow_criteria_show").toHaveCount(0);
    expect.verifySteps(["[]"]);
});
