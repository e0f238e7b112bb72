import { laneName } from './lane.js';
/**
 * Offsets between what the group has committed and the end of each lane. They count transaction markers and what compaction has
 * removed, so that it may stay above 0 where nothing more is to come.
 */
export async function readLag(admin, { groupId, fromBeginning }, lanes) {
    const topics = [...new Set(lanes.map(({ topic }) => topic))];
    const lag = new Map();
    if (topics.length === 0)
        return lag;
    const [committed, ...ends] = await Promise.all([
        admin.fetchOffsets({ groupId, topics }),
        ...topics.map(async (topic) => ({ topic, partitions: await admin.fetchTopicOffsets(topic) })),
    ]);
    const places = new Map(committed.flatMap(({ topic, partitions }) => partitions.map((each) => [laneName(topic, each.partition), Number(each.offset)])));
    const owned = new Set(lanes.map(({ lane }) => lane));
    for (const { topic, partitions } of ends) {
        for (const { partition, offset, low } of partitions) {
            const lane = laneName(topic, partition);
            if (!owned.has(lane))
                continue;
            const place = places.get(lane) ?? -1;
            // A group that has committed nothing begins where it was told to.
            const from = place >= 0 ? Math.max(place, Number(low)) : Number(fromBeginning ? low : offset);
            lag.set(lane, Number(offset) - from);
        }
    }
    return lag;
}
