import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { until } from '../../support/until.js';

/** Passes bytes on to a server, and tells which calls it has passed: a test then knows what is out there. */
export class Relay {
  readonly url: string;
  readonly #seen: string[] = [];
  readonly #sockets: Set<Socket> = new Set();
  readonly #close: () => void;

  private constructor(url: string, seen: string[], sockets: Set<Socket>, close: () => void) {
    this.url = url;
    this.#seen = seen;
    this.#sockets = sockets;
    this.#close = close;
  }

  static async start(target: string): Promise<Relay> {
    const { hostname, port } = new URL(target);
    const seen: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const upstream = connect(Number(port), hostname);
      for (const [socket, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        sockets.add(socket);
        // The one end's going is passed on to the other.
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
      client.on('data', (data: Buffer) => {
        const calls = [...data.toString('latin1').matchAll(/^x-amz-target: AmazonSQS\.(\w+)/gim)].map(([, call]) => call as string);
        // Once it has left, whatever becomes of the sender.
        upstream.write(data, () => seen.push(...calls));
      });
      upstream.pipe(client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address() as AddressInfo;
    return new Relay(`http://127.0.0.1:${address.port}`, seen, sockets, () => server.close());
  }

  count(call: string): number {
    return this.#seen.filter((seen) => seen === call).length;
  }

  async untilSeen(call: string, times: number): Promise<void> {
    await until(() => this.count(call) >= times, `${times} ${call} have been passed on`, 30_000);
  }

  stop(): void {
    this.#close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
