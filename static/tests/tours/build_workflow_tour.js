import { registry } from "@web/core/registry";

const dialog = (inner) => `.modal:not(.o_inactive_modal) ${inner}`;
const save = { trigger: dialog(".o_form_button_save"), run: "click" };
const closed = { trigger: "body:not(:has(.modal))" };

/** Add a step of a kind at the end of the root lane. */
const addStep = (kind) => [
    { trigger: ".o_workflow_steps > .o_workflow_lane_end .o_workflow_add", run: "click" },
    { trigger: `.o_workflow_step_menu [data-kind=${kind}]`, run: "click" },
];

const addCondition = {
    trigger: dialog("[name=domain]:visible button:contains(Add condition)"),
    run: "click",
};

const chooseCountry = (name) => [
    { trigger: dialog(".o_tree_editor_condition .o-autocomplete--input"), run: `edit ${name}` },
    { trigger: `.o-autocomplete--dropdown-item:contains(${name})`, run: "click" },
    { trigger: dialog(`.o_tree_editor_condition .o_tag:contains(${name})`) },
];

const describeIt = [
    { trigger: ".o_kanban_view .o-kanban-button-new", run: "click" },
    { trigger: ".o_field_widget[name=name] textarea", run: "edit Welcome Belgians" },
    { trigger: ".o_field_widget[name=object_id] input", run: "edit Contact" },
    { trigger: ".o-autocomplete--dropdown-item:contains(Contact)", run: "click" },
];

const addTrigger = [
    { trigger: "[name=trigger_ids] .o_field_x2many_list_row_add :is(a, button)", run: "click" },
    { trigger: dialog("[name=kind] input[data-value=criteria]:checked") },
    addCondition,
    ...chooseCountry("Belgium"),
    save,
    closed,
    { trigger: "[name=trigger_ids] .o_data_row:contains(Belgium)" },
];

const addAction = [
    { trigger: ".o_notebook .nav-link[name=steps]", run: "click" },
    { trigger: ".o_workflow_steps_empty .o_workflow_add", run: "click" },
    { trigger: ".o_workflow_step_menu [data-kind=server]", run: "click" },
    { trigger: dialog(".o_workflow_make_action"), run: "click" },
    {
        trigger: dialog(
            "[name=crm_workflow_assignment_ids] .o_field_x2many_list_row_add :is(a, button)",
        ),
        run: "click",
    },
    { trigger: dialog("[name=field_name] .o_model_field_selector"), run: "click" },
    { trigger: ".o_model_field_selector_popover input", run: "edit Job Position" },
    {
        trigger: ".o_model_field_selector_popover_item_name:contains(Job Position)",
        run: "click",
    },
    { trigger: dialog(".o_workflow_assignment_value input"), run: "edit Friend" },
    save,
    { trigger: dialog(".o_workflow_server_action .fw-bold:contains(Set Job Position to Friend)") },
    save,
    closed,
    { trigger: ".o_workflow_step[data-kind=server]" },
];

const addWait = [
    ...addStep("delay"),
    { trigger: dialog("[name=delay_amount] input"), run: "edit 2" },
    save,
    closed,
    { trigger: ".o_workflow_title:contains(Wait 2 days)" },
];

const addBranch = [
    ...addStep("branch"),
    {
        trigger: dialog("[name=path_ids] .o_field_x2many_list_row_add :is(a, button)"),
        run: "click",
    },
    { trigger: dialog("[name=name] input[placeholder*=Belgian]"), run: "edit From Belgium" },
    addCondition,
    ...chooseCountry("Belgium"),
    save,
    { trigger: dialog("[name=path_ids] .o_data_row:contains(From Belgium)") },
    save,
    closed,
    { trigger: ".o_workflow_path_name:contains(From Belgium)" },
    { trigger: ".o_workflow_path_name:contains(Otherwise)" },
];

const publish = [
    { trigger: ".o_statusbar_buttons button:contains(Publish)", run: "click" },
    { trigger: ".modal button[name=action_publish]:contains(Publish)", run: "click" },
    closed,
    { trigger: ".o_statusbar_status .o_arrow_button_current[data-value=on]" },
    { trigger: ".o_workflow_steps:not(:has(.o_workflow_add))" },
];

registry.category("web_tour.tours").add("crm_workflow_build", {
    steps: () => [...describeIt, ...addTrigger, ...addAction, ...addWait, ...addBranch, ...publish],
});
