import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const INDENT = "\u00a0".repeat(4);

/**
 * The key of a step, chosen among the steps of a workflow in the order of reading.
 *
 * Option `choices`: the json field of the record that lists them as `{ key, name, depth }`;
 * the field's placeholder is what no choice is called.
 */
export class StepChoiceField extends Component {
    static template = "crm_workflow.StepChoiceField";
    static props = {
        ...standardFieldProps,
        choicesField: String,
        emptyLabel: { type: String, optional: true },
    };

    get emptyLabel() {
        return this.props.emptyLabel || _t("From the beginning");
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get choices() {
        const choices = this.props.record.data[this.props.choicesField] || [];
        return choices.map(({ key, name, depth }) => ({ key, label: INDENT.repeat(depth) + name }));
    }

    onChange(ev) {
        return this.props.record.update({ [this.props.name]: ev.target.value || false });
    }
}

export const stepChoiceField = {
    component: StepChoiceField,
    displayName: _t("Step of a workflow"),
    supportedTypes: ["char"],
    supportedOptions: [
        { label: _t("Field that lists the steps"), name: "choices", type: "string" },
    ],
    isEmpty: () => false,
    extractProps: ({ options, placeholder }) => ({
        choicesField: options.choices,
        emptyLabel: placeholder,
    }),
};

registry.category("fields").add("workflow_step_choice", stepChoiceField);
