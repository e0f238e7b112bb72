/** Handlers have this long in drains that do not test the time itself, ms. */
export const HANDLERS_MS = 5_000;
export function budget(context, { softMs, handlersMs }) {
    const { answerMs } = context.timing;
    return { totalMs: handlersMs + answerMs * 3, softMs, commitMs: answerMs, closeMs: answerMs * 2 };
}
export function roomy(context) {
    return { budget: budget(context, { softMs: HANDLERS_MS, handlersMs: HANDLERS_MS + context.timing.answerMs }) };
}
export function countOf(receipt, handler) {
    return receipt.held.groups.filter((group) => group.handler === handler).reduce((sum, { count }) => sum + count, 0);
}
