import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getValueEditorInfo } from "@web/core/tree_editor/tree_editor_value_editors";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { listFromText, textFromList } from "./value_text";

/**
 * Accepted values of a field, chosen as the condition editor has them chosen: records for a
 * many2one, labels for a selection, yes and no for a boolean.
 *
 * Stands on a char that stores a JSON list; empty means any value. Options: `model` and `field`
 * name the fields of the record that hold the model's and the field's name.
 */
export class FieldValueField extends Component {
    static template = "crm_workflow.FieldValueField";
    static props = {
        ...standardFieldProps,
        modelField: String,
        nameField: String,
        placeholder: { type: String, optional: true },
    };

    setup() {
        this.fieldService = useService("field");
        this.keepLast = new KeepLast();
        this.state = useState({ fieldDef: null });
        useRecordObserver((record, props) => this.loadField(record, props));
    }

    async loadField(record, { modelField, nameField, name }) {
        const resModel = record.data[modelField];
        const path = record.data[nameField];
        if (this.path && this.path !== path && record.data[name]) {
            record.update({ [name]: false }); // values of another field mean nothing here
        }
        this.path = path;
        const { fieldDef } =
            resModel && path
                ? await this.keepLast.add(this.fieldService.loadFieldInfo(resModel, path))
                : { fieldDef: null };
        this.state.fieldDef = editableDef(fieldDef);
    }

    get values() {
        return listFromText(this.props.record.data[this.props.name]);
    }

    get info() {
        return getValueEditorInfo(this.state.fieldDef, "in");
    }

    get editorProps() {
        return this.info.extractProps({
            value: this.values,
            update: this.update.bind(this),
            displayPlaceholder: !this.values.length,
        });
    }

    update(values) {
        const { record, name } = this.props;
        return record.update({ [name]: textFromList(values) });
    }
}

/** A boolean has two values, offered like those of a selection. */
function editableDef(fieldDef) {
    if (fieldDef?.type !== "boolean") {
        return fieldDef;
    }
    const selection = [
        [true, _t("Yes")],
        [false, _t("No")],
    ];
    return { ...fieldDef, type: "selection", selection };
}

export const fieldValueField = {
    component: FieldValueField,
    displayName: _t("Values of a field"),
    supportedTypes: ["char", "text"],
    supportedOptions: [
        { label: _t("Field that holds the model's name"), name: "model", type: "string" },
        { label: _t("Field that holds the field's name"), name: "field", type: "string" },
    ],
    isEmpty: () => false,
    extractProps: ({ options, placeholder }) => ({
        modelField: options.model,
        nameField: options.field,
        placeholder,
    }),
};

registry.category("fields").add("workflow_field_value", fieldValueField);
