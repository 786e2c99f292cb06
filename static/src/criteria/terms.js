import {
    condition,
    connector,
    expression,
    Expression,
    isTree,
    operate,
    rewriteNConsecutiveChildren,
} from "@web/core/tree_editor/condition_tree";
import { constructDomainFromTree } from "@web/core/tree_editor/construct_domain_from_tree";
import { constructTreeFromDomain } from "@web/core/tree_editor/construct_tree_from_domain";
import {
    eliminateVirtualOperators,
    introduceVirtualOperators,
} from "@web/core/tree_editor/virtual_operators";

/**
 * Between a condition as it is stored and the tree that people edit.
 *
 * What Odoo's trees lack has operators of its own here:
 * - `count >= 3` with the conditions on the associated records as value;
 * - `field >` with the name of the other field;
 * - `next`, `last` (up to an amount of time away), `ago` and `ahead` (further away), with
 *   `[amount, unit]`.
 * A term that is none of these stays as it is, so that nothing is lost.
 */
export const COMPARISONS = ["=", "!=", "<", "<=", ">", ">="];
export const PERIODS = ["next", "last", "ago", "ahead"];

const COUNT = /^count (=|!=|<|<=|>|>=) (\d+)$/;
const AGAINST_FIELD = /^field (=|!=|<|<=|>|>=)$/;
const BOUND = /^today ([-+])(\d+)([dwm])( \+1d)?$/;
const OPPOSITES = { "=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">" };
const FALSE_BY_NAME = ["many2one", "date", "datetime"];

/** `{ comparison, number }` of the operator of a count, or null. */
export function countOf(operator) {
    const match = typeof operator === "string" && operator.match(COUNT);
    return match ? { comparison: match[1], number: parseInt(match[2]) } : null;
}

export function countOperator({ comparison, number }) {
    return `count ${comparison} ${number}`;
}

export function isAgainstField(operator) {
    return typeof operator === "string" && AGAINST_FIELD.test(operator);
}

// From text to tree ------------------------------------------------------------------------

/**
 * @param {Domain} domain
 * @param {boolean} distributeNot
 * @param {(tree) => Promise<Function>} loadFieldDefs resolves to a function path => fieldDef
 */
export async function treeFromCriteria(domain, distributeNot, loadFieldDefs) {
    const tree = introduceCounts(constructTreeFromDomain(domain, distributeNot), distributeNot);
    const options = { getFieldDef: await loadFieldDefs(tree) };
    const introduced = [introducePeriods, introduceTerms].reduce(
        (result, introduce) => introduce(result, options),
        tree,
    );
    return joinPaths(introduceVirtualOperators(introduced, options));
}

function introduceCounts(tree, distributeNot) {
    return operate((node) => {
        const [comparison, number, domain] = Array.isArray(node.value) ? node.value : [];
        const known = COMPARISONS.includes(comparison) && Number.isInteger(number);
        if (node.operator !== "count" || !known || node.value.length !== 3) {
            return;
        }
        const inner = innerTree(domain, distributeNot);
        if (inner) {
            const operator = countOperator({
                comparison: node.negate ? OPPOSITES[comparison] : comparison,
                number,
            });
            return condition(node.path, operator, introduceCounts(inner, distributeNot));
        }
    }, tree);
}

function innerTree(domain, distributeNot) {
    try {
        return constructTreeFromDomain(String(domain), distributeNot);
    } catch {
        return null;
    }
}

function introduceTerms(tree, options) {
    return operate(
        (node, { getFieldDef }) =>
            openPeriod(node) ||
            againstField(node) ||
            noneOf(node) ||
            unknown(node, getFieldDef?.(node.path)?.type),
        tree,
        options,
    );
}

function openPeriod({ path, operator, value, negate }) {
    const { sign, amount, unit, day } = parts(value);
    const name = { "< - false": "ago", ">= + true": "ahead" }[`${operator} ${sign} ${day}`];
    return name && condition(path, name, [amount, unit], negate);
}

function againstField({ path, operator, value, negate }) {
    const ast = value instanceof Expression && value.toAST();
    const isField = ast && ast.type === 8 && ast.fn.value === "field" && ast.args.length === 1;
    return (
        isField &&
        COMPARISONS.includes(operator) &&
        ast.args[0].type === 1 &&
        condition(path, `field ${operator}`, ast.args[0].value, negate)
    );
}

function noneOf({ path, operator, value, negate }) {
    if (negate && isTree(value) && ["any", "not any"].includes(operator)) {
        return condition(path, operator === "any" ? "not any" : "any", value);
    }
}

function unknown({ path, operator, value, negate }, type) {
    if (value === false && ["=", "!="].includes(operator) && FALSE_BY_NAME.includes(type)) {
        return condition(path, operator === "=" ? "not set" : "set", value, negate);
    }
}

/** Two conditions that bound a period become one. */
function introducePeriods(tree, options) {
    const join = ({ value, children: [start, end] }) => {
        const period = value === "&" && closedPeriod(start, end);
        return period && condition(start.path, ...period);
    };
    return operate(
        (node) => (node.negate ? node : rewriteNConsecutiveChildren(join)(node, options)),
        tree,
        options,
        "connector",
    );
}

function closedPeriod(start, end) {
    if (start.path !== end.path || start.operator !== ">=" || end.operator !== "<") {
        return null;
    }
    const after = parts(end.value);
    if (start.value === "today" && after.sign === "+" && after.day) {
        return ["next", [after.amount, after.unit]];
    }
    const before = parts(start.value);
    if (end.value === "today +1d" && before.sign === "-" && !before.day) {
        return ["last", [before.amount, before.unit]];
    }
    return null;
}

function parts(value) {
    const match = typeof value === "string" && value.match(BOUND);
    if (!match) {
        return {};
    }
    const [, sign, amount, unit, day] = match;
    return { sign, amount: parseInt(amount), unit, day: Boolean(day) };
}

/** A period of one associated record is a period at the end of a path. */
function joinPaths(tree) {
    return operate(({ path, operator, value, negate }) => {
        const inner = operator === "any" && isTree(value) && value;
        if (inner && ["next", "last"].includes(inner.operator) && !inner.negate) {
            return condition(`${path}.${inner.path}`, inner.operator, inner.value, negate);
        }
    }, tree);
}

// From tree to text ------------------------------------------------------------------------

/** The text under which a tree is stored. */
export function criteriaFromTree(tree) {
    const plain = eliminateVirtualOperators(operate(eliminateTerm, tree));
    return constructDomainFromTree(operate(eliminateCount, plain));
}

function eliminateTerm({ path, operator, value, negate }) {
    if (PERIODS.includes(operator)) {
        return eliminatePeriod(path, operator, value, negate);
    }
    const match = typeof operator === "string" && operator.match(AGAINST_FIELD);
    if (match) {
        return condition(path, match[1], expression(`field(${JSON.stringify(value)})`), negate);
    }
}

function eliminatePeriod(path, operator, [amount, unit], negate) {
    if (operator === "ago") {
        return condition(path, "<", `today -${amount}${unit}`, negate);
    }
    if (operator === "ahead") {
        return condition(path, ">=", `today +${amount}${unit} +1d`, negate);
    }
    const way = path.split(".");
    const name = way.pop();
    const [start, end] =
        operator === "next"
            ? ["today", `today +${amount}${unit} +1d`]
            : [`today -${amount}${unit}`, "today +1d"];
    const bounds = connector("&", [condition(name, ">=", start), condition(name, "<", end)]);
    return way.length
        ? condition(way.join("."), "any", bounds, negate)
        : { ...bounds, negate: Boolean(negate) };
}

function eliminateCount({ path, operator, value, negate }) {
    const count = countOf(operator);
    if (count && isTree(value)) {
        const domain = expression(constructDomainFromTree(value));
        return condition(path, "count", [count.comparison, count.number, domain], negate);
    }
}
