import { treeFromRows } from "./tree";

const ACTION_FIELDS = [
    "path_id",
    "key",
    "kind",
    "name",
    "note",
    "summary",
    "is_branching",
    "takes_paths",
    "status",
    "badges",
    "comment_count",
    "version_state",
];
const PATH_FIELDS = ["action_id", "display_name", "is_default", "role", "condition"];

/**
 * Read everything that the outline of a version shows: one request per table, whatever the
 * number of steps.
 *
 * @param {import("@web/core/orm_service").ORM} orm
 * @param {number} versionId
 * @param {boolean} wholeWorkflow count those who walk through other versions, too
 * @returns {Promise<{ lane: import("./tree").Lane, counts: Object }>}
 */
export async function loadSteps(orm, versionId, wholeWorkflow) {
    const ofVersion = [["version_id", "=", versionId]];
    const [actions, paths, groups] = await Promise.all([
        orm.searchRead("crm.workflow.action", ofVersion, ACTION_FIELDS),
        orm.searchRead("crm.workflow.path", ofVersion, PATH_FIELDS),
        orm.formattedReadGroup(
            "crm.workflow.enrollment",
            enrollmentsDomain(versionId, wholeWorkflow),
            ["action_id.key", "state"],
            ["__count"],
        ),
    ]);
    const counts = countsFromGroups(groups);
    if (actions.some((action) => action.status === "manual")) {
        await addHeld(orm, enrollmentsDomain(versionId, wholeWorkflow), counts);
    }
    return { lane: treeFromRows(actions, paths), counts };
}

/**
 * Steps keep their key from version to version, so whoever still walks through an older version
 * is seen at the same step of this one.
 */
export function enrollmentsDomain(versionId, wholeWorkflow) {
    const versions = wholeWorkflow ? "workflow_id.version_ids" : "version_id";
    return [
        [versions, "=", versionId],
        ["state", "in", ["active", "parked"]],
    ];
}

/**
 * @param {Object[]} groups as `formatted_read_group` answers
 * @returns {Object} by key of step: `{ active, parked }`
 */
export function countsFromGroups(groups) {
    const counts = {};
    for (const group of groups) {
        const key = group["action_id.key"];
        counts[key] = { active: 0, parked: 0, ...counts[key], [group.state]: group.__count };
    }
    return counts;
}

/** Of the active ones, tell apart as `held` who stands before a step until a person releases or drops it. */
async function addHeld(orm, domain, counts) {
    const groups = await orm.formattedReadGroup(
        "crm.workflow.enrollment",
        [...domain, ["is_held", "=", true]],
        ["action_id.key"],
        ["__count"],
    );
    for (const group of groups) {
        const count = counts[group["action_id.key"]];
        count.held = group.__count;
        count.active -= group.__count;
    }
}
