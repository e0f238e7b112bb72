import type { Admin } from 'kafkajs';
import { type Broker } from '../brokers/process.js';
import type { ProxyLink } from '../brokers/toxiproxy.js';
import type { HarnessFaults } from '../harness.js';
/** Until the others lead, and have loaded the groups, on a busy machine, ms. */
export declare const FAILOVER_MS: number;
export declare const FAILOVER_PROPERTIES: Readonly<Record<string, string | number | boolean>>;
/** What a single broker has confirmed is in the page cache, which outlives the process, though not the machine. */
export declare function serverFaults(server: Broker, link: ProxyLink, admin: Admin): HarnessFaults;
/**
 * What is confirmed is on two nodes at the least, of which one is killed at a time: it stays away until the others lead, and has all
 * copies again before the next one is. The links are those of the nodes.
 */
export declare function clusterFaults(nodes: readonly Broker[], links: readonly ProxyLink[], admin: Admin): HarnessFaults;
