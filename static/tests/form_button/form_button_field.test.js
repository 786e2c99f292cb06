import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { contains, defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Split extends models.Model {
    _name = "split";

    share = fields.Integer();
    even = fields.Boolean({
        string: "Even Split",
        onChange: (record) => {
            if (record.even) {
                record.even = false;
                record.share = record.share + 50;
            }
        },
    });

    _records = [{ id: 1, share: 0 }];
    _views = {
        form: `
            <form>
                <field name="share"/>
                <field name="even" nolabel="1" widget="workflow_form_button"
                       options="{'icon': 'fa-bars'}"/>
            </form>`,
    };
}

defineMailModels();
defineModels([Split]);

test("a click asks the form, each time anew", async () => {
    await mountView({ type: "form", resModel: "split", resId: 1 });
    expect(".o_workflow_form_button .fa-bars").toHaveCount(1);
    expect(".o_workflow_form_button").toHaveText("Even Split");
    await contains(".o_workflow_form_button").click();
    expect("[name=share] input").toHaveValue("50");
    await contains(".o_workflow_form_button").click();
    expect("[name=share] input").toHaveValue("100");
});

test("who may only read sees no button", async () => {
    await mountView({ type: "form", resModel: "split", resId: 1, readonly: true });
    expect(".o_workflow_form_button").toHaveCount(0);
});
