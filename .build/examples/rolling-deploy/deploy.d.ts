import type { Receipt } from 'tailrace';
import { type Broker } from '../../conformance/brokers/process.js';
import { type Checked } from './check.js';
export type Client = 'kafkajs' | 'confluent';
export interface DeployOptions {
    readonly client: Client;
    readonly partitions: number;
    readonly workers: number;
    /** How many of the workers are replaced, and whether another one joins in the middle. */
    readonly replace: number;
    readonly join: boolean;
    /** Messages a second. */
    readonly rate: number;
    /** How long the workers have to share out the partitions at first, ms; then how long all is watched before the first step. */
    readonly settleMs: number;
    readonly quietMs: number;
    /** How long all is left alone after each step, ms: as `minReadySeconds` of a Deployment. */
    readonly readyMs: number;
    readonly heartbeatMs: number;
    readonly onStep?: (text: string) => void;
}
/** Something that was done to the workers, ms since the quiet time began. */
export interface Step {
    readonly atMs: number;
    readonly endMs: number;
    readonly kind: 'start' | 'drain';
    readonly worker: string;
}
export interface DeployResult extends Checked {
    readonly client: Client;
    readonly clientVersion: string;
    readonly server: string;
    readonly rebalance: 'eager' | 'cooperative';
    readonly published: number;
    /** Acknowledged a second: on average, and the least in a whole second. */
    readonly perSecond: number;
    readonly leastPerSecond: number;
    /** Messages below the group's offsets in the end; the same as `published`. */
    readonly committed: number;
    readonly drains: readonly {
        readonly worker: string;
        readonly exitCode: 0;
        readonly outcome: Receipt['outcome'];
        readonly ms: number;
    }[];
    readonly steps: readonly Step[];
    /** When the deploy began and ended, ms since the quiet time began. */
    readonly fromMs: number;
    readonly toMs: number;
}
/** A deploy as Kubernetes rolls it out with `maxSurge: 1`: a new worker starts and works, then an old one gets SIGTERM. */
export declare function rollingDeploy(server: Broker, options: DeployOptions): Promise<DeployResult>;
