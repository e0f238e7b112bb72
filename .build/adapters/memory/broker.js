import { CLOCK_METHODS, systemClock } from '../../src/clock.js';
import { StreamError } from '../../src/errors.js';
import { boolean, invalid, known, text, withMethods } from '../../src/options.js';
import { Faults } from './faults.js';
import { resolveQueueOptions, resolveTopicConsumerOptions, resolveTopicOptions, } from './options.js';
import { MemoryQueue } from './queue.js';
import { QueueConsumer } from './queue-consumer.js';
import { MemoryTopic } from './topic.js';
import { TopicConsumer } from './topic-consumer.js';
/**
 * A message broker inside this process: leased queues and partitioned logs. Nothing outlives the process. Every effect is
 * synchronous, and the broker alone decides what is leased, owned and committed; consumers only ask.
 */
export class MemoryBroker {
    name;
    /** Faults of all its consumers. */
    faults = new Faults();
    #clock;
    #history;
    #destinations = new Map();
    #sleeping = new Set();
    #side;
    #isDown = false;
    constructor(options) {
        const given = known('memory broker', options, ['name', 'clock', 'history']);
        this.name = given.name === undefined ? 'default' : text('name', given.name);
        this.#clock = withMethods('clock', given.clock, CLOCK_METHODS) ?? systemClock;
        this.#history = boolean('history', given.history, false);
        const isDown = () => this.#isDown;
        this.#side = {
            clock: this.#clock,
            faults: this.faults,
            sleeping: this.#sleeping,
            get isDown() {
                return isDown();
            },
        };
    }
    /** Throws `INVALID_ARGUMENT` when the name is taken, `NOT_FOUND` when its dead-letter queue does not exist. */
    createQueue(name, options) {
        const resolved = resolveQueueOptions(options);
        this.#claim(name);
        if (resolved.deadLetterQueue === name)
            throw invalid('deadLetterQueue', name, 'another queue');
        const deadLetters = resolved.deadLetterQueue === undefined ? undefined : this.queue(resolved.deadLetterQueue);
        const queue = new MemoryQueue(name, resolved, deadLetters, this.#clock, this.#history);
        this.#destinations.set(name, queue);
        return queue;
    }
    /** Throws `INVALID_ARGUMENT` when the name is taken. */
    createTopic(name, options) {
        const resolved = resolveTopicOptions(options);
        this.#claim(name);
        const topic = new MemoryTopic(name, resolved, this.#clock);
        this.#destinations.set(name, topic);
        return topic;
    }
    /** Throws `NOT_FOUND`. */
    queue(name) {
        const found = this.find(name);
        if (found instanceof MemoryQueue)
            return found;
        throw new StreamError('NOT_FOUND', `no queue ${name}`, { adapter: 'memory' });
    }
    /** Throws `NOT_FOUND`. */
    topic(name) {
        const found = this.find(name);
        if (found instanceof MemoryTopic)
            return found;
        throw new StreamError('NOT_FOUND', `no topic ${name}`, { adapter: 'memory' });
    }
    /** What has this name; undefined: nothing. */
    find(name) {
        return this.#destinations.get(name);
    }
    /**
     * Appends one message or many to a queue or topic; many at once are faster. All of them or none. Returns their ids.
     * Throws `NOT_FOUND`, `UNAVAILABLE` when the broker is down, `INVALID_ARGUMENT` for a message that is not valid.
     */
    publish(destination, messages) {
        if (this.#isDown)
            throw new StreamError('UNAVAILABLE', 'the broker is down', { adapter: 'memory' });
        const found = this.find(destination);
        if (found === undefined)
            throw new StreamError('NOT_FOUND', `no queue or topic ${destination}`, { adapter: 'memory' });
        return found.publish(isMany(messages) ? messages : [messages]);
    }
    consumer(options) {
        if (typeof options !== 'object' || options === null)
            throw invalid('consumer options', options, 'an object');
        if ('queue' in options) {
            const { queue } = known('queue consumer', options, ['queue']);
            const found = this.find(text('queue', queue));
            return new QueueConsumer(this.#side, this.name, queue, found instanceof MemoryQueue ? found : undefined);
        }
        const resolved = resolveTopicConsumerOptions(options);
        const found = this.find(resolved.topic);
        return new TopicConsumer(this.#side, this.name, resolved, found instanceof MemoryTopic ? found : undefined);
    }
    /**
     * The broker cannot be reached: every call rejects with `UNAVAILABLE`, fetches that wait do so at once, and `close` is not
     * clean. What it holds stays, and its time goes on.
     */
    down() {
        this.#isDown = true;
        for (const consumer of [...this.#sleeping])
            consumer.wake();
    }
    up() {
        this.#isDown = false;
    }
    #claim(name) {
        text('name', name);
        if (this.#destinations.has(name)) {
            throw new StreamError('INVALID_ARGUMENT', `name: there is a queue or topic ${name} already`, { adapter: 'memory' });
        }
    }
}
function isMany(messages) {
    return Array.isArray(messages);
}
