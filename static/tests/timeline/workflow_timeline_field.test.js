import { expect, test } from "@odoo/hoot";
import { queryAll, queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";

class Enrollment extends models.Model {
    _name = "enrollment";
    timeline = fields.Json();
    _records = [
        {
            id: 1,
            timeline: [
                entry("entered", "Entered by hand", { at: "2026-03-01 08:00:00" }),
                entry("done", "Wait", { since: "2026-03-01 08:00:00", at: "2026-03-03 09:30:00" }),
                entry("done", "Has a phone?", { path: "With phone", at: "2026-03-03 09:30:00" }),
                entry("failed", "Send", { message: "No server", at: "2026-03-03 09:30:00" }),
                entry("next", "Send", { message: "Until tomorrow", at: "2026-03-04 09:30:00" }),
            ],
        },
        { id: 2, timeline: false },
    ];
}

let nextId = 1;

function entry(outcome, title, details) {
    return { id: nextId++, outcome, title, path: "", message: "", since: "", at: "", ...details };
}

defineMailModels();
defineModels([Enrollment]);

const mountTimeline = (resId) =>
    mountView({
        type: "form",
        resModel: "enrollment",
        resId,
        arch: `<form><field name="timeline" widget="workflow_timeline"/></form>`,
    });

test("entries are told in order, the step it stands on last", async () => {
    await mountTimeline(1);
    expect(queryAllTexts(".o_workflow_timeline_title")).toEqual([
        "Entered by hand",
        "Wait",
        "Has a phone?",
        "Send",
        "Send",
    ]);
    expect(".o_workflow_timeline_entry[aria-current=step]").toHaveCount(1);
    expect(".o_workflow_timeline_entry:last").toHaveClass("o_workflow_timeline_upcoming");
});

test("each outcome has a look of its own", async () => {
    await mountTimeline(1);
    const icons = queryAll(".o_workflow_timeline_dot i").map((icon) => icon.className);
    expect(icons).toEqual([
        "fa fa-sign-in",
        "fa fa-check",
        "fa fa-check",
        "fa fa-refresh",
        "fa fa-play",
    ]);
});

test("the path chosen, the time spent and the cause of a failure are told", async () => {
    await mountTimeline(1);
    expect(".o_workflow_timeline_path").toHaveText("With phone");
    expect(".o_workflow_timeline_entry:eq(1)").toHaveText(/after 2 days, 1 hour/);
    expect(".o_workflow_timeline_entry:eq(2)").not.toHaveText(/after/);
    expect(".o_workflow_timeline_message.alert-warning").toHaveText("No server");
});

test("without entries it says so", async () => {
    await mountTimeline(2);
    expect(".o_field_workflow_timeline").toHaveText("Nothing has happened yet.");
});
