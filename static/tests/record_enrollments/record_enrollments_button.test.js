import { beforeEach, expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { RecordEnrollmentsButton } from "@crm_workflow/record_enrollments/record_enrollments_button";

defineMailModels();

let count;

beforeEach(() => {
    count = 2;
    onRpc("crm.workflow.enrollment", "count_of_record", ({ args }) => {
        expect.step(args.join(","));
        return count;
    });
});

const mountButton = () =>
    mountWithCleanup(RecordEnrollmentsButton, {
        props: { resModel: "res.partner", resId: 7 },
    });

test("the number of workflows is asked for once", async () => {
    await mountButton();
    await animationFrame();
    expect.verifySteps(["res.partner,7"]);
    expect(".o_record_enrollments_count").toHaveText("2");
    expect(".o_record_enrollments").toHaveAttribute("title", "Workflows this record is inside: 2");
});

test("the button shows the enrollments of the record", async () => {
    mockService("action", {
        doAction: (action) => expect.step(JSON.stringify(action.domain)),
    });
    await mountButton();
    await contains(".o_record_enrollments").click();
    expect.verifySteps(["res.partner,7", '[["res_model","=","res.partner"],["res_id","=",7]]']);
});

test("the number follows when somebody enrols records by hand", async () => {
    await mountButton();
    count = 3;
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_workflow_entered",
        params: { message: "1 record entered", enrollments: {} },
    });
    await animationFrame();
    expect.verifySteps(["res.partner,7", "res.partner,7"]);
    expect(".o_record_enrollments_count").toHaveText("3");
});
