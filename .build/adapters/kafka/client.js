/*
 * What this adapter uses of kafkajs, by structure: nothing is imported from it, and any compatible version fits. A test asserts
 * that the real client is assignable.
 */
export {};
