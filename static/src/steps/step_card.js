import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";

import { stepKindInfo } from "./step_kinds";
import { neighbourPlace } from "./tree";

const NOBODY = { active: 0, parked: 0, held: 0 };

/** How a badge looks, by its name; others look like the last. */
const BADGES = {
    off: { icon: "fa-power-off", color: "secondary" },
    manual: { icon: "fa-hand-paper-o", color: "warning" },
    condition: { icon: "fa-filter", color: "light" },
    retry: { icon: "fa-repeat", color: "light" },
    continue: { icon: "fa-long-arrow-down", color: "light" },
};
const PLAIN_BADGE = { icon: "fa-cog", color: "light" };

/** What is seen of one step: what it does, who stands on it, and its menu. */
export class StepCard extends Component {
    static template = "crm_workflow.StepCard";
    static components = { Dropdown, DropdownItem };
    static props = {
        lane: Object,
        step: Object,
        outline: Object,
    };

    get info() {
        return stepKindInfo(this.props.step.row.kind);
    }

    get title() {
        const { name, summary } = this.props.step.row;
        return name || summary;
    }

    get subtitle() {
        const { name, summary } = this.props.step.row;
        return name && name !== summary ? summary : "";
    }

    get counts() {
        return this.props.outline.counts[this.props.step.row.key] || NOBODY;
    }

    get badges() {
        const badges = this.props.step.row.badges || [];
        return badges.map((badge) => ({ ...PLAIN_BADGE, ...BADGES[badge.name], ...badge }));
    }

    get problems() {
        return this.props.outline.problems[this.props.step.id] || [];
    }

    placeBy(by) {
        return neighbourPlace(this.props.lane, this.props.step.id, by);
    }

    onMove(by) {
        const { step, lane, outline } = this.props;
        return outline.move(step.id, lane.pathId, this.placeBy(by).beforeId);
    }
}
