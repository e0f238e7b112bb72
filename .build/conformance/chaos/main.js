import { run } from './command.js';
// By way of exit, so that what removes processes and folders then gets its turn.
for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => process.exit(130));
process.exitCode = await run(process.argv.slice(2));
