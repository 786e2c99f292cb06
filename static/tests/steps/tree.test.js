import { neighbourPlace, stepsBelow, treeFromRows } from "@crm_workflow/steps/tree";
import { describe, expect, test } from "@odoo/hoot";

describe.current.tags("headless");

const action = (id, path_id = false, values = {}) => ({ id, path_id, ...values });
const branch = (id, path_id = false) => action(id, path_id, { is_branching: true });
const path = (id, action_id) => ({ id, action_id: [action_id, "a branch"] });

/** Ids as nested lists: a step is its id, or `[id, lane, lane]` when it has paths. */
const outline = (lane) =>
    lane.steps.map((step) =>
        step.paths.length ? [step.id, ...step.paths.map((path) => outline(path.lane))] : step.id,
    );

test("no rows make an empty root lane", () => {
    expect(treeFromRows([], [])).toEqual({ pathId: false, steps: [] });
});

test("steps without a path stand in the root lane, in the order they were read", () => {
    expect(outline(treeFromRows([action(3), action(1), action(2)], []))).toEqual([3, 1, 2]);
});

test("a path holds the steps that name it, and an empty path an empty lane", () => {
    const rows = [action(1), branch(2), action(3), action(4, [10, "Big"])];
    expect(outline(treeFromRows(rows, [path(10, 2), path(11, 2)]))).toEqual([1, [2, [4], []], 3]);
});

test("branches nest", () => {
    const rows = [branch(1), branch(2, [10, ""]), action(3, [20, ""])];
    expect(outline(treeFromRows(rows, [path(10, 1), path(20, 2)]))).toEqual([[1, [[2, [3]]]]]);
});

test("a step whose path is gone is not shown", () => {
    expect(outline(treeFromRows([action(1), action(2, [99, ""])], []))).toEqual([1]);
});

test("steps below a lane are listed as they are read", () => {
    const rows = [action(1), branch(2), action(3), action(4, [10, ""]), action(5, [11, ""])];
    const lane = treeFromRows(rows, [path(10, 2), path(11, 2)]);
    expect(stepsBelow(lane).map((step) => step.id)).toEqual([1, 2, 4, 5, 3]);
});

test("a step moves by one place, and not beyond the ends of its lane", () => {
    const lane = treeFromRows([action(1), action(2), action(3)], []);
    expect(neighbourPlace(lane, 2, -1)).toEqual({ beforeId: 1 });
    expect(neighbourPlace(lane, 1, 1)).toEqual({ beforeId: 3 });
    expect(neighbourPlace(lane, 2, 1)).toEqual({ beforeId: false });
    expect(neighbourPlace(lane, 1, -1)).toBe(null);
    expect(neighbourPlace(lane, 3, 1)).toBe(null);
    expect(neighbourPlace(lane, 99, 1)).toBe(null);
});
