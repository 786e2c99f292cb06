import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { KeepLast } from "@web/core/utils/concurrency";
import { useDebounced } from "@web/core/utils/timing";
import { DomainField } from "@web/views/fields/domain/domain_field";
import { SelectCreateDialog } from "@web/views/view_dialogs/select_create_dialog";

import { CriteriaEditor } from "./criteria_editor";

const OBJECT = "crm.workflow.object";
const COUNT_DELAY = 400;

/**
 * A condition of a workflow: edited in full, told in words where it is only read, with the
 * number of records that match now. The server reads, counts and tells it.
 *
 * Options: `model` and `object` name the fields of the record that hold the model's name and
 * the object type, whose filter counts as well.
 */
export class CriteriaField extends DomainField {
    static template = "crm_workflow.CriteriaField";
    static components = { CriteriaEditor };
    static props = {
        ...DomainField.props,
        objectField: { type: String, optional: true },
        withCount: { type: Boolean, optional: true },
    };
    static defaultProps = { ...DomainField.defaultProps, withCount: true };

    setup() {
        this.keepLast = new KeepLast();
        this.previewSoon = useDebounced(() => this.preview(this.latest), COUNT_DELAY);
        super.setup();
        Object.assign(this.state, { text: "", problem: "" });
    }

    objectId(props) {
        return props.record.data[props.objectField]?.id || false;
    }

    /** What the server is asked about: model, condition, object type. */
    question(props) {
        return [this.getResModel(props), this.getDomain(props), this.objectId(props)];
    }

    // The record tells of each of its changes, of which few are about the condition.
    checkProps(props = null) {
        const asked = this.asked;
        this.latest = props || this.props;
        this.asked = JSON.stringify(this.question(this.latest));
        if (asked && asked !== this.asked) {
            this.previewSoon();
        } else if (asked !== this.asked || !props) {
            return this.preview(this.latest);
        }
    }

    async preview(props) {
        const question = this.question(props);
        if (!question[0]) {
            return;
        }
        const found = await this.keepLast.add(
            this.orm.silent.call(OBJECT, "preview_condition", question),
        );
        const { text, problem, count, more } = found;
        Object.assign(this.state, { text, problem });
        this.updateState({ isValid: !problem, recordCount: count, hasLimitedCount: more });
    }

    async quickValidityCheck(props) {
        const question = this.question(props);
        if (!question[0]) {
            return false;
        }
        const found = await this.orm.silent.call(OBJECT, "preview_condition", question);
        this.state.problem = found.problem;
        return !found.problem;
    }

    async onButtonClick() {
        const ids = await this.orm.call(OBJECT, "records_matching", this.question(this.props));
        this.addDialog(
            SelectCreateDialog,
            {
                title: _t("Records that match now"),
                noCreate: true,
                multiSelect: false,
                resModel: this.getResModel(),
                domain: [["id", "in", ids]],
                context: { ...this.getContext(), active_test: false },
            },
            { onClose: () => this.checkProps() },
        );
    }
}

export const criteriaField = {
    component: CriteriaField,
    displayName: _t("Condition of a workflow"),
    supportedTypes: ["char", "text"],
    supportedOptions: [
        { label: _t("Field that holds the model's name"), name: "model", type: "string" },
        { label: _t("Field that holds the object type"), name: "object", type: "string" },
    ],
    isEmpty: () => false,
    extractProps: ({ options, viewType }, { context }) => ({
        resModel: options.model,
        objectField: options.object,
        withCount: viewType !== "list",
        context,
    }),
};

registry.category("fields").add("workflow_criteria", criteriaField);
