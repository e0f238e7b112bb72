const NS_PER_MS = 1_000_000;
const ENCODER = new TextEncoder();
/** Pulls from this length on ask for heartbeats, so that a dead one is noticed before its end, ms. */
const HEARTBEAT_FROM_MS = 10_000;
const HEARTBEAT_MS = 5_000;
/** How often the server is asked for a sign of life during a pull of this length, ms; 0: never. */
export function heartbeatFor(expiresMs) {
    return expiresMs >= HEARTBEAT_FROM_MS ? HEARTBEAT_MS : 0;
}
/** What is published to `CONSUMER.MSG.NEXT`. With `expiresMs` 0 the server answers at once. */
export function pullRequest(batch, expiresMs, heartbeatMs, noWait) {
    const request = {
        batch,
        ...(noWait ? { no_wait: true } : {}),
        ...(expiresMs > 0 ? { expires: Math.max(1, Math.round(expiresMs)) * NS_PER_MS } : {}),
        ...(heartbeatMs > 0 ? { idle_heartbeat: heartbeatMs * NS_PER_MS } : {}),
    };
    return ENCODER.encode(JSON.stringify(request));
}
/** What the server says that it has not sent of a request it ends; undefined where it refused the request. */
export function unsentOf({ headers }) {
    const pending = headers?.get('Nats-Pending-Messages') ?? '';
    return /^\d+$/.test(pending) ? Number(pending) : undefined;
}
