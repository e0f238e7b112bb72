import type { Progress } from './progress.js';
import { type DemoResult } from './result.js';
/** All of it in one process: publish, handle, drain in the middle under load, resume with a new consumer. */
export declare function memoryDemo(count: number, progress: Progress): Promise<DemoResult>;
