import type { DeployResult } from './deploy.js';
export interface Machine {
    readonly node: string;
    readonly cpu: string;
    readonly memoryGb: number;
    readonly date: string;
}
export declare function machine(): Machine;
/** For a terminal. */
export declare function summary(result: DeployResult): string;
export interface PageOptions {
    readonly heartbeatMs: number;
    readonly image: string;
    /** The same with other heartbeats. */
    readonly others: readonly {
        readonly heartbeatMs: number;
        readonly results: readonly DeployResult[];
    }[];
}
/** The page in `docs`. */
export declare function markdown(results: readonly DeployResult[], { heartbeatMs, image, others }: PageOptions): string;
