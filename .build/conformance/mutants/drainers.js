import { Drainer } from '../../src/index.js';
import { altered, beforeDrain, withSignal } from './mutate.js';
const QUEUE = 'memory/queue';
const TOPIC = 'memory/topic';
/** Ours, with other options. */
function optioned(change) {
    // A handler of any message handles these.
    return (consumer, handler, options = {}) => new Drainer(consumer, handler, change(options));
}
/** Ours, on a consumer that is altered once the drain has begun. */
function whileDraining(change) {
    return (consumer, handler, options) => {
        let draining = false;
        const changes = change(consumer);
        const chosen = Object.fromEntries(Object.entries(changes).map(([name, changed]) => [
            name,
            (...given) => {
                const own = consumer[name];
                return draining ? changed(...given) : own.apply(consumer, given);
            },
        ]));
        const drainer = new Drainer(altered(consumer, chosen), handler, options);
        beforeDrain(drainer, () => {
            draining = true;
        });
        return drainer;
    };
}
export const DRAINERS = [
    {
        name: 'cancels handlers at drain start',
        on: QUEUE,
        caughtBy: 'stop/in-flight-completes',
        makeDrainer: (consumer, handler, options) => {
            const cancel = new AbortController();
            const cancelled = (message, context) => handler(message, withSignal(context, cancel.signal));
            const drainer = new Drainer(consumer, cancelled, options);
            beforeDrain(drainer, () => cancel.abort());
            return drainer;
        },
    },
    {
        name: 'hard deadline ignored',
        on: QUEUE,
        caughtBy: 'stop/hard-deadline-gives-up-and-commits-the-rest',
        makeDrainer: optioned((options) => ({ ...options, budget: { ...options.budget, totalMs: 15_000 } })),
    },
    {
        name: 'soft deadline not told',
        on: QUEUE,
        caughtBy: 'stop/soft-deadline-aborts-signals',
        makeDrainer: (consumer, handler, options) => {
            const { signal } = new AbortController();
            const deaf = (message, context) => handler(message, withSignal(context, signal));
            return new Drainer(consumer, deaf, options);
        },
    },
    {
        name: 'two handlers in one lane',
        on: TOPIC,
        caughtBy: 'order/handlers-of-a-lane-take-turns',
        makeDrainer: optioned((options) => ({ ...options, order: 'none' })),
    },
    {
        name: 'two handlers of one key',
        on: QUEUE,
        caughtBy: 'order/keys-take-turns',
        makeDrainer: optioned((options) => ({ ...options, order: 'none' })),
    },
    {
        name: 'window not bounded',
        on: QUEUE,
        caughtBy: 'order/window-bounds-what-is-held',
        makeDrainer: optioned((options) => ({ ...options, window: 1_000 })),
    },
    {
        name: 'concurrency cannot be changed',
        on: QUEUE,
        caughtBy: 'order/concurrency-changes-live',
        makeDrainer: (consumer, handler, options) => {
            const drainer = new Drainer(consumer, handler, options);
            Object.defineProperty(drainer, 'concurrency', { get: () => 2, set: () => undefined });
            return drainer;
        },
    },
    {
        name: 'does not wait for handlers',
        on: QUEUE,
        caughtBy: 'stop/late-end-has-no-effect',
        makeDrainer: (consumer, handler, options) => {
            const hasty = (message, context) => {
                Promise.resolve(handler(message, context)).catch(() => undefined);
            };
            return new Drainer(consumer, hasty, options);
        },
    },
    {
        name: 'does not try again',
        on: TOPIC,
        caughtBy: 'order/retry-keeps-its-turn',
        makeDrainer: optioned((options) => ({ ...options, retry: { ...options.retry, attempts: 1 } })),
    },
    {
        name: 'tries for ever',
        on: QUEUE,
        caughtBy: 'poison/attempts-exhausted-is-dead-lettered',
        makeDrainer: optioned((options) => ({ ...options, retry: { ...options.retry, attempts: 1_000 } })),
    },
    {
        name: 'starts what was not started',
        on: QUEUE,
        caughtBy: 'stop/unstarted-go-to-the-next',
        makeDrainer: optioned((options) => ({ ...options, unstarted: 'finish' })),
    },
    {
        name: 'commit skipped in a drain',
        on: QUEUE,
        caughtBy: 'stop/in-flight-completes',
        makeDrainer: whileDraining(() => ({ ack: (messages) => Promise.resolve({ confirmed: messages, recorded: [], failed: [] }) })),
    },
    {
        name: 'leases not extended in a drain',
        on: QUEUE,
        caughtBy: 'stop/leases-outlive-a-drain',
        makeDrainer: whileDraining(() => ({ extend: () => Promise.resolve({ failed: [] }) })),
    },
    {
        name: 'unstarted messages are kept in a drain',
        on: QUEUE,
        caughtBy: 'stop/unstarted-go-to-the-next',
        makeDrainer: whileDraining((inner) => ({
            release: () => Promise.resolve({ failed: [] }),
            close: () => {
                // Nothing is given back, and the leases go on.
                inner.close({ signal: AbortSignal.timeout(60_000), running: [] }).catch(() => undefined);
                return new Promise(() => undefined);
            },
        })),
    },
    {
        name: 'receipt that lies',
        on: QUEUE,
        caughtBy: 'stop/receipt-agrees-with-the-broker',
        makeDrainer: (consumer, handler, options) => {
            const drainer = new Drainer(consumer, handler, options);
            const { drain } = drainer;
            drainer.drain = async (...given) => {
                const receipt = await drain.apply(drainer, given);
                const { confirmed, released } = receipt.totals;
                return { ...receipt, totals: { ...receipt.totals, confirmed: confirmed + released, released: 0 } };
            };
            return drainer;
        },
    },
    {
        name: 'a drain for each call',
        on: QUEUE,
        caughtBy: 'stop/drain-twice-and-in-a-handler',
        makeDrainer: (consumer, handler, options) => {
            const drainer = new Drainer(consumer, handler, options);
            const { drain } = drainer;
            drainer.drain = async (...given) => ({ ...(await drain.apply(drainer, given)) });
            return drainer;
        },
    },
    {
        name: 'outputs are flushed after the commit',
        on: QUEUE,
        caughtBy: 'stop/outputs-go-before-the-commit',
        makeDrainer: (consumer, handler, options = {}) => {
            const { beforeCommit, ...rest } = options;
            const hasty = altered(consumer, {
                ack: async (messages) => {
                    const result = await consumer.ack(messages);
                    await beforeCommit?.(messages, { reason: 'running' });
                    return result;
                },
            });
            return new Drainer(hasty, handler, rest);
        },
    },
    {
        name: 'commits although outputs failed',
        on: QUEUE,
        caughtBy: 'stop/failed-outputs-withhold-the-commit',
        makeDrainer: optioned(({ beforeCommit, ...options }) => ({
            ...options,
            beforeCommit: async (...given) => {
                await Promise.resolve(beforeCommit?.(...given)).catch(() => undefined);
            },
        })),
    },
    {
        name: 'commit skipped at the timeout',
        on: QUEUE,
        caughtBy: 'stop/hard-deadline-gives-up-and-commits-the-rest',
        makeDrainer: (consumer, handler, options) => {
            let late = false;
            const forgetful = altered(consumer, {
                ack: (messages) => (late ? Promise.resolve({ confirmed: [], recorded: messages, failed: [] }) : consumer.ack(messages)),
            });
            const watching = (message, context) => {
                context.signal.addEventListener('abort', () => {
                    late = true;
                });
                return handler(message, context);
            };
            return new Drainer(forgetful, watching, options);
        },
    },
    {
        name: 'a quiesce closes',
        on: QUEUE,
        caughtBy: 'stop/quiesce-commits-and-keeps-the-consumer',
        makeDrainer: (consumer, handler, options) => {
            const drainer = new Drainer(consumer, handler, options);
            drainer.quiesce = (...given) => drainer.drain(...given);
            return drainer;
        },
    },
    {
        name: 'a second signal is ignored',
        on: QUEUE,
        caughtBy: 'stop/escalation-gives-up-at-once',
        makeDrainer: (consumer, handler, options) => {
            const drainer = new Drainer(consumer, handler, options);
            drainer.escalate = () => undefined;
            return drainer;
        },
    },
    {
        name: 'errors are not told',
        on: QUEUE,
        caughtBy: 'poison/failures-are-told',
        makeDrainer: optioned(({ onError: _, ...options }) => options),
    },
    {
        name: 'phases are not told',
        on: QUEUE,
        caughtBy: 'stop/phases-are-told-in-order',
        makeDrainer: optioned(({ onPhase: _, ...options }) => options),
    },
    {
        name: 'known ids are handled again',
        on: QUEUE,
        caughtBy: 'delivery/a-known-id-is-handled-once',
        makeDrainer: optioned(({ dedup: _, ...options }) => options),
    },
    {
        name: 'an id is remembered before its handler has ended',
        on: QUEUE,
        caughtBy: 'delivery/an-id-that-failed-is-not-known',
        makeDrainer: (consumer, handler, options) => {
            const seen = new Set();
            const once = (message, context) => {
                if (seen.has(message.id))
                    return undefined;
                seen.add(message.id);
                return handler(message, context);
            };
            return new Drainer(consumer, once, options);
        },
    },
    {
        name: 'each attempt is the first',
        on: QUEUE,
        caughtBy: 'poison/attempts-are-counted',
        makeDrainer: (consumer, handler, options) => {
            const forgetful = (message, context) => {
                const first = new Proxy(context, { get: (target, name) => (name === 'attempt' ? 1 : target[name]) });
                return handler(message, first);
            };
            return new Drainer(consumer, forgetful, options);
        },
    },
    {
        name: 'acks what has failed',
        on: QUEUE,
        caughtBy: 'poison/what-fails-for-good-is-not-acked',
        makeDrainer: (consumer, handler, options) => {
            const deaf = async (message, context) => {
                try {
                    await handler(message, context);
                }
                catch {
                    // What this mutant is: nobody learns of it.
                }
            };
            return new Drainer(consumer, deaf, options);
        },
    },
    {
        name: 'failures of a batch are not read',
        on: QUEUE,
        caughtBy: 'poison/only-what-failed-of-a-batch-is-tried-again',
        makeDrainer: (consumer, handler, options) => {
            if (typeof handler === 'function')
                return new Drainer(consumer, handler, options);
            const { batch } = handler;
            const deaf = {
                ...handler,
                batch: async (...given) => {
                    await batch(...given);
                },
            };
            return new Drainer(consumer, deaf, options);
        },
    },
    {
        name: 'goes on while it is paused',
        on: QUEUE,
        caughtBy: 'order/concurrency-0-starts-nothing',
        makeDrainer: (consumer, handler, options) => {
            const drainer = new Drainer(consumer, handler, options);
            const own = Object.getOwnPropertyDescriptor(Drainer.prototype, 'concurrency');
            Object.defineProperty(drainer, 'concurrency', {
                get: () => own?.get?.call(drainer),
                set: (value) => own?.set?.call(drainer, Math.max(1, value)),
            });
            return drainer;
        },
    },
    {
        name: 'half of the budget',
        on: QUEUE,
        caughtBy: 'stop/signals-hold-until-the-soft-deadline',
        makeDrainer: optioned((options) => ({ ...options, budget: { ...options.budget, softMs: (options.budget?.softMs ?? 0) / 2 } })),
    },
    {
        name: 'run() ends when it has begun',
        on: QUEUE,
        caughtBy: 'stop/run-ends-with-the-receipt',
        makeDrainer: (consumer, handler, options) => {
            const drainer = new Drainer(consumer, handler, options);
            const { run } = drainer;
            drainer.run = () => {
                run.call(drainer).catch(() => undefined);
                return Promise.resolve({}); // What this mutant is: no receipt.
            };
            return drainer;
        },
    },
    {
        name: 'asks for ever for what does not exist',
        on: QUEUE,
        caughtBy: 'stop/run-rejects-with-what-it-cannot-go-on-from',
        makeDrainer: (consumer, handler, options) => {
            const patient = {
                fetch: (given) => consumer.fetch(given).catch(() => new Promise((resolve) => setTimeout(resolve, given.waitMs / 10, []))),
            };
            return new Drainer(altered(consumer, patient), handler, options);
        },
    },
];
