import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import {
    contains,
    defineModels,
    defineParams,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

class Trigger extends models.Model {
    _name = "trigger";

    schedule_monday = fields.Boolean({ string: "Mon" });
    schedule_tuesday = fields.Boolean({ string: "Tue" });
    schedule_wednesday = fields.Boolean({ string: "Wed" });
    schedule_thursday = fields.Boolean({ string: "Thu" });
    schedule_friday = fields.Boolean({ string: "Fri" });
    schedule_saturday = fields.Boolean({ string: "Sat" });
    schedule_sunday = fields.Boolean({ string: "Sun" });

    _records = [{ id: 1, schedule_monday: true, schedule_tuesday: true }];
    _views = { form: `<form><widget name="workflow_week_days"/></form>` };
}

defineMailModels();
defineModels([Trigger]);

const openTrigger = (options = {}) =>
    mountView({ type: "form", resModel: "trigger", resId: 1, ...options });
const chosen = () => queryAllTexts(".o_workflow_week_days button[aria-pressed='true']");

test("the days of the week stand in the order of the user's week", async () => {
    defineParams({ lang_parameters: { week_start: 1 } });
    await openTrigger();
    expect(queryAllTexts(".o_workflow_week_days button")).toEqual([
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
    ]);
});

test("a click chooses a day, another one leaves it out", async () => {
    onRpc("trigger", "web_save", ({ args }) => {
        expect.step(args[1]);
    });
    await openTrigger();
    expect(chosen()).toEqual(["Mon", "Tue"]);
    await contains(".o_workflow_week_days button:contains(Fri)").click();
    await contains(".o_workflow_week_days button:contains(Mon)").click();
    expect(chosen()).toEqual(["Tue", "Fri"]);
    await contains(".o_form_button_save").click();
    expect.verifySteps([{ schedule_monday: false, schedule_friday: true }]);
});

test("the days of a published trigger cannot be changed", async () => {
    await openTrigger({ readonly: true });
    expect(".o_workflow_week_days button:disabled").toHaveCount(7);
});
