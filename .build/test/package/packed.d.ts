/** The package as `npm publish` would send it, built by its own `prepack`, and a project that has installed it and nothing else. */
export interface Packed {
    readonly tarball: string;
    readonly tarballBytes: number;
    readonly unpackedBytes: number;
    /** Paths inside the package, with slashes. */
    readonly files: readonly string[];
    /** The installed package. */
    readonly folder: string;
    readonly project: string;
    remove(): Promise<void>;
}
export declare function pack(): Promise<Packed>;
