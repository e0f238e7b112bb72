/** A server that runs until it is stopped. */
export interface StartedBroker {
    /** What clients connect to. */
    readonly url: string;
    readonly version: string;
    /** Ends it and removes what it wrote. Idempotent. */
    stop(): Promise<void>;
}
export interface KnownBroker {
    readonly start: () => Promise<StartedBroker>;
    /** The variable that names one to be used instead. */
    readonly variable: string;
    readonly about: string;
}
/** The servers that this package installs and starts, by name. */
export declare const BROKERS: Readonly<Record<string, KnownBroker>>;
