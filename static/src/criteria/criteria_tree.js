import { cloneTree, connector } from "@web/core/tree_editor/condition_tree";
import { TreeEditor } from "@web/core/tree_editor/tree_editor";

import { includesEmpty } from "./operators";
import { countOf, countOperator } from "./terms";
import { CountEditor, defaultValueOf, valueEditorInfo } from "./value_editors";

const MAX_DEPTH = 5;

/** Odoo's tree editor, with groups as deep as they are needed and the terms of `terms.js`. */
export class CriteriaTree extends TreeEditor {
    static template = "crm_workflow.CriteriaTree";
    static components = { ...TreeEditor.components, CountEditor };

    setup() {
        super.setup();
        this.countOf = countOf;
        this.maxDepth = MAX_DEPTH;
    }

    async prepareInfo(props) {
        this.fieldDefs = await this.fieldService.loadFields(props.resModel);
        await super.prepareInfo(props);
    }

    includesEmpty(node) {
        return includesEmpty(node, this.getFieldDef(node.path));
    }

    getValueEditorInfo(node) {
        return this.infoOf(this.getFieldDef(node.path), node.operator);
    }

    infoOf(fieldDef, operator) {
        return valueEditorInfo(fieldDef, operator, {
            resModel: this.props.resModel,
            fieldDefs: this.fieldDefs,
        });
    }

    /** A condition starts fresh: a copy would share the conditions inside with the original. */
    makeCondition() {
        return cloneTree(this.defaultCondition);
    }

    addGroup(parent) {
        this.updateNode(parent, () => {
            const word = parent.value === "&" ? "|" : "&";
            parent.children.push(connector(word, [this.makeCondition()]));
        });
    }

    setConnector(node, value) {
        this.updateNode(node, () => Object.assign(node, { value, negate: false }));
    }

    setCount(node, count) {
        this.updateNode(node, () => {
            node.operator = countOperator(count);
        });
    }

    async _updatePath(node, path) {
        const { fieldDef } = await this.fieldService.loadFieldInfo(this.props.resModel, path);
        const operator = this.props.getDefaultOperator(fieldDef);
        const value = defaultValueOf(this.infoOf(fieldDef, operator), operator);
        Object.assign(node, { path, operator, value, negate: false });
    }

    _updateLeafOperator(node, operator, negate) {
        const info = this.infoOf(this.getFieldDef(node.path), operator);
        const value = defaultValueOf(info, operator, node.value);
        Object.assign(node, { operator, value, negate });
    }
}

// Conditions on associated records are trees themselves.
CriteriaTree.components.CriteriaTree = CriteriaTree;
