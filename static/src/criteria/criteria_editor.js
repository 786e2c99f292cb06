import { Domain } from "@web/core/domain";
import { DomainSelector } from "@web/core/domain_selector/domain_selector";

import { CriteriaTree } from "./criteria_tree";
import { fullOperator, operatorEditorInfo, operatorsOf } from "./operators";
import { criteriaFromTree, treeFromCriteria } from "./terms";

const ARCHIVED = `[("active", "in", [True, False])]`;

/** Odoo's condition editor, for all that conditions of workflows can say. */
export class CriteriaEditor extends DomainSelector {
    static template = "crm_workflow.CriteriaEditor";
    static components = { ...DomainSelector.components, TreeEditor: CriteriaTree };

    setup() {
        super.setup();
        const makeGetFieldDef = this.treeProcessor.makeGetFieldDef;
        this.treeProcessor = {
            treeFromDomain: (resModel, domain, distributeNot) =>
                treeFromCriteria(domain, distributeNot, (tree) => makeGetFieldDef(resModel, tree)),
        };
    }

    getDefaultOperator(fieldDef) {
        return fullOperator(operatorsOf(fieldDef)[0]);
    }

    getOperatorEditorInfo(fieldDef) {
        return operatorEditorInfo(fieldDef);
    }

    update(tree) {
        const archived = this.includeArchived ? ARCHIVED : "[]";
        const condition = tree ? criteriaFromTree(tree) : "[]";
        this.props.update(Domain.and([condition, archived]).toString());
    }
}
