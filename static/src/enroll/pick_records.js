import { registry } from "@web/core/registry";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";

/** Client action: choose records from a list, then ask in the usual dialog who of them can enter. */
function pickRecords(env, { params: { workflowId, resModel, domain, title } }, { onClose }) {
    env.services.dialog.add(SelectCreateDialog, {
        resModel,
        domain,
        title,
        noCreate: true,
        onSelected: async (resIds) => {
            const context = {
                active_model: resModel,
                active_ids: resIds,
                default_workflow_id: workflowId,
            };
            const action = await env.services.orm.call(
                "crm.workflow.enroll",
                "open_for_selection",
                [],
                { context },
            );
            return env.services.action.doAction(action, { onClose });
        },
    });
}

registry.category("actions").add("crm_workflow_pick_records", pickRecords);
