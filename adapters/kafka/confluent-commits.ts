import type { StreamError } from '../../src/errors.js';
import type { ConfluentConsumerLike, ConfluentError, ConfluentPlace } from './confluent-client.js';
import { confluentError, failure } from './errors.js';
import type { LaneProgress } from './lane.js';

/** A commit of an earlier generation, or epoch, or in the middle of a rebalance. Cooperative members keep their lanes over it. */
const REBALANCING: readonly number[] = [22, 27, 113];

interface CommitRequest {
  readonly places: readonly ConfluentPlace[];
  /** Whose they are. */
  readonly lanes: readonly (LaneProgress | undefined)[];
  readonly resolve: () => void;
  readonly reject: (error: StreamError) => void;
}

/**
 * Requests to commit, each made once the one before it is over, which is the caller's to see to: the client makes a request again by
 * itself until it has an answer, and would make a newer one beside it, in any order.
 */
export class ConfluentCommits {
  readonly #client: Pick<ConfluentConsumerLike, 'commit'>;
  readonly #keepsLanes: () => boolean;
  /** The request under way. */
  #now: CommitRequest | undefined;
  /** One that is to be made again, in the next generation. */
  #again: CommitRequest | undefined;

  /** `keepsLanes`: what the member owned before a rebalance is its own still. */
  constructor(client: Pick<ConfluentConsumerLike, 'commit'>, keepsLanes: () => boolean) {
    this.#client = client;
    this.#keepsLanes = keepsLanes;
  }

  /** There is a request under way. */
  get isBusy(): boolean {
    return this.#now !== undefined;
  }

  make(places: readonly ConfluentPlace[], lanes: readonly (LaneProgress | undefined)[]): Promise<void> {
    return new Promise((resolve, reject) => this.#send({ places, lanes, resolve, reject }));
  }

  #send(request: CommitRequest): void {
    if (request.lanes.some((lane) => lane === undefined || lane.gone)) {
      request.reject(failure('UNAVAILABLE', 'commit: lanes left before it could be made'));
      return;
    }
    this.#now = request;
    // The callback of the client's own `commitCb` says that the request was made, and nothing of its answer.
    try {
      this.#client.commit([...request.places]);
    } catch (error) {
      this.#now = undefined;
      request.reject(confluentError('commit', error));
    }
  }

  /** Makes a request again that has come to nothing. */
  sendAgain(): void {
    const again = this.#again;
    if (again === undefined) return;
    this.#again = undefined;
    this.#send(again);
  }

  answered(error: ConfluentError | undefined, places: readonly ConfluentPlace[]): void {
    const request = this.#now;
    if (request === undefined || !request.places.every((each) => places.some((other) => isSamePlace(each, other)))) return;
    this.#now = undefined;
    if (error && REBALANCING.includes(error.code) && this.#keepsLanes()) {
      this.#again = request;
      return;
    }
    if (error) request.reject(confluentError('commit', error));
    else request.resolve();
  }

  /** Nothing is answered any more. */
  end(error: StreamError): void {
    this.#now?.reject(error);
    this.#again?.reject(error);
  }
}

function isSamePlace(one: ConfluentPlace, other: ConfluentPlace): boolean {
  return one.topic === other.topic && one.partition === other.partition && one.offset === other.offset;
}
