import { Component } from "@odoo/owl";

import { AddStep } from "./add_step";
import { StepCard } from "./step_card";

/**
 * One lane of steps and, by recursion, the lanes of its branches.
 *
 * What a click does is decided by the owner, through `outline`: see `StepsField`.
 */
export class StepsLane extends Component {
    static template = "crm_workflow.StepsLane";
    static components = { AddStep, StepCard, StepsLane };
    static props = {
        lane: Object,
        outline: Object,
    };

    onAdd(kind, beforeId = false) {
        return this.props.outline.add(kind, this.props.lane.pathId, beforeId);
    }
}
