import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";

class Guest extends models.Model {
    _name = "guest";

    name = fields.Char();

    _records = [
        { id: 1, name: "Ada" },
        { id: 2, name: "Bob" },
        { id: 3, name: "Works" },
    ];
    _views = { list: `<list><field name="name"/></list>`, search: `<search/>` };
}

defineMailModels();
defineModels([Guest]);

test("the records picked are handed to the dialog that enrols, with the workflow chosen", async () => {
    onRpc("crm.workflow.enroll", "open_for_selection", ({ kwargs: { context } }) => {
        expect.step([context.active_model, context.active_ids, context.default_workflow_id]);
        return { type: "ir.actions.act_window_close" };
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_workflow_pick_records",
        params: {
            workflowId: 7,
            resModel: "guest",
            domain: [["name", "!=", "Works"]],
            title: "Enrol in “Welcome”",
        },
    });
    await animationFrame();
    expect(".modal-title").toHaveText("Enrol in “Welcome”");
    expect(".modal .o_data_row").toHaveCount(2);
    await contains(".modal thead .o_list_record_selector input").click();
    await contains(".modal .o_select_button:enabled").click();
    await animationFrame();
    expect.verifySteps([["guest", [1, 2], 7]]);
    expect(".modal").toHaveCount(0);
});
