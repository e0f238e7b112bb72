import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { renderTimeline } from '../timeline.js';
import { renderTimelineHtml } from '../timeline-html.js';
import { renderTimelineSvg } from '../timeline-svg.js';
const USAGE = `Usage: tailrace timeline <receipt.json> [--html file] [--svg file]

Draws the receipt of a drain: in the terminal, or into these files. - reads it from the
standard input.`;
/** Draws a receipt. Exits with 2 for what is not one. */
export async function timeline(args) {
    try {
        const { values, positionals } = parseArgs({
            args: [...args],
            allowPositionals: true,
            options: { html: { type: 'string' }, svg: { type: 'string' }, help: { type: 'boolean' } },
        });
        if (values.help === true) {
            console.log(USAGE);
            return 0;
        }
        const [path] = positionals;
        if (path === undefined || positionals.length > 1)
            throw new TypeError('expected one receipt');
        // What is no receipt, the renderers refuse.
        const receipt = JSON.parse(await readFile(path === '-' ? '/dev/stdin' : path, 'utf8'));
        if (values.html !== undefined)
            await writeFile(values.html, renderTimelineHtml(receipt));
        if (values.svg !== undefined)
            await writeFile(values.svg, renderTimelineSvg(receipt));
        if (values.html === undefined && values.svg === undefined)
            console.log(renderTimeline(receipt));
        return 0;
    }
    catch (error) {
        console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
        return 2;
    }
}
