import type { AdapterReport, CaseResult } from './case.js';
import { isGood } from './suite.js';

/** A case that an adapter is known to fail, reviewed. */
export interface KnownFailure {
  readonly id: string;
  /** Why, and until when. */
  readonly reason: string;
}

/** By adapter, as reports name it: `nats`, `memory/queue`. Empty lists are left out. */
export type KnownFailures = Readonly<Record<string, readonly KnownFailure[]>>;

export interface Judgement {
  /** REQUIRED cases that failed, or whose consumers leaked or hung, and that nobody knew of. */
  readonly failed: readonly CaseResult[];
  /** RECOMMENDED ones of the same kind: told, and no failure of the run. */
  readonly weak: readonly CaseResult[];
  /** Known to fail, and passed: the list is out of date. */
  readonly passedUnexpectedly: readonly KnownFailure[];
  /** Listed, and no case has this id, or it is REQUIRED and this is a release. */
  readonly notAllowed: readonly KnownFailure[];
}

/**
 * Judges a report by what is known to fail. A case that was not run is judged by nothing: neither `only` nor `level` makes a list
 * out of date.
 */
export function judge(
  report: AdapterReport,
  known: KnownFailures = {},
  { release = false }: { readonly release?: boolean } = {},
): Judgement {
  const listed = new Map((known[report.adapter] ?? []).map((each) => [each.id, each]));
  const bad = report.cases.filter((each) => !isGood(each) && !listed.has(each.id));
  const passedUnexpectedly: KnownFailure[] = [];
  const notAllowed: KnownFailure[] = [];
  for (const each of report.cases) {
    const entry = listed.get(each.id);
    if (entry === undefined) continue;
    if (isGood(each)) passedUnexpectedly.push(entry);
    else if (release && each.level === 'REQUIRED') notAllowed.push(entry);
  }
  return {
    failed: bad.filter(({ level }) => level === 'REQUIRED'),
    weak: bad.filter(({ level }) => level === 'RECOMMENDED'),
    passedUnexpectedly,
    notAllowed,
  };
}

export function isAcceptable({ failed, passedUnexpectedly, notAllowed }: Judgement): boolean {
  return failed.length + passedUnexpectedly.length + notAllowed.length === 0;
}

/** From a file's text. Throws a `TypeError` that says what is wrong with it. */
export function parseKnownFailures(text: string): KnownFailures {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new TypeError('known failures: expected an object of lists, by adapter');
  for (const [adapter, list] of Object.entries(parsed)) {
    if (!Array.isArray(list)) throw new TypeError(`known failures of ${adapter}: expected a list`);
    for (const entry of list) {
      const { id, reason } = (entry ?? {}) as Partial<KnownFailure>;
      if (typeof id !== 'string' || typeof reason !== 'string' || reason.trim() === '') {
        throw new TypeError(`known failures of ${adapter}: each entry has an id and a reason, got ${JSON.stringify(entry)}`);
      }
    }
  }
  // Each entry was looked at.
  return parsed as KnownFailures;
}
