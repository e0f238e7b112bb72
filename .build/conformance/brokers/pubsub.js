import { connect } from 'node:http2';
import { installGo } from './install.js';
import { externalServer, startServer } from './server.js';
const VERSION = 'v2.8.1';
const ANSWER_MS = 1_000;
const MAIN = `package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"cloud.google.com/go/pubsub/v2/pstest"
)

func main() {
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	server := pstest.NewServerWithPort(port)
	fmt.Println(server.Addr)
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGINT, syscall.SIGTERM)
	<-told
	server.Close()
}
`;
/**
 * Starts pstest, a Pub/Sub server of Google's Go client, on loopback; needs `go` the first time. It keeps topics in memory. Its
 * `url` is `host:port`, without TLS. With `PUBSUB_EMULATOR_HOST` in the environment, as the official emulator sets it, that one
 * is used instead.
 */
export async function startPubSub() {
    const given = process.env.PUBSUB_EMULATOR_HOST;
    if (given)
        return externalServer('PUBSUB_EMULATOR_HOST', given);
    const program = await installGo(`pstest-${VERSION}`, MAIN, [`cloud.google.com/go/pubsub/v2@${VERSION}`]);
    return startServer({
        name: 'pstest',
        version: VERSION,
        ports: 1,
        url: ([port]) => `127.0.0.1:${port}`,
        prepare: (_, [port]) => Promise.resolve({ command: program, args: [String(port)] }),
        isReady: ([port]) => {
            // gRPC speaks HTTP/2: a session that opens is a server that listens.
            return new Promise((resolve) => {
                const session = connect(`http://127.0.0.1:${port}`);
                session.once('remoteSettings', () => {
                    session.close();
                    resolve(true);
                });
                session.once('error', () => resolve(false));
                // Somebody else's server may listen there, and say nothing.
                session.setTimeout(ANSWER_MS, () => session.destroy());
                session.once('close', () => resolve(false));
            });
        },
    });
}
