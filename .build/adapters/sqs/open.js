import { invalid } from '../../src/options.js';
import { SqsConsumer } from './consumer.js';
import { failure } from './errors.js';
import { parseUrl, settings } from './options.js';
const CLIENT = '@aws-sdk/client-sqs';
/**
 * A consumer for `sqs://[key:secret@]REGION/QUEUE`, or `sqs://REGION/ACCOUNT/QUEUE` for the queue of another account.
 *
 * Parameters are the options of `sqsConsumer` by the same names: `leaseMs`, `maxPollMs`, `maxPolls`, `maxDeletes`,
 * `bodyEncoding`, `keyAttribute`, `answerMs`; and `endpoint`, the URL of another server than AWS's. `options` are the same and win.
 *
 * Loads `@aws-sdk/client-sqs` and makes two clients of it at the first fetch, one for polls and one for the rest; the consumer
 * destroys them. Without a key in the URL the SDK finds credentials its own way. Rejects with INVALID_ARGUMENT for what is wrong
 * or unknown in the URL, and when the package is not installed.
 */
export async function open(url, options = {}) {
    if (typeof url === 'string' && !URL.canParse(url))
        throw failure('INVALID_ARGUMENT', 'url: it is not a URL');
    if (typeof options !== 'object' || options === null)
        throw invalid('sqs options', options, 'an object');
    const { client = {}, ...given } = options;
    if (typeof client !== 'object' || client === null)
        throw invalid('client', client, "an object with options of the SDK's client");
    const parsed = parseUrl(new URL(url), given);
    const checked = settings(parsed.options);
    const Client = await loadClient();
    return new SqsConsumer(() => new Client({ ...config(parsed), ...client }), checked);
}
function config({ region, endpoint, credentials }) {
    return {
        region,
        ...(endpoint === undefined ? {} : { endpoint }),
        ...(credentials === undefined ? {} : { credentials }),
        // The adapter checks each message by itself: the SDK would throw the sound ones of a batch away with the bad one.
        md5: false,
    };
}
async function loadClient() {
    try {
        // Computed, so that neither a bundler nor the type checker takes the client for a dependency.
        const name = CLIENT;
        const module = await import(name);
        if (typeof module.SQS !== 'function')
            throw failure('INTERNAL', `the package ${CLIENT} exports no class SQS`);
        // Used by the members of SqsClient only, which a type test holds.
        return module.SQS;
    }
    catch (error) {
        if (!isMissing(error))
            throw error;
        throw failure('INVALID_ARGUMENT', `no SQS client is installed; install it: npm install ${CLIENT}`);
    }
}
function isMissing(error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND')
        return false;
    // Not when the client is there and misses something of its own.
    return error.message.includes(`'${CLIENT}'`);
}
