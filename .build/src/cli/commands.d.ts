/** Runs with the arguments after its name. Resolves with the exit code. */
export type Command = (args: readonly string[]) => Promise<number>;
/** Each is loaded when it is used: what it needs is not needed by the others. */
export declare const COMMANDS: Readonly<Record<string, () => Promise<Command>>>;
export declare const USAGE: `Usage: tailrace <command> [options]

  conformance   proves an adapter against its real server
  chaos         stops, kills, freezes and cuts off workers under load, and checks their histories
  brokers       starts real servers for tests
  timeline      draws the receipt of a drain

tailrace <command> --help tells more.`;
