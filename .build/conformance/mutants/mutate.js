import { openConsumer, } from '../../src/index.js';
/** The same consumer, but for these methods. */
export function altered(inner, changes) {
    return new Proxy(inner, {
        get: (target, name) => {
            // Names of methods are what changes have.
            const found = changes[name] ?? target[name];
            return typeof found === 'function' ? found.bind(name in changes ? changes : target) : found;
        },
    });
}
/** A harness whose consumers are altered so. */
export function alteredHarness(inner, change) {
    const open = (consumer) => altered(consumer, change(consumer));
    return {
        ...facts(inner),
        create: async (options) => {
            const channel = await inner.create(options);
            return reopened(channel, async () => open(await channel.open()));
        },
        openMissing: async () => open(await inner.openMissing()),
        stop: () => inner.stop(),
    };
}
/** A harness whose consumers are of another adapter, which `openConsumer` finds by these options. */
export function adaptedHarness(inner, openOptions) {
    return {
        ...facts(inner),
        create: async (options) => {
            const channel = await inner.create(options);
            const { url = '' } = channel;
            return reopened(channel, () => openConsumer(url, { ...channel.openOptions, ...openOptions }));
        },
        openMissing: () => inner.openMissing(),
        stop: () => inner.stop(),
    };
}
/** The same channel, whose consumers are opened so. */
function reopened(channel, open) {
    const { name, url, leaveHole } = channel;
    return {
        name,
        url,
        open,
        publish: (messages) => channel.publish(messages),
        state: () => channel.state(),
        delete: () => channel.delete(),
        ...(leaveHole === undefined ? {} : { leaveHole: (lane) => leaveHole.call(channel, lane) }),
    };
}
function facts(harness) {
    const { adapter, variant, client, server, minimum, timing, leavesHoles = false } = harness;
    return { adapter, client, server, minimum, timing, leavesHoles, ...(variant === undefined ? {} : { variant }) };
}
/** Changes what a fetch returns, in place. */
export function fetched(inner, change) {
    return {
        fetch: async (options) => {
            const batch = await inner.fetch(options);
            for (const message of batch)
                change(message);
            return batch;
        },
    };
}
export function forge(message, name, value) {
    Object.defineProperty(message, name, { value, configurable: true });
}
/** The same context, with another signal. */
export function withSignal(context, signal) {
    return new Proxy(context, { get: (target, name) => (name === 'signal' ? signal : target[name]) });
}
/** The same drainer, whose `drain` does something first. */
export function beforeDrain(drainer, first) {
    const { drain } = drainer;
    drainer.drain = (...given) => {
        first();
        return drain.apply(drainer, given);
    };
}
