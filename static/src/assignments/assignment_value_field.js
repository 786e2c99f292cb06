import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { getValueEditorInfo } from "@web/core/tree_editor/tree_editor_value_editors";
import { KeepLast } from "@web/core/utils/concurrency";
import { useBus, useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { IntegerField } from "@web/views/fields/integer/integer_field";
import { SelectionField } from "@web/views/fields/selection/selection_field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { listFromText, textFromList } from "../field_value/value_text";
import { ValueTextField } from "../values/value_text_field";

/**
 * How the value of a line is edited, by the way in which the field gets it. A partner's module
 * that adds a way names its editor here: `chosen`, `formula`, `text` or `period`; ways that are
 * not named need no value.
 */
export const assignmentEditors = registry.category("crm_workflow.assignment_editors");

assignmentEditors
    .add("set", "chosen")
    .add("add", "chosen")
    .add("remove", "chosen")
    .add("copy", "formula")
    .add("formula", "formula")
    .add("increase", "formula")
    .add("decrease", "formula")
    .add("text", "text")
    .add("append", "text")
    .add("later", "period");

const LISTS = ["many2many", "one2many"];
const PLACEHOLDERS = {
    copy: _t("object.city"),
    formula: _t("object.expected_revenue * 0.1"),
    increase: _t("1"),
    decrease: _t("1"),
};

/** The value of a line: what is chosen, a formula, a text, or an amount of time; else in words. */
export class AssignmentValueField extends Component {
    static template = "crm_workflow.AssignmentValueField";
    static components = { IntegerField, SelectionField, ValueTextField };
    static props = { ...standardFieldProps };

    setup() {
        this.fieldService = useService("field");
        this.keepLast = new KeepLast();
        this.state = useState({ fieldDef: null });
        this.root = useRef("root");
        useRecordObserver((record) => this.loadField(record));
        useBus(this.props.record.model.bus, "NEED_LOCAL_CHANGES", () => this.finishTyping());
    }

    /** What is typed and not confirmed yet is taken along when the form is saved. */
    finishTyping() {
        const typed = document.activeElement;
        if (this.editor === "chosen" && this.root.el?.contains(typed)) {
            typed.dispatchEvent(new Event("change"));
        }
    }

    async loadField(record) {
        const { model_name: model, field_name: name } = record.data;
        const info =
            model && name
                ? await this.keepLast.add(this.fieldService.loadFieldInfo(model, name))
                : {};
        this.state.fieldDef = editableDef(info.fieldDef);
    }

    get how() {
        return this.props.record.data.how;
    }

    get editor() {
        return this.how && assignmentEditors.get(this.how, "");
    }

    get isList() {
        return LISTS.includes(this.state.fieldDef.type);
    }

    get info() {
        return getValueEditorInfo(this.state.fieldDef, this.isList ? "in" : "=", {
            addBlankOption: !this.values.length,
            startEmpty: !this.values.length,
        });
    }

    get values() {
        return listFromText(this.props.record.data.fixed_value);
    }

    get chosenProps() {
        const values = this.values;
        const empty = this.state.fieldDef.type === "many2one" ? false : "";
        return this.info.extractProps({
            value: this.isList ? values : (values[0] ?? empty),
            update: (value) => this.update(this.isList ? value : [value]),
            displayPlaceholder: false,
        });
    }

    get expressionProps() {
        return {
            record: this.props.record,
            name: "expression",
            isFormula: this.editor === "formula",
            modelField: "source_model_name",
            rowCount: 1,
            lineBreaks: this.editor === "text",
            placeholder: String(PLACEHOLDERS[this.how] || ""),
        };
    }

    update(values) {
        const filled = values.filter((value) => value !== "" && value !== null);
        return this.props.record.update({ fixed_value: textFromList(filled) });
    }
}

/** A boolean has two values, offered like those of a selection. */
function editableDef(fieldDef) {
    if (fieldDef?.type !== "boolean") {
        return fieldDef || null;
    }
    const selection = [
        [true, _t("Yes")],
        [false, _t("No")],
    ];
    return { ...fieldDef, type: "selection", selection };
}

const dependency = (name, type) => ({ name, type, readonly: false });

registry.category("fields").add("workflow_assignment_value", {
    component: AssignmentValueField,
    displayName: _t("Value of a line"),
    supportedTypes: ["text"],
    isEmpty: () => false,
    fieldDependencies: [
        dependency("how", "selection"),
        dependency("field_name", "char"),
        dependency("fixed_value", "char"),
        dependency("amount", "integer"),
        { name: "model_name", type: "char" },
        { name: "value_words", type: "char" },
        { name: "source_model_name", type: "char" },
    ],
});
