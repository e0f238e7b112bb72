import { testConformance } from './adapters.js';

await testConformance(['kafka', 'kafka-confluent']);
