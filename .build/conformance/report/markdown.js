/** One table a group: a row for each case, a column for each adapter. */
export function renderMarkdown(reports) {
    const lines = ['| adapter | client | server | passed | refused, as it has to be | failed | not asked |', '|---|---|---|---|---|---|---|'];
    for (const { adapter, client, server, cases } of reports) {
        const count = (behaviour) => cases.filter((each) => each.behaviour === behaviour).length;
        lines.push(`| ${adapter} | ${client} | ${server} | ${count('pass')} | ${count('refused')} | ${count('fail')} | ${count('skipped')} |`);
    }
    for (const [group, ids] of groupsOf(reports)) {
        lines.push('', `## ${group}`, '', `| case | ${reports.map(({ adapter }) => adapter).join(' | ')} |`, `|---|${'---|'.repeat(reports.length)}`);
        for (const id of ids)
            lines.push(`| ${id.slice(group.length + 1)} | ${reports.map((report) => cellOf(resultOf(report, id))).join(' | ')} |`);
    }
    return `${lines.join('\n')}\n`;
}
export function resultOf({ cases }, id) {
    return cases.find((each) => each.id === id);
}
/** The ids of all cases that any of them has, by group, in their order. */
export function groupsOf(reports) {
    const groups = new Map();
    for (const { id, group } of reports.flatMap(({ cases }) => cases)) {
        const ids = groups.get(group) ?? [];
        if (!ids.includes(id))
            ids.push(id);
        groups.set(group, ids);
    }
    return groups;
}
function cellOf(result) {
    if (result === undefined)
        return '';
    const { behaviour, close } = result;
    const word = { pass: '✓', refused: 'refused', fail: '**fails**', skipped: '·' }[behaviour];
    return behaviour === 'skipped' || close === 'clean' ? word : `${word} (close ${close})`;
}
