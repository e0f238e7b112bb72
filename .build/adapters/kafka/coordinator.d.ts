/**
 * Tells a coordinator that is away from one that was replaced. kafkajs goes on asking the one that it has joined by, also when that
 * has left the cluster, until it joins again; nothing makes it, as long as what it reads is led by others.
 */
export declare class CoordinatorWatch {
    #private;
    /** `ask`: resolves when the group's coordinator, whichever it is by now, has answered. */
    constructor(ask: () => Promise<unknown>);
    /** The client's own has answered. */
    answered(): void;
    /** A request that was begun then has failed. Returns whether the group has another coordinator by now. */
    failed(error: unknown, begunAt: number): boolean;
}
