import { BROKERS } from './index.js';
const USAGE = `Usage: tailrace brokers start <name>… | list

Installs servers into the cache folder, starts them on free ports of loopback, and prints
their addresses, as a shell understands them. They run until SIGINT or SIGTERM, and leave
nothing behind.

${Object.entries(BROKERS)
    .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
    .join('\n')}`;
/** Runs the command with these arguments. Resolves with its exit code, of `start` when it is told to stop. */
export async function run(args) {
    const [verb, ...names] = args;
    if (verb === '--help' || verb === 'help') {
        console.log(USAGE);
        return 0;
    }
    if (verb === 'list' && names.length === 0) {
        for (const [name, { about, variable }] of Object.entries(BROKERS))
            console.log(`${name.padEnd(14)} ${variable.padEnd(16)} ${about}`);
        return 0;
    }
    const unknown = names.find((name) => BROKERS[name] === undefined);
    if (verb !== 'start' || names.length === 0 || unknown !== undefined) {
        const wrong = verb !== 'start' ? `no such thing to do: ${verb ?? 'nothing given'}` : names.length === 0 ? 'which ones?' : `no broker '${unknown}'`;
        console.error(`${wrong}\n\n${USAGE}`);
        return 2;
    }
    return start(names);
}
async function start(names) {
    const told = new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'])
            process.once(signal, () => resolve());
    });
    const started = [];
    try {
        for (const name of names) {
            const known = BROKERS[name];
            if (known === undefined)
                continue;
            const broker = await Promise.race([known.start(), told]);
            if (broker === undefined)
                return 0;
            started.push(broker);
            console.log(`${known.variable}=${broker.url}`);
            console.error(`${name} ${broker.version}`);
        }
        // A signal alone does not keep a process alive.
        const alive = setInterval(() => undefined, 60_000);
        await told;
        clearInterval(alive);
        return 0;
    }
    finally {
        await Promise.all(started.map((broker) => broker.stop()));
    }
}
