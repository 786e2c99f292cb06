import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import {
    FieldSelectorField,
    fieldSelectorField,
} from "@web/views/fields/field_selector/field_selector_field";

const SETTABLE = [
    "boolean",
    "char",
    "date",
    "datetime",
    "float",
    "html",
    "integer",
    "many2many",
    "many2one",
    "monetary",
    "selection",
    "text",
];

/** A field of a model, of those that people can fill, by its label whether edited or not. */
export class SettableFieldField extends FieldSelectorField {
    static template = "crm_workflow.SettableFieldField";

    filter(fieldDef) {
        return super.filter(fieldDef) && !fieldDef.readonly && SETTABLE.includes(fieldDef.type);
    }

    get selectorProps() {
        return { ...super.selectorProps, followRelations: false };
    }
}

registry.category("fields").add("workflow_settable_field", {
    ...fieldSelectorField,
    component: SettableFieldField,
    displayName: _t("Field that can be set"),
});
