/**
 * The tree of steps, made of the rows of a version. Nothing here knows Owl or the server.
 *
 * @typedef {Object} Lane an ordered list of steps
 * @property {number | false} pathId the path that owns the lane; none for the root lane
 * @property {Step[]} steps
 *
 * @typedef {Object} Step
 * @property {number} id
 * @property {Object} row the step as it was read
 * @property {boolean} branching
 * @property {Path[]} paths
 *
 * @typedef {Object} Path
 * @property {number} id
 * @property {Object} row the path as it was read
 * @property {Lane} lane
 */

const ROOT = false;

function idOf(many2one) {
    return Array.isArray(many2one) ? many2one[0] : many2one;
}

function groupBy(rows, fieldName) {
    const groups = new Map();
    for (const row of rows) {
        const id = idOf(row[fieldName]);
        groups.set(id, [...(groups.get(id) || []), row]);
    }
    return groups;
}

/** The path of the records on which a step fails stands below all others. */
function lastIfItFails(paths) {
    const isError = (path) => path.role === "error";
    return [...paths.filter((path) => !isError(path)), ...paths.filter(isError)];
}

/**
 * @param {Object[]} actions rows of `crm.workflow.action`, in order
 * @param {Object[]} paths rows of `crm.workflow.path`, in order
 * @returns {Lane} the root lane
 */
export function treeFromRows(actions, paths) {
    const actionsOfPath = groupBy(actions, "path_id");
    const pathsOfAction = groupBy(paths, "action_id");
    const makeLane = (pathId) => ({
        pathId,
        steps: (actionsOfPath.get(pathId) || []).map(makeStep),
    });
    const makePath = (row) => ({ id: row.id, row, lane: makeLane(row.id) });
    const makeStep = (row) => ({
        id: row.id,
        row,
        branching: Boolean(row.is_branching),
        paths: lastIfItFails(pathsOfAction.get(row.id) || []).map(makePath),
    });
    return makeLane(ROOT);
}

/**
 * @param {Lane} lane
 * @returns {Step[]} the steps of the lane and of all lanes below it, as they are read
 */
export function stepsBelow(lane) {
    return lane.steps.flatMap((step) => [
        step,
        ...step.paths.flatMap((path) => stepsBelow(path.lane)),
    ]);
}

/**
 * Where a step goes when it is moved by one place inside its lane.
 *
 * @param {Lane} lane
 * @param {number} stepId
 * @param {-1 | 1} by
 * @returns {{ beforeId: number | false } | null} null when there is no such place
 */
export function neighbourPlace(lane, stepId, by) {
    const index = lane.steps.findIndex((step) => step.id === stepId);
    const target = index + by;
    if (index < 0 || target < 0 || target >= lane.steps.length) {
        return null;
    }
    const before = by < 0 ? lane.steps[target] : lane.steps[target + 1];
    return { beforeId: before ? before.id : false };
}
