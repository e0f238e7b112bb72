import { StreamError } from '../../src/index.js';
import { fetched, forge } from './mutate.js';
const QUEUE = 'memory/queue';
const TOPIC = 'memory/topic';
const LATE_MS = 100;
const allConfirmed = (messages) => Promise.resolve({ confirmed: messages, recorded: [], failed: [] });
function late(work) {
    setTimeout(work, LATE_MS);
}
/** Fetches ahead, and keeps what was not asked for. */
function prefetching(inner, ahead) {
    return {
        fetch: async (options) => {
            if (ahead.length === 0)
                ahead.push(...(await inner.fetch({ ...options, max: options.max + 5 })));
            return ahead.splice(0, options.max);
        },
    };
}
export const ADAPTERS = [
    {
        name: 'drops what arrives while a fetch is aborted',
        on: QUEUE,
        caughtBy: 'stop/aborted-fetch-strands-nothing',
        consumer: (inner) => ({
            fetch: async (options) => {
                const batch = await inner.fetch(options);
                return options.signal.aborted ? [] : batch;
            },
        }),
    },
    {
        name: 'acks at fetch',
        on: QUEUE,
        caughtBy: 'settlement/unacked-comes-back-after-close',
        consumer: (inner) => ({
            fetch: async (options) => {
                const batch = await inner.fetch(options);
                await inner.ack(batch);
                return batch;
            },
        }),
    },
    {
        name: 'commits past a gap',
        on: TOPIC,
        caughtBy: 'settlement/out-of-order-acks-skip-nothing',
        consumer: (inner) => {
            const held = [];
            return {
                fetch: async (options) => {
                    const batch = await inner.fetch(options);
                    held.push(...batch);
                    return batch;
                },
                ack: (messages) => inner.ack(held.slice(0, Math.max(...messages.map((message) => held.indexOf(message))) + 1)),
            };
        },
    },
    {
        name: 'swallows an ack error',
        on: QUEUE,
        caughtBy: 'settlement/ack-after-the-lease-is-lost',
        consumer: (inner) => ({
            ack: async (messages) => {
                await inner.ack(messages);
                return allConfirmed(messages);
            },
        }),
    },
    {
        name: 'says confirmed before it is',
        on: QUEUE,
        caughtBy: 'settlement/confirmed-means-confirmed',
        consumer: (inner) => ({
            ack: (messages) => {
                late(() => inner.ack(messages).catch(() => undefined));
                return allConfirmed(messages);
            },
        }),
    },
    {
        name: 'never sends an ack',
        on: QUEUE,
        caughtBy: 'settlement/acked-is-done-at-the-broker',
        consumer: () => ({ ack: allConfirmed }),
    },
    {
        name: 'release does nothing',
        on: QUEUE,
        caughtBy: 'settlement/release-redelivers-at-once',
        consumer: () => ({ release: () => Promise.resolve({ failed: [] }) }),
    },
    {
        name: 'ignores the delay of a release',
        on: QUEUE,
        caughtBy: 'settlement/release-delay-is-a-floor',
        consumer: (inner) => ({ release: (messages) => inner.release?.(messages) ?? Promise.resolve({ failed: [] }) }),
    },
    {
        name: 'forgets a prefetched message at close',
        on: QUEUE,
        caughtBy: 'stop/prefetched-goes-back',
        consumer: (inner) => {
            const ahead = [];
            return {
                ...prefetching(inner, ahead),
                close: (options) => inner.close({ ...options, running: [...(options.running ?? []), ...ahead] }),
            };
        },
    },
    {
        name: 'close returns before acks are flushed',
        on: QUEUE,
        caughtBy: 'stop/last-ack-is-settled',
        consumer: (inner) => ({
            ack: (messages) => {
                late(() => inner.ack(messages).catch(() => undefined));
                return allConfirmed(messages);
            },
            close: (options) => {
                late(() => inner.close(options));
                return Promise.resolve({ unconfirmed: [], clean: true });
            },
        }),
    },
    {
        name: 'second close throws',
        on: QUEUE,
        caughtBy: 'stop/close-twice',
        consumer: (inner) => {
            let closed = false;
            return {
                close: (options) => {
                    if (closed)
                        return Promise.reject(new Error('closed already'));
                    closed = true;
                    return inner.close(options);
                },
            };
        },
    },
    {
        name: 'close never ends',
        on: QUEUE,
        caughtBy: 'stop/idle-close-in-a-long-poll',
        consumer: () => ({ close: () => new Promise(() => undefined) }),
    },
    {
        name: 'close gives back what runs',
        on: QUEUE,
        caughtBy: 'stop/running-is-not-released',
        consumer: (inner) => ({ close: ({ signal }) => inner.close({ signal }) }),
    },
    {
        name: 'close keeps what was not acked',
        on: QUEUE,
        caughtBy: 'stop/leave-is-prompt',
        consumer: (inner) => {
            const held = [];
            return {
                fetch: async (options) => {
                    const batch = await inner.fetch(options);
                    held.push(...batch);
                    return batch;
                },
                close: (options) => inner.close({ ...options, running: held }),
            };
        },
    },
    {
        name: 'leases are not extended',
        on: QUEUE,
        caughtBy: 'settlement/extended-lease-holds',
        consumer: () => ({ extend: () => Promise.resolve({ failed: [] }) }),
    },
    {
        name: 'header bytes are mangled',
        on: QUEUE,
        caughtBy: 'delivery/headers-round-trip',
        consumer: (inner) => fetched(inner, (message) => {
            const mangled = Object.entries(message.headers).map(([name, value]) => [name, Buffer.from(String(value)).toString('latin1')]);
            forge(message, 'headers', Object.fromEntries(mangled));
        }),
    },
    {
        name: 'the key is lost',
        on: QUEUE,
        caughtBy: 'delivery/key-round-trip',
        consumer: (inner) => fetched(inner, (message) => forge(message, 'key', undefined)),
    },
    {
        name: 'bodies are read as text',
        on: QUEUE,
        caughtBy: 'delivery/body-round-trip',
        consumer: (inner) => fetched(inner, (message) => forge(message, 'body', new TextEncoder().encode(new TextDecoder().decode(message.body)))),
    },
    {
        name: 'wrong id after redelivery',
        on: QUEUE,
        caughtBy: 'settlement/id-survives-redelivery',
        consumer: (inner) => fetched(inner, (message) => forge(message, 'id', `${message.id}-${message.attempt}`)),
    },
    {
        name: 'ids are those of the connection',
        on: QUEUE,
        caughtBy: 'delivery/ids-tell-messages-apart',
        consumer: (inner) => fetched(inner, (message) => forge(message, 'id', 'the connection')),
    },
    {
        name: 'attempt is stuck',
        on: QUEUE,
        caughtBy: 'settlement/attempt-rises-by-one',
        consumer: (inner) => fetched(inner, (message) => forge(message, 'attempt', 1)),
    },
    {
        name: 'brings more than max',
        on: QUEUE,
        caughtBy: 'delivery/max-bounds-a-batch',
        consumer: (inner) => ({ fetch: (options) => inner.fetch({ ...options, max: options.max * 2 }) }),
    },
    {
        name: 'waits for ever',
        on: QUEUE,
        caughtBy: 'delivery/empty-queue-answers-within-the-wait',
        consumer: (inner) => ({ fetch: (options) => inner.fetch({ ...options, waitMs: 1_000_000 }) }),
    },
    {
        name: 'sleeps out its wait',
        on: QUEUE,
        caughtBy: 'delivery/waiting-fetch-is-woken',
        consumer: (inner) => ({
            fetch: async (options) => {
                const begin = performance.now();
                const batch = await inner.fetch(options);
                await new Promise((resolve) => setTimeout(resolve, options.waitMs - (performance.now() - begin)));
                return batch;
            },
        }),
    },
    {
        name: 'two fetches wait for each other',
        on: QUEUE,
        caughtBy: 'delivery/second-fetch-is-refused',
        consumer: (inner) => {
            let former = Promise.resolve();
            return {
                fetch: (options) => {
                    const next = former.then(() => inner.fetch(options));
                    former = next.catch(() => undefined);
                    return next;
                },
            };
        },
    },
    {
        name: 'a late ack is taken',
        on: QUEUE,
        caughtBy: 'settlement/ack-after-close-is-refused',
        consumer: (inner) => ({ ack: (messages) => inner.ack(messages).catch(() => allConfirmed(messages)) }),
    },
    {
        name: 'a second ack fails',
        on: QUEUE,
        caughtBy: 'settlement/double-ack-is-answered-alike',
        consumer: (inner) => {
            const acked = new Set();
            return {
                ack: async (messages) => {
                    const again = messages.filter((message) => acked.has(message));
                    for (const message of messages)
                        acked.add(message);
                    if (again.length === 0)
                        return inner.ack(messages);
                    return {
                        confirmed: [],
                        recorded: [],
                        failed: again.map((message) => ({ message, error: new StreamError('LEASE_LOST', 'acked') })),
                    };
                },
            };
        },
    },
    {
        name: 'one lost message fails its batch',
        on: QUEUE,
        caughtBy: 'settlement/part-of-an-ack-fails-alone',
        consumer: (inner) => ({
            ack: async (messages) => {
                const result = await inner.ack(messages);
                const [first] = result.failed;
                return first === undefined
                    ? result
                    : { confirmed: [], recorded: [], failed: messages.map((message) => ({ message, error: first.error })) };
            },
        }),
    },
    {
        name: 'what is missing may come later',
        on: QUEUE,
        caughtBy: 'delivery/missing-destination-is-not-found',
        consumer: (inner) => ({
            fetch: (options) => inner.fetch(options).catch((error) => {
                throw StreamError.is(error) && error.code === 'NOT_FOUND' ? new StreamError('UNAVAILABLE', error.message) : error;
            }),
        }),
    },
    {
        name: 'dead letters are acked',
        on: QUEUE,
        caughtBy: 'capabilities/dead-letter',
        consumer: (inner) => ({
            deadLetter: async (messages) => {
                await inner.ack(messages);
                return { failed: [] };
            },
        }),
    },
    {
        name: 'flush does nothing',
        on: TOPIC,
        caughtBy: 'settlement/flush-confirms-what-was-recorded',
        consumer: () => ({ flush: () => Promise.resolve({ confirmed: [], recorded: [], failed: [] }) }),
    },
    {
        name: 'pause does nothing',
        on: TOPIC,
        caughtBy: 'capabilities/pause',
        consumer: () => ({ pause: () => undefined }),
    },
    {
        name: 'seek does nothing',
        on: TOPIC,
        caughtBy: 'capabilities/seek',
        consumer: () => ({ seek: () => Promise.resolve() }),
    },
    {
        name: 'a batch comes backwards',
        on: TOPIC,
        caughtBy: 'order/handlers-of-a-lane-take-turns',
        consumer: (inner) => ({ fetch: async (options) => (await inner.fetch(options)).reverse() }),
    },
    {
        name: 'revoke does not wait',
        on: TOPIC,
        caughtBy: 'groups/revoke-is-awaited',
        consumer: (inner) => ({
            watch: (listener) => inner.watch?.({
                assigned: (lanes) => listener.assigned(lanes),
                revoking: (revocation) => {
                    listener.revoking(revocation).catch(() => undefined);
                    return Promise.resolve();
                },
                lost: (lanes) => listener.lost(lanes),
                ended: (lanes) => listener.ended(lanes),
            }),
        }),
    },
    {
        name: 'acks of a lane that has left are taken',
        on: TOPIC,
        caughtBy: 'fencing/ack-by-an-earlier-owner',
        consumer: (inner) => ({
            ack: async (messages) => {
                await inner.ack(messages);
                return { confirmed: [], recorded: messages, failed: [] };
            },
        }),
    },
    {
        name: 'a lane that comes back has its old assignment',
        on: TOPIC,
        caughtBy: 'fencing/a-lane-that-comes-back-is-another-assignment',
        consumer: (inner) => ({
            watch: (listener) => inner.watch?.({
                assigned: (lanes) => listener.assigned(lanes.map(({ lane }) => ({ lane, assignment: 1 }))),
                revoking: (revocation) => listener.revoking(revocation),
                lost: (lanes) => listener.lost(lanes),
                ended: (lanes) => listener.ended(lanes),
            }),
        }),
    },
    {
        name: 'lanes are not told of',
        on: TOPIC,
        caughtBy: 'capabilities/watch',
        consumer: () => ({ watch: () => undefined }),
    },
    {
        name: 'commits after leaving',
        on: TOPIC,
        caughtBy: 'stop/close-commits-what-was-acked',
        consumer: (inner) => {
            const waiting = [];
            return {
                ack: (messages) => {
                    waiting.push(...messages);
                    return Promise.resolve({ confirmed: [], recorded: messages, failed: [] });
                },
                flush: async (options) => {
                    await inner.ack(waiting.splice(0));
                    return (await inner.flush?.(options)) ?? { confirmed: [], recorded: [], failed: [] };
                },
                close: async (options) => {
                    const closed = await inner.close(options);
                    await inner.ack(waiting.splice(0)).catch(() => undefined);
                    return closed;
                },
            };
        },
    },
    {
        name: 'releases only the first of several',
        on: QUEUE,
        caughtBy: 'settlement/each-of-several-is-released',
        consumer: (inner) => ({
            release: async (messages, options) => (await inner.release?.(messages.slice(0, 1), options)) ?? { failed: [] },
        }),
    },
    {
        name: 'headers are lost on redelivery',
        on: QUEUE,
        caughtBy: 'settlement/redelivery-carries-the-same',
        consumer: (inner) => fetched(inner, (message) => (message.attempt ?? 1) > 1 && forge(message, 'headers', {})),
    },
    {
        name: 'header names are lower-cased',
        on: QUEUE,
        caughtBy: 'delivery/headers-round-trip',
        consumer: (inner) => fetched(inner, (message) => forge(message, 'headers', Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name.toLowerCase(), value])))),
    },
    {
        name: 'a lost lease may be tried again',
        on: QUEUE,
        caughtBy: 'settlement/ack-after-the-lease-is-lost',
        consumer: (inner) => ({
            ack: async (messages) => {
                const result = await inner.ack(messages);
                const failed = result.failed.map(({ message, error }) => ({
                    message,
                    error: new StreamError(error.code, error.message, { retryable: true }),
                }));
                return { ...result, failed };
            },
        }),
    },
    {
        name: 'a flush confirms all that was recorded',
        on: TOPIC,
        caughtBy: 'settlement/flush-confirms-nothing-behind-a-gap',
        consumer: (inner) => ({
            flush: async (options) => {
                const result = await inner.flush?.(options);
                return { confirmed: [...(result?.confirmed ?? []), ...(result?.recorded ?? [])], recorded: [], failed: result?.failed ?? [] };
            },
        }),
    },
    {
        name: 'close forgets what stayed unconfirmed',
        on: TOPIC,
        caughtBy: 'stop/close-names-what-stayed-unconfirmed',
        consumer: (inner) => ({ close: async (options) => ({ ...(await inner.close(options)), unconfirmed: [] }) }),
    },
    {
        name: 'extends only the first of several',
        on: QUEUE,
        caughtBy: 'settlement/each-of-several-is-extended',
        consumer: (inner) => ({
            extend: (messages, options) => inner.extend?.(messages.slice(0, 1), options) ?? Promise.resolve({ failed: [] }),
        }),
    },
    {
        name: 'extends by its own length',
        on: QUEUE,
        caughtBy: 'settlement/extension-is-as-long-as-asked-for',
        consumer: (inner) => ({ extend: (messages) => inner.extend?.(messages) ?? Promise.resolve({ failed: [] }) }),
    },
    {
        name: 'a fetch that is aborted already rejects',
        on: QUEUE,
        caughtBy: 'stop/fetch-that-is-aborted-already-resolves',
        consumer: (inner) => ({
            fetch: async (options) => {
                options.signal.throwIfAborted();
                return inner.fetch(options);
            },
        }),
    },
    {
        name: 'hands out one array again and again',
        on: QUEUE,
        caughtBy: 'delivery/a-batch-is-the-callers',
        consumer: (inner) => {
            const batch = [];
            return { fetch: async (options) => batch.splice(0, batch.length, ...(await inner.fetch(options))) && batch };
        },
    },
    {
        name: 'brings more than its own maximum',
        on: QUEUE,
        caughtBy: 'delivery/backlog-is-delivered-once',
        consumer: (inner) => ({ capabilities: { ...inner.capabilities, maxBatch: 5 } }),
    },
    {
        name: 'capabilities change',
        on: QUEUE,
        caughtBy: 'capabilities/never-change',
        consumer: (inner) => {
            const capabilities = { ...inner.capabilities };
            return {
                capabilities,
                fetch: (options) => {
                    Object.assign(capabilities, { maxBatch: 7 });
                    return inner.fetch(options);
                },
            };
        },
    },
    {
        name: 'leases are shorter than it says',
        on: QUEUE,
        caughtBy: 'capabilities/leases-last-as-long-as-declared',
        consumer: (inner) => {
            const { lease } = inner.capabilities;
            return { capabilities: { ...inner.capabilities, lease: lease !== false && { ...lease, ms: lease.ms * 100 } } };
        },
    },
    {
        name: 'declares less than its system can',
        on: TOPIC,
        caughtBy: 'capabilities/minimum-is-declared',
        consumer: (inner) => ({ capabilities: { ...inner.capabilities, rebalance: 'eager' } }),
    },
    {
        name: 'a pause stops all lanes',
        on: TOPIC,
        caughtBy: 'capabilities/pause-stops-only-its-lanes',
        consumer: (inner) => {
            const lanes = new Set();
            return {
                ...fetched(inner, ({ lane = '' }) => lanes.add(lane)),
                pause: () => inner.pause?.([...lanes]),
            };
        },
    },
    {
        name: 'a second listener takes the place of the first',
        on: TOPIC,
        caughtBy: 'capabilities/a-second-listener-is-refused',
        consumer: () => ({ watch: () => undefined }),
    },
    {
        name: 'a revocation does not say how long it waits',
        on: TOPIC,
        caughtBy: 'groups/revoke-is-awaited',
        consumer: (inner) => ({
            watch: (listener) => inner.watch?.({
                assigned: (lanes) => listener.assigned(lanes),
                revoking: (revocation) => listener.revoking({ ...revocation, deadlineMs: 0 }),
                lost: (lanes) => listener.lost(lanes),
                ended: (lanes) => listener.ended(lanes),
            }),
        }),
    },
    {
        name: 'a release after close is taken',
        on: QUEUE,
        caughtBy: 'stop/every-method-is-refused-after-close',
        consumer: (inner) => {
            let closed = false;
            return {
                release: (messages, options) => (closed ? undefined : inner.release?.(messages, options)) ?? Promise.resolve({ failed: [] }),
                close: (options) => {
                    closed = true;
                    return inner.close(options);
                },
            };
        },
    },
    {
        name: 'a delay that is too long is cut',
        on: QUEUE,
        caughtBy: 'settlement/a-delay-that-is-too-long-is-refused',
        consumer: (inner) => ({ release: (messages) => inner.release?.(messages, { delayMs: 1 }) ?? Promise.resolve({ failed: [] }) }),
    },
];
