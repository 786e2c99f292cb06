import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_workflow_enroll_by_hand", {
    steps: () => [
        {
            content: "Select two contacts of the list",
            trigger:
                ".o_data_row:has(td[name=complete_name]:contains(Tour Ada)) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:has(td[name=complete_name]:contains(Tour Works)) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_cp_action_menus button:contains(Actions)",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains(Enrol in workflow)",
            run: "click",
        },
        {
            content: "Choose the workflow",
            trigger: ".modal .o_field_widget[name=workflow_id] input",
            run: "edit Tour workflow",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Tour workflow)",
            run: "click",
        },
        {
            content: "See who can enter, and why the other cannot",
            trigger: ".modal div[name=can_enter]:contains(1)",
        },
        {
            trigger: ".modal div[name=refusals]:contains(not of the type)",
        },
        {
            trigger: ".modal footer .btn-primary:contains(Enrol 1 Record)",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(1 record entered)",
        },
        {
            content: "Open the contact that entered",
            trigger: "body:not(:has(.modal)) .o_data_row td[name=complete_name]:contains(Tour Ada)",
            run: "click",
        },
        {
            content: "Its conversation tells that it is inside one workflow",
            trigger: ".o_form_view .o_record_enrollments:contains(1)",
        },
        {
            trigger: ".o_record_enrollments",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row td[name=workflow_id]:contains(Tour workflow)",
            run: "click",
        },
        {
            content: "The enrollment tells its way",
            trigger: ".o_workflow_timeline_entry[data-outcome=entered]",
        },
    ],
});
