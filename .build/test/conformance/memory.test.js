import { test } from 'node:test';
import { MEMORY_KINDS, startMemoryHarness } from '../../conformance/harnesses/memory.js';
import { registerConformance } from '../../conformance/index.js';
for (const kind of MEMORY_KINDS)
    registerConformance(test, `memory/${kind}`, () => startMemoryHarness(kind));
