import { parseArgs } from 'node:util';
import { benchNats, nameOf } from './nats.js';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    runs: { type: 'string' },
    messages: { type: 'string' },
    only: { type: 'string' },
    sides: { type: 'string' },
  },
});
const result = await benchNats({
  ...(values.runs === undefined ? {} : { runs: Number(values.runs) }),
  ...(values.messages === undefined ? {} : { messages: Number(values.messages) }),
  ...(values.only === undefined ? {} : { only: values.only }),
  ...(values.sides === undefined ? {} : { sides: values.sides.split(',') }),
  onGroup: (group) => {
    if (values.json === true) return;
    console.log(nameOf(group));
    for (const { side, perSecond, cpuUsPerMessage, heapMb, of } of group.sides) {
      const ratios = Object.entries(of).map(([raw, ratio]) => `${raw} ${ratio.toFixed(2)}`);
      console.log(
        `  ${side.padEnd(16)} ${String(perSecond).padStart(7)}/s ${cpuUsPerMessage.toFixed(2).padStart(6)} µs CPU ${String(heapMb).padStart(4)} MB  of ${ratios.join('  ')}`,
      );
    }
  },
});
if (values.json === true) console.log(JSON.stringify({ nats: result }));
