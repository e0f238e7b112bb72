/** Each is loaded when it is used: what it needs is not needed by the others. */
export const COMMANDS = Object.freeze({
    conformance: async () => (await import('tailrace/conformance')).runConformanceCommand,
    chaos: async () => (await import('tailrace/conformance')).runChaosCommand,
    brokers: async () => (await import('tailrace/conformance')).runBrokersCommand,
    timeline: async () => (await import('./timeline.js')).timeline,
});
export const USAGE = `Usage: tailrace <command> [options]

  conformance   proves an adapter against its real server
  chaos         stops, kills, freezes and cuts off workers under load, and checks their histories
  brokers       starts real servers for tests
  timeline      draws the receipt of a drain

tailrace <command> --help tells more.`;
