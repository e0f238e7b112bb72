/**
 * The core: the contract that adapters implement, and the Drainer that runs over it.
 *
 * @module tailrace
 */
export { type BudgetFacts, type BudgetOptions, checkBudget, type DrainBudget, drainBudget, PLATFORMS, type Platform, type PlatformPreset, } from './budget.js';
export { type Clock, systemClock } from './clock.js';
export type { AckResult, AssignmentListener, Capabilities, CloseOptions, CloseResult, DeadLetterReason, ExtendOptions, FailedSettlement, FetchOptions, FlushOptions, LaneAssignment, ReleaseOptions, Revocation, SettleResult, StreamConsumer, } from './consumer.js';
export { type DedupOptions, type DedupStore, type MemoryDedupOptions, MemoryDedupStore } from './dedup.js';
export type { BatchFailure, HandlerContext, Order } from './dispatch.js';
export { Drainer, type DrainerState, type DrainerStatus, type DrainOptions } from './drainer.js';
export type { BatchHandler, CommitContext, DrainDeadlines, DrainerOptions, ErrorContext, Failure, MessageHandler, OnExhausted, RetryOptions, } from './drainer-options.js';
export { type ErrorCode, StreamError, type StreamErrorOptions } from './errors.js';
export { type DerivedFields, type GivenFields, type Headers, type HeaderValue, Lease, Message, type MessageInit, NO_HEADERS, } from './message.js';
export { MessageStream, type MessageStreamOptions } from './message-stream.js';
export { type OpenableAdapter, type OpenConsumerOptions, openConsumer } from './open-consumer.js';
export { type HandlerOutcome, type MarkName, type PhaseName, RECEIPT_IDS, type Receipt, type ReceiptError, type ReceiptGroup, type ReceiptPhase, type ReceiptRange, type ReceiptSample, type ReceiptTotals, type Settlement, } from './receipt.js';
export { drainOnSignals, type SignalOptions, type SignalProcess, type SignalStream, type SignalTarget } from './signals.js';
export { renderTimeline, type TimelineOptions } from './timeline.js';
export { renderTimelineHtml } from './timeline-html.js';
export { renderTimelineSvg } from './timeline-svg.js';
export { Watermark } from './watermark.js';
