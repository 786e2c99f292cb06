import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_workflow_decide", {
    steps: () => [
        {
            content: "The contact has an activity that asks",
            trigger: ".o-mail-Activity:contains(A discount for Tour Ada?)",
        },
        {
            content: "It is not marked as done",
            trigger: ".o-mail-Activity:not(:has(.o-mail-Activity-markDone))",
        },
        {
            trigger: ".o-mail-Activity .o_workflow_add_remark",
            run: "click",
        },
        {
            trigger: ".o-mail-Activity .o_workflow_remark",
            run: "edit She is loyal",
        },
        {
            trigger: ".o-mail-Activity .o_workflow_answer:contains(Approve)",
            run: "click",
        },
        {
            content: "The activity goes, and the conversation tells the answer",
            trigger:
                ".o-mail-Chatter:not(:has(.o-mail-Activity)) .o-mail-Message:contains(She is loyal)",
        },
        {
            trigger: ".o-mail-Message:contains(Approve, by)",
        },
    ],
});
