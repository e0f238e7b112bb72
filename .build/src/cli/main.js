#!/usr/bin/env node
import { COMMANDS, USAGE } from './commands.js';
const [name, ...args] = process.argv.slice(2);
const load = name === undefined ? undefined : COMMANDS[name];
if (load !== undefined) {
    // By way of exit, so that what removes processes and folders then gets its turn. `brokers` runs until it is told.
    if (name !== 'brokers')
        for (const signal of ['SIGINT', 'SIGTERM'])
            process.once(signal, () => process.exit(130));
    const run = await load();
    process.exitCode = await run(args);
}
else if (name === 'help' || name === '--help' || name === '-h') {
    console.log(USAGE);
}
else {
    console.error(name === undefined ? USAGE : `tailrace: no command '${name}'\n\n${USAGE}`);
    process.exitCode = 2;
}
