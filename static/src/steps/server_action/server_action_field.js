import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { getFieldDomain, useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";

import { serverActionIcon } from "../step_kinds";

const ACTION = "ir.actions.server";
const OWN_USAGE = "crm_workflow";

/**
 * What a step does with the record: an action of its own, made in Odoo's form of server actions,
 * or one that exists already.
 */
export class ServerActionField extends Component {
    static template = "crm_workflow.ServerActionField";
    static props = {
        ...standardFieldProps,
        context: { type: Object, optional: true },
        domain: { type: [Array, Function], optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.addDialog = useOwnedDialogs();
        this.state = useState({ action: null });
        useRecordObserver(async (record, props) => {
            const id = record.data[props.name]?.id;
            if (id !== this.state.action?.id) {
                await this.load(id);
            }
        });
    }

    get icon() {
        return serverActionIcon(this.state.action.state);
    }

    get isOwn() {
        return this.state.action.usage === OWN_USAGE;
    }

    get origin() {
        return this.isOwn
            ? _t("Made for this step")
            : _t("An action that exists outside of this workflow, too");
    }

    async load(id) {
        const [action] = id
            ? await this.orm.read(ACTION, [id], ["name", "state", "usage", "warning"])
            : [];
        this.state.action = action || null;
    }

    async set(id) {
        await this.load(id);
        const { record, name } = this.props;
        const value = id && { id, display_name: this.state.action.name };
        return record.update({ [name]: value });
    }

    make() {
        this.addDialog(FormViewDialog, {
            resModel: ACTION,
            title: _t("What is done with the record"),
            context: { ...this.props.context, is_modal: 1 },
            canExpand: false,
            onRecordSaved: (record) => this.set(record.resId),
        });
    }

    choose() {
        const { record, name, domain } = this.props;
        this.addDialog(SelectCreateDialog, {
            resModel: ACTION,
            title: _t("Choose an action"),
            domain: getFieldDomain(record, name, domain),
            multiSelect: false,
            noCreate: true,
            onSelected: ([id]) => this.set(id),
        });
    }

    open() {
        this.addDialog(FormViewDialog, {
            resModel: ACTION,
            resId: this.state.action.id,
            title: _t("What is done with the record"),
            context: { is_modal: 1 },
            canExpand: false,
            readonly: this.props.readonly || !this.isOwn,
            preventEdit: this.props.readonly || !this.isOwn,
            onRecordSaved: (record) => this.set(record.resId),
        });
    }
}

export const serverActionField = {
    component: ServerActionField,
    displayName: _t("Action of a workflow step"),
    supportedTypes: ["many2one"],
    isEmpty: () => false,
    extractProps: (_, dynamicInfo) => ({
        context: dynamicInfo.context,
        domain: dynamicInfo.domain,
    }),
};

registry.category("fields").add("workflow_server_action", serverActionField);
