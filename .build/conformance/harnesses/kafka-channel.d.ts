import type { Kafka } from 'kafkajs';
import { type StreamConsumer } from '../../src/index.js';
import type { Channel, ChannelState, Outgoing } from '../harness.js';
/**
 * With connections of its own: a client of kafkajs that was told of a topic fails at everything once that topic is gone. And with
 * new ones after a failure: an admin client goes on asking a leader that is none any more.
 */
export declare class KafkaChannel implements Channel {
    #private;
    readonly name: string;
    readonly url: string;
    readonly openOptions: Readonly<Record<string, unknown>>;
    constructor(kafka: Kafka, topic: string, groupId: string, url: string, openOptions: Readonly<Record<string, unknown>>);
    create(lanes: number): Promise<void>;
    open(): Promise<StreamConsumer>;
    publish(messages: readonly Outgoing[]): Promise<void>;
    /** An aborted transaction: the record that nobody reads, and its marker. */
    leaveHole(lane: number): Promise<void>;
    state(): Promise<ChannelState>;
    delete(): Promise<void>;
}
