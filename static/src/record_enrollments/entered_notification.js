import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** On the main bus: somebody has just enrolled records by hand. */
export const ENTERED = "CRM_WORKFLOW:ENTERED";

/** Client action: say how many records entered, offer to see them, close the dialog. */
function notifyEntered(env, { params: { message, enrollments } }) {
    const close = env.services.notification.add(message, {
        type: "success",
        buttons: [
            {
                name: _t("View"),
                onClick: () => {
                    close();
                    env.services.action.doAction(enrollments);
                },
            },
        ],
    });
    env.bus.trigger(ENTERED);
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("crm_workflow_entered", notifyEntered);
