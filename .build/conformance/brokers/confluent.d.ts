export interface ConfluentClient {
    /** What it is imported from. */
    readonly url: string;
    readonly version: string;
}
/**
 * Installs the librdkafka client into the cache folder. Where its prebuilt library cannot be had it is built, which takes a C++
 * compiler and the headers of OpenSSL and zlib, and some minutes. Rejects with why that failed.
 */
export declare function installConfluent(): Promise<ConfluentClient>;
