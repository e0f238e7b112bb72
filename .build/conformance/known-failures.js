import { isGood } from './suite.js';
/**
 * Judges a report by what is known to fail. A case that was not run is judged by nothing: neither `only` nor `level` makes a list
 * out of date.
 */
export function judge(report, known = {}, { release = false } = {}) {
    const listed = new Map((known[report.adapter] ?? []).map((each) => [each.id, each]));
    const bad = report.cases.filter((each) => !isGood(each) && !listed.has(each.id));
    const passedUnexpectedly = [];
    const notAllowed = [];
    for (const each of report.cases) {
        const entry = listed.get(each.id);
        if (entry === undefined)
            continue;
        if (isGood(each))
            passedUnexpectedly.push(entry);
        else if (release && each.level === 'REQUIRED')
            notAllowed.push(entry);
    }
    return {
        failed: bad.filter(({ level }) => level === 'REQUIRED'),
        weak: bad.filter(({ level }) => level === 'RECOMMENDED'),
        passedUnexpectedly,
        notAllowed,
    };
}
export function isAcceptable({ failed, passedUnexpectedly, notAllowed }) {
    return failed.length + passedUnexpectedly.length + notAllowed.length === 0;
}
/** From a file's text. Throws a `TypeError` that says what is wrong with it. */
export function parseKnownFailures(text) {
    const parsed = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
        throw new TypeError('known failures: expected an object of lists, by adapter');
    for (const [adapter, list] of Object.entries(parsed)) {
        if (!Array.isArray(list))
            throw new TypeError(`known failures of ${adapter}: expected a list`);
        for (const entry of list) {
            const { id, reason } = (entry ?? {});
            if (typeof id !== 'string' || typeof reason !== 'string' || reason.trim() === '') {
                throw new TypeError(`known failures of ${adapter}: each entry has an id and a reason, got ${JSON.stringify(entry)}`);
            }
        }
    }
    // Each entry was looked at.
    return parsed;
}
