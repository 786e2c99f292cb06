import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * A button that the server answers in the form, before anything is saved.
 *
 * Stands on a boolean that is not stored: a click sets it, and the model's onchange does what the
 * button says and clears it again. Option `icon` is a Font Awesome class.
 */
export class FormButtonField extends Component {
    static template = "crm_workflow.FormButtonField";
    static props = {
        ...standardFieldProps,
        label: String,
        icon: { type: String, optional: true },
    };

    onClick() {
        return this.props.record.update({ [this.props.name]: true });
    }
}

export const formButtonField = {
    component: FormButtonField,
    displayName: "Button",
    supportedTypes: ["boolean"],
    isEmpty: () => false,
    extractProps: ({ options, string }) => ({ label: string, icon: options.icon }),
};

registry.category("fields").add("workflow_form_button", formButtonField);
