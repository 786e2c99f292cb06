import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { ENTERED } from "./entered_notification";

/** In how many workflows a record is now; a click tells which. */
export class RecordEnrollmentsButton extends Component {
    static template = "crm_workflow.RecordEnrollmentsButton";
    static props = {
        resModel: String,
        resId: Number,
        className: { type: String, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ count: 0 });
        onWillStart(() => {
            this.refresh(this.props);
        });
        onWillUpdateProps((props) => {
            if (props.resId !== this.props.resId || props.resModel !== this.props.resModel) {
                this.refresh(props);
            }
        });
        useBus(this.env.bus, ENTERED, () => this.refresh(this.props));
    }

    get title() {
        return this.state.count
            ? _t("Workflows this record is inside: %s", this.state.count)
            : _t("Workflows of this record");
    }

    // Nobody waits for a number: the chatter is shown, and the number follows.
    async refresh({ resModel, resId }) {
        const count = await this.orm.silent.call("crm.workflow.enrollment", "count_of_record", [
            resModel,
            resId,
        ]);
        if (resId === this.props.resId) {
            this.state.count = count;
        }
    }

    open() {
        const { resModel, resId } = this.props;
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Workflows"),
            res_model: "crm.workflow.enrollment",
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            domain: [
                ["res_model", "=", resModel],
                ["res_id", "=", resId],
            ],
            context: { create: false },
        });
    }
}
