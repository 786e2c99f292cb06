import { isComparable } from "@crm_workflow/criteria/value_editors";
import { includesEmpty, operatorsOf } from "@crm_workflow/criteria/operators";
import { countOf, criteriaFromTree, treeFromCriteria } from "@crm_workflow/criteria/terms";
import { describe, expect, test } from "@odoo/hoot";
import { Domain } from "@web/core/domain";

describe.current.tags("headless");

const TYPES = {
    name: "char",
    date: "date",
    at: "datetime",
    amount: "float",
    parent_id: "many2one",
    deal_ids: "one2many",
    "deal_ids.date": "date",
};

const treeOf = (text, distributeNot = true) =>
    treeFromCriteria(
        new Domain(text),
        distributeNot,
        async () => (path) => TYPES[path] && { type: TYPES[path] },
    );

const termOf = async (text) => {
    const { path, operator, value, negate } = await treeOf(text);
    return [negate ? `not ${path}` : path, operator, value];
};

test("terms of their own have operators of their own", async () => {
    expect(await termOf(`[("date", "<", "today -30d")]`)).toEqual(["date", "ago", [30, "d"]]);
    expect(await termOf(`[("at", ">=", "today +2w +1d")]`)).toEqual(["at", "ahead", [2, "w"]]);
    expect(await termOf(`[("date", ">=", "today"), ("date", "<", "today +7d +1d")]`)).toEqual([
        "date",
        "next",
        [7, "d"],
    ]);
    expect(await termOf(`[("date", ">=", "today -1m"), ("date", "<", "today +1d")]`)).toEqual([
        "date",
        "last",
        [1, "m"],
    ]);
    expect(await termOf(`[("date", ">", field("at"))]`)).toEqual(["date", "field >", "at"]);
    expect(await termOf(`[("date", "=", False)]`)).toEqual(["date", "not set", false]);
    expect(await termOf(`[("parent_id", "!=", False)]`)).toEqual(["parent_id", "set", false]);
});

test("a count holds the conditions on the associated records", async () => {
    const inner = `[("date", "<", "today -3d"), ("amount", ">", field("tax"))]`;
    const tree = await treeOf(`[("deal_ids", "count", (">=", 3, ${inner}))]`);
    expect(countOf(tree.operator)).toEqual({ comparison: ">=", number: 3 });
    expect(tree.value.children.map((child) => child.operator)).toEqual(["ago", "field >"]);
});

test("the opposite of a count is a count", async () => {
    const tree = await treeOf(`["!", ("deal_ids", "count", (">=", 3, []))]`);
    expect([tree.operator, tree.negate]).toEqual(["count < 3", false]);
});

test("the opposite of any is none, and of none is any", async () => {
    expect((await treeOf(`["!", ("deal_ids", "any", [])]`)).operator).toBe("not any");
    expect((await treeOf(`["!", ("deal_ids", "not any", [])]`)).operator).toBe("any");
});

const STORED = [
    `[]`,
    `[("name", "=", "Oslo")]`,
    `[("name", "=ilike", "O%")]`,
    `["|", ("name", "=", "a"), "&", ("name", "=", "b"), ("amount", ">", 3)]`,
    `["&", ("date", ">=", "today"), ("date", "<", "today +7d +1d")]`,
    `["&", ("date", ">=", "today -7d"), ("date", "<", "today")]`,
    `["&", "&", ("name", "=", "a"), ("date", ">=", "today"), ("date", "<", "today +7d +1d")]`,
    `["|", ("date", "<", "today -7d"), ("date", ">=", "today +7d +1d")]`,
    `[("date", "<", "now -2H")]`,
    `[("date", "=", False)]`,
    `[("parent_id", "!=", False)]`,
    `[("date", ">", field("at"))]`,
    `[("deal_ids", "any", [])]`,
    `[("deal_ids", "not any", [("amount", ">", field("tax"))])]`,
    `[("deal_ids", "any", ["&", ("date", ">=", "today"), ("date", "<", "today +7d +1d")])]`,
    `[("deal_ids", "count", [">=", 3, []])]`,
    `[("deal_ids", "count", ["=", 0, ["|", ("name", "=", "a"), ("date", "<", "today -7d")]])]`,
    `[("deal_ids", "count", ["<", 2, [("deal_ids", "count", [">", 3, [("name", "=", "a")]])]])]`,
    `[("deal_ids", "any", [("deal_ids", "count", [">", 3, [("name", "=", "a")]])])]`,
    // What nobody knows stays as it is.
    `[("deal_ids", "count", ["about", 3, []])]`,
    `[("deal_ids", "count", 3)]`,
    `[("name", "sounds like", "x")]`,
    `[("date", "=", other("at"))]`,
    `[("id", "in", [ref("base.main_partner"), 3])]`,
    `[(1, "=", 1)]`,
];

for (const text of STORED) {
    test(`nothing of ${text} is lost`, async () => {
        expect(criteriaFromTree(await treeOf(text))).toBe(text);
        expect(criteriaFromTree(await treeOf(text, false))).toBe(text);
    });
}

test("a period at the end of a path is one of the same associated record", async () => {
    const text = criteriaFromTree({
        type: "condition",
        path: "deal_ids.date",
        operator: "next",
        value: [7, "d"],
        negate: false,
    });
    expect(text).toBe(
        `[("deal_ids", "any", ["&", ("date", ">=", "today"), ("date", "<", "today +7d +1d")])]`,
    );
    expect((await treeOf(text)).path).toBe("deal_ids.date");
});

test("a field offers what its type can be asked", () => {
    expect(operatorsOf({ type: "one2many" })).toInclude("count");
    expect(operatorsOf({ type: "many2one" })).not.toInclude("count");
    expect(operatorsOf({ type: "date" })).toInclude("field >");
    expect(operatorsOf({ type: "char" })).not.toInclude("field >");
    expect(operatorsOf({ type: "integer", is_property: true })).not.toInclude("field >");
});

test("records without a value are told of where they match as well", () => {
    const told = (operator, type, negate = false) => includesEmpty({ operator, negate }, { type });
    expect(told("!=", "char")).toBe(true);
    expect(told("not any", "one2many")).toBe(true);
    expect(told("=", "char")).toBe(false);
    expect(told("!=", "integer")).toBe(false);
    expect(told("!=", "char", true)).toBe(false);
});

test("fields are held against fields of the same kind", () => {
    const date = { name: "date", type: "date" };
    expect(isComparable(date, { name: "at", type: "datetime" })).toBe(true);
    expect(isComparable(date, date)).toBe(false);
    expect(isComparable(date, { name: "name", type: "char" })).toBe(false);
    expect(isComparable(date, { name: "x", type: "date", sortable: false })).toBe(false);
    const user = { name: "user_id", type: "many2one", relation: "res.users" };
    expect(isComparable(user, { ...user, name: "create_uid" })).toBe(true);
    expect(isComparable(user, { ...user, name: "x", relation: "res.partner" })).toBe(false);
});
