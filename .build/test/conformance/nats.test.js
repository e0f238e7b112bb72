import { testConformance } from './adapters.js';
await testConformance(['nats', 'nats/exclusive']);
