import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { MemoryBroker, memoryBroker, open } from '../../adapters/memory/index.js';
import { VirtualClock } from '../support/virtual-clock.js';
const never = new AbortController().signal;
function openUrl(url, options) {
    return open(new URL(url), options);
}
describe('memory: open by URL', () => {
    it('makes a queue in the named broker, and delivers', async () => {
        const consumer = await openUrl('memory://shop/orders?leaseMs=5000&ordered=true&maxAttempts=3&deadLetterQueue=dead&releaseCostsAttempt=true');
        assert.equal(consumer.adapter, 'memory');
        assert.equal(consumer.source, 'memory://shop/orders');
        assert.deepEqual(consumer.capabilities.lease, { ms: 5_000, extend: 'message', maxMs: Infinity, lossKnownBy: 'broker' });
        assert.equal(consumer.capabilities.ordered, true);
        assert.equal(consumer.capabilities.deadLetter, true);
        const broker = memoryBroker('shop');
        assert.equal(memoryBroker('shop'), broker);
        assert.notEqual(memoryBroker(), broker);
        broker.publish('orders', { body: 'hello' });
        const [message] = await consumer.fetch({ max: 1, waitMs: 0, signal: never });
        assert.equal(message?.text(), 'hello');
        assert.equal(broker.queue('dead').ready.count, 0);
        assert.equal((await consumer.close({ signal: never })).clean, true);
    });
    it('makes a topic where a group is named', async () => {
        const broker = new MemoryBroker({ clock: new VirtualClock(), name: 'mine' });
        const url = 'memory://mine/a%20log?partitions=3&retainMessages=50&group=billing&member=m1&rebalance=eager&revokeMs=500&from=latest&commitOnAck=false';
        const consumer = await openUrl(url, { broker });
        assert.equal(consumer.source, 'memory://mine/a log?group=billing');
        assert.equal(consumer.capabilities.rebalance, 'eager');
        assert.deepEqual(await consumer.fetch({ max: 1, waitMs: 0, signal: never }), []);
        assert.deepEqual(broker.topic('a log').members('billing'), [{ id: 'm1', partitions: [0, 1, 2] }]);
        const second = await openUrl('memory://mine/a%20log?group=other', { broker });
        assert.deepEqual([...(await second.lag()).keys()], []);
    });
    it('an empty host is the default broker', async () => {
        const consumer = await openUrl('memory:///nameless');
        assert.equal(consumer.source, 'memory://default/nameless');
        assert.equal(memoryBroker().queue('nameless').name, 'nameless');
    });
    it('attaches to what exists, if it was made with the same options', async () => {
        const broker = new MemoryBroker();
        broker.createQueue('jobs', { leaseMs: 100 });
        broker.createTopic('log', { partitions: 2 });
        await openUrl('memory://x/jobs', { broker });
        await openUrl('memory://x/jobs?leaseMs=100&ordered=false', { broker });
        await openUrl('memory://x/log?partitions=2&group=g', { broker });
        await assert.rejects(openUrl('memory://x/jobs?leaseMs=200', { broker }), { code: 'INVALID_ARGUMENT', message: /leaseMs.*100/ });
        await assert.rejects(openUrl('memory://x/log?partitions=3&group=g', { broker }), {
            code: 'INVALID_ARGUMENT',
            message: /partitions.*2/,
        });
    });
    const wrong = [
        ['memory://x/', /path/],
        ['memory://x', /path/],
        ['memory://x:80/jobs', /port/],
        ['memory://user:secret@x/jobs', /credentials/],
        ['memory://x/jobs#part', /fragment/],
        ['memory://x/jobs?lease=5', /'lease'.*leaseMs/],
        ['memory://x/jobs?toString=5', /'toString'/],
        ['memory://x/jobs?leaseMs=5s', /leaseMs/],
        ['memory://x/jobs?leaseMs=0', /leaseMs/],
        ['memory://x/jobs?leaseMs=1&leaseMs=2', /leaseMs/],
        ['memory://x/jobs?ordered=yes', /ordered/],
        ['memory://x/jobs?maxAttempts=3', /deadLetterQueue/],
        ['memory://x/jobs?maxAttempts=0&deadLetterQueue=dead', /maxAttempts/],
        ['memory://x/jobs?deadLetterQueue=jobs', /jobs/],
        ['memory://x/jobs?partitions=3', /'partitions'/],
        ['memory://x/log?group=g&leaseMs=3', /'leaseMs'/],
        ['memory://x/log?group=', /group/],
        ['memory://x/log?group=g&rebalance=lazy', /rebalance/],
        ['memory://x/log?group=g&partitions=0', /partitions/],
        ['memory://x/old', /group/],
        ['memory://x/%E0%A4%A', /percent/],
    ];
    for (const [url, message] of wrong) {
        it(`refuses ${url}`, async () => {
            const broker = new MemoryBroker();
            broker.createTopic('old');
            await assert.rejects(openUrl(url, { broker }), (error) => {
                assert.equal(error.code, 'INVALID_ARGUMENT');
                assert.match(error.message, message);
                assert.doesNotMatch(error.message, /secret/);
                return true;
            });
            for (const name of ['jobs', 'log', 'dead'])
                assert.equal(broker.find(name), undefined, 'nothing is made');
        });
    }
    it('refuses options that it does not know', async () => {
        await assert.rejects(openUrl('memory://x/jobs', { brokr: 1 }), { code: 'INVALID_ARGUMENT', message: /brokr/ });
    });
});
describe('memory: construction', () => {
    it('checks every option', () => {
        const broker = new MemoryBroker();
        broker.createQueue('jobs');
        const wrong = [
            [() => new MemoryBroker({ name: '' }), /name/],
            [() => new MemoryBroker({ clok: 1 }), /clok/],
            [() => new MemoryBroker({ history: 1 }), /history/],
            [() => new MemoryBroker({ clock: {} }), /clock/],
            [() => broker.createQueue(''), /name/],
            [() => broker.createQueue('jobs'), /jobs already/],
            [() => broker.createTopic('jobs'), /jobs already/],
            [() => broker.createQueue('q', { leaseMs: 0 }), /leaseMs/],
            [() => broker.createQueue('q', { maxAttempts: 0, deadLetterQueue: 'jobs' }), /maxAttempts/],
            [() => broker.createQueue('q', { fifo: true }), /fifo/],
            [() => broker.createTopic('t', { partitions: 0 }), /partitions/],
            [() => broker.createTopic('t', { retainMessages: 0 }), /retainMessages/],
            [() => broker.consumer({ queue: '' }), /queue/],
            [() => broker.consumer({ queue: 'jobs', group: 'g' }), /group/],
            [() => broker.consumer({ topic: 't' }), /group/],
            [() => broker.consumer({ topic: 't', group: 'g', revokeMs: 0 }), /revokeMs/],
            [() => broker.consumer({ topic: 't', group: 'g', from: 'middle' }), /from/],
            [() => broker.consumer({ topic: 't', group: 'g', commitOnAck: 'no' }), /commitOnAck/],
        ];
        for (const [construct, message] of wrong)
            assert.throws(construct, { code: 'INVALID_ARGUMENT', message });
        assert.equal(broker.find('q'), undefined);
        assert.equal(broker.find('t'), undefined);
    });
    it('declares what it does, as data that does not change', () => {
        const broker = new MemoryBroker();
        broker.createQueue('jobs');
        broker.createTopic('log');
        const queue = broker.consumer({ queue: 'jobs' });
        const topic = broker.consumer({ topic: 'log', group: 'g' });
        assert.ok(Object.isFrozen(queue.capabilities) && Object.isFrozen(topic.capabilities));
        const optional = ['flush', 'deadLetter', 'pause', 'seek', 'lag', 'release'];
        for (const consumer of [queue, topic]) {
            for (const name of optional) {
                const declared = consumer.capabilities[name] !== false;
                const exists = typeof Reflect.get(consumer, name) === 'function';
                assert.ok(exists || !declared, `${consumer.source} declares ${name}`);
                // A queue without a dead-letter queue has the method, which refuses.
                if (name !== 'deadLetter')
                    assert.equal(exists, declared, `${consumer.source} has ${name}`);
            }
            assert.equal('watch' in consumer, consumer.capabilities.revoke !== 'none');
            assert.equal('extend' in consumer, consumer.capabilities.lease !== false);
        }
    });
    it('import and use leave nothing behind that keeps a process alive', () => {
        const module = fileURLToPath(new URL('../../adapters/memory/index.js', import.meta.url));
        const script = `
      const { MemoryBroker } = await import(${JSON.stringify(module)});
      const broker = new MemoryBroker();
      broker.createQueue('jobs', { leaseMs: 3_600_000 });
      broker.publish('jobs', [{ body: '' }, { body: '', delayMs: 3_600_000 }]);
      const consumer = broker.consumer({ queue: 'jobs' });
      const held = await consumer.fetch({ max: 1, waitMs: 0, signal: new AbortController().signal });
      console.log(held.length);`;
        const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 60_000 });
        assert.deepEqual([run.status, run.stdout.trim(), run.stderr], [0, '1', '']);
    });
});
