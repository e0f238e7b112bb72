import type { AckResult, FailedSettlement } from '../../src/consumer.js';
import type { StreamError } from '../../src/errors.js';
import { type Message, NONE } from '../../src/message.js';
import type { KafkaTopicOffsets } from './client.js';
import { failure, nativeError } from './errors.js';
import type { LaneProgress } from './lane.js';
import { isFenced, type Member } from './member.js';

/** A lane, and the last message of what is finished of it. */
type Target = readonly [LaneProgress, Message];

/** What it needs of a member. */
type Committer = Pick<Member<never>, 'commit' | 'ask'>;

/** A request, and when it is over. */
interface Underway {
  readonly member: Committer;
  readonly over: Promise<void>;
}

/** Commits what is finished, one request at a time: each carries everything that is finished by then. */
export class Commits {
  readonly #answerMs: number;
  /** Also one that nobody waits for any more: the client may still make it, behind a newer one, and would move the offset back. */
  #underway: Underway | undefined;

  constructor(answerMs: number) {
    this.#answerMs = answerMs;
  }

  /** Answers for messages of these lanes that were finished just now. */
  async settle(
    member: Committer | undefined,
    lanes: readonly LaneProgress[],
    messages: readonly Message[],
    failed: FailedSettlement[],
  ): Promise<AckResult> {
    let settled: Message[];
    try {
      settled = await this.#commit(member, lanes);
    } catch (thrown) {
      return this.#refused(nativeError('commit', thrown), lanes, messages, failed);
    }
    // Settled by this commit, all of them and nothing else: the usual case.
    if (failed.length === 0 && settled.length === messages.length && isSettledWhole(lanes, messages)) {
      return { confirmed: messages, recorded: [], failed };
    }
    const confirmed = new Set(settled);
    const recorded: Message[] = [];
    const refused = new Set(failed.map(({ message }) => message));
    for (const message of messages) {
      if (refused.has(message) || confirmed.has(message)) continue;
      const lane = lanes.find((each) => each.lane === message.lane);
      if (lane?.mark.isSettled(message) === true) confirmed.add(message);
      // While it waited for its turn, or for the answer.
      else if (lane === undefined || lane.gone || message.ordinal === NONE) failed.push({ message, error: lostMeanwhile(message) });
      else recorded.push(message);
    }
    return { confirmed: [...confirmed], recorded, failed };
  }

  /** What the commit would have covered has failed; what is behind unfinished work has not. */
  #refused(error: StreamError, lanes: readonly LaneProgress[], messages: readonly Message[], failed: FailedSettlement[]): AckResult {
    const refused = new Set(failed.map(({ message }) => message));
    const confirmed: Message[] = [];
    const recorded: Message[] = [];
    for (const message of messages) {
      if (refused.has(message)) continue;
      const lane = lanes.find((each) => each.lane === message.lane);
      if (lane?.mark.isSettled(message) === true) confirmed.push(message);
      else if (lane === undefined || lane.gone || message.ordinal === NONE) failed.push({ message, error: lostMeanwhile(message) });
      else if (isFenced(error) || lane.mark.covers(message)) failed.push({ message, error });
      else recorded.push(message);
    }
    return { confirmed, recorded, failed };
  }

  async flush(member: Committer | undefined, lanes: readonly LaneProgress[]): Promise<AckResult> {
    const confirmed = await this.#commit(member, lanes).catch((thrown: unknown) => {
      throw nativeError('commit', thrown);
    });
    return { confirmed, recorded: lanes.filter(({ gone }) => !gone).flatMap(({ mark }) => mark.unsettled()), failed: [] };
  }

  /** Commits; where there is nothing to commit, asks for the group, so that a coordinator that cannot be reached is noticed. */
  async flushOrAsk(member: Committer, lanes: readonly LaneProgress[]): Promise<void> {
    const { length } = await this.#commit(member, lanes);
    if (length === 0) await this.#bounded(member.ask());
  }

  /** Returns what it has settled. */
  async #commit(member: Committer | undefined, lanes: readonly LaneProgress[]): Promise<Message[]> {
    // Those of an earlier member are refused to it by the group.
    while (this.#underway !== undefined && this.#underway.member === member) await this.#bounded(this.#underway.over);
    const targets = lanes.flatMap((lane): Target[] => {
      const last = lane.gone ? undefined : lane.mark.finished;
      return last === undefined ? [] : [[lane, last]];
    });
    if (targets.length === 0 || member === undefined) return [];
    const settled = member.commit(offsetsOf(targets)).then(() => settle(targets));
    const over = (): void => {
      if (this.#underway === underway) this.#underway = undefined;
    };
    const underway: Underway = { member, over: settled.then(over, over) };
    this.#underway = underway;
    return this.#bounded(settled);
  }

  /** The client has no bound of its own that is short enough. */
  #bounded<T>(request: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(failure('TIMEOUT', `no answer within ${this.#answerMs} ms`)), this.#answerMs);
      request.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }
}

function settle(targets: readonly Target[]): Message[] {
  const [first = [], ...rest] = targets.map(([{ mark }, last]) => mark.settle(last));
  // Not flat(): concat copies arrays as a whole.
  return first.concat(...rest);
}

function lostMeanwhile({ id, lane }: Message): StreamError {
  return failure('LEASE_LOST', `message ${id}: lane ${lane} has left, or was read again from before it, until it could be committed`);
}

function isSettledWhole(lanes: readonly LaneProgress[], messages: readonly Message[]): boolean {
  let lane = lanes[0];
  for (const message of messages) {
    if (lane?.lane !== message.lane) lane = lanes.find((each) => each.lane === message.lane);
    if (lane?.mark.isSettled(message) !== true) return false;
  }
  return true;
}

/** What is committed is what is to be read next. */
function offsetsOf(targets: readonly Target[]): KafkaTopicOffsets {
  const topics = new Map<string, { partition: number; offset: string }[]>();
  for (const [{ topic, partition }, { position }] of targets) {
    const place = { partition, offset: String(Number(position) + 1) };
    const places = topics.get(topic);
    if (places === undefined) topics.set(topic, [place]);
    else places.push(place);
  }
  return { topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })) };
}
