/** All fuzz and leak tests at their full length, some 15 minutes: `npm run fuzz`. `TAILRACE_FUZZ_RUNS` makes it another number. */
process.env.TAILRACE_FUZZ_RUNS ||= 'full';
process.argv.push('fuzz', 'leaks');
await import('../main.js');
export {};
