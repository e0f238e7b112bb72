import { blocked } from './confluent-calls.js';
import type { ConfluentConsumerLike, ConfluentPlace } from './confluent-client.js';
import { placeOf } from './confluent-reader.js';
import { behind } from './lag.js';
import { type LaneProgress, laneName } from './lane.js';
import type { ConfluentSettings } from './options.js';

/** As `readLag`, by the client that is in the group. */
export async function readConfluentLag(
  client: ConfluentConsumerLike,
  { answerMs, fromBeginning }: ConfluentSettings,
  lanes: readonly LaneProgress[],
): Promise<Map<string, number>> {
  const committed = await blocked<ConfluentPlace[]>((done) => client.committed(lanes.map(placeOf), answerMs, done));
  const places = new Map(committed.map(({ topic, partition, offset }) => [laneName(topic, partition), offset]));
  const lag = new Map<string, number>();
  for (const { lane, topic, partition } of lanes) {
    const { lowOffset, highOffset } = await blocked<{ lowOffset: number; highOffset: number }>((done) =>
      client.queryWatermarkOffsets(topic, partition, answerMs, done),
    );
    lag.set(lane, behind(places.get(lane), { low: lowOffset, end: highOffset }, fromBeginning));
  }
  return lag;
}
