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

const KNOWN = {
    groups: [
        { label: "The record", choices: [{ text: "object", label: "Person", model: "person" }] },
        { label: "Anywhere", choices: [{ text: "today", label: "Today", model: false }] },
    ],
    functions: [{ usage: "upper(text)", about: "In capital letters." }],
};

class Person extends models.Model {
    _name = "person";

    name = fields.Char();
    city = fields.Char();
}

class Version extends models.Model {
    _name = "version";

    _records = [{ id: 7 }];
}

class Line extends models.Model {
    _name = "line";

    text = fields.Char();

    _records = [{ id: 1, text: "Of" }];
}

class Step extends models.Model {
    _name = "step";

    version_id = fields.Many2one({ relation: "version" });
    subject = fields.Char();
    formula = fields.Char();
    line_ids = fields.One2many({ relation: "line" });

    _records = [{ id: 1, version_id: 7, subject: "Dear", formula: "", line_ids: [1] }];
    _views = {
        form: `
            <form>
                <field name="version_id" invisible="1"/>
                <field name="subject" widget="workflow_text"/>
                <field name="formula" widget="workflow_text" options="{'formula': True}"/>
                <field name="line_ids">
                    <list editable="bottom">
                        <field name="text" widget="workflow_text" options="{'line_breaks': False}"/>
                    </list>
                </field>
            </form>`,
    };
}

defineMailModels();
defineModels([Person, Version, Line, Step]);

const openPanel = async (name) => {
    onRpc("crm.workflow.action", "value_choices", ({ args }) => {
        expect.step(args);
        return KNOWN;
    });
    await mountView({ type: "form", resModel: "step", resId: 1 });
    await contains(`.o_field_widget[name=${name}] .o_workflow_insert_value`).click();
    expect.verifySteps([[7, false]]);
};

test("the panel lists what the step may read, by groups", async () => {
    await openPanel("subject");
    expect(queryAllTexts(".o_workflow_value_panel .dropdown-header")).toEqual([
        "The record",
        "Anywhere",
    ]);
    expect(queryAllTexts(".o_workflow_value_panel .dropdown-item")).toEqual(["Person", "Today"]);
});

test("a value is put in where the cursor was, in braces", async () => {
    await openPanel("subject");
    await contains(".o_workflow_value_panel .dropdown-item:contains(Today)").click();
    expect(".o_field_widget[name=subject] textarea").toHaveValue("Dear{{ today }}");
    expect(".o_workflow_value_panel").toHaveCount(0);
});

test("a field of the record is chosen next", async () => {
    await openPanel("subject");
    await contains(".o_workflow_value_panel .dropdown-item:contains(Person)").click();
    await contains(".o_model_field_selector_popover_item_name:contains(City)").click();
    expect(".o_field_widget[name=subject] textarea").toHaveValue("Dear{{ object.city }}");
});

test("a formula has no braces, and functions", async () => {
    await openPanel("formula");
    expect(queryAllTexts(".o_workflow_value_panel code")).toEqual(["upper(text)"]);
    await contains(".o_workflow_value_panel .dropdown-item:contains(Today)").click();
    expect(".o_field_widget[name=formula] textarea").toHaveValue("today");
});

test("the panel is searched by words", async () => {
    await openPanel("subject");
    await contains(".o_workflow_value_panel input").edit("per", { confirm: false });
    expect(queryAllTexts(".o_workflow_value_panel .dropdown-item")).toEqual(["Person"]);
    await contains(".o_workflow_value_panel input").edit("nothing like it", { confirm: false });
    expect(".o_workflow_value_panel").toHaveText("Nothing of that name.");
});

test("what was put in is saved", async () => {
    onRpc("step", "web_save", ({ args }) => {
        expect.step(args[1]);
    });
    await openPanel("subject");
    await contains(".o_workflow_value_panel .dropdown-item:contains(Today)").click();
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ subject: "Dear{{ today }}" }]);
});

test("a line of a list has the values of the step that it belongs to", async () => {
    onRpc("crm.workflow.action", "value_choices", ({ args }) => {
        expect.step(args);
        return KNOWN;
    });
    await mountView({ type: "form", resModel: "step", resId: 1 });
    await contains(".o_data_row .o_field_widget[name=text]").click();
    await contains(".o_selected_row .o_workflow_insert_value").click();
    expect.verifySteps([[7, false]]);
    await contains(".o_workflow_value_panel .dropdown-item:contains(Today)").click();
    expect(".o_selected_row .o_field_widget[name=text] textarea").toHaveValue("{{ today }}Of");
});
