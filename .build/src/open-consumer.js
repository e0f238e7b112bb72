import { StreamError } from './errors.js';
import { invalid } from './options.js';
/** The adapters of this package by scheme, each with the client packages that it may load. */
const SCHEMES = Object.freeze({
    memory: [],
    nats: ['@nats-io/transport-node'],
    kafka: ['kafkajs'],
    sqs: ['@aws-sdk/client-sqs'],
    pubsub: ['@google-cloud/pubsub'],
    kinesis: ['@aws-sdk/client-kinesis', '@aws-sdk/client-dynamodb'],
    pulsar: ['pulsar-client'],
    servicebus: ['@azure/service-bus'],
});
/**
 * Opens a consumer from a URL such as `kafka://host:9092/orders?group=billing`, so that the messaging system is a matter of
 * configuration. The scheme, up to a `+` (`nats+tls://`), selects the adapter; the adapter documents the rest of the URL.
 *
 * Loads the adapter, and through it the client package, by name; connects to nothing before the first `fetch`. The consumer
 * belongs to the caller, who closes it.
 *
 * Throws (rejects with) `INVALID_ARGUMENT`: not a URL, an unknown scheme, a package that is not installed (the text says what
 * to install), a module without `open`; `INTERNAL`: the module fails while loading, or returns no consumer; and what the
 * adapter's `open` throws.
 */
export async function openConsumer(url, options = {}) {
    const parsed = parse(url);
    if (typeof options !== 'object' || options === null || Array.isArray(options))
        throw invalid('openConsumer options', options, 'an object');
    const { adapters = {}, ...adapterOptions } = options;
    checkAdapters(adapters);
    const scheme = schemeOf(parsed);
    const specifier = Object.hasOwn(adapters, scheme) ? adapters[scheme] : builtIn(scheme, adapters);
    const open = await load(scheme, specifier);
    const consumer = await open(parsed, adapterOptions);
    if (!isConsumer(consumer))
        throw new StreamError('INTERNAL', `open() of ${specifier} did not return a consumer`, { adapter: scheme });
    return consumer;
}
function parse(url) {
    if (url instanceof URL)
        return new URL(url);
    if (typeof url === 'string' && URL.canParse(url))
        return new URL(url);
    // The text is not shown: even a malformed one may hold a password.
    const given = typeof url === 'string' ? `a string of ${url.length} characters` : typeof url;
    throw new StreamError('INVALID_ARGUMENT', `url: expected a URL such as kafka://host:9092/orders?group=billing, got ${given} that is none`);
}
function schemeOf({ protocol, href }) {
    if (!href.startsWith(`${protocol}//`)) {
        // `user:password@host` is a URL too, whose scheme is the user: it is not shown.
        throw new StreamError('INVALID_ARGUMENT', 'url: expected a URL such as kafka://host:9092/orders?group=billing, got one without //');
    }
    // A part there is always.
    return protocol.slice(0, -1).split('+', 1)[0];
}
function checkAdapters(adapters) {
    if (typeof adapters !== 'object' || adapters === null || Array.isArray(adapters)) {
        throw invalid('adapters', adapters, 'an object of schemes and module specifiers');
    }
    for (const [scheme, specifier] of Object.entries(adapters)) {
        if (!/^[a-z][a-z0-9.-]*$/.test(scheme))
            throw invalid('adapters', scheme, 'schemes in lower case, without a colon or a +');
        if (typeof specifier !== 'string' || specifier === '' || /^\.{0,2}[/\\]/.test(specifier)) {
            throw invalid(`adapters.${scheme}`, specifier, 'a package name or a file: URL (import.meta.resolve makes one from a path)');
        }
    }
}
function builtIn(scheme, adapters) {
    if (Object.hasOwn(SCHEMES, scheme) && isExported(scheme))
        return `tailrace/${scheme}`;
    const there = [...Object.keys(SCHEMES).filter(isExported), ...Object.keys(adapters)];
    throw new StreamError('INVALID_ARGUMENT', `url: no adapter for the scheme '${scheme}'; there are ${there.join(', ')}. For another one, name its module in the option 'adapters'`);
}
/** Asks this package's own `exports`; loads nothing. */
function isExported(scheme) {
    try {
        import.meta.resolve(`tailrace/${scheme}`);
        return true;
    }
    catch (error) {
        if (codeOf(error) === 'ERR_PACKAGE_PATH_NOT_EXPORTED')
            return false;
        throw error;
    }
}
async function load(scheme, specifier) {
    let module;
    try {
        // Computed, so that neither a bundler nor the type checker pulls every adapter in.
        module = await import(specifier);
    }
    catch (error) {
        throw loadFailure(scheme, specifier, error);
    }
    const { open } = module;
    if (typeof open !== 'function') {
        throw new StreamError('INVALID_ARGUMENT', `the module ${specifier} exports no function 'open(url, options)'`, { adapter: scheme });
    }
    // What it returns is checked by the caller; its parameters cannot be.
    return open;
}
function loadFailure(scheme, specifier, error) {
    const text = error instanceof Error ? error.message : String(error);
    const code = codeOf(error);
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') {
        // The package's name is told only in the text: "Cannot find package 'kafkajs' imported from …".
        const missing = /^Cannot find package '([^']+)'/.exec(text)?.[1];
        const wanted = SCHEMES[scheme] ?? [];
        const install = missing !== undefined ? [missing] : specifier.startsWith('tailrace/') ? wanted : [];
        const hint = install.length === 0 ? '' : `; install it: npm install ${install.join(' ')}`;
        return new StreamError('INVALID_ARGUMENT', `the adapter for '${scheme}', ${specifier}, cannot be loaded: ${text}${hint}`, {
            adapter: scheme,
            cause: error,
        });
    }
    return new StreamError('INTERNAL', `the adapter for '${scheme}', ${specifier}, failed while loading: ${text}`, {
        adapter: scheme,
        cause: error,
    });
}
function codeOf(error) {
    return error instanceof Error && 'code' in error ? error.code : undefined;
}
function isConsumer(value) {
    if (typeof value !== 'object' || value === null)
        return false;
    return ['fetch', 'ack', 'close'].every((method) => typeof Reflect.get(value, method) === 'function');
}
