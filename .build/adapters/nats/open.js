import { invalid } from '../../src/options.js';
import { NatsConsumer } from './consumer.js';
import { failure } from './errors.js';
import { parseUrl, settings } from './options.js';
/** The client packages, the one to prefer first. */
const CLIENTS = ['@nats-io/transport-node', 'nats'];
/**
 * A consumer for `nats://[user:pass@|token@]host[:4222]/STREAM/DURABLE`, or `nats+tls://…` for a connection over TLS.
 *
 * Parameters are the options of `natsConsumer` by the same names: `leaseMs`, `confirm`, `ackPolicy`, `exclusive`, `domain`,
 * `apiPrefix`, `inboxPrefix`, `answerMs`; and with `create=true` also `filter` (as often as there are subjects),
 * `deliver`, `maxDeliver`, `maxAckPending`. `options` are the same and win.
 *
 * Loads `@nats-io/transport-node`, or else `nats`, and connects at the first fetch; the consumer owns that connection and
 * closes it. Rejects with INVALID_ARGUMENT for what is wrong or unknown in the URL, and when neither package is installed.
 */
export async function open(url, options = {}) {
    if (typeof url === 'string' && !URL.canParse(url))
        throw failure('INVALID_ARGUMENT', 'url: it is not a URL');
    if (typeof options !== 'object' || options === null)
        throw invalid('nats options', options, 'an object');
    const { client = {}, ...given } = options;
    if (typeof client !== 'object' || client === null)
        throw invalid('client', client, "an object with options of the client's connect");
    const parsed = parseUrl(new URL(url), given);
    const checked = settings(parsed.options);
    const connect = await loadConnect();
    return new NatsConsumer(() => connect({ ...connectOptions(parsed), ...client }), checked);
}
function connectOptions({ servers, tls, user, pass, token }) {
    return {
        servers,
        ...(tls ? { tls: {} } : {}),
        ...(user === undefined ? {} : { user }),
        ...(pass === undefined ? {} : { pass }),
        ...(token === undefined ? {} : { token }),
        // A worker outlives its broker's restart, however long that takes; a fetch says UNAVAILABLE meanwhile.
        maxReconnectAttempts: -1,
    };
}
async function loadConnect() {
    for (const name of CLIENTS) {
        try {
            // Computed, so that neither a bundler nor the type checker takes the client for a dependency.
            const client = await import(name);
            if (typeof client.connect !== 'function')
                throw failure('INTERNAL', `the package ${name} exports no function connect`);
            // Its result is used by the members of NatsConnection only, which a type test holds.
            return client.connect;
        }
        catch (error) {
            if (!isMissing(error, name))
                throw error;
        }
    }
    throw failure('INVALID_ARGUMENT', `no NATS client is installed; install one: npm install ${CLIENTS[0]}`);
}
function isMissing(error, name) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND')
        return false;
    // Not when the client is there and misses something of its own.
    return error.message.includes(`'${name}'`);
}
