import type { AdapterReport } from '../case.js';
/** A page of its own, without anything to load: adapters by cases; each cell opens what was done and seen. */
export declare function renderHtml(reports: readonly AdapterReport[]): string;
