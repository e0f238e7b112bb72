import { test } from './run.js';
test('logs', ['log'], 5_000);
