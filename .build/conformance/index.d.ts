/**
 * The conformance suite: proves an adapter against its real server.
 *
 * @module tailrace/conformance
 */
export { run as runBrokersCommand } from './brokers/command.js';
export type { AdapterReport, Behaviour, CaseFacts, CaseResult, CloseVerdict, ConformanceCase, Group, Level, Step, } from './case.js';
export { run as runChaosCommand } from './chaos/command.js';
export { run as runConformanceCommand } from './command.js';
export { CaseContext, type MakeDrainer } from './context.js';
export type { Channel, ChannelOptions, ChannelState, Harness, HarnessFaults, HarnessTiming, Outgoing } from './harness.js';
export { HARNESSES, type HarnessModule, startHarness } from './harnesses/index.js';
export { isAcceptable, type Judgement, judge, type KnownFailure, type KnownFailures, parseKnownFailures } from './known-failures.js';
export { renderHtml } from './report/html.js';
export { renderMarkdown } from './report/markdown.js';
export { type ConformanceOptions, isGood, registerConformance, runConformance, selectCases, storyOf, type TestFunction } from './suite.js';
