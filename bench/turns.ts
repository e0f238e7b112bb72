import { median } from './median.js';

/** What one run of one side took, as its process prints it. */
export interface Measure {
  /** What was measured: not those of the warm-up. */
  readonly messages: number;
  readonly ms: number;
  /** CPU of this process, user and system, ms. */
  readonly cpuMs: number;
  /** The most that the heap held, sampled, MB. */
  readonly heapMb: number;
}

export interface SideResult<Side extends string> {
  readonly side: Side;
  /** Medians. */
  readonly perSecond: number;
  readonly cpuUsPerMessage: number;
  readonly heapMb: number;
  /** Medians over the turns: this side's throughput by that of each raw one in the same turn. */
  readonly of: Readonly<Partial<Record<Side, number>>>;
}

export interface TurnsOptions<Side extends string> {
  readonly runs: number;
  /** When no further turn begins that would end later, on the monotonic clock. */
  readonly endsAt: number;
  readonly onRun?: ((turn: number, side: Side, measured: Measure) => void) | undefined;
}

export interface TurnsResult<Side extends string> {
  /** Turns that were measured. */
  readonly runs: number;
  readonly sides: readonly SideResult<Side>[];
}

/** Sides by turns, each turn in a random order, so that none always follows the same one, or always meets what else the machine does. */
export async function byTurns<Side extends string>(
  sides: readonly Side[],
  raw: readonly Side[],
  measure: (side: Side, turn: number) => Promise<Measure>,
  { runs, endsAt, onRun }: TurnsOptions<Side>,
): Promise<TurnsResult<Side>> {
  const turns: ReadonlyMap<Side, Measure>[] = [];
  let longestMs = 0;
  for (let turn = 0; turn < runs && performance.now() + longestMs < endsAt; turn += 1) {
    const startedAt = performance.now();
    const measured = new Map<Side, Measure>();
    for (const side of shuffled(sides)) {
      const result = await measure(side, turn);
      onRun?.(turn + 1, side, result);
      measured.set(side, result);
    }
    turns.push(measured);
    longestMs = Math.max(longestMs, performance.now() - startedAt);
  }
  return { runs: turns.length, sides: sides.map((side) => summary(side, raw, turns)) };
}

function summary<Side extends string>(side: Side, raw: readonly Side[], turns: readonly ReadonlyMap<Side, Measure>[]): SideResult<Side> {
  const rate = (turn: ReadonlyMap<Side, Measure>, name: Side): number => {
    const measured = turn.get(name);
    return measured === undefined ? Number.NaN : measured.messages / measured.ms;
  };
  const of = (name: Side): number => round(median(turns.map((turn) => rate(turn, side) / rate(turn, name))), 3);
  const values = (value: (measured: Measure) => number): number => median(turns.flatMap((turn) => turn.get(side) ?? []).map(value));
  // Its keys are raw sides.
  const ratios = Object.fromEntries(
    raw.filter((name) => turns[0]?.has(name) === true).map((name) => [name, of(name)]),
  ) as SideResult<Side>['of'];
  return {
    side,
    perSecond: Math.round(values(({ messages, ms }) => (messages / ms) * 1_000)),
    cpuUsPerMessage: round(
      values(({ messages, cpuMs }) => (cpuMs / messages) * 1_000),
      2,
    ),
    heapMb: Math.round(values(({ heapMb }) => heapMb)),
    of: ratios,
  };
}

/** One line for people. */
export function tellSide<Side extends string>({ side, perSecond, cpuUsPerMessage, heapMb, of }: SideResult<Side>): string {
  const ratios = Object.entries<number | undefined>(of).map(([raw, ratio]) => `${raw} ${ratio?.toFixed(2)}`);
  return `  ${side.padEnd(16)} ${String(perSecond).padStart(7)}/s ${cpuUsPerMessage.toFixed(2).padStart(6)} µs CPU ${String(heapMb).padStart(4)} MB  of ${ratios.join('  ')}`;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
