import { median } from './median.js';
/** Sides by turns, each turn in a random order, so that none always follows the same one, or always meets what else the machine does. */
export async function byTurns(sides, raw, measure, { runs, endsAt, onRun }) {
    const turns = [];
    let longestMs = 0;
    for (let turn = 0; turn < runs && performance.now() + longestMs < endsAt; turn += 1) {
        const startedAt = performance.now();
        const measured = new Map();
        for (const side of shuffled(sides)) {
            const result = await measure(side, turn);
            onRun?.(turn + 1, side, result);
            measured.set(side, result);
        }
        turns.push(measured);
        longestMs = Math.max(longestMs, performance.now() - startedAt);
    }
    return { runs: turns.length, sides: sides.map((side) => summary(side, raw, turns)) };
}
function summary(side, raw, turns) {
    const rate = (turn, name) => {
        const measured = turn.get(name);
        return measured === undefined ? Number.NaN : measured.messages / measured.ms;
    };
    const of = (name) => round(median(turns.map((turn) => rate(turn, side) / rate(turn, name))), 3);
    const values = (value) => median(turns.flatMap((turn) => turn.get(side) ?? []).map(value));
    // Its keys are raw sides.
    const ratios = Object.fromEntries(raw.filter((name) => turns[0]?.has(name) === true).map((name) => [name, of(name)]));
    return {
        side,
        perSecond: Math.round(values(({ messages, ms }) => (messages / ms) * 1_000)),
        cpuUsPerMessage: round(values(({ messages, cpuMs }) => (cpuMs / messages) * 1_000), 2),
        heapMb: Math.round(values(({ heapMb }) => heapMb)),
        of: ratios,
    };
}
/** One line for people. */
export function tellSide({ side, perSecond, cpuUsPerMessage, heapMb, of }) {
    const ratios = Object.entries(of).map(([raw, ratio]) => `${raw} ${ratio?.toFixed(2)}`);
    return `  ${side.padEnd(16)} ${String(perSecond).padStart(7)}/s ${cpuUsPerMessage.toFixed(2).padStart(6)} µs CPU ${String(heapMb).padStart(4)} MB  of ${ratios.join('  ')}`;
}
function shuffled(values) {
    return values
        .map((value) => ({ value, at: Math.random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ value }) => value);
}
function round(value, digits) {
    return Number(value.toFixed(digits));
}
