import { _t } from "@web/core/l10n/translation";
import { Select } from "@web/core/tree_editor/tree_editor_components";
import { getOperatorLabel } from "@web/core/tree_editor/tree_editor_operator_editor";

import { countOf, countOperator } from "./terms";

const DATES = ["next", "last", "ago", "ahead", "in range", "=", "<", ">", "set", "not set"];
const NUMBERS = ["=", "!=", ">", ">=", "<", "<=", "between"];
const TEXTS = ["=", "!=", "in", "not in", "ilike", "not ilike", "starts with", "set", "not set"];
const SAME = ["field =", "field !="];
const ORDER = ["field >", "field <"];
const MANY = ["any", "not any", "count", "in", "not in", "ilike", "not ilike", "set", "not set"];

/** What is offered, by the type of the field. */
const OPERATORS = {
    boolean: ["set", "not set"],
    selection: ["in", "not in", "=", "!=", "set", "not set", ...SAME],
    char: [...TEXTS, ...SAME],
    text: [...TEXTS, ...SAME],
    html: ["ilike", "not ilike", "set", "not set"],
    date: [...DATES, ...ORDER, "field ="],
    datetime: [...DATES, ...ORDER, "field ="],
    integer: [...NUMBERS, ...ORDER, ...SAME],
    float: [...NUMBERS, ...ORDER, ...SAME],
    monetary: [...NUMBERS, ...ORDER, ...SAME],
    many2one: [
        ...["in", "not in", "ilike", "not ilike", "any", "not any", "set", "not set"],
        ...SAME,
    ],
    many2many: MANY,
    one2many: MANY,
    json: ["=", "!=", "ilike", "not ilike", "set", "not set"],
    binary: ["set", "not set"],
    properties: ["set", "not set"],
};
/** Properties are no columns: fields cannot be held against them. */
const PROPERTY_OPERATORS = {
    many2many: ["in", "not in", "set", "not set"],
    tags: ["in", "not in", "set", "not set"],
    many2one: ["=", "!=", "set", "not set"],
    selection: ["=", "!=", "set", "not set"],
};
const ANY = ["=", "!=", "<", ">", "ilike", "not ilike", "in", "not in", "set", "not set"];
const MANY_TYPES = ["one2many", "many2many"];
const DATE_TYPES = ["date", "datetime"];

const LABELS = {
    "=": _t("is"),
    "!=": _t("is not"),
    "<": _t("is less than"),
    "<=": _t("is at most"),
    ">": _t("is more than"),
    ">=": _t("is at least"),
    in: _t("is any of"),
    "not in": _t("is none of"),
    ilike: _t("contains"),
    "not ilike": _t("does not contain"),
    "starts with": _t("starts with"),
    between: _t("is between"),
    "in range": _t("is in the period"),
    set: _t("is known"),
    "not set": _t("is unknown"),
    any: _t("matches"),
    "not any": _t("does not match"),
    next: _t("is in the next"),
    last: _t("is in the last"),
    ago: _t("is more than … ago"),
    ahead: _t("is more than … ahead"),
    "field =": _t("is the same as field"),
    "field !=": _t("is not the same as field"),
    "field <": _t("is less than field"),
    "field <=": _t("is at most field"),
    "field >": _t("is more than field"),
    "field >=": _t("is at least field"),
};
const DATE_LABELS = {
    "<": _t("is before"),
    "<=": _t("is on or before"),
    ">": _t("is after"),
    ">=": _t("is on or after"),
    "field =": _t("is the day of field"),
    "field <": _t("is before field"),
    "field <=": _t("is on or before field"),
    "field >": _t("is after field"),
    "field >=": _t("is on or after field"),
};
const MANY_LABELS = {
    in: _t("includes any of"),
    "not in": _t("includes none of"),
    ilike: _t("has one named like"),
    "not ilike": _t("has none named like"),
    any: _t("has one that matches"),
    "not any": _t("has none that matches"),
    count: _t("has a number that matches"),
    set: _t("has some"),
    "not set": _t("has none"),
};
const BOOLEAN_LABELS = { set: _t("is yes"), "not set": _t("is no") };

/** Negative operators hold for records without a value as well, as they do in the database. */
const INCLUDES_EMPTY = ["!=", "not in", "not ilike", "not any", "field !="];

/**
 * @param {Object} [fieldDef]
 * @returns {string[]} the operators that a field offers, the usual one first
 */
export function operatorsOf(fieldDef) {
    const { type, is_property: isProperty } = fieldDef || {};
    if (isProperty) {
        const plain = (operator) => !operator.startsWith("field ");
        return PROPERTY_OPERATORS[type] || (OPERATORS[type] || ANY).filter(plain);
    }
    return type ? OPERATORS[type] || ANY : ["="];
}

/** Some operators stand for a first value as well. */
export function fullOperator(operator) {
    return operator === "count" ? countOperator({ comparison: ">=", number: 1 }) : operator;
}

/** True when records without a value match as well: worth telling. */
export function includesEmpty({ operator, negate }, fieldDef) {
    const isNumber = ["integer", "float", "monetary", "boolean"].includes(fieldDef?.type);
    return !negate && !isNumber && INCLUDES_EMPTY.includes(operator);
}

function labelOf(operator, type) {
    if (DATE_TYPES.includes(type) && operator in DATE_LABELS) {
        return DATE_LABELS[operator];
    }
    if (MANY_TYPES.includes(type) && operator in MANY_LABELS) {
        return MANY_LABELS[operator];
    }
    if (type === "boolean" && operator in BOOLEAN_LABELS) {
        return BOOLEAN_LABELS[operator];
    }
    return LABELS[operator] || getOperatorLabel(operator, type);
}

/** The editor of a condition's operator, as Odoo's tree editor takes it. */
export function operatorEditorInfo(fieldDef) {
    const type = fieldDef?.type;
    const offered = operatorsOf(fieldDef).map((operator) => [operator, labelOf(operator, type)]);
    return {
        component: Select,
        extractProps: ({ update, value: [operator, negate] }) => {
            const name = countOf(operator) ? "count" : operator;
            const key = negate ? ["not", name] : name;
            const label = negate ? _t("not: %s", labelOf(name, type)) : labelOf(name, type);
            const isOffered = offered.some(([value]) => value === key);
            return {
                // An operator that is not offered is shown and stays until another is chosen.
                options: isOffered ? offered : [...offered, [key, label]],
                value: key,
                update: (chosen) =>
                    typeof chosen === "string" && update(fullOperator(chosen), false),
            };
        },
        defaultValue: () => offered[0][0],
        isSupported: ([operator]) => typeof operator === "string",
        message: _t("Operator not supported"),
        stringify: ([operator]) => String(operator),
    };
}
