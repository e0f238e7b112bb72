import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/run.js';
/** The path of a program that an installed package brings, to be run by node. `workspace` is where it is installed. */
export function tool(name, program = name, workspace = '.') {
    const folder = join(ROOT, workspace, 'node_modules', name);
    const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const path = typeof bin === 'string' ? bin : bin?.[program];
    if (typeof path !== 'string')
        throw new Error(`${name} brings no program ${program}`);
    return join(folder, path);
}
