import type { KafkaMessage } from './client.js';
import { nativeError } from './errors.js';
import type { KafkajsLanes } from './kafkajs-lanes.js';
import type { MemberOwner } from './member.js';
import type { Settings } from './options.js';

/** The share of the rebalance timeout that lanes have to be settled: the rest is for the rejoin. */
const SETTLE_SHARE = 0.8;

/** What a revocation needs of the member. */
export interface Revoked {
  /** Keeps the session; refused with REBALANCE_IN_PROGRESS, it does all the same. Undefined where there is no way to. */
  heartbeat(): Promise<void> | undefined;
  /** The lanes have left: the client may join. */
  over(): void;
}

/**
 * kafkajs has no hook that it waits for, but each way into a rejoin calls the assigner's `protocol()`, and an error of the type
 * REBALANCE_IN_PROGRESS there makes it try again a moment later. So as long as lanes are being settled `protocol()` throws one: the
 * group waits for this member, up to its rebalance timeout, and still takes its commits. A test relies on it.
 */
export class KafkajsRevocation {
  /** Lanes are being settled. */
  isUnderWay = false;
  readonly #settings: Settings;
  readonly #owner: MemberOwner<KafkaMessage>;
  readonly #lanes: KafkajsLanes;
  readonly #member: Revoked;
  #giveUp: (() => void) | undefined;
  #end: (() => void) | undefined;

  constructor(settings: Settings, owner: MemberOwner<KafkaMessage>, lanes: KafkajsLanes, member: Revoked) {
    this.#settings = settings;
    this.#owner = owner;
    this.#lanes = lanes;
    this.#member = member;
  }

  /** Has all lanes settled; they leave then, or when the time for it is over. */
  begin(): void {
    this.isUnderWay = true;
    const lanes = this.#lanes.all;
    // What was not handed out is read again, by whoever owns the lane then.
    for (const lane of lanes) {
      lane.leaving = true;
      this.#lanes.drop(lane);
    }
    this.#lanes.makeRoom();
    const { rebalanceTimeoutMs, heartbeatMs } = this.#settings;
    const deadlineMs = Math.max(0, Math.floor((rebalanceTimeoutMs - heartbeatMs) * SETTLE_SHARE));
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      clearTimeout(deadline);
      clearInterval(beats);
      this.#giveUp = undefined;
      this.#end = undefined;
      this.#lanes.forget(lanes);
      this.isUnderWay = false;
      this.#member.over();
    };
    const giveUp = (): void => {
      if (over) return;
      this.#lanes.lose(lanes);
      end();
    };
    this.#giveUp = giveUp;
    this.#end = end;
    const deadline = setTimeout(end, deadlineMs);
    const beats = setInterval(() => {
      this.#member.heartbeat()?.catch((thrown: unknown) => {
        if (over || nativeError('heartbeat', thrown).code !== 'LEASE_LOST') return;
        giveUp();
      });
    }, heartbeatMs);
    // What goes wrong in it is the owner's to tell.
    this.#owner.revoking(lanes, deadlineMs).then(end, end);
  }

  /** The lanes leave now. */
  end(): void {
    this.#end?.();
  }

  /** Ends one in which nothing can be settled: the lanes are lost. */
  giveUp(): void {
    this.#giveUp?.();
  }
}
