import type { Message, StreamConsumer } from '../../src/index.js';
import type { CaseFacts, ConformanceCase } from '../case.js';
import { type CaseContext } from '../context.js';
export declare function hasLeases({ capabilities, harness }: CaseFacts): string | undefined;
export declare function hasReleases({ capabilities }: CaseFacts): string | undefined;
export declare function closing(context: CaseContext, consumer: StreamConsumer, running?: readonly Message[]): Promise<{
    clean: boolean;
}>;
export declare const SETTLEMENT: readonly ConformanceCase[];
