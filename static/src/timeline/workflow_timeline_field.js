import { Component } from "@odoo/owl";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** How each outcome looks: Font Awesome icon and Bootstrap colour. */
const LOOKS = {
    entered: { icon: "fa-sign-in", color: "info" },
    done: { icon: "fa-check", color: "success" },
    failed: { icon: "fa-refresh", color: "warning" },
    parked: { icon: "fa-exclamation", color: "danger" },
    retried: { icon: "fa-repeat", color: "info" },
    skipped: { icon: "fa-fast-forward", color: "info" },
    moved: { icon: "fa-random", color: "info" },
    restarted: { icon: "fa-undo", color: "info" },
    completed: { icon: "fa-flag-checkered", color: "success" },
    exited: { icon: "fa-sign-out", color: "secondary" },
    waiting: { icon: "fa-hourglass-half", color: "primary" },
    next: { icon: "fa-play", color: "primary" },
};
const UNKNOWN_LOOK = { icon: "fa-circle", color: "secondary" };
const UPCOMING = ["waiting", "next"];
const SHORTEST_STAY = 60;

/**
 * Tells the way of a record through a workflow, oldest first. The value is a list of
 * `{id, outcome, title, path, message, since, at}`, with moments in UTC as the server sends them.
 */
export class WorkflowTimelineField extends Component {
    static template = "crm_workflow.WorkflowTimelineField";
    static props = { ...standardFieldProps };

    get entries() {
        const entries = this.props.record.data[this.props.name] || [];
        return entries.map((entry) => ({
            ...entry,
            look: LOOKS[entry.outcome] || UNKNOWN_LOOK,
            isUpcoming: UPCOMING.includes(entry.outcome),
            moment: entry.at && !UPCOMING.includes(entry.outcome) ? this.moment(entry.at) : "",
            stay: this.stay(entry),
        }));
    }

    moment(text) {
        return toLocaleDateTimeString(deserializeDateTime(text));
    }

    /** How long the record stood on the step, when that is worth telling. */
    stay({ outcome, since, at }) {
        if (outcome !== "done" || !since || !at) {
            return "";
        }
        const spent = deserializeDateTime(at).diff(deserializeDateTime(since));
        if (spent.as("seconds") < SHORTEST_STAY) {
            return "";
        }
        const rounded = spent.shiftTo("days", "hours", "minutes").toObject();
        const units = ["days", "hours", "minutes"].filter((unit) => Math.floor(rounded[unit]));
        const shown = Object.fromEntries(
            units.slice(0, 2).map((unit) => [unit, Math.floor(rounded[unit])]),
        );
        const duration = luxon.Duration.fromObject(shown).reconfigure({
            locale: luxon.Settings.defaultLocale,
        });
        return _t("after %s", duration.toHuman());
    }
}

export const workflowTimelineField = {
    component: WorkflowTimelineField,
    displayName: _t("Workflow timeline"),
    supportedTypes: ["json"],
};

registry.category("fields").add("workflow_timeline", workflowTimelineField);
