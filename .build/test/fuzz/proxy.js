import { connect, createServer } from 'node:net';
/** A TCP proxy on loopback that changes what a server sends. */
export class ManglingProxy {
    /** Replaced at any time; the default changes nothing. */
    mangle = (chunk) => chunk;
    /** Told what a client sends, which goes on unchanged. */
    heard = () => { };
    #server;
    #sockets = new Set();
    #port = 0;
    static async start(target) {
        const { hostname, port } = new URL(target);
        const proxy = new ManglingProxy(hostname, Number(port));
        await new Promise((resolve, reject) => {
            proxy.#server.once('error', reject);
            proxy.#server.listen(0, '127.0.0.1', resolve);
        });
        const address = proxy.#server.address();
        if (typeof address === 'object' && address !== null)
            proxy.#port = address.port;
        return proxy;
    }
    constructor(host, port) {
        this.#server = createServer((client) => {
            const upstream = connect(port, host);
            for (const socket of [client, upstream]) {
                this.#sockets.add(socket);
                socket.setNoDelay(true);
                // Either side going away ends both.
                const end = () => {
                    this.#sockets.delete(socket);
                    client.destroy();
                    upstream.destroy();
                };
                socket.on('error', end);
                socket.on('close', end);
            }
            client.on('data', (chunk) => {
                this.heard(chunk);
                upstream.write(chunk);
            });
            upstream.on('data', (chunk) => {
                const sent = this.mangle(chunk);
                if (sent === undefined)
                    client.destroy();
                else if (sent.length > 0)
                    client.write(sent);
            });
        });
    }
    get address() {
        return `127.0.0.1:${this.#port}`;
    }
    /** Breaks all connections. */
    cut() {
        for (const socket of this.#sockets)
            socket.destroy();
    }
    async stop() {
        this.cut();
        await new Promise((resolve) => this.#server.close(() => resolve()));
    }
}
