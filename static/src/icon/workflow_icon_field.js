import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const NAME = /^fa-[a-z0-9-]+$/;

/** Shows the Font Awesome icon that a text field names. */
export class WorkflowIconField extends Component {
    static template = "crm_workflow.WorkflowIconField";
    static props = { ...standardFieldProps };

    get icon() {
        const name = this.props.record.data[this.props.name] || "";
        return NAME.test(name) ? name : "fa-cube";
    }
}

registry.category("fields").add("workflow_icon", {
    component: WorkflowIconField,
    displayName: _t("Icon"),
    supportedTypes: ["char"],
});
