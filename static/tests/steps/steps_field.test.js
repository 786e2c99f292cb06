import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryText } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

describe.current.tags("desktop");

const KINDS = [
    ["branch", "Branch"],
    ["delay", "Wait"],
    ["partner_kind", "Kind of a partner"],
    ["server", "Action"],
];

class Workflow extends models.Model {
    _name = "crm.workflow";

    name = fields.Char();
    shown_version_id = fields.Many2one({ relation: "crm.workflow.version" });
    problems = fields.Json();

    _records = [{ id: 1, name: "Welcome", shown_version_id: 1, problems: false }];
    _views = {
        form: `
            <form>
                <field name="name"/>
                <field name="problems" widget="workflow_problems"/>
                <field name="shown_version_id" widget="workflow_steps"
                       options="{'problems_field': 'problems', 'whole_workflow': True}"/>
            </form>`,
    };
}

class Version extends models.Model {
    _name = "crm.workflow.version";

    number = fields.Integer();

    _rec_name = "number";
    _records = [
        { id: 1, number: 1 },
        { id: 2, number: 2 },
    ];
}

class Step extends models.Model {
    _name = "crm.workflow.action";

    version_id = fields.Many2one({ relation: "crm.workflow.version" });
    path_id = fields.Many2one({ relation: "crm.workflow.path" });
    sequence = fields.Integer();
    key = fields.Char();
    kind = fields.Selection({ selection: KINDS });
    name = fields.Char();
    note = fields.Char();
    summary = fields.Char();
    is_branching = fields.Boolean();
    takes_paths = fields.Boolean();
    status = fields.Char();
    badges = fields.Json();
    comment_count = fields.Integer();
    version_state = fields.Char();

    _order = "sequence, id";
    _records = [
        { id: 1, version_id: 1, sequence: 1, key: "a", kind: "server", summary: "Update it" },
        {
            id: 2,
            version_id: 1,
            sequence: 2,
            key: "b",
            kind: "branch",
            name: "How big?",
            summary: "Branch: Big, Otherwise",
            is_branching: true,
            takes_paths: true,
        },
        { id: 3, version_id: 1, sequence: 3, key: "c", kind: "delay", summary: "Wait 2 days" },
        {
            id: 4,
            version_id: 1,
            path_id: 1,
            sequence: 1,
            key: "d",
            kind: "partner_kind",
            summary: "Do it",
            note: "They like it",
        },
    ];
    _views = {
        form: `<form><field name="name"/><field name="note"/><field name="kind" invisible="1"/>
            <field name="path_id" invisible="1"/><field name="version_id" invisible="1"/></form>`,
    };
}

class Path extends models.Model {
    _name = "crm.workflow.path";

    name = fields.Char();
    action_id = fields.Many2one({ relation: "crm.workflow.action" });
    version_id = fields.Many2one({ relation: "crm.workflow.version" });
    is_default = fields.Boolean();
    role = fields.Char();
    condition = fields.Char();
    model_name = fields.Char();

    _records = [
        {
            id: 1,
            name: "Big",
            action_id: 2,
            version_id: 1,
            condition: "if Number is more than 9",
            model_name: "crm.workflow.version",
        },
        { id: 2, name: "Otherwise", action_id: 2, version_id: 1, is_default: true },
    ];
    _views = { form: `<form><field name="name"/></form>` };
}

class Enrollment extends models.Model {
    _name = "crm.workflow.enrollment";

    action_id = fields.Many2one({ relation: "crm.workflow.action" });
    state = fields.Char();
    is_held = fields.Boolean();
}

defineMailModels();
defineModels([Workflow, Version, Step, Path, Enrollment]);

let groups = [];

beforeEach(() => {
    groups = [];
    onRpc("crm.workflow.enrollment", "formatted_read_group", () => groups);
    onRpc("crm.workflow.action", "move", ({ args }) => {
        expect.step(["move", ...args]);
        return true;
    });
});

const openWorkflow = (values = {}) =>
    mountView({ type: "form", resModel: "crm.workflow", resId: 1, ...values });

/** Selector of something on the card of one step, not of those on its paths. */
const onCard = (id, inner) => `.o_workflow_step[data-step-id="${id}"] > .o_workflow_card ${inner}`;

const openMenuOf = (id) => contains(onCard(id, ".o_workflow_menu")).click();

test("steps stand in lanes, those of a path inside their branch", async () => {
    await openWorkflow();
    expect(queryAllTexts(".o_workflow_title")).toEqual([
        "Update it",
        "How big?",
        "Do it",
        "Wait 2 days",
    ]);
    expect('.o_workflow_step[data-step-id="2"] .o_workflow_step[data-step-id="4"]').toHaveCount(1);
    expect(queryAllTexts(".o_workflow_path_name")).toEqual(["Big", "Otherwise"]);
    expect(queryText(".o_workflow_path_condition")).toBe("if Number is more than 9");
    expect(queryText(".o_workflow_note")).toBe("They like it");
    expect(queryText(".o_workflow_subtitle")).toBe("Branch: Big, Otherwise");
});

