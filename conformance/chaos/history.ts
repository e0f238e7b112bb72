import type { Capabilities, PhaseName, Receipt } from '../../src/index.js';

/*
 * What a worker writes while it works: one JSON object a line, each by one write that is done when the call returns, so that all
 * of it is there after SIGKILL. Times are ms on the system's monotonic clock, which all processes of
 * one machine share; `begin` tells the wall time that belongs to one of them.
 */

/** One message as one fetch brought it. */
export interface Delivered {
  /** Counts the deliveries of one worker from 0; further events name it. */
  readonly delivery: number;
  /** The number that the runner published; -1 if the body holds none. */
  readonly message: number;
  readonly id: string;
  readonly attempt?: number | undefined;
  readonly lane?: string | undefined;
  readonly assignment: number;
  readonly position?: string | number | undefined;
}

/** What a worker held at a moment. */
export interface Load {
  readonly started: number;
  readonly unstarted: number;
  /** Handlers that will fail, and messages that wait for their retry. */
  readonly failing: number;
}

/** Whether a stop at this moment meets all that makes one hard. */
export function isFull({ started, unstarted, failing }: Load): boolean {
  return started > 0 && unstarted > 0 && failing > 0;
}

export type HistoryEvent =
  | { readonly kind: 'begin'; readonly at: number; readonly wallMs: number; readonly pid: number; readonly capabilities: Capabilities }
  | { readonly kind: 'fetched'; readonly at: number; readonly calledAt: number; readonly messages: readonly Delivered[] }
  | { readonly kind: 'started'; readonly at: number; readonly delivery: number; readonly call: number }
  /** The effect of the handler took place. `leaseMs`: what was left of the lease; undefined where there is none. */
  | { readonly kind: 'succeeded'; readonly at: number; readonly delivery: number; readonly leaseMs?: number | undefined }
  | { readonly kind: 'failed'; readonly at: number; readonly delivery: number; readonly call: number }
  /** `beforeCommit`: outputs are out. */
  | { readonly kind: 'flushed'; readonly at: number; readonly deliveries: readonly number[] }
  | { readonly kind: 'acking'; readonly at: number; readonly deliveries: readonly number[] }
  | {
      readonly kind: 'acked';
      readonly at: number;
      readonly calledAt: number;
      readonly confirmed: readonly number[];
      readonly recorded: readonly number[];
      readonly failed: readonly (readonly [delivery: number, code: string])[];
    }
  | { readonly kind: 'released'; readonly at: number; readonly deliveries: readonly number[] }
  /** Lanes that came, leave, left or ended, as the adapter told them. */
  | { readonly kind: 'lanes'; readonly at: number; readonly event: LaneEvent; readonly lanes: readonly (readonly [string, number])[] }
  | { readonly kind: 'signal'; readonly at: number; readonly load: Load }
  | { readonly kind: 'phase'; readonly at: number; readonly phase: PhaseName; readonly event: 'begin' | 'end' }
  | {
      readonly kind: 'error';
      readonly at: number;
      readonly during: string;
      readonly code: string;
      readonly text: string;
      readonly lost?: readonly number[];
    }
  | { readonly kind: 'receipt'; readonly at: number; readonly receipt: Receipt };

export type LaneEvent = 'assigned' | 'revoking' | 'lost' | 'ended';

/** What one worker left. */
export interface History {
  readonly worker: string;
  readonly events: readonly HistoryEvent[];
}

/** ms on the system's monotonic clock. Read each time: an offset to a clock of the process's own is off by what passes between two reads. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** An event as a line. */
export function lineOf(event: HistoryEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** Reads what a worker wrote; a last line without its end was cut off by SIGKILL and tells nothing. Throws for any other text. */
export function parseHistory(worker: string, text: string): History {
  const lines = text.split('\n');
  lines.pop();
  return {
    worker,
    events: lines.map((line, at) => {
      try {
        // What workers write is this module's own.
        return JSON.parse(line) as HistoryEvent;
      } catch (error) {
        throw new Error(`history of ${worker}, line ${at + 1}: ${line.slice(0, 200)}`, { cause: error });
      }
    }),
  };
}
