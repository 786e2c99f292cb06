import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";

import { Answers } from "./answers";

/** The answers to the decision that an activity asks for. */
export class ActivityAnswers extends Component {
    static template = "crm_workflow.ActivityAnswers";
    static components = { Answers };
    static props = { activity: Object, onActivityChanged: { type: Function, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.store = useService("mail.store");
    }

    /** As Odoo does when an activity is marked as done. */
    async answer(key, remark) {
        const { id, res_id, res_model } = this.props.activity;
        const { onActivityChanged } = this.props;
        await this.orm.call("mail.activity", "action_crm_workflow_answer", [[id], key, remark]);
        this.store.activityBroadcastChannel?.postMessage({
            type: "RELOAD_CHATTER",
            payload: { id: res_id, model: res_model },
        });
        const thread = this.store.Thread.insert({ model: res_model, id: res_id });
        onActivityChanged?.(thread);
        await thread.fetchNewMessages();
    }
}

Object.assign(Activity.components, { ActivityAnswers });
Object.assign(ActivityListPopoverItem.components, { ActivityAnswers });

patch(ActivityListPopoverItem.prototype, {
    /** What asks for a decision is done by an answer. */
    get hasMarkDoneButton() {
        return super.hasMarkDoneButton && !this.props.activity.crm_workflow_answers;
    },
});
