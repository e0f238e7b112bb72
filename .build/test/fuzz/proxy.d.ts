/** Gets what the server sends, and says what the client gets instead; undefined: the connection breaks here. */
export type Mangle = (chunk: Buffer) => Buffer | undefined;
/** A TCP proxy on loopback that changes what a server sends. */
export declare class ManglingProxy {
    #private;
    /** Replaced at any time; the default changes nothing. */
    mangle: Mangle;
    /** Told what a client sends, which goes on unchanged. */
    heard: (chunk: Buffer) => void;
    static start(target: string): Promise<ManglingProxy>;
    private constructor();
    get address(): string;
    /** Breaks all connections. */
    cut(): void;
    stop(): Promise<void>;
}
