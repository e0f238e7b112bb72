import type { KafkaAdminLike, KafkaLike } from './client.js';
import { type LaneProgress, laneName } from './lane.js';
import type { Settings } from './options.js';

/** Reads the lag of a member's lanes, by an admin client that is made when it is first asked for. */
export class LagReader {
  readonly #kafka: KafkaLike;
  readonly #settings: Settings;
  #admin: Promise<KafkaAdminLike> | undefined;

  constructor(kafka: KafkaLike, settings: Settings) {
    this.#kafka = kafka;
    this.#settings = settings;
  }

  async read(lanes: readonly LaneProgress[]): Promise<ReadonlyMap<string, number>> {
    this.#admin ??= this.#connect();
    return readLag(await this.#admin, this.#settings, lanes);
  }

  async #connect(): Promise<KafkaAdminLike> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      return admin;
    } catch (error) {
      this.#admin = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    await (await this.#admin)?.disconnect();
  }
}

/**
 * Offsets between what the group has committed and the end of each lane. They count transaction markers and what compaction has
 * removed, so that it may stay above 0 where nothing more is to come.
 */
async function readLag(
  admin: KafkaAdminLike,
  { groupId, fromBeginning }: Settings,
  lanes: readonly LaneProgress[],
): Promise<Map<string, number>> {
  const topics = [...new Set(lanes.map(({ topic }) => topic))];
  const lag = new Map<string, number>();
  if (topics.length === 0) return lag;
  const [committed, ...ends] = await Promise.all([
    admin.fetchOffsets({ groupId, topics }),
    ...topics.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
  ]);
  const places = new Map(
    committed.flatMap(({ topic, partitions }) => partitions.map((each) => [laneName(topic, each.partition), Number(each.offset)] as const)),
  );
  const owned = new Set(lanes.map(({ lane }) => lane));
  for (const { topic, partitions } of ends) {
    for (const { partition, offset, low } of partitions) {
      const lane = laneName(topic, partition);
      if (!owned.has(lane)) continue;
      lag.set(lane, behind(places.get(lane), { low: Number(low), end: Number(offset) }, fromBeginning));
    }
  }
  return lag;
}

/** From a group's place to the end of a partition. A group that has committed nothing begins where it was told to. */
export function behind(
  place: number | undefined,
  { low, end }: { readonly low: number; readonly end: number },
  fromBeginning: boolean,
): number {
  const from = place !== undefined && place >= 0 ? Math.max(place, low) : fromBeginning ? low : end;
  return end - from;
}
