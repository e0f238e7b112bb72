import { testConformance } from './adapters.js';
await testConformance(['sqs', 'sqs/fifo']);
