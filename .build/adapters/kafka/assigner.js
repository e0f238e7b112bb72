const VERSION = 0;
/**
 * Partitions by turns over the members, as kafkajs's own `roundRobin`, whose name and format it has: members with either
 * share one group. Written here because a client that is handed in does not carry the package's assigners.
 */
export function roundRobin({ cluster }) {
    return {
        name: 'RoundRobinAssigner',
        version: VERSION,
        assign: async ({ members, topics }) => {
            const places = topics.flatMap((topic) => cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({ topic, partitionId })));
            return sortedIds(members).map((memberId, index) => {
                const own = new Map();
                for (let at = index; at < places.length; at += members.length) {
                    const { topic, partitionId } = places[at]; // Below the length.
                    const partitions = own.get(topic);
                    if (partitions === undefined)
                        own.set(topic, [partitionId]);
                    else
                        partitions.push(partitionId);
                }
                return { memberId, memberAssignment: encodeAssignment(own) };
            });
        },
        protocol: ({ topics }) => ({ name: 'RoundRobinAssigner', metadata: encodeSubscription(topics) }),
    };
}
function sortedIds(members) {
    return members.map(({ memberId }) => memberId).sort();
}
/** Kafka's ConsumerProtocolSubscription, version 0. */
function encodeSubscription(topics) {
    return Buffer.concat([int16(VERSION), int32(topics.length), ...topics.map(text), int32(0)]);
}
/** Kafka's ConsumerProtocolAssignment, version 0. */
function encodeAssignment(topics) {
    const each = [...topics].map(([topic, partitions]) => Buffer.concat([text(topic), int32(partitions.length), ...partitions.map(int32)]));
    return Buffer.concat([int16(VERSION), int32(topics.size), ...each, int32(0)]);
}
function int16(value) {
    const bytes = Buffer.alloc(2);
    bytes.writeInt16BE(value);
    return bytes;
}
function int32(value) {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
}
function text(value) {
    const bytes = Buffer.from(value);
    return Buffer.concat([int16(bytes.length), bytes]);
}
