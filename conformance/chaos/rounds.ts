import type { PhaseName } from '../../src/index.js';
import { randomOf } from './plan.js';

export const PHASES: readonly PhaseName[] = ['stop-fetch', 'in-flight', 'before-commit', 'commit', 'release', 'close'];

/** What is done to a worker, to the server or to the network. */
export type Action = 'term' | 'kill' | 'stop' | 'phase' | 'restart' | 'cut' | 'slow' | 'crash';

export const ACTIONS: readonly Action[] = ['term', 'kill', 'stop', 'phase', 'restart', 'cut', 'slow', 'crash'];

/** How many rounds of each. */
export type Mix = Readonly<Record<Action, number>>;

/** `phase` goes through the phases in turn, so these are each phase three times. A crash of the server is asked for by name. */
export const FULL: Mix = Object.freeze({ term: 100, kill: 50, stop: 20, phase: 18, restart: 5, cut: 10, slow: 10, crash: 0 });

export interface Round {
  /** From 1. */
  readonly n: number;
  readonly action: Action;
  /** Which of the workers, from 0. */
  readonly worker: number;
  /** How long before it the workers are left alone, ms. */
  readonly waitMs: number;
  /** With `phase`: which one, and how long after its begin the worker dies. */
  readonly phase?: PhaseName;
  readonly afterMs?: number;
  /** With `stop`, how long beyond the lease; with `cut` and `slow`, for how long; ms. */
  readonly forMs?: number;
  /** With `slow`: each way, ms. */
  readonly latencyMs?: number;
}

/** The same rounds for the same arguments, in an order of chance. Actions that are not possible are left out. */
export function planRounds(mix: Mix, seed: number, workers: number, phases: readonly PhaseName[] = PHASES): Round[] {
  const random = randomOf(seed);
  const actions = ACTIONS.flatMap((action) => Array.from({ length: mix[action] }, (_, at) => ({ action, at })));
  for (let at = actions.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    // Both are within the array.
    [actions[at], actions[other]] = [actions[other] as (typeof actions)[0], actions[at] as (typeof actions)[0]];
  }
  return actions.map(({ action, at }, index) => {
    const round = { n: index + 1, action, worker: Math.floor(random() * workers), waitMs: Math.round(50 + 550 * random()) };
    const [first, second] = [random(), random()];
    switch (action) {
      case 'phase': {
        // Within the array.
        const phase = phases[at % phases.length] as PhaseName;
        const longest = phase === 'in-flight' ? 60 : 3;
        return { ...round, phase, afterMs: first < 0.5 ? 0 : Math.ceil(second * longest) };
      }
      case 'stop':
        return { ...round, forMs: Math.round(300 + 900 * first) };
      case 'cut':
        return { ...round, forMs: Math.round(200 + 3_800 * first ** 2) };
      case 'slow':
        return { ...round, forMs: Math.round(1_000 + 2_000 * first), latencyMs: Math.round(20 + 180 * second) };
      default:
        return round;
    }
  });
}

/** A mix of about this many rounds, in the proportions of the full one, each of its actions at least once. */
export function mixOf(rounds: number): Mix {
  const all = ACTIONS.reduce((sum, action) => sum + FULL[action], 0);
  const scaled = ACTIONS.map(
    (action) => [action, FULL[action] === 0 ? 0 : Math.max(1, Math.round((FULL[action] * rounds) / all))] as const,
  );
  const rest = rounds - scaled.reduce((sum, [, count]) => sum + count, 0);
  // Each action is among them. What rounding took or gave, the commonest makes up for.
  const mix = Object.fromEntries(scaled) as Record<Action, number>;
  mix.term = Math.max(1, mix.term + rest);
  return mix;
}
