import { Component } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";

import { stepKindInfo } from "./step_kinds";

/** The “+” of a lane: a menu of all kinds of steps that are installed. */
export class AddStep extends Component {
    static template = "crm_workflow.AddStep";
    static components = { Dropdown, DropdownItem };
    static props = {
        kinds: { type: Array, element: Array },
        onSelected: Function,
        label: { type: String, optional: true },
        primary: { type: Boolean, optional: true },
    };

    info(kind) {
        return stepKindInfo(kind);
    }
}
