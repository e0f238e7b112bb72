import type { Message } from '../../src/index.js';
import type { Plan } from './plan.js';
import type { World } from './world.js';
/** A published message. */
export interface Published {
    readonly id: string;
    readonly lane: string;
    readonly key: string | undefined;
    /** Its place in the order of its lane. */
    readonly position: number;
}
/** What a delivery went through, as seen from outside the drainer. */
export interface Delivery {
    readonly message: Message;
    /** It came after the drainer had heard that its lane is lost: a fetch was out. */
    readonly late: boolean;
    readonly fetchedAt: number;
    /** A fetch that was out brought it after the consumer was told to close: no receipt tells of it. */
    readonly afterClose: boolean;
    calls: number;
    running: boolean;
    /** A handler call has succeeded. */
    succeeded: boolean;
    ackCalls: number;
    confirmed: boolean;
    releaseCalled: boolean;
    deadLettered: boolean;
    extendCalled: boolean;
}
/** Keeps account of one life: what was published, delivered, handled, and asked of the broker. Knows nothing of the drainer's insides. */
export declare class Ledger {
    #private;
    readonly published: Map<string, Published>;
    /** Handled or put away: what may be committed. */
    readonly done: Set<string>;
    /** Whose outputs are out: the hook before the commit has agreed. */
    readonly prepared: Set<string>;
    readonly deliveries: Map<string | number, Delivery>;
    readonly lanes: Map<string, Published[]>;
    /** Ids of which a handler of the drainer runs. */
    readonly running: Map<string, number>;
    calls: number;
    okEnds: number;
    retries: number;
    /** Messages on their way to the dead letters. */
    burying: number;
    /** What may have gone wrong with settling, so that not all rules can hold. */
    readonly troubles: Set<string>;
    /** Lanes that the drainer was told are gone: the newest assignment. */
    readonly lostLanes: Map<string, number>;
    /** Lanes that the drainer was told leave, or have left: the newest assignment. */
    readonly leavingLanes: Map<string, number>;
    constructor(world: World, plan: Plan);
    /** On a cursor: the lane goes back to before this message, or has been told to, so that its ack is void. */
    isBehindReturn({ lane, assignment, delivery }: Message): boolean;
    publish(published: Published): void;
    delivered(batch: readonly Message[], afterClose: boolean): void;
    /** Throws nothing: a delivery that nobody made is a rule broken. */
    of(message: Message): Delivery | undefined;
    started(messages: readonly Message[]): void;
    ended(messages: readonly Message[], succeeded: (message: Message) => boolean): void;
    ackCalled(messages: readonly Message[]): void;
    releaseCalled(messages: readonly Message[]): void;
    /** Earlier messages of its lane that are not done. */
    undoneBefore(message: Message, sameKey: boolean): Published | undefined;
}
