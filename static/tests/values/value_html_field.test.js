import { setSelection } from "@html_editor/../tests/_helpers/selection";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryOne } from "@odoo/hoot-dom";
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

class Letter extends models.Model {
    _name = "letter";

    model_name = fields.Char();
    body = fields.Html();

    _records = [{ id: 1, model_name: "letter", body: "<p>Dear friend</p>" }];
    _views = {
        form: `
            <form>
                <field name="model_name" invisible="1"/>
                <field name="body" widget="workflow_html" options="{'model_field': 'model_name'}"/>
            </form>`,
    };
}

defineMailModels();
defineModels([Letter]);

test("a value is put in where the cursor is, and saved", async () => {
    onRpc("letter", "web_save", ({ args }) => {
        expect.step(args[1].body);
    });
    await mountView({ type: "form", resModel: "letter", resId: 1 });
    const text = queryOne(".odoo-editor-editable p").firstChild;
    setSelection({ anchorNode: text, anchorOffset: 5 });
    await animationFrame();
    await contains(".o_workflow_insert_value").click();
    await contains(".o_workflow_value_panel .dropdown-item:contains(letter)").click();
    await contains(".o_model_field_selector_popover_item_name:contains(Body)").click();
    expect(".odoo-editor-editable p").toHaveText("Dear {{ object.body }}friend");
    await contains(".o_form_button_save").click();
    expect.verifySteps([`<p data-oe-version="2.0">Dear {{ object.body }}friend</p>`]);
});
