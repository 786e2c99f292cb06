import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { Answers } from "./answers";

/**
 * Buttons for what may be answered about a record, on a json field that holds
 * `{ choices: [{ key, name }] }`.
 * Option `method` names the method of the record that takes key and remark.
 */
export class AnswersField extends Component {
    static template = "crm_workflow.AnswersField";
    static components = { Answers };
    static props = { ...standardFieldProps, method: String };

    setup() {
        this.orm = useService("orm");
    }

    get choices() {
        return this.props.record.data[this.props.name]?.choices || [];
    }

    async answer(key, remark) {
        const { record, method } = this.props;
        await this.orm.call(record.resModel, method, [[record.resId], key, remark]);
        await record.model.load();
    }
}

export const answersField = {
    component: AnswersField,
    displayName: _t("Answers to a decision"),
    supportedTypes: ["json"],
    supportedOptions: [{ label: _t("Method"), name: "method", type: "string" }],
    isEmpty: () => false,
    extractProps: ({ options }) => ({ method: options.method || "action_answer" }),
};

registry.category("fields").add("workflow_answers", answersField);
