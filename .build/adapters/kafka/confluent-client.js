/*
 * What this adapter uses of @confluentinc/kafka-javascript (librdkafka), by structure: its `KafkaConsumer`, not the part that looks
 * like kafkajs.
 */
export {};
