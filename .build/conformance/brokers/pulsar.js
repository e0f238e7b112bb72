import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installDistribution } from './install.js';
import { externalServer, startServer } from './server.js';
/** Later distributions are not on Maven Central. */
const VERSION = '4.0.8';
const ANSWER_MS = 5_000;
/** Packages that Netty, RocksDB and BookKeeper reach into, as `bin/pulsar` of the distribution opens them. */
const OPENED = [
    ...['sun.net', 'java.lang', 'java.io', 'java.nio', 'java.util.zip', 'sun.nio.ch', 'jdk.internal.misc', 'jdk.internal.platform'].map((each) => `java.base/${each}`),
    'java.management/sun.management',
    'jdk.management/com.sun.management.internal',
];
/**
 * Starts Pulsar standalone on loopback; needs `java` (17 or later), and `mvn` the first time, which brings 245 MB. Its `url` is
 * `pulsar://host:port`. With `TAILRACE_PULSAR=pulsar://…` in the environment that server is used instead.
 */
export async function startPulsar() {
    const given = process.env.TAILRACE_PULSAR;
    if (given)
        return externalServer('TAILRACE_PULSAR', given);
    const home = await installDistribution({ group: 'org.apache.pulsar', name: 'pulsar-server-distribution', version: VERSION });
    return startServer({
        name: 'pulsar',
        version: VERSION,
        ports: 3,
        url: ([port]) => `pulsar://127.0.0.1:${port}`,
        prepare: async (folder, [port, web, bookie]) => {
            const settings = {
                brokerServicePort: port ?? 0,
                webServicePort: web ?? 0,
                bindAddress: '127.0.0.1',
                advertisedAddress: '127.0.0.1',
                listeningInterface: 'lo',
                allowLoopback: true,
                managedLedgerDefaultEnsembleSize: 1,
                managedLedgerDefaultWriteQuorum: 1,
                managedLedgerDefaultAckQuorum: 1,
                managedLedgerCacheSizeMB: 16,
                dbStorage_writeCacheMaxSizeMb: 16,
                dbStorage_readAheadCacheMaxSizeMb: 16,
                journalSyncData: false,
                systemTopicEnabled: false,
                topicLevelPoliciesEnabled: false,
                loadBalancerEnabled: false,
                // Without it one nack brings back its whole batch.
                acknowledgmentAtBatchIndexLevelEnabled: true,
            };
            const file = join(folder, 'standalone.conf');
            const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
            // Of a property that stands twice the last one counts.
            await writeFile(file, `${await readFile(join(home, 'conf', 'standalone.conf'), 'utf8')}\n${lines.join('\n')}\n`);
            await copyFile(join(home, 'conf', 'log4j2.yaml'), join(folder, 'log4j2.yaml'));
            return {
                command: 'java',
                args: [
                    ...['-Xms64m', '-Xmx256m', '-XX:MaxDirectMemorySize=128m', '-XX:+UseSerialGC'],
                    ...OPENED.flatMap((each) => ['--add-opens', `${each}=ALL-UNNAMED`]),
                    '-Dio.netty.tryReflectionSetAccessible=true',
                    // RocksDB unpacks its library there, and a killed process leaves it.
                    `-Djava.io.tmpdir=${folder}`,
                    `-Dlog4j.configurationFile=${join(folder, 'log4j2.yaml')}`,
                    `-Dpulsar.log.dir=${folder}`,
                    ...['-cp', join(home, 'lib', '*'), 'org.apache.pulsar.PulsarStandaloneStarter', '--config', file],
                    // Neither functions nor stream storage.
                    ...['-nfw', '-nss', '--metadata-url', `rocksdb://${join(folder, 'metadata')}`],
                    ...['--bookkeeper-dir', join(folder, 'bookkeeper'), '--bookkeeper-port', String(bookie), '-a', '127.0.0.1'],
                ],
            };
        },
        isReady: async ([, web]) => {
            const answer = await fetch(`http://127.0.0.1:${web}/admin/v2/persistent/public/default`, { signal: AbortSignal.timeout(ANSWER_MS) });
            return answer.ok;
        },
    });
}
