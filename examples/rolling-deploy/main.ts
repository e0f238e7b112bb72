import { writeFileSync } from 'node:fs';
import { startKafka } from '../../conformance/brokers/kafka.js';
import { picture } from './picture.js';
import { type Client, type DeployResult, rollingDeploy } from './deploy.js';

const server = await startKafka();
try {
  const results: DeployResult[] = [];
  for (const client of (process.argv[2] ?? 'kafkajs,confluent').split(',') as Client[])
    results.push(
      await rollingDeploy(server, {
        client, partitions: 12, workers: 4, replace: 4, join: true, rate: 22000, quietMs: 4000, readyMs: 2000, heartbeatMs: 500,
        onStep: (text) => console.error(text),
      }),
    );
  writeFileSync('/tmp/rolling.svg', picture(results)); writeFileSync('/tmp/rolling-result.json', JSON.stringify(results));
  for (const r of results) {
    console.log(JSON.stringify({ ...r, partitions: undefined, steps: undefined }));
    console.table(r.partitions.map(({ pauses, ...rest }) => rest));
    console.log(JSON.stringify(r.steps));
  }
} finally {
  await server.stop();
}
