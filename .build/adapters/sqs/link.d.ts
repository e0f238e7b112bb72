import type { SqsSource } from './client.js';
import type { Settings } from './options.js';
import type { Connected } from './poller.js';
/** The clients of one consumer and its queue's URL, found at the first use. */
export declare class Link {
    #private;
    constructor(source: SqsSource, settings: Settings);
    /** Of a consumer that has fetched. */
    current(): Connected;
    connect(): Promise<Connected>;
    /** Resolves when nothing is being looked for any more. */
    settled(): Promise<void>;
    /** Of the clients that were made here. */
    destroy(): void;
}
