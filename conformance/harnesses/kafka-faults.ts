import type { Admin } from 'kafkajs';
import { type Broker, waitUntil } from '../brokers/process.js';
import type { ProxyLink } from '../brokers/toxiproxy.js';
import type { HarnessFaults } from '../harness.js';

/** A node that is silent for so long is dead to its cluster, ms: the default is 9 s, in which a killed one is back. */
const NODE_SESSION_MS = 3_000;
/** Until the others lead, and have loaded the groups, on a busy machine, ms. */
export const FAILOVER_MS: number = NODE_SESSION_MS + 5_000;
const WHOLE_MS = 120_000;
const LOOK_EVERY_MS = 100;
/** Groups live in it; its one partition's leader is their coordinator. */
const OFFSETS = '__consumer_offsets';

export const FAILOVER_PROPERTIES: Readonly<Record<string, string | number | boolean>> = Object.freeze({
  'broker.session.timeout.ms': NODE_SESSION_MS,
  'broker.heartbeat.interval.ms': 500,
  // Only faults move a leader, so that each is seen to have its effect.
  'auto.leader.rebalance.enable': false,
});

/** The probe has to find back as well, or the next call would fail for a reason that is not its own: groups are loaded last. */
async function hasGroups(admin: Admin): Promise<boolean> {
  return (await admin.fetchOffsets({ groupId: 'probe', topics: [] })).length >= 0;
}

/** What a single broker has confirmed is in the page cache, which outlives the process, though not the machine. */
export function serverFaults(server: Broker, link: ProxyLink, admin: Admin): HarnessFaults {
  return {
    restart: async () => {
      await server.restart();
      await waitUntil('the groups after the restart', () => hasGroups(admin));
    },
    crash: async () => {
      await server.restart({ signal: 'SIGKILL' });
      await waitUntil('the groups after the crash', () => hasGroups(admin));
    },
    cut: () => link.cut(),
    slow: (slow) => link.slow(slow),
    heal: () => link.heal(),
  };
}

/**
 * What is confirmed is on two nodes at the least, of which one is killed at a time: it stays away until the others lead, and has all
 * copies again before the next one is. The links are those of the nodes.
 */
export function clusterFaults(nodes: readonly Broker[], links: readonly ProxyLink[], admin: Admin): HarnessFaults {
  let crashes = 0;

  async function partitions(): Promise<{ topic: string; leader: number; copies: number; inSync: number }[]> {
    const { topics } = await admin.fetchTopicMetadata();
    return topics.flatMap(({ name, partitions }) =>
      partitions.map(({ leader, replicas, isr }) => ({ topic: name, leader, copies: replicas.length, inSync: isr.length })),
    );
  }

  async function isWhole(): Promise<boolean> {
    const all = await partitions();
    return all.every(({ leader, copies, inSync }) => leader > 0 && inSync === copies) && (await hasGroups(admin));
  }

  const untilWhole = (after: string): Promise<true> =>
    waitUntil(`all copies after ${after}`, isWhole, { timeoutMs: WHOLE_MS, everyMs: LOOK_EVERY_MS });

  /** By turns the node that coordinates, and of the others the one that leads most. Nodes count from 1. */
  async function victim(): Promise<number> {
    const all = await partitions();
    const coordinator = all.find(({ topic }) => topic === OFFSETS)?.leader;
    crashes += 1;
    if (coordinator !== undefined && crashes % 2 === 1) return coordinator;
    const leads = (node: number): number => all.filter(({ leader }) => leader === node).length;
    const others = nodes.map((_, at) => at + 1).filter((node) => node !== coordinator);
    return others.reduce((most, node) => (leads(node) > leads(most) ? node : most));
  }

  const onAll = async (act: (link: ProxyLink) => Promise<void>): Promise<void> => {
    await Promise.all(links.map(act));
  };

  return {
    restart: async () => {
      for (const node of nodes) {
        await node.restart();
        await untilWhole('the restart of a node');
      }
    },
    crash: async () => {
      const dead = await victim();
      const node = nodes[dead - 1];
      if (node === undefined) throw new Error(`there is no node ${dead}`);
      await node.kill();
      const isLed = async (): Promise<boolean> => (await partitions()).every(({ leader }) => leader > 0 && leader !== dead);
      await waitUntil(`others to lead what node ${dead} has led`, isLed, { timeoutMs: WHOLE_MS, everyMs: LOOK_EVERY_MS });
      await node.restart();
      await untilWhole(`the crash of node ${dead}`);
    },
    cut: () => onAll((link) => link.cut()),
    slow: (slow) => onAll((link) => link.slow(slow)),
    heal: () => onAll((link) => link.heal()),
  };
}
