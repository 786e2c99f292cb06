import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { SelectMenu } from "@web/core/select_menu/select_menu";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Up to so many choices are seen at a glance. */
const FEW = 8;

/**
 * One of the values that another field offers, under headings: what can be chosen depends on the
 * record, which a selection alone does not know.
 *
 * Stands on a selection or a char. Option `choices` names a json field that holds
 * `[{label, choices: [{value, label}]}]`; the value "" stands for none.
 */
export class ChoiceField extends Component {
    static template = "crm_workflow.ChoiceField";
    static components = { SelectMenu };
    static props = { ...standardFieldProps, choicesField: String };

    get groups() {
        return this.props.record.data[this.props.choicesField] || [];
    }

    get choices() {
        return this.groups.flatMap((group) => group.choices);
    }

    get isLong() {
        return this.choices.length > FEW;
    }

    get searchPlaceholder() {
        return _t("Search…");
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    /** A value that is not offered any more is shown as it is. */
    get label() {
        const chosen = this.choices.find((choice) => choice.value === this.value);
        return chosen ? chosen.label : this.value;
    }

    update(value) {
        return this.props.record.update({ [this.props.name]: value || false });
    }
}

export const choiceField = {
    component: ChoiceField,
    displayName: _t("Choice"),
    supportedTypes: ["char", "selection"],
    supportedOptions: [
        { label: _t("Field that holds the choices"), name: "choices", type: "string" },
    ],
    isEmpty: () => false,
    extractProps: ({ options }) => ({ choicesField: options.choices }),
};

registry.category("fields").add("workflow_choice", choiceField);
