import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useOwnedDialogs } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/** A json list of `{ text, action_id }`; a problem of a step opens the step. */
export class ProblemsField extends Component {
    static template = "crm_workflow.ProblemsField";
    static props = { ...standardFieldProps };

    setup() {
        this.addDialog = useOwnedDialogs();
    }

    get problems() {
        return this.props.record.data[this.props.name] || [];
    }

    async open(problem) {
        const { record } = this.props;
        if ((await record.isDirty()) && !(await record.save())) {
            return;
        }
        this.addDialog(FormViewDialog, {
            resModel: "crm.workflow.action",
            resId: problem.action_id,
            title: _t("Step"),
            canExpand: false,
            onRecordSaved: () => record.load(),
        });
    }
}

export const problemsField = {
    component: ProblemsField,
    displayName: _t("Problems of a workflow"),
    supportedTypes: ["json"],
    isEmpty: (record, fieldName) => !record.data[fieldName]?.length,
};

registry.category("fields").add("workflow_problems", problemsField);
