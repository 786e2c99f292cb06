import { registry } from "@web/core/registry";

const dialog = (inner) => `.modal:not(.o_inactive_modal) ${inner}`;
const criteria = (inner) => dialog(`.o_workflow_criteria:visible ${inner}`);
const inside = (inner) => criteria(`.o_workflow_criteria_inner ${inner}`);

/** Choose a field by its label in the selector that a step finds. */
const chooseField = (place, label) => [
    { trigger: `${place} .o_model_field_selector`, run: "click" },
    { trigger: ".o_model_field_selector_popover input", run: `edit ${label}` },
    {
        trigger: `.o_model_field_selector_popover_item_name:contains(/^${label}$/)`,
        run: "click",
    },
    { trigger: `${place} .o_model_field_selector:contains(${label})` },
];

const openTrigger = [
    { trigger: ".o_notebook .nav-link[name=triggers]", run: "click" },
    { trigger: "[name=trigger_ids] .o_data_row td[name=summary]", run: "click" },
];

const twoDeals = [
    { trigger: criteria(".o_workflow_criteria_add"), run: "click" },
    ...chooseField(criteria(".o_workflow_criteria_path"), "Opportunities"),
    {
        trigger: criteria(".o_workflow_criteria_operator select:has(option[value*=count])"),
        run: 'select "count"',
    },
    {
        trigger: criteria(".o_workflow_criteria_value input[type=number]"),
        run: "edit 2 && press Tab",
    },
];

const closingSoon = [
    { trigger: inside(".o_workflow_criteria_add"), run: "click" },
    ...chooseField(inside(".o_workflow_criteria_path"), "Expected Closing"),
    { trigger: inside(".o_workflow_criteria_operator select:has(option[value*=next])") },
    { trigger: criteria(".o_workflow_criteria_show b:contains(/^1$/)") },
];

const saveIt = [
    { trigger: dialog(".o_form_button_save"), run: "click" },
    { trigger: "body:not(:has(.modal))" },
    { trigger: ".o_form_button_save:enabled", run: "click" },
    { trigger: ".o_form_saved, .o_form_status_indicator:not(:has(.o_form_button_save:visible))" },
];

const seeTheSame = [
    ...openTrigger,
    { trigger: criteria(".o_workflow_criteria_path:first:contains(Opportunities)") },
    { trigger: criteria(".o_workflow_criteria_value input:value(2)") },
    { trigger: inside(".o_workflow_criteria_path:contains(Expected Closing)") },
    { trigger: inside(".o_workflow_criteria_value input:value(7)") },
    { trigger: criteria(".o_workflow_criteria_show b:contains(/^1$/)") },
];

registry.category("web_tour.tours").add("crm_workflow_build_condition", {
    steps: () => [...openTrigger, ...twoDeals, ...closingSoon, ...saveIt],
});

registry.category("web_tour.tours").add("crm_workflow_see_condition", {
    steps: () => seeTheSame,
});
