/**
 * The conformance suite: proves an adapter against its real server.
 *
 * @module tailrace/conformance
 */
export { run as runBrokersCommand } from './brokers/command.js';
export { run as runChaosCommand } from './chaos/command.js';
export { run as runConformanceCommand } from './command.js';
export { CaseContext } from './context.js';
export { HARNESSES, startHarness } from './harnesses/index.js';
export { isAcceptable, judge, parseKnownFailures } from './known-failures.js';
export { renderHtml } from './report/html.js';
export { renderMarkdown } from './report/markdown.js';
export { isGood, registerConformance, runConformance, selectCases, storyOf } from './suite.js';
