import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/**
 * How a kind of step looks: `{ icon, color, help }` by kind. A partner's module adds
 *
 *     registry.category("crm_workflow.step_kinds").add("sms_reply", {
 *         icon: "fa-reply",
 *         help: _t("Go on when an answer arrives"),
 *     });
 *
 * `icon` is a Font Awesome class, `color` one of Bootstrap's theme colours, `help` a line for the
 * menu, and the registry's `sequence` its place there. All are optional: a kind that nobody
 * describes still appears, last and with the icon below.
 */
export const stepKinds = registry.category("crm_workflow.step_kinds");

stepKinds
    .add(
        "server",
        {
            icon: "fa-bolt",
            color: "primary",
            help: _t("Update the record, write a message, plan an activity…"),
        },
        { sequence: 10 },
    )
    .add(
        "delay",
        {
            icon: "fa-clock-o",
            color: "warning",
            help: _t("Go on after some minutes, hours, days, working days, weeks or months"),
        },
        { sequence: 20 },
    )
    .add(
        "until_happens",
        {
            icon: "fa-hourglass-half",
            color: "warning",
            help: _t("Go on when something happens, or when time runs out"),
        },
        { sequence: 21 },
    )
    .add(
        "until_field",
        {
            icon: "fa-calendar-check-o",
            color: "warning",
            help: _t("Go on at a date of the record, or some time before or after it"),
        },
        { sequence: 22 },
    )
    .add(
        "until_date",
        {
            icon: "fa-calendar-o",
            color: "warning",
            help: _t("Go on at one date for all"),
        },
        { sequence: 23 },
    )
    .add(
        "until_weekday",
        {
            icon: "fa-calendar",
            color: "warning",
            help: _t("Go on next Monday, or at a time of day"),
        },
        { sequence: 24 },
    )
    .add(
        "branch",
        {
            icon: "fa-code-fork",
            color: "info",
            help: _t("Other steps for other records"),
        },
        { sequence: 30 },
    )
    .add(
        "loop",
        {
            icon: "fa-refresh",
            color: "info",
            help: _t("Steps for each of its deals, tickets, contacts…, or for the first of them"),
        },
        { sequence: 36 },
    )
    .add(
        "values",
        {
            icon: "fa-list-ul",
            color: "info",
            help: _t("A path for each value of a field, such as each stage"),
        },
        { sequence: 32 },
    )
    .add(
        "split",
        {
            icon: "fa-random",
            color: "info",
            help: _t("Paths taken by lot, in the shares you say"),
        },
        { sequence: 34 },
    )
    .add(
        "compute",
        {
            icon: "fa-calculator",
            color: "primary",
            help: _t("A formula whose result later steps can use"),
        },
        { sequence: 37 },
    )
    .add(
        "enroll",
        {
            icon: "fa-sign-in",
            color: "primary",
            help: _t("Let the record, or associated ones, enter another workflow"),
        },
        { sequence: 40 },
    )
    .add(
        "decision",
        {
            icon: "fa-gavel",
            color: "warning",
            help: _t("Wait for somebody to approve, reject, or choose another way"),
        },
        { sequence: 38 },
    )
    .add(
        "unenroll",
        {
            icon: "fa-sign-out",
            color: "primary",
            help: _t("Take the record, or associated ones, out of other workflows"),
        },
        { sequence: 42 },
    )
    .add(
        "call",
        {
            icon: "fa-cloud-upload",
            color: "primary",
            help: _t("Tell another system, and use what it answers"),
        },
        { sequence: 45 },
    )
    .add(
        "goto",
        {
            icon: "fa-share",
            color: "info",
            help: _t("Go on with another step: further down, or back for some times"),
        },
        { sequence: 50 },
    )
    .add(
        "note",
        {
            icon: "fa-sticky-note-o",
            color: "dark",
            help: _t("A remark for colleagues; records pass"),
        },
        { sequence: 70 },
    )
    .add(
        "placeholder",
        {
            icon: "fa-question",
            color: "dark",
            help: _t("Keeps the place of a step that is to be decided"),
        },
        { sequence: 80 },
    )
    .add(
        "end",
        {
            icon: "fa-flag-checkered",
            color: "success",
            help: _t("Complete the workflow here, whatever follows"),
        },
        { sequence: 90 },
    );

const FALLBACK = { icon: "fa-cog", color: "primary", help: "" };

/**
 * @param {[string, string][]} selection the kinds there are, with their labels
 * @returns {[string, string][]} in the order of the menu
 */
export function orderedKinds(selection) {
    const order = stepKinds.getEntries().map(([kind]) => kind);
    const place = ([kind]) => (order.includes(kind) ? order.indexOf(kind) : order.length);
    return [...selection].sort((a, b) => place(a) - place(b));
}

export function stepKindInfo(kind) {
    return { ...FALLBACK, ...stepKinds.get(kind, {}) };
}

/** The icon of a server action, by its `state`, as Odoo's own lists of actions show it. */
const SERVER_ACTION_ICONS = {
    code: "fa-code",
    crm_workflow_assign: "fa-user-circle-o",
    object_create: "fa-plus-square",
    object_copy: "fa-clone",
    object_write: "fa-pencil",
    multi: "fa-list-ul",
    mail_post: "fa-envelope",
    crm_workflow_email: "fa-envelope",
    crm_workflow_notify: "fa-bell",
    crm_workflow_note: "fa-sticky-note-o",
    crm_workflow_mailing_list: "fa-newspaper-o",
    followers: "fa-user-plus",
    remove_followers: "fa-user-times",
    next_activity: "fa-check-square-o",
    sms: "fa-mobile",
    webhook: "fa-paper-plane",
    crm_workflow_edit: "fa-pencil-square-o",
    crm_workflow_create: "fa-plus-square",
    crm_workflow_copy: "fa-clone",
    crm_workflow_archive: "fa-archive",
    crm_workflow_delete: "fa-trash",
};

export function serverActionIcon(state) {
    return SERVER_ACTION_ICONS[state] || stepKindInfo("server").icon;
}
