import { startDynamoDb } from './dynamodb.js';
import { startElasticMq } from './elasticmq.js';
import { startKafka, startKafkaCluster } from './kafka.js';
import { startKinesalite, startKinesisMock } from './kinesis.js';
import { startNats } from './nats.js';
import { startPubSub } from './pubsub.js';
import { startPulsar } from './pulsar.js';

/** A server that runs until it is stopped. */
export interface StartedBroker {
  /** What clients connect to. */
  readonly url: string;
  readonly version: string;
  /** Ends it and removes what it wrote. Idempotent. */
  stop(): Promise<void>;
}

export interface KnownBroker {
  readonly start: () => Promise<StartedBroker>;
  /** The variable that names one to be used instead. */
  readonly variable: string;
  readonly about: string;
}

/** The servers that this package installs and starts, by name. */
export const BROKERS: Readonly<Record<string, KnownBroker>> = Object.freeze({
  nats: { start: startNats, variable: 'TAILRACE_NATS', about: 'nats-server with JetStream' },
  kafka: { start: startKafka, variable: 'TAILRACE_KAFKA', about: 'Apache Kafka, one node; needs Java and Maven' },
  'kafka-cluster': {
    start: () => startKafkaCluster(),
    variable: 'TAILRACE_KAFKA',
    about: 'Apache Kafka, three nodes; needs Java and Maven',
  },
  kinesis: { start: startKinesisMock, variable: 'TAILRACE_KINESIS', about: 'kinesis-mock' },
  kinesalite: { start: startKinesalite, variable: 'TAILRACE_KINESIS', about: 'kinesalite: faster, and knows less' },
  dynamodb: { start: startDynamoDb, variable: 'TAILRACE_DYNAMODB', about: 'DynamoDB Local; needs Java' },
  pubsub: { start: startPubSub, variable: 'PUBSUB_EMULATOR_HOST', about: 'pstest; needs Go' },
  pulsar: { start: startPulsar, variable: 'TAILRACE_PULSAR', about: 'Apache Pulsar, standalone; needs Java and Maven' },
  sqs: { start: startElasticMq, variable: 'TAILRACE_SQS', about: 'ElasticMQ, with the limits of SQS; needs Java and Maven' },
});
