import { connect, createServer, type Server, type Socket } from 'node:net';

/** Gets what the server sends, and says what the client gets instead; undefined: the connection breaks here. */
export type Mangle = (chunk: Buffer) => Buffer | undefined;

/** A TCP proxy on loopback that changes what a server sends. */
export class ManglingProxy {
  /** Replaced at any time; the default changes nothing. */
  mangle: Mangle = (chunk) => chunk;
  /** Told what a client sends, which goes on unchanged. */
  heard: (chunk: Buffer) => void = () => {};
  readonly #server: Server;
  readonly #sockets: Set<Socket> = new Set();
  #port = 0;

  static async start(target: string): Promise<ManglingProxy> {
    const { hostname, port } = new URL(target);
    const proxy = new ManglingProxy(hostname, Number(port));
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    const address = proxy.#server.address();
    if (typeof address === 'object' && address !== null) proxy.#port = address.port;
    return proxy;
  }

  private constructor(host: string, port: number) {
    this.#server = createServer((client) => {
      const upstream = connect(port, host);
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        // Either side going away ends both.
        const end = (): void => {
          this.#sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        };
        socket.on('error', end);
        socket.on('close', end);
      }
      client.on('data', (chunk: Buffer) => {
        this.heard(chunk);
        upstream.write(chunk);
      });
      upstream.on('data', (chunk: Buffer) => {
        const sent = this.mangle(chunk);
        if (sent === undefined) client.destroy();
        else if (sent.length > 0) client.write(sent);
      });
    });
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Breaks all connections. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
