import type { Published, PublisherTask } from './publisher.js';
/** The publisher, seen from outside. */
export declare class PublisherProcess {
    #private;
    constructor(task: PublisherTask);
    began(): Promise<void>;
    /** Ends it; rejects if it has failed meanwhile. */
    stop(): Promise<Published>;
    kill(): Promise<void>;
}
