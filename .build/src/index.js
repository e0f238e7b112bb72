/**
 * The core: the contract that adapters implement, and the Drainer that runs over it.
 *
 * @module tailrace
 */
export { checkBudget, drainBudget, PLATFORMS, } from './budget.js';
export { systemClock } from './clock.js';
export { MemoryDedupStore } from './dedup.js';
export { Drainer } from './drainer.js';
export { StreamError } from './errors.js';
export { Lease, Message, NO_HEADERS, } from './message.js';
export { MessageStream } from './message-stream.js';
export { openConsumer } from './open-consumer.js';
export { RECEIPT_IDS, } from './receipt.js';
export { drainOnSignals } from './signals.js';
export { renderTimeline } from './timeline.js';
export { renderTimelineHtml } from './timeline-html.js';
export { renderTimelineSvg } from './timeline-svg.js';
export { Watermark } from './watermark.js';
