import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installJars } from './install.js';
import { externalServer, startServer } from './server.js';
const VERSION = '1.7.1';
/** The class path of ElasticMQ, an SQS server, installed into the cache folder by Maven. Needs `java` and `mvn`. */
function installElasticMq() {
    return installJars(`elasticmq-${VERSION}`, [{ group: 'org.elasticmq', name: 'elasticmq-server_2.13', version: VERSION }]);
}
/**
 * Starts ElasticMQ on loopback with the limits of SQS. Its `url` is the endpoint. With `TAILRACE_SQS=https://…` in the environment
 * that endpoint is used instead.
 */
export async function startElasticMq({ persistent = false } = {}) {
    const given = process.env.TAILRACE_SQS;
    if (given)
        return externalServer('TAILRACE_SQS', given);
    const classPath = await installElasticMq();
    return startServer({
        name: 'elasticmq',
        version: VERSION,
        ports: 1,
        url: ([port]) => `http://127.0.0.1:${port}`,
        prepare: async (folder, [port]) => {
            const file = join(folder, 'elasticmq.conf');
            const config = [
                'include classpath("application.conf")',
                `node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }`,
                `rest-sqs { enabled = true, bind-hostname = "127.0.0.1", bind-port = ${port}, sqs-limits = strict }`,
                'rest-stats { enabled = false }',
                'queues { }',
            ];
            if (persistent) {
                // Written as soon as it is confirmed, and open to the end: ElasticMQ does not close its database, and one that closes
                // itself first makes it confirm what it no longer keeps.
                const uri = `jdbc:h2:${join(folder, 'messages')};WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE`;
                config.push(`messages-storage { enabled = true, driver-class-name = "org.h2.Driver", uri = "${uri}", username = "", password = "" }`);
            }
            await writeFile(file, config.join('\n'));
            return { command: 'java', args: ['-Xmx512m', `-Dconfig.file=${file}`, '-cp', classPath, 'org.elasticmq.server.Main'] };
        },
        isReady: async ([port]) => {
            const answer = await fetch(`http://127.0.0.1:${port}/?Action=ListQueues`, { signal: AbortSignal.timeout(5_000) });
            return answer.ok;
        },
    });
}
