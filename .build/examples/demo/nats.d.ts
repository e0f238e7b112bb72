import type { Progress } from './progress.js';
import { type DemoResult } from './result.js';
/** A real server, a publisher and worker processes; each worker is replaced twice by SIGTERM while messages come in. */
export declare function natsDemo(count: number, progress: Progress): Promise<DemoResult>;
