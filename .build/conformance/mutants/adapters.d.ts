import { type Mutant } from './mutate.js';
export declare const ADAPTERS: readonly Mutant[];
