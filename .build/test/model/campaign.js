/** 200,000 lives, half of them on queues: `npm run model`. `TAILRACE_MODEL_RUNS` makes each half another number. */
process.env.TAILRACE_MODEL_RUNS ||= '100000';
process.argv.push('model');
await import('../main.js');
export {};
