import { StreamError } from '../../src/errors.js';
import { apiError, connectError, failure, isNoResponders, nativeError, refusedSubject } from './errors.js';
const DECODER = new TextDecoder();
const ENCODER = new TextEncoder();
/** The consumer's connection: handed in, or made by a factory and then owned. Connects when first asked to. */
export class Link {
    #factory;
    #connection;
    #connecting;
    #stopStatus;
    #made = 0;
    /** False between the client's word that the connection broke and its word that there is one again. */
    #up = true;
    /** Fails the requests under way: the client would wait their whole time for answers that never come. */
    #breaks = new Set();
    /** What to do when the connection breaks; what the server owes us over it never comes. */
    onDisconnect = () => { };
    /** What to do when the server refuses a publish, which it says apart from any answer. */
    onRefused = () => { };
    constructor(source) {
        if (typeof source === 'function') {
            this.#factory = source;
            return;
        }
        if (!isConnection(source)) {
            throw failure('INVALID_ARGUMENT', 'connection: expected a NATS connection, or a function that makes one; not a JetStream client');
        }
        this.#connection = source;
    }
    /** The connection, made if there is none or the owned one has given up. */
    async connect() {
        const factory = this.#factory;
        if (factory !== undefined && (this.#connection === undefined || this.#connection.isClosed())) {
            this.#connecting ??= this.#make(factory);
            try {
                await this.#connecting;
            }
            finally {
                this.#connecting = undefined;
            }
        }
        const connection = this.current();
        if (this.#stopStatus === undefined)
            this.#follow(connection);
        return connection;
    }
    async #make(factory) {
        this.#unfollow();
        this.#up = true;
        let made;
        try {
            made = await factory();
        }
        catch (error) {
            throw connectError(error);
        }
        if (!isConnection(made))
            throw failure('INVALID_ARGUMENT', 'connection: the function that makes one resolved to something else');
        this.#connection = made;
        this.#made += 1;
        return made;
    }
    /** The connection if it is usable now; else throws UNAVAILABLE. What is sent while it is down would silently vanish. */
    current() {
        const connection = this.#connection;
        if (connection === undefined)
            throw failure('UNAVAILABLE', 'there is no connection yet');
        if (connection.isClosed()) {
            // A connection that was handed in does not come back; a factory makes the next one.
            throw failure('UNAVAILABLE', 'the connection is closed', undefined, this.#factory !== undefined);
        }
        if (!this.#up || connection.info === undefined)
            throw failure('UNAVAILABLE', 'the connection is down, the client is reconnecting');
        return connection;
    }
    /** Differs between any two connections to a server, also when the client reconnects by itself; empty when there is none. */
    get epoch() {
        const info = this.#connection?.info;
        return info === undefined || !this.#up ? '' : `${info.server_id}/${info.client_id}`;
    }
    /** Whether there has been but one connection, by which all messages came; one that reconnected is the same. */
    get single() {
        return this.#made <= 1;
    }
    get usable() {
        return this.epoch !== '' && this.#connection?.isClosed() === false;
    }
    #follow(connection) {
        const events = connection.status();
        let following = true;
        this.#up = true;
        this.#stopStatus = () => {
            following = false;
            // Both families return a queue with `stop`, which is not in their types; without it the queue would outlive us.
            events.stop?.();
        };
        const follow = async () => {
            for await (const event of events) {
                if (!following)
                    return;
                const { type } = event;
                const refused = type === 'error' ? refusedSubject(event) : undefined;
                if (refused !== undefined)
                    this.onRefused(refused.subject, refused.error);
                else if (type === 'disconnect') {
                    this.#up = false;
                    this.#broke();
                }
                else if (type === 'reconnect') {
                    this.#up = true;
                }
            }
            // The client has given the connection up, or it was closed.
            if (following)
                this.#broke();
        };
        // It ends with the connection or by stop; an error of the client's queue means no more than its end.
        follow().catch(() => this.#broke());
    }
    #broke() {
        for (const fail of this.#breaks)
            fail(failure('UNAVAILABLE', 'the connection to the server broke'));
        this.onDisconnect();
    }
    #unfollow() {
        this.#stopStatus?.();
        this.#stopStatus = undefined;
    }
    /** What the promise resolves to; rejects when the connection breaks first. */
    #unlessBroken(answer) {
        return new Promise((resolve, reject) => {
            this.#breaks.add(reject);
            answer.then(resolve, reject).finally(() => this.#breaks.delete(reject));
        });
    }
    /** A request to the JetStream API; its JSON answer, checked for errors only. */
    async api(subject, body, timeoutMs, doing) {
        const connection = await this.connect();
        const payload = body === undefined ? undefined : ENCODER.encode(JSON.stringify(body));
        let text;
        try {
            const answer = await this.#unlessBroken(connection.request(subject, payload, { timeout: timeoutMs }));
            text = DECODER.decode(answer.data);
        }
        catch (error) {
            if (!isNoResponders(error))
                throw nativeError(error, doing);
            throw failure('UNAVAILABLE', `${doing}: nobody answers ${subject}: JetStream is not there (yet), or domain or apiPrefix is wrong`, error);
        }
        const parsed = parseObject(text);
        if (parsed === undefined)
            throw failure('INTERNAL', `${doing}: the answer is no JSON object`);
        const { error } = parsed;
        if (error === undefined)
            return parsed;
        const { code, err_code, description } = (error ?? {});
        throw apiError({
            code: typeof code === 'number' ? code : 500,
            ...(typeof err_code === 'number' ? { err_code } : {}),
            ...(typeof description === 'string' ? { description } : {}),
        }, doing);
    }
    /** Stops following the connection and, if it is ours, closes it. */
    async close() {
        this.#unfollow();
        if (this.#factory === undefined)
            return;
        // A close in mid-connect: what it makes must not be left behind.
        const connection = this.#connecting === undefined ? this.#connection : await this.#connecting.catch(() => undefined);
        if (connection !== undefined && !connection.isClosed())
            await connection.close();
    }
}
function isConnection(value) {
    if (typeof value !== 'object' || value === null)
        return false;
    return ['publish', 'subscribe', 'isClosed', 'status'].every((method) => typeof Reflect.get(value, method) === 'function');
}
function parseObject(text) {
    try {
        const parsed = JSON.parse(text);
        // Checked just here.
        return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : undefined;
    }
    catch {
        return undefined;
    }
}
export function isNotFound(error) {
    return StreamError.is(error) && error.code === 'NOT_FOUND';
}
export function isUnavailable(error) {
    return StreamError.is(error) && error.code === 'UNAVAILABLE';
}