test("one request per table, whatever the number of steps", async () => {
    for (const [model, method] of [
        ["crm.workflow.action", "search_read"],
        ["crm.workflow.path", "search_read"],
        ["crm.workflow.enrollment", "formatted_read_group"],
    ]) {
        onRpc(model, method, () => {
            expect.step(model);
        });
    }
    await openWorkflow();
    expect.verifySteps(["crm.workflow.action", "crm.workflow.path", "crm.workflow.enrollment"]);
});

test("a version without steps says what to do", async () => {
    Workflow._records = [{ id: 1, name: "Welcome", shown_version_id: 2 }];
    await openWorkflow();
    expect(".o_workflow_steps_empty").toHaveCount(1);
    expect(".o_workflow_steps_empty .o_workflow_add").toHaveCount(1);
    expect(".o_workflow_lane").toHaveCount(0);
});

test("the menu offers every kind there is, in a partner's module as well", async () => {
    await openWorkflow();
    await contains(".o_workflow_add_between").click();
    expect(queryAllTexts(".o_workflow_step_menu .fw-bold")).toEqual([
        "Action",
        "Wait",
        "Branch",
        "Kind of a partner",
    ]);
});

test("a new step goes where the plus was clicked", async () => {
    onRpc("crm.workflow.action", "web_save", ({ args, kwargs }) => {
        expect.step(["web_save", kwargs.context.default_version_id, args[1]]);
    });
    await openWorkflow();
    await contains(
        '.o_workflow_step[data-step-id="4"] > .o_workflow_link .o_workflow_add_between',
    ).click();
    await contains(".o_workflow_step_menu [data-kind=delay]").click();
    await contains(".modal [name=name] input").edit("Breathe");
    await contains(".modal .o_form_button_save").click();
    await animationFrame();
    const [saved, moved] = [
        ["web_save", 1, { name: "Breathe", note: false, kind: "delay", path_id: 1, version_id: 1 }],
        ["move", 5, 1, 4],
    ];
    expect.verifySteps([saved, moved]);
    expect(".modal").toHaveCount(0);
});

test("a click opens the form of the step", async () => {
    await openWorkflow();
    await contains(onCard(1, ".o_workflow_open")).click();
    expect(queryText(".modal-title")).toBe("Action");
    await contains(".modal [name=name] input").edit("Greet");
    await contains(".modal .o_form_button_save").click();
    await animationFrame();
    expect(queryAllTexts(".o_workflow_title")[0]).toBe("Greet");
});

test("the form is saved before a step is opened", async () => {
    onRpc("crm.workflow", "web_save", ({ args }) => {
        expect.step(args[1]);
    });
    await openWorkflow();
    await contains("[name=name] input").edit("Welcome, everyone", { confirm: false });
    await contains(onCard(1, ".o_workflow_open")).click();
    expect(".modal").toHaveCount(1);
    expect.verifySteps([{ name: "Welcome, everyone" }]);
});

test("a step moves up and down by its menu", async () => {
    await openWorkflow();
    await openMenuOf(3);
    expect(".o-dropdown-item:contains(Move down)").toHaveCount(0);
    await contains(".o-dropdown-item:contains(Move up)").click();
    expect.verifySteps([["move", 3, false, 2]]);
});

test("a step is dragged into the lane of a path", async () => {
    await openWorkflow();
    const { drop, moveTo } = await contains(onCard(3, ".o_workflow_handle"), {
        visible: false,
    }).drag();
    await moveTo(".o_workflow_lane[data-path-id='2']");
    await drop();
    expect.verifySteps([["move", 3, 2, false]]);
});

test("a step is deleted after a question that says what goes with it", async () => {
    onRpc("crm.workflow.action", "unlink", ({ args }) => {
        expect.step(["unlink", args[0]]);
    });
    await openWorkflow();
    await openMenuOf(2);
    await contains(".o-dropdown-item:contains(Delete)").click();
    expect(queryText(".modal-body")).toBe("“How big?” goes, and with it every step on its paths.");
    await contains(".modal .btn-danger").click();
    expect.verifySteps([["unlink", [2]]]);
    expect(queryAllTexts(".o_workflow_title")).toEqual(["Update it", "Wait 2 days"]);
});

