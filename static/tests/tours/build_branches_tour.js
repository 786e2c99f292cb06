import { registry } from "@web/core/registry";

const dialog = (inner) => `.modal:not(.o_inactive_modal) ${inner}`;
const paths = (kind, inner) => dialog(`[name=kind_${kind}] [name=path_ids] ${inner}`);
const saved = [
    { trigger: dialog(".o_form_button_save"), run: "click" },
    { trigger: "body:not(:has(.modal))" },
];

const chooseKind = (kind) => ({
    trigger: `.o_workflow_step_menu [data-kind=${kind}]`,
    run: "click",
});

const byStage = [
    { trigger: ".o_notebook .nav-link[name=steps]", run: "click" },
    { trigger: ".o_workflow_steps_empty .o_workflow_add", run: "click" },
    chooseKind("values"),
    { trigger: dialog("[name=values_field] .o_model_field_selector"), run: "click" },
    { trigger: ".o_model_field_selector_popover input", run: "edit Stage" },
    {
        trigger: ".o_model_field_selector_popover_item_name:contains(/^Stage$/)",
        run: "click",
    },
    { trigger: dialog("[name=values_create_all] button"), run: "click" },
    { trigger: paths("values", ".o_data_row .o_tag:contains(New)") },
    {
        trigger: paths("values", ".o_data_row:contains(New) [name=values_empty] input"),
        run: "click",
    },
    ...saved,
    { trigger: ".o_workflow_title:contains(Branch by Stage)" },
    { trigger: ".o_workflow_path_name:contains(New or empty)" },
];

const nameTheRest = [
    { trigger: ".o_workflow_path_name:contains(Otherwise)", run: "click" },
    { trigger: dialog("[name=name] input"), run: "edit Any other stage" },
    ...saved,
    { trigger: ".o_workflow_path_name:contains(Any other stage)" },
];

const byLot = [
    { trigger: ".o_workflow_steps > .o_workflow_lane_end .o_workflow_add", run: "click" },
    chooseKind("split"),
    { trigger: paths("split", ".o_data_row:nth-child(2) td[name=percentage]:contains(50)") },
    { trigger: paths("split", ".o_field_x2many_list_row_add :is(a, button)"), run: "click" },
    {
        trigger: paths("split", ".o_selected_row [name=name] input"),
        run: "edit With a gift",
    },
    { trigger: dialog("[name=split_even] button"), run: "click" },
    { trigger: paths("split", ".o_data_row td[name=percentage]:contains(34)") },
    ...saved,
    { trigger: ".o_workflow_title:contains(Split 34 % / 33 % / 33 %)" },
    { trigger: ".o_workflow_path:contains(With a gift) .o_workflow_path_condition:contains(33 %)" },
];

registry.category("web_tour.tours").add("crm_workflow_build_branches", {
    steps: () => [...byStage, ...nameTheRest, ...byLot],
});
