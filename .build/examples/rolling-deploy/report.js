import { cpus, totalmem } from 'node:os';
export function machine() {
    return {
        node: process.version,
        cpu: `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`,
        memoryGb: Math.round(totalmem() / 1e9),
        date: new Date().toISOString().slice(0, 10),
    };
}
const whole = (value) => value.toLocaleString('en');
/** For a terminal. */
export function summary(result) {
    const { rebalance, clientVersion, published, perSecond, lost, duplicates, drains, partitions, latencyMs } = result;
    const clean = drains.filter(({ outcome }) => outcome === 'clean').length;
    const slowest = partitions.map(({ longestPauseMs }) => longestPauseMs);
    return `
${rebalance}: ${clientVersion}
  published        ${whole(published)}, ${whole(perSecond)} a second
  lost             ${lost}
  handled twice    ${duplicates}
  drains           ${drains.length}, ${clean} of them clean with exit code 0
  longest pause    ${slowest.map((ms) => `${ms} ms`).join(', ')} of partition 0, 1, …
  until handled    ${latencyMs.p50} ms at the median, ${whole(latencyMs.p99)} at the 99th percentile, ${whole(latencyMs.max)} at most
`;
}
function worst({ partitions }, of) {
    return Math.max(...partitions.map((each) => each[of]));
}
/** How many there were during the deploy. */
function pauses({ partitions, fromMs }) {
    return partitions.flatMap((each) => each.pauses).filter(({ atMs, ms }) => atMs + ms >= fromMs).length;
}
function still({ partitions }) {
    return `${(partitions.reduce((sum, { pausedMs }) => sum + pausedMs, 0) / 1_000).toFixed(1)} s`;
}
/** The page in `docs`. */
export function markdown(results, { heartbeatMs, image, others }) {
    const { node, cpu, memoryGb, date } = machine();
    const [first] = results;
    const row = (name, value) => `| ${name} | ${results.map((result) => value(result)).join(' | ')} |`;
    return `# Kafka: a rolling deploy

A group of four worker processes reads a topic of ${first?.partitions.length ?? 12} partitions. All four are replaced, one by one, as Kubernetes does it with \`maxSurge: 1\`: a new one starts, and once it has handled something an old one gets SIGTERM, drains and ends. In the middle of it a fifth joins. All the while another process publishes at a steady rate.

This page is generated:

\`\`\`sh
npm run rolling-deploy -- --markdown docs/kafka.md
\`\`\`

Run on ${date}: ${first?.server ?? 'no server'}, one node, beside everything else on ${cpu}, ${memoryGb} GB; node ${node}. Nothing in it is drawn at random. Other work on the machine shows in the pauses before the deploy.

![Each partition over time, red where nothing of it was handled](${image})

| | ${results.map(({ rebalance }) => `${rebalance}`).join(' | ')} |
|---|${results.map(() => '---').join('|')}|
${[
        row('client', ({ clientVersion }) => `\`${clientVersion}\``),
        row('published', ({ published }) => whole(published)),
        row('a second: on average, in the least second', ({ perSecond, leastPerSecond }) => `${whole(perSecond)}, ${whole(leastPerSecond)}`),
        row('handled', ({ handled }) => whole(handled)),
        row('lost', ({ lost }) => lost),
        row('handled twice', ({ duplicates }) => duplicates),
        row('workers drained: clean, with exit code 0', ({ drains }) => `${drains.length}: ${drains.filter(({ outcome }) => outcome === 'clean').length}, ${drains.length}`),
        row('longest drain', ({ drains }) => `${Math.max(...drains.map(({ ms }) => ms))} ms`),
        row('from published to handled: median, 99 %, longest', ({ latencyMs: { p50, p99, max } }) => `${p50}, ${whole(p99)}, ${whole(max)} ms`),
        row('longest pause of a partition before the deploy', (result) => `${worst(result, 'quietPauseMs')} ms`),
        row('… and during it', (result) => `${whole(worst(result, 'longestPauseMs'))} ms`),
        row('pauses longer than 100 ms during it, of all partitions', pauses),
        row('… and their sum', still),
    ].join('\n')}

The longest pause of each partition during the deploy, the time between two handled messages, and the sum of those longer than 100 ms:

| partition | ${results.map(({ rebalance }) => `${rebalance}: longest | sum`).join(' | ')} |
|---|${results.map(() => '---|---').join('|')}|
${(first?.partitions ?? [])
        .map(({ partition }) => [
        `| ${partition}`,
        ...results.map(({ partitions }) => `${partitions[partition]?.longestPauseMs} ms | ${partitions[partition]?.pausedMs} ms`),
    ].join(' | '))
        .map((line) => `${line} |`)
        .join('\n')}

## What the two kinds do

**Eager** (kafkajs): each step stops every partition, but for a short time. Members learn of a rebalance by their next heartbeat, here every ${heartbeatMs} ms, settle what runs, and wait for the last one of them. One round shares out all partitions anew.

**Cooperative** (librdkafka): only partitions that move stop, the others go on. One that moves stops for longer, because it takes two rounds: in the first its owner gives it up, in the second it gets the next one. Members learn of the second one by a heartbeat, too, and librdkafka joins at most once a second, which no setting changes.

Neither kind loses anything or handles anything twice. What else a deploy costs is a choice: with eager rebalances everything hesitates, with cooperative ones most partitions do not notice and some wait for longer. Heartbeats matter more than the kind; the adapter's default is 3,000 ms, as kafkajs's:

| heartbeats | rebalance | lost, handled twice | longest pause | pauses longer than 100 ms | their sum |
|---|---|---|---|---|---|
${[{ heartbeatMs, results }, ...others]
        .flatMap((each) => each.results.map((result) => `| ${whole(each.heartbeatMs)} ms | ${result.rebalance} | ${result.lost}, ${result.duplicates} | ${whole(worst(result, 'longestPauseMs'))} ms | ${pauses(result)} | ${still(result)} |`))
        .join('\n')}

## What is measured

Each worker (\`examples/rolling-deploy/worker.ts\`) is \`openConsumer\` and a \`Drainer\` with \`order: 'none'\`, handlers of 2 to 20 ms that end out of order, at most 512 at a time, and \`drainOnSignals\`. It writes down partition, offset and time of each message when its handler has ended, into a file, before the offset is committed (\`beforeCommit\`). In the end, when the broker says that everything is committed, all workers are drained as well, and the files are compared with the topic: **lost** is an offset that nobody has handled, **handled twice** one that is in the files more than once, and an exit code other than 0 fails the run. A pause is the time between two messages of a partition, whoever has handled them, on the clock that all processes of the machine share. The publisher sends every 20 ms, so shorter ones mean nothing.

Semantics and options of the adapter: [adapters/kafka](../adapters/kafka/README.md). What becomes of workers that are killed, frozen and cut off: [chaos-kafka.md](chaos-kafka.md).
`;
}
