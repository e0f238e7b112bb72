import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Drainer, type Receipt } from '../../src/index.js';
import { CURSOR, message, ScriptedConsumer } from '../support/scripted-consumer.js';
import { Gate } from '../support/until.js';
import { VirtualClock } from '../support/virtual-clock.js';

const lane = (name: string, assignment: number) => [{ lane: name, assignment }];

async function drained(clock: VirtualClock, draining: Promise<Receipt>): Promise<Receipt> {
  await clock.advance(60_000);
  return draining;
}

describe('lanes that leave again', () => {
  it('starts nothing of a lane that is revoked a second time under the same assignment, whatever was fetched in between', async () => {
    const clock = new VirtualClock();
    const consumer = new ScriptedConsumer({}, CURSOR);
    const gate = new Gate();
    const handled: string[] = [];
    const drainer = new Drainer(
      consumer,
      ({ id }) => {
        handled.push(id);
        return id === 'slow' ? gate.opened : undefined;
      },
      { clock },
    );
    void drainer.run();
    await clock.turn();
    consumer.listener?.assigned(lane('p', 1));
    // The first revocation ends with the lane left where it was.
    await consumer.listener?.revoking({ lanes: lane('p', 1), deadlineMs: 1_000 });
    consumer.listener?.assigned(lane('p', 1));
    consumer.push(message('slow', { lane: 'p', assignment: 1, position: 1 }));
    await clock.turn();
    // The second one waits for the handler, over several fetches.
    const revoked = consumer.listener?.revoking({ lanes: lane('p', 1), deadlineMs: 10_000 });
    for (const id of ['a', 'b', 'c']) {
      consumer.push(message(id, { lane: 'p', assignment: 1, position: 2 }));
      await clock.turn();
    }
    gate.open();
    await clock.advance(10);
    await revoked;
    assert.deepEqual(handled, ['slow']);
    await drained(clock, drainer.drain());
  });
});
