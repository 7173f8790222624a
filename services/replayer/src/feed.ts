// Feeding: what is due is taken from the archive and sent, so much at a time as may be on its way.
import type { Clock } from '@parallax/platform';
import type { Merge } from './merge.ts';
import type { Pacer } from './pace.ts';
import type { Sender } from './sender.ts';

/** Enough to keep every partition busy; it bounds memory, and what stop() waits for. */
export const ROUND_RECORDS = 1_200;
const ROUND_BYTES = 1024 * 1024;

export interface FeedAround {
  readonly merge: Merge;
  readonly pacer: Pacer;
  readonly sender: Sender;
  /** Epoch ms, with fractions where there are any. */
  readonly now: () => number;
  readonly sleep: Clock['sleep'];
  readonly signal: AbortSignal;
  /** At most so many records are taken and not acknowledged. */
  readonly roundRecords: number;
}

/** What feeding waits for: an acknowledgement, nothing any more, or a time (wall ms). */
type Waiting = 'acknowledged' | 'ended' | number;

/** Whether everything was fed; false when it was aborted before. */
export async function feed({ merge, pacer, sender, now, sleep, signal, roundRecords }: FeedAround): Promise<boolean> {
  let isFed = false;
  let asleep: AbortController | undefined;
  // One listener for all: a signal that others are made from for every wait keeps each of them for a while.
  const wake = () => asleep?.abort();
  signal.addEventListener('abort', wake);
  try {
    while (!isFed && !signal.aborted && !sender.hasFailed) {
      const waiting = await take();
      sender.send();
      const isIdle = sender.records === 0;
      if (waiting === 'ended' && isIdle) isFed = true;
      else if (typeof waiting === 'number') await untilDue(waiting, isIdle);
      // Inputs never wait for anything, so that an answer that does has inputs on their way.
      else if (isIdle) throw new Error('Recorded answers wait for inputs that nobody feeds.');
      else await sender.changed;
    }
  } finally {
    signal.removeEventListener('abort', wake);
    await sender.stop().finally(() => merge.close());
  }
  return isFed;

  async function take(): Promise<Waiting> {
    while (sender.records < roundRecords && sender.bytes < ROUND_BYTES) {
      if (!merge.isLoaded) {
        // The archive may take its time: what is due meanwhile goes.
        sender.send();
        await merge.load();
      }
      const next = merge.peek();
      if (next === undefined) return merge.isEnded ? 'ended' : 'acknowledged';
      const time = now();
      const due = pacer.due(next, time);
      if (due > time) return due;
      next.due = due;
      pacer.took(next, due);
      next.tape.take();
      sender.take(next);
    }
    return 'acknowledged';
  }

  /** An answer may be free to go before that. */
  async function untilDue(due: number, isIdle: boolean): Promise<void> {
    const ms = due - now();
    if (ms <= 0) return;
    if (isIdle) {
      await sleep(ms, signal);
      return;
    }
    asleep = new AbortController();
    await Promise.race([sleep(ms, asleep.signal), sender.changed]);
    asleep.abort();
  }
}
