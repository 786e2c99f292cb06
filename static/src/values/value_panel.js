import { Component, onWillStart, useState } from "@odoo/owl";
import { ModelFieldSelectorPopover } from "@web/core/model_field_selector/model_field_selector_popover";
import { useAutofocus, useService } from "@web/core/utils/hooks";

const UNREADABLE = ["binary", "json", "properties", "separator"];

/**
 * What texts and formulas of a step may read: the record and those around it, what brought it
 * here, what earlier steps left, and the functions of formulas.
 */
export class ValuePanel extends Component {
    static template = "crm_workflow.ValuePanel";
    static components = { ModelFieldSelectorPopover };
    static props = {
        versionId: { type: Number, optional: true },
        actionId: { type: Number, optional: true },
        resModel: { type: String, optional: true },
        withFunctions: { type: Boolean, optional: true },
        /** Called with the text of a value, such as `object.name`. */
        insert: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ query: "", choice: null, path: "" });
        useAutofocus();
        onWillStart(() => this.load());
    }

    async load() {
        const { versionId, actionId } = this.props;
        const known = versionId
            ? await this.orm.call("crm.workflow.action", "value_choices", [
                  versionId,
                  actionId || false,
              ])
            : { groups: [], functions: [] };
        this.groups = versionId ? known.groups : this.ownRecord();
        this.functions = known.functions;
    }

    /** Outside of workflows, in an automation rule, there is the record alone. */
    ownRecord() {
        const { resModel } = this.props;
        const choices = resModel ? [{ text: "object", label: resModel, model: resModel }] : [];
        return [{ label: "", choices }];
    }

    get shownGroups() {
        const found = this.groups.map((group) => ({
            ...group,
            choices: group.choices.filter((choice) => this.fits(choice.label, choice.text)),
        }));
        return found.filter((group) => group.choices.length);
    }

    get shownFunctions() {
        return this.props.withFunctions
            ? this.functions.filter((own) => this.fits(own.usage, own.about))
            : [];
    }

    fits(...texts) {
        const query = this.state.query.toLowerCase();
        return texts.some((text) => text.toLowerCase().includes(query));
    }

    /** Only what can be read: `filter` of the field selector. */
    isReadable(definition) {
        return !UNREADABLE.includes(definition.type);
    }

    choose(choice) {
        if (choice.model) {
            this.state.choice = choice;
            this.state.path = "";
        } else {
            this.finish(choice.text);
        }
    }

    setPath(path) {
        this.state.path = path;
    }

    onFieldsClosed(chosen) {
        if (chosen) {
            this.finish(`${this.state.choice.text}.${this.state.path}`);
        } else {
            this.state.choice = null;
        }
    }

    finish(text) {
        this.props.insert(text);
        this.props.close();
    }
}
