import { Chatter } from "@mail/chatter/web_portal/chatter";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { RecordEnrollmentsButton } from "./record_enrollments_button";

Object.assign(Chatter.components, { RecordEnrollmentsButton });

patch(Chatter.prototype, {
    /** Records of this model walk through workflows, and the user may see them. */
    get hasRecordEnrollments() {
        const { threadId, threadModel } = this.props;
        return Boolean(threadId) && (session.crm_workflow_models || []).includes(threadModel);
    },
});