test("records on a step are counted, parked ones apart, and open on a click", async () => {
    groups = [
        { "action_id.key": "a", state: "active", __count: 7 },
        { "action_id.key": "a", state: "parked", __count: 2 },
    ];
    mockService("action", {
        doAction(action) {
            expect.step([action.res_model, action.domain]);
        },
    });
    await openWorkflow();
    expect(queryText(".o_workflow_inside")).toBe("7");
    expect(queryText(".o_workflow_parked")).toBe("2");
    await contains(".o_workflow_parked").click();
    const domain = [
        ["workflow_id.version_ids", "=", 1],
        ["action_id.key", "=", "a"],
        ["state", "=", "parked"],
    ];
    expect.verifySteps([["crm.workflow.enrollment", domain]]);
});

test("paths are added to a step that takes them", async () => {
    await openWorkflow();
    expect(".o_workflow_add_path").toHaveCount(1);
});

test("no path is added to a step that makes its own", async () => {
    Step._records = Step._records.map((step) => ({ ...step, takes_paths: false }));
    await openWorkflow();
    expect(".o_workflow_path").toHaveCount(2);
    expect(".o_workflow_add_path").toHaveCount(0);
});

test("who is held before a step is told apart, and opens on a click", async () => {
    Step._records = Step._records.map((row) => (row.id === 1 ? { ...row, status: "manual" } : row));
    onRpc("crm.workflow.enrollment", "formatted_read_group", ({ kwargs }) => {
        const held = kwargs.domain.some(([name]) => name === "is_held");
        const count = held ? { __count: 3 } : { state: "active", __count: 5 };
        return [{ "action_id.key": "a", ...count }];
    });
    mockService("action", {
        doAction(action) {
            expect.step(action.domain.slice(2));
        },
    });
    await openWorkflow();
    expect(queryText(".o_workflow_held")).toBe("3");
    expect(queryText(".o_workflow_inside")).toBe("2");
    await contains(".o_workflow_held").click();
    expect.verifySteps([
        [
            ["state", "=", "active"],
            ["is_held", "=", true],
        ],
    ]);
});

test("what is special about a step stands on its card, and how much is said of it", async () => {
    const badges = [
        { name: "off", text: "Off" },
        { name: "of_a_module", text: "Special" },
    ];
    const special = { badges, status: "off", comment_count: 2 };
    Step._records = Step._records.map((row) => (row.id === 1 ? { ...row, ...special } : row));
    await openWorkflow();
    expect(queryAllTexts(onCard(1, ".o_workflow_badge"))).toEqual(["Off", "Special"]);
    expect(onCard(1, "[data-badge=off] .fa-power-off")).toHaveCount(1);
    expect(queryText(onCard(1, ".o_workflow_comments"))).toBe("2");
    expect(".o_workflow_comments").toHaveCount(1);
});

test("the path of those on which a step fails stands last, on any kind of step", async () => {
    Path._records = [
        { id: 3, name: "If it fails", action_id: 1, version_id: 1, role: "error" },
        { id: 4, name: "If it fails", action_id: 2, version_id: 1, role: "error" },
        ...Path._records,
    ];
    await openWorkflow();
    expect(queryAllTexts(".o_workflow_path_name")).toEqual([
        "If it fails",
        "Big",
        "Otherwise",
        "If it fails",
    ]);
    expect(".o_workflow_path_error").toHaveCount(2);
    expect(".o_workflow_add_path").toHaveCount(1);
});

test("a published version is looked at, not changed", async () => {
    await openWorkflow({
        arch: Workflow._views.form.replace('widget="workflow_steps"', '$& readonly="1"'),
    });
    expect(".o_workflow_step").toHaveCount(4);
    expect(".o_workflow_add, .o_workflow_menu, .o_workflow_handle").toHaveCount(0);
    await contains(onCard(1, ".o_workflow_open")).click();
    expect(".modal .o_form_readonly").toHaveCount(1);
});

test("problems stand at their step, and open it from the list of problems", async () => {
    const problems = [
        { text: "Nobody may do this.", action_id: false },
        { text: "Choose what is to be done.", action_id: 1 },
    ];
    Workflow._records = [{ id: 1, name: "Welcome", shown_version_id: 1, problems }];
    await openWorkflow();
    expect(queryAllTexts(".o_workflow_problems li")).toEqual(problems.map(({ text }) => text));
    expect(queryAllTexts(".o_workflow_problem")).toEqual(["Choose what is to be done."]);
    expect(".o_workflow_card_problem").toHaveCount(1);
    await contains(".o_workflow_problems button").click();
    expect(".modal [name=name]").toHaveCount(1);
});

test("a kind that nobody describes has the fallback icon", async () => {
    await openWorkflow();
    expect(onCard(4, ".o_workflow_step_icon .fa-cog")).toHaveCount(1);
});
