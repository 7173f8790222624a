// How V8 uses memory in a process whose work is known. For whoever composes a process: it holds for all of it.
import { setFlagsFromString } from 'node:v8';

/**
 * The part of the heap for what was just made stays as large as it is by now, mostly 34 MB with all modules loaded. Left
 * alone it grows to 134 MB under a steady stream of records; replaying 300,000 takes no more CPU without.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * The old part may grow to five times what lives in it before it is gone through. What a broker sends counts as part of it
 * and is soon garbage: with a small heap, some 25 MB, the whole of it was gone through every 10 MB that were read.
 */
export function letOldHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=400');
}
