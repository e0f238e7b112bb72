import { Message } from '../../src/message.js';
import type { ConfluentMessage } from './confluent-client.js';
type Native = Message<ConfluentMessage>;
export declare function makeConfluentMessage(raw: ConfluentMessage, delivery: number, lane: string, assignment: number): Native;
export {};
