import { test } from './run.js';
test('queues', ['queue', 'ordered'], 5_000);
