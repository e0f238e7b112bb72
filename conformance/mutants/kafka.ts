import type { Edit } from './edit.js';
import type { Mutant } from './mutate.js';

const CONSUMER = 'adapters/kafka/consumer.js';
const COMMITS = 'adapters/kafka/commits.js';
const REVOCATION = 'adapters/kafka/kafkajs-revocation.js';
const LANE = 'adapters/kafka/lane.js';
const WATERMARK = 'src/watermark.js';

/** The offset that a commit names. */
const NEXT = 'offset: String(Number(position) + 1)';
const SETTLE = 'return this.#commits.settle(this.#member, lanes, messages, failed);';

/** Lanes are known for ever by their assignment, and committed whoever owns them. */
const UNFENCED: readonly Edit[] = [
  {
    file: CONSUMER,
    from: 'this.#listener?.assigned(lanes);',
    to: 'for (const lane of lanes) (this.everOwned ??= new Map()).set(lane.assignment, lane);\n        this.#listener?.assigned(lanes);',
  },
  {
    file: CONSUMER,
    from: 'return found?.assignment === assignment ? found : undefined;',
    to: 'return this.everOwned.get(assignment);',
  },
  { file: COMMITS, from: 'lane.gone ? undefined : lane.mark.finished', to: 'lane.mark.finished' },
];

/**
 * The Kafka adapter on kafkajs, broken on purpose where Kafka is treacherous: its broker takes nearly any commit of a member, also
 * for partitions that are another's by now, and takes any number as an offset.
 */
export const KAFKA: readonly Mutant[] = [
  {
    name: 'an ack of an earlier generation is committed in this one',
    on: 'kafka',
    caughtBy: 'fencing/ack-by-an-earlier-owner',
    edits: UNFENCED,
  },
  {
    name: 'a late ack is refused in words, and committed',
    on: 'kafka',
    caughtBy: 'fencing/late-ack-takes-nothing-back',
    edits: [
      ...UNFENCED,
      {
        file: CONSUMER,
        from: SETTLE,
        to: `const result = await this.#commits.settle(this.#member, lanes, messages, failed);
        if (!lanes.some(({ gone }) => gone)) return result;
        return { confirmed: NOTHING, recorded: NOTHING, failed: messages.map((message) => ({ message, error: lost(message, undefined) })) };`,
      },
    ],
  },
  {
    name: 'the rebalance does not wait for a revocation',
    on: 'kafka',
    caughtBy: 'groups/revoke-is-awaited',
    edits: [
      {
        file: REVOCATION,
        from: 'this.#owner.revoking(lanes, deadlineMs).then(end, end);',
        to: 'void this.#owner.revoking(lanes, deadlineMs);\n        end();',
      },
    ],
  },
  {
    name: 'commits the last offset, not the next one',
    on: 'kafka',
    caughtBy: 'groups/restart-position-is-right',
    edits: [{ file: COMMITS, from: NEXT, to: 'offset: String(Number(position))' }],
  },
  {
    name: 'commits one offset too far',
    on: 'kafka',
    caughtBy: 'groups/restart-position-is-right',
    edits: [{ file: COMMITS, from: NEXT, to: 'offset: String(Number(position) + 2)' }],
  },
  {
    name: 'commits past what is unfinished',
    on: 'kafka',
    caughtBy: 'settlement/out-of-order-acks-skip-nothing',
    edits: [
      {
        file: WATERMARK,
        from: 'if (ordinal === this.#finished)\n            this.#advance();',
        to: 'this.#finished = Math.max(this.#finished, ordinal + 1);',
      },
    ],
  },
  {
    name: 'leaves before it commits',
    on: 'kafka',
    caughtBy: 'stop/close-commits-what-was-acked',
    edits: [
      // Acks wait for the close to commit them, which is allowed.
      {
        file: CONSUMER,
        from: SETTLE,
        to: 'return { confirmed: NOTHING, recorded: messages.filter(({ ordinal }) => ordinal !== NONE), failed };',
      },
      {
        file: CONSUMER,
        from: 'let clean = true;',
        to: 'let clean = true;\n        await member.stop();',
      },
    ],
  },
  {
    name: 'what follows a hole is never contiguous',
    on: 'kafka',
    caughtBy: 'settlement/holes-stop-nothing',
    edits: [
      {
        file: WATERMARK,
        from: 'while (finished < this.#next && this.#done[finished & this.#mask] === 1)',
        to: `const at = (ordinal) => Number(this.#ring[ordinal & this.#mask].position);
        while (finished < this.#next && this.#done[finished & this.#mask] === 1 && at(finished) === at(finished - 1) + 1)`,
      },
    ],
  },
  {
    name: 'counts offsets from the first one on',
    on: 'kafka',
    caughtBy: 'settlement/holes-stop-nothing',
    edits: [
      { file: LANE, from: 'mark.deliver(message);', to: 'mark.deliver(message);\n                this.base ??= Number(message.position);' },
      {
        file: COMMITS,
        from: 'const [{ topic, partition }, { position }] of targets',
        to: 'const [{ topic, partition, base }, { ordinal }] of targets',
      },
      { file: COMMITS, from: NEXT, to: 'offset: String(base + ordinal + 1)' },
    ],
  },
];
