import { testConformance } from './adapters.js';
// The suite on librdkafka is run by hand: `npm run conformance -- --adapter kafka-confluent`; see adapters/kafka/README.md.
await testConformance(['kafka']);
