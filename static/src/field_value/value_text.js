/** Values as a char field keeps them: a JSON list, or nothing for any value. */

/**
 * @param {string | false} text
 * @returns {Array} empty for text that is no list, as for no text
 */
export function listFromText(text) {
    try {
        const values = JSON.parse(text || "[]");
        return Array.isArray(values) ? values : [];
    } catch {
        return [];
    }
}

/**
 * @param {Array} values
 * @returns {string | false}
 */
export function textFromList(values) {
    return values.length ? JSON.stringify([...new Set(values)]) : false;
}
