import { _t } from "@web/core/l10n/translation";
import { usePopover } from "@web/core/popover/popover_hook";
import { registry } from "@web/core/registry";
import { HtmlField } from "@html_editor/fields/html_field";
import {
    HtmlMailField,
    htmlMailField,
} from "@mail/views/web/fields/html_mail_field/html_mail_field";

import { ValuePanel } from "./value_panel";

/**
 * HTML with placeholders, `{{ object.name }}`, with a button that opens what can be used. With the
 * option `mail`, styles go into the HTML, as programs that read e-mails want them.
 */
export class ValueHtmlField extends HtmlMailField {
    static template = "crm_workflow.ValueHtmlField";
    static props = {
        ...HtmlMailField.props,
        versionField: { type: String, optional: true },
        modelField: { type: String, optional: true },
        isMail: { type: Boolean, optional: true },
    };
    static defaultProps = { ...HtmlMailField.defaultProps, versionField: "version_id" };

    setup() {
        super.setup();
        this.panel = usePopover(ValuePanel, {
            position: "bottom-end",
            popoverClass: "o_workflow_value_popover",
        });
    }

    getEditorContent() {
        const { getEditorContent } = this.props.isMail
            ? HtmlMailField.prototype
            : HtmlField.prototype;
        return getEditorContent.call(this);
    }

    openPanel(ev) {
        const { record, versionField, modelField } = this.props;
        const isStep = record.resModel === "crm.workflow.action";
        this.panel.open(ev.currentTarget, {
            versionId: record.data[versionField]?.id || undefined,
            actionId: (isStep && record.resId) || undefined,
            resModel: (modelField && record.data[modelField]) || undefined,
            insert: (text) => this.insert(`{{ ${text} }}`),
        });
    }

    /** Put a text where the cursor was. */
    insert(text) {
        const { selection, dom, history } = this.editor.shared;
        selection.focusEditable();
        dom.insert(text);
        history.addStep();
        return this.commitChanges();
    }
}

export const valueHtmlField = {
    ...htmlMailField,
    component: ValueHtmlField,
    displayName: _t("HTML with values of the record"),
    supportedOptions: [
        { label: _t("For an e-mail"), name: "mail", type: "boolean" },
        { label: _t("Field of the version"), name: "version_field", type: "string" },
        { label: _t("Field of the model's name"), name: "model_field", type: "string" },
    ],
    extractProps: (info, dynamicInfo) => ({
        ...htmlMailField.extractProps(info, dynamicInfo),
        isMail: Boolean(info.options.mail),
        ...(info.options.version_field && { versionField: info.options.version_field }),
        ...(info.options.model_field && { modelField: info.options.model_field }),
    }),
};

registry.category("fields").add("workflow_html", valueHtmlField);
