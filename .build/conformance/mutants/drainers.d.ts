import { type Mutant } from './mutate.js';
export declare const DRAINERS: readonly Mutant[];
