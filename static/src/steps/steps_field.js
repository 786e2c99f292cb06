import { Component, markRaw, useRef, useState } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { useSortable } from "@web/core/utils/sortable_owl";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

import { AddStep } from "./add_step";
import { StepsLane } from "./lane";
import { orderedKinds } from "./step_kinds";
import { enrollmentsDomain, loadSteps } from "./steps_data";
import { stepsBelow } from "./tree";

const STEP = "crm.workflow.action";
const PATH = "crm.workflow.path";

/**
 * The steps of a version as an outline: lanes of steps, paths indented below their branch.
 *
 * Stands on a many2one to `crm.workflow.version`, or on the `id` of a version. A step is edited
 * in its own form view, so whatever a module adds to that form is there. Options:
 * `problems_field`, a json field with `[{ text, action_id }]`; `whole_workflow`, to count those
 * who still walk through older versions, too.
 */
export class StepsField extends Component {
    static template = "crm_workflow.StepsField";
    static components = { AddStep, StepsLane };
    static props = {
        ...standardFieldProps,
        problemsField: { type: String, optional: true },
        wholeWorkflow: { type: Boolean, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.field = useService("field");
        this.addDialog = useOwnedDialogs();
        this.keepLast = new KeepLast();
        this.root = useRef("root");
        this.state = useState({ lane: { pathId: false, steps: [] }, counts: {}, kinds: [] });
        useRecordObserver(async (record, props) => {
            const versionId = this.versionIdOf(record, props.name);
            if (versionId !== this.loadedId) {
                await this.load(versionId);
            }
        });
        useSortable({
            ref: this.root,
            elements: ".o_workflow_step",
            groups: ".o_workflow_lane",
            handle: ".o_workflow_handle",
            connectGroups: true,
            cursor: "grabbing",
            enable: () => !this.props.readonly,
            placeholderClasses: ["o_workflow_placeholder"],
            followingElementClasses: ["o_workflow_dragged"],
            onDrop: this.onDrop.bind(this),
        });
    }

    get versionId() {
        return this.versionIdOf(this.props.record, this.props.name);
    }

    versionIdOf(record, fieldName) {
        const value = record.data[fieldName];
        return (typeof value === "object" ? value?.id : value) || false;
    }

    /** What the lanes show, and what their buttons do. */
    get outline() {
        return {
            editable: !this.props.readonly,
            kinds: this.state.kinds,
            counts: this.state.counts,
            problems: this.problemsByStep,
            open: this.open.bind(this),
            openPath: this.openPath.bind(this),
            openEnrollments: this.openEnrollments.bind(this),
            add: this.add.bind(this),
            addPath: this.addPath.bind(this),
            move: this.move.bind(this),
            remove: this.remove.bind(this),
        };
    }

    get problemsByStep() {
        const byStep = {};
        for (const problem of this.props.record.data[this.props.problemsField] || []) {
            (byStep[problem.action_id] ||= []).push(problem.text);
        }
        return byStep;
    }

    async load(versionId) {
        this.loadedId = versionId;
        const [{ kind }, read] = await this.keepLast.add(
            Promise.all([
                this.field.loadFields(STEP, { fieldNames: ["kind"] }),
                versionId && loadSteps(this.orm, versionId, this.props.wholeWorkflow),
            ]),
        );
        this.state.kinds = orderedKinds(kind.selection);
        this.state.lane = markRaw(read ? read.lane : { pathId: false, steps: [] });
        this.state.counts = markRaw(read ? read.counts : {});
    }

    async refresh() {
        await Promise.all([this.props.record.load(), this.load(this.versionId)]);
    }

    /** A step belongs to a saved version; returns false when the form cannot be saved. */
    async saveForm() {
        const { record } = this.props;
        const saved = record.isNew || (await record.isDirty()) ? await record.save() : true;
        return saved && Boolean(this.versionId);
    }

    async openDialog(props) {
        const readonly = this.props.readonly;
        if (!readonly && !(await this.saveForm())) {
            return;
        }
        const versionId = this.versionId;
        const dialogProps = {
            canExpand: false,
            readonly,
            preventEdit: readonly,
            ...props,
            context: { ...props.context, default_version_id: versionId },
            onRecordSaved: async (record) => {
                await props.onRecordSaved?.(record);
                await this.refresh();
            },
        };
        this.addDialog(FormViewDialog, dialogProps, { onClose: () => this.load(this.versionId) });
    }

    open(stepId) {
        const step = stepsBelow(this.state.lane).find((step) => step.id === stepId);
        return this.openDialog({
            resModel: STEP,
            resId: stepId,
            title: this.kindLabel(step?.row.kind) || _t("Step"),
        });
    }

    openPath(pathId) {
        return this.openDialog({ resModel: PATH, resId: pathId, title: _t("Path") });
    }

    add(kind, pathId, beforeId) {
        return this.openDialog({
            resModel: STEP,
            title: this.kindLabel(kind),
            context: { default_kind: kind, default_path_id: pathId },
            onRecordSaved: (record) =>
                this.orm.call(STEP, "move", [record.resId, pathId, beforeId]),
        });
    }

    addPath(step) {
        return this.openDialog({
            resModel: PATH,
            title: _t("Path"),
            context: { default_action_id: step.id },
        });
    }

    async move(stepId, pathId, beforeId) {
        if (await this.saveForm()) {
            try {
                await this.orm.call(STEP, "move", [stepId, pathId, beforeId]);
            } finally {
                await this.refresh();
            }
        }
    }

    remove(step) {
        const name = step.row.name || step.row.summary;
        const hasBelow = step.paths.some((path) => path.lane.steps.length);
        this.addDialog(ConfirmationDialog, {
            title: _t("Delete this step?"),
            body: hasBelow
                ? _t("“%s” goes, and with it every step on its paths.", name)
                : _t("“%s” goes.", name),
            confirmLabel: _t("Delete"),
            confirmClass: "btn-danger",
            confirm: async () => {
                if (await this.saveForm()) {
                    await this.orm.unlink(STEP, [step.id]);
                    await this.refresh();
                }
            },
            cancel: () => {},
        });
    }

    openEnrollments(step, state, held = false) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: step.row.name || step.row.summary,
            res_model: "crm.workflow.enrollment",
            domain: [
                ...enrollmentsDomain(this.versionId, this.props.wholeWorkflow).slice(0, 1),
                ["action_id.key", "=", step.row.key],
                ["state", "=", state],
                ...(step.row.status === "manual" ? [["is_held", "=", held]] : []),
            ],
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    kindLabel(kind) {
        const known = this.state.kinds.find(([value]) => value === kind);
        return known && known[1];
    }

    onDrop({ element, next, parent }) {
        return this.move(
            Number(element.dataset.stepId),
            Number(parent.dataset.pathId) || false,
            next ? Number(next.dataset.stepId) : false,
        );
    }
}

export const stepsField = {
    component: StepsField,
    displayName: _t("Workflow steps"),
    supportedTypes: ["many2one", "integer"],
    supportedOptions: [
        { label: _t("Field of the problems"), name: "problems_field", type: "string" },
        { label: _t("Count records of all versions"), name: "whole_workflow", type: "boolean" },
    ],
    isEmpty: () => false,
    extractProps: ({ options }) => ({
        problemsField: options.problems_field,
        wholeWorkflow: Boolean(options.whole_workflow),
    }),
};

registry.category("fields").add("workflow_steps", stepsField);
