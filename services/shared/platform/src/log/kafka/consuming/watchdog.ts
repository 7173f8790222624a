// Notices that a consumer stands still although there is something to read: the client it rests on may hang, and so may
// a broker, and neither says so.
import type { Cursor } from './cursor.ts';

const TICK_MS = 1_000;

export interface Watched {
  /** What is owned and may be read at present. */
  readonly cursors: readonly Cursor[];
  /** Whether the brokers have left the last attempts to belong to the group without an answer. */
  readonly isCutOff: boolean;
}

/**
 * Counts ticks, not time: a process that was stopped, or a machine that slept, wakes to one tick, and is not to end for
 * what happened while it was away.
 * @param stalled is told once, of a partition or of the group
 */
export function watch(
  look: () => Watched,
  stallMs: number,
  stalled: (cursor: Cursor | undefined) => void,
): { stop(): void } {
  const patience = Math.ceil(stallMs / TICK_MS);
  const still = new Map<Cursor, { progress: number; ticks: number }>();
  let cutOff = 0;
  const timer = setInterval(() => {
    const { cursors, isCutOff } = look();
    cutOff = isCutOff ? cutOff + 1 : 0;
    if (cutOff >= patience) end(undefined);
    const seen = new Set(cursors);
    for (const cursor of still.keys()) if (!seen.has(cursor)) still.delete(cursor);
    for (const cursor of cursors) {
      const known = still.get(cursor);
      if (known === undefined || known.progress !== cursor.progress || cursor.isPaused) {
        still.set(cursor, { progress: cursor.progress, ticks: 0 });
      } else if (++known.ticks >= patience) end(cursor);
    }
  }, TICK_MS);
  const end = (cursor: Cursor | undefined): void => {
    clearInterval(timer);
    stalled(cursor);
  };
  return { stop: () => clearInterval(timer) };
}
