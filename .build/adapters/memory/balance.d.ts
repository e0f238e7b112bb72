/**
 * Shares partitions among members as evenly as whole numbers allow, moving as few as possible: whoever has more than its
 * share gives up the last ones. Members come in the order in which they joined.
 */
export declare function balance<M>(members: readonly M[], partitions: readonly number[], ownerOf: (partition: number) => M | undefined): Map<number, M>;
