// Tells the answers of leaders that were replaced from those of the present ones, by the epoch each believes to lead in.
import { partitionKey } from '../../limits.ts';

/** So long after the first answer of an earlier epoch it is believed: the topic was made anew, and counts from 0 again. */
const BELIEVED_AFTER_MS = 60_000;

interface Known {
  epoch: number;
  /** When the first answer of an earlier epoch came since the last one of this; milliseconds of the clock. */
  doubtedAt: number | undefined;
}

export class LeaderEpochs {
  readonly #clock: () => number;
  readonly #known = new Map<string, Known>();

  /** @param clock milliseconds that only ever grow */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Whether who answered from this epoch leads no more. Brokers that tell no epoch (-1) are taken at their word. */
  isPast(topic: string, partition: number, epoch: number): boolean {
    if (epoch < 0) return false;
    const key = partitionKey(topic, partition);
    const known = this.#known.get(key);
    if (known === undefined || epoch >= known.epoch) {
      this.#known.set(key, { epoch, doubtedAt: undefined });
      return false;
    }
    known.doubtedAt ??= this.#clock();
    if (this.#clock() - known.doubtedAt < BELIEVED_AFTER_MS) return true;
    this.#known.set(key, { epoch, doubtedAt: undefined });
    return false;
  }
}
