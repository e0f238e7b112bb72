import { parseArgs } from 'node:util';
import { benchDrain } from './drain.js';

const { values } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, runs: { type: 'string' } } });
const result = await benchDrain(values.runs === undefined ? {} : { runs: Number(values.runs) });
if (values.json === true) console.log(JSON.stringify({ drain: result }));
else console.table(result.cases);
