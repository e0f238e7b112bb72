import type { KafkaAdminLike } from './client.js';
import { type LaneProgress } from './lane.js';
import type { Settings } from './options.js';
/**
 * Offsets between what the group has committed and the end of each lane. They count transaction markers and what compaction has
 * removed, so that it may stay above 0 where nothing more is to come.
 */
export declare function readLag(admin: KafkaAdminLike, { groupId, fromBeginning }: Settings, lanes: readonly LaneProgress[]): Promise<Map<string, number>>;
