/**
 * A program as a user writes it, compiled against the packed package by `pack.test.ts`: an adapter of one's own, and each entry
 * point used with its types.
 */
import { checkBudget, Drainer, drainBudget, drainOnSignals, Lease, Message, MessageStream, openConsumer, renderTimelineHtml, StreamError, Watermark, } from 'tailrace';
import { MemoryBroker, memoryBroker, open } from 'tailrace/memory';
import { natsConsumer } from 'tailrace/nats';
class Lines {
    adapter = 'lines';
    source = 'lines://stdin';
    capabilities;
    #mark = new Watermark();
    constructor(capabilities) {
        this.capabilities = capabilities;
    }
    async fetch({ max, signal }) {
        if (signal.aborted || max < 1)
            return [];
        const lease = new Lease(performance.now() + 1_000);
        const message = new Message({ id: '1', delivery: '1-1', body: new Uint8Array(), raw: { number: 1 }, lease });
        this.#mark.deliver(message);
        return [message];
    }
    async ack(messages) {
        if (messages.some((message) => !this.#mark.finish(message)))
            throw new StreamError('LEASE_LOST', 'gone', { adapter: this.adapter });
        return { confirmed: messages, recorded: [], failed: [] };
    }
    async close() {
        return { unconfirmed: [], clean: true };
    }
}
export async function drainLines(capabilities) {
    const options = {
        concurrency: 4,
        order: 'lane',
        retry: { attempts: 3 },
        budget: drainBudget({ platform: 'nomad' }),
    };
    const drainer = new Drainer(new Lines(capabilities), async (message, { signal, attempt }) => {
        const line = message.raw.number + attempt;
        if (signal.aborted)
            throw signal.reason;
        return line;
    }, options);
    checkBudget(drainBudget(), { downstreamTimeoutsMs: { postgres: 5_000 } });
    const uninstall = drainOnSignals(drainer);
    const receipt = await drainer.run();
    uninstall();
    return receipt;
}
export async function streamQueue() {
    const broker = memoryBroker('shop');
    broker.createQueue('orders', { leaseMs: 30_000 });
    const stream = new MessageStream(broker.consumer({ queue: 'orders' }));
    for await (const message of stream) {
        const deliveries = message.raw.deliveries;
        if (deliveries > 1)
            stream.fail(message, new Error('again'));
        else
            stream.ack(message);
    }
    return renderTimelineHtml(await stream.drain({ reason: 'done' }));
}
export async function anyConsumer(connection) {
    const nats = natsConsumer(connection, { stream: 'ORDERS', durable: 'billing' });
    const memory = await open(new URL('memory://shop/orders'), { broker: new MemoryBroker() });
    try {
        return [nats, memory, await openConsumer('nats://127.0.0.1:4222/ORDERS/billing')];
    }
    catch (error) {
        if (StreamError.is(error) && error.code === 'INVALID_ARGUMENT' && !error.retryable)
            return [];
        throw error;
    }
}
export function misspelt() {
    // @ts-expect-error: options that do not exist are refused.
    return drainBudget({ platfrom: 'ecs' });
}
