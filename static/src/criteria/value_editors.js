import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ModelFieldSelector } from "@web/core/model_field_selector/model_field_selector";
import { connector, isTree } from "@web/core/tree_editor/condition_tree";
import { getValueEditorInfo } from "@web/core/tree_editor/tree_editor_value_editors";

import { countOf, isAgainstField, PERIODS } from "./terms";

const UNITS = [
    ["d", _t("days")],
    ["w", _t("weeks")],
    ["m", _t("months")],
];
const COUNT_LABELS = [
    [">=", _t("at least")],
    ["<=", _t("at most")],
    ["=", _t("exactly")],
    ["!=", _t("not exactly")],
    [">", _t("more than")],
    ["<", _t("fewer than")],
];
/** Types whose values can be held against each other. */
const FAMILIES = [
    ["integer", "float", "monetary"],
    ["date", "datetime"],
    ["char", "text", "selection"],
];

/** A whole number, 0 or more; anything else that is typed counts as the number before it. */
function wholeNumber(text, before) {
    const number = parseInt(text);
    return number >= 0 ? number : before;
}

/** An amount of time: `[7, "d"]`. */
export class Period extends Component {
    static template = "crm_workflow.CriteriaPeriod";
    static props = { value: Array, update: Function };
    units = UNITS;

    setAmount(text) {
        const [amount, unit] = this.props.value;
        this.props.update([wholeNumber(text, amount), unit]);
    }

    setUnit(unit) {
        this.props.update([this.props.value[0], unit]);
    }
}

/** How many associated records there have to be: `{ comparison, number }`. */
export class CountEditor extends Component {
    static template = "crm_workflow.CriteriaCount";
    static props = { comparison: String, number: Number, update: Function };
    comparisons = COUNT_LABELS;

    set(values) {
        const { comparison, number } = this.props;
        this.props.update({ comparison, number, ...values });
    }

    setNumber(text) {
        this.set({ number: wholeNumber(text, this.props.number) });
    }
}

const PERIOD_EDITOR = {
    component: Period,
    extractProps: ({ value, update }) => ({ value, update }),
    isSupported: (value) => Array.isArray(value) && Number.isInteger(value[0]),
    defaultValue: () => [7, "d"],
    stringify: (value) => String(value),
    message: _t("Value not supported"),
};

const INNER_EDITOR = {
    component: null,
    extractProps: null,
    isSupported: isTree,
    defaultValue: () => connector("&"),
    stringify: (value) => String(value),
    message: _t("Value not supported"),
};

/** True when a field can be held against another. */
export function isComparable(fieldDef, other) {
    if (other.is_property || other.sortable === false || other.name === fieldDef.name) {
        return false;
    }
    if (fieldDef.type === "many2one") {
        return other.type === "many2one" && other.relation === fieldDef.relation;
    }
    const family = FAMILIES.find((types) => types.includes(fieldDef.type)) || [fieldDef.type];
    return family.includes(other.type);
}

function fieldEditor(fieldDef, resModel, fieldDefs) {
    const filter = (other) => isComparable(fieldDef, other);
    return {
        component: ModelFieldSelector,
        extractProps: ({ value, update }) => ({
            path: value,
            update: (path) => update(path),
            resModel,
            filter,
            followRelations: false,
            readonly: false,
        }),
        isSupported: (value) => typeof value === "string" && value in fieldDefs,
        defaultValue: () => Object.values(fieldDefs).find(filter)?.name || fieldDef.name,
        stringify: (value) => String(value),
        message: _t("Choose a field of the same kind"),
    };
}

/**
 * The editor of a condition's value, as Odoo's tree editor takes it.
 *
 * @param {Object} fieldDef
 * @param {string} operator
 * @param {{ resModel: string, fieldDefs: Object }} owner of the field
 */
export function valueEditorInfo(fieldDef, operator, { resModel, fieldDefs }) {
    if (PERIODS.includes(operator)) {
        return PERIOD_EDITOR;
    }
    if (isAgainstField(operator)) {
        return fieldEditor(fieldDef || {}, resModel, fieldDefs);
    }
    if (countOf(operator)) {
        return INNER_EDITOR;
    }
    return getValueEditorInfo(fieldDef, operator);
}

/** The value that a condition begins with, or keeps, under an operator. */
export function defaultValueOf(info, operator, value = null) {
    if (value === null || !info.isSupported(value) || info.shouldResetValue?.(value)) {
        return info.defaultValue(operator);
    }
    return value;
}
