import type { StreamConsumer } from './consumer.js';
/** What a module must export to be opened by URL. */
export interface OpenableAdapter {
    /**
     * Makes a consumer from a URL, loading its client package by name and owning the client it makes. Does no I/O beyond that.
     * Throws `INVALID_ARGUMENT` for what the URL or the options get wrong or for a client package that is not installed, and
     * never repeats the URL's credentials.
     */
    open(url: URL, options: Readonly<Record<string, unknown>>): Promise<StreamConsumer>;
}
export interface OpenConsumerOptions {
    /**
     * Further adapters: scheme (without colon) to module specifier; wins over the adapters of this package. A package name or a
     * `file:` URL; `import.meta.resolve('./mine.js')` makes one from a relative path, which would be looked up in this package.
     */
    readonly adapters?: Readonly<Record<string, string>>;
    /** Everything else goes to the adapter, which checks it. */
    readonly [option: string]: unknown;
}
/**
 * Opens a consumer from a URL such as `kafka://host:9092/orders?group=billing`, so that the messaging system is a matter of
 * configuration. The scheme, up to a `+` (`nats+tls://`), selects the adapter; the adapter documents the rest of the URL.
 *
 * Loads the adapter, and through it the client package, by name; connects to nothing before the first `fetch`. The consumer
 * belongs to the caller, who closes it.
 *
 * Throws (rejects with) `INVALID_ARGUMENT`: not a URL, an unknown scheme, a package that is not installed (the text says what
 * to install), a module without `open`; `INTERNAL`: the module fails while loading, or returns no consumer; and what the
 * adapter's `open` throws.
 */
export declare function openConsumer(url: string | URL, options?: OpenConsumerOptions): Promise<StreamConsumer>;
