import { Chatter } from "@mail/chatter/web_portal/chatter";
import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * The comments on a step. A form's own chatter is not shown in dialogs, where steps are edited,
 * and would be of one version only: this one is of the row that `discussion_id` names.
 */
export class StepComments extends Component {
    static template = "crm_workflow.StepComments";
    static components = { Chatter };
    static props = { ...standardWidgetProps };

    get threadModel() {
        return this.props.record.resModel;
    }

    get threadId() {
        return this.props.record.data.discussion_id?.id || false;
    }
}

export const stepComments = {
    component: StepComments,
    fieldDependencies: [{ name: "discussion_id", type: "many2one" }],
};

registry.category("view_widgets").add("workflow_step_comments", stepComments);
