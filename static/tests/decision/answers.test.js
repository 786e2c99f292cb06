import { expect, test } from "@odoo/hoot";
import {
    click,
    contains,
    defineMailModels,
    mailModels,
    openFormView,
    start,
    startServer,
} from "@mail/../tests/mail_test_helpers";
import {
    contains as find,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { Answers } from "@crm_workflow/decision/answers";

defineMailModels();

const CHOICES = [
    { key: "yes", name: "Approve" },
    { key: "no", name: "Reject" },
];

/** A contact whose activity asks, and an open form of it. */
async function openAsked(answers) {
    patchWithCleanup(mailModels.MailActivity.prototype, {
        get _to_store_defaults() {
            return [...super._to_store_defaults, "crm_workflow_answers"];
        },
    });
    const server = await startServer();
    const partnerId = server["res.partner"].create({ name: "Ada" });
    server["mail.activity"].create({
        can_write: true,
        crm_workflow_answers: answers,
        res_id: partnerId,
        res_model: "res.partner",
        summary: "A discount?",
    });
    onRpc("mail.activity", "action_crm_workflow_answer", ({ args }) => {
        expect.step(args.slice(1).join(","));
        server["mail.activity"].unlink(args[0]);
        return true;
    });
    await start();
    await openFormView("res.partner", partnerId);
    await contains(".o-mail-Activity");
}

test("an answer is told with its remark", async () => {
    await mountWithCleanup(Answers, {
        props: { choices: CHOICES, answer: (key, remark) => expect.step(`${key}: ${remark}`) },
    });
    expect(".o_workflow_answer").toHaveCount(2);
    expect(".o_workflow_answer:first").toHaveText("Approve");
    await find(".o_workflow_answer:contains(Reject)").click();
    await find(".o_workflow_add_remark").click();
    await find(".o_workflow_remark").edit("Too dear");
    await find(".o_workflow_answer:contains(Reject)").click();
    expect.verifySteps(["no: ", "no: Too dear"]);
});

test("a remark that is put away is not told", async () => {
    await mountWithCleanup(Answers, {
        props: { choices: CHOICES, answer: (key, remark) => expect.step(`${key}: ${remark}`) },
    });
    await find(".o_workflow_add_remark").click();
    await find(".o_workflow_remark").edit("Too dear");
    await find(".o_workflow_add_remark").click();
    await find(".o_workflow_answer:contains(Approve)").click();
    expect.verifySteps(["yes: "]);
});

test("an activity that asks has its answers in place of Mark Done", async () => {
    await openAsked({ choices: CHOICES });
    await contains(".o-mail-Activity .o_workflow_answer", { count: 2 });
    await contains(".o-mail-Activity-markDone", { count: 0 });
    await contains(".o-mail-Activity-edit");
    await click(".o-mail-Activity .o_workflow_answer", { text: "Approve" });
    await contains(".o-mail-Activity", { count: 0 });
    expect.verifySteps(["yes,"]);
});

test("an activity that asks somebody else has neither", async () => {
    await openAsked({ choices: [] });
    await contains(".o_workflow_answers", { count: 0 });
    await contains(".o-mail-Activity-markDone", { count: 0 });
});

test("any other activity is done as ever", async () => {
    await openAsked(false);
    await contains(".o_workflow_answers", { count: 0 });
    await contains(".o-mail-Activity-markDone");
});
