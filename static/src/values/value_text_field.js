import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { usePopover } from "@web/core/popover/popover_hook";
import { TextField, textField } from "@web/views/fields/text/text_field";

import { ValuePanel } from "./value_panel";

/**
 * A text with placeholders, `{{ object.name }}`, or with the option `formula` a formula, beside
 * which a button opens the values that can be used.
 */
export class ValueTextField extends TextField {
    static template = "crm_workflow.ValueTextField";
    static props = {
        ...TextField.props,
        isFormula: { type: Boolean, optional: true },
        versionField: { type: String, optional: true },
        modelField: { type: String, optional: true },
    };
    static defaultProps = { ...TextField.defaultProps, versionField: "version_id" };

    setup() {
        super.setup();
        this.panel = usePopover(ValuePanel, {
            position: "bottom-end",
            popoverClass: "o_workflow_value_popover",
        });
    }

    openPanel(ev) {
        const { record, versionField, modelField, isFormula } = this.props;
        // A line of a list belongs to the step, or the action, that its form is about.
        const holder = record.data[versionField] ? record : record.model.root;
        const isStep = holder.resModel === "crm.workflow.action";
        this.panel.open(ev.currentTarget, {
            versionId: holder.data[versionField]?.id || undefined,
            actionId: (isStep && holder.resId) || undefined,
            resModel: (modelField && record.data[modelField]) || undefined,
            withFunctions: isFormula,
            insert: (text) => this.insert(isFormula ? text : `{{ ${text} }}`),
        });
    }

    /** Put a text where the cursor was, as if somebody had typed it. */
    insert(text) {
        const area = this.textareaRef.el;
        area.focus();
        area.setRangeText(text, this.selectionStart, this.selectionStart, "end");
        area.dispatchEvent(new Event("input"));
        area.dispatchEvent(new Event("change"));
    }
}

export const valueTextField = {
    ...textField,
    component: ValueTextField,
    displayName: _t("Text with values of the record"),
    supportedOptions: [
        { label: _t("A formula"), name: "formula", type: "boolean" },
        { label: _t("Field of the version"), name: "version_field", type: "string" },
        { label: _t("Field of the model's name"), name: "model_field", type: "string" },
    ],
    extractProps: (info, dynamicInfo) => ({
        ...textField.extractProps(info, dynamicInfo),
        isFormula: info.options.formula || false,
        ...(info.options.version_field && { versionField: info.options.version_field }),
        ...(info.options.model_field && { modelField: info.options.model_field }),
        ...("line_breaks" in info.options && { lineBreaks: info.options.line_breaks }),
    }),
};

registry.category("fields").add("workflow_text", valueTextField);
