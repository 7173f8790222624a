// Feeding: rounds of what is due, one on its way while the next is put together.
import type { Clock } from '@parallax/platform';
import type { Merge } from './merge.ts';
import type { Pacer } from './pace.ts';
import type { Sender } from './sender.ts';
import type { Played } from './tape.ts';

/** Enough to make an append cheap; it bounds memory, and what stop() waits for. */
export const ROUND_RECORDS = 2_000;
const ROUND_BYTES = 4 * 1024 * 1024;

export interface FeedAround {
  readonly merge: Merge;
  readonly pacer: Pacer;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly roundRecords: number;
}

/** Whether everything was fed; false when it was aborted before. */
export async function feed({ merge, pacer, sender, clock, signal, roundRecords }: FeedAround): Promise<boolean> {
  let sending: Promise<void> = Promise.resolve();
  try {
    while (!signal.aborted) {
      const [round] = await Promise.all([collect(), sending]);
      if (signal.aborted) break;
      if (round.length > 0) {
        sending = sender.send(round);
        // Awaited with the next round; until then it must not count as unhandled.
        sending.catch(() => undefined);
      } else if (merge.isEnded) return true;
      else await untilDue();
    }
    return false;
  } finally {
    await sending.finally(() => merge.close());
  }

  async function collect(): Promise<Played[]> {
    const round: Played[] = [];
    let bytes = 0;
    while (round.length < roundRecords && bytes < ROUND_BYTES && !signal.aborted) {
      if (!merge.isLoaded) await merge.load();
      const next = merge.peek();
      if (next === undefined) break;
      const now = clock.now();
      const due = pacer.due(next, now);
      if (due > now) break;
      next.due = due;
      pacer.took(next, due);
      next.tape.take();
      round.push(next);
      bytes += (next.record.value?.length ?? 0) + (next.record.key?.length ?? 0);
    }
    return round;
  }

  async function untilDue(): Promise<void> {
    const next = merge.peek();
    // Everything sent is acknowledged here, and inputs never wait.
    if (next === undefined) throw new Error('Recorded answers wait for inputs that nobody feeds.');
    const now = clock.now();
    const due = pacer.due(next, now);
    if (due > now) await clock.sleep(due - now, signal);
  }
}
