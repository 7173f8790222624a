// When pairs that agreed are judged: in the order in which they were found, once both sides have been quiet.
import type { Judging } from './judging.ts';
import type { OpenPairs } from './open-pairs.ts';
import type { Pair } from './pair.ts';
import type { Settling } from './settling.ts';

/** When what was found so much later is settled, one that is not waits on its own. */
const OUT_OF_TURN = 1024;

export class AgreedDue {
  readonly #pairs: OpenPairs;
  readonly #settling: Settling;
  readonly #judging: Judging;

  constructor(pairs: OpenPairs, settling: Settling, judging: Judging) {
    this.#pairs = pairs;
    this.#settling = settling;
    this.#judging = judging;
  }

  /** Judges what is settled. One with a stamp of tomorrow must not hold up what came long after it: `wait` for it apart. */
  judge(now: number, wait: (pair: Pair) => void): void {
    const { agreed } = this.#pairs;
    for (let entry = agreed.first(); entry >= 0; entry = agreed.first()) {
      if (this.#settling.isSettled(agreed, entry)) {
        this.#judging.closeAgreed(entry, now);
        continue;
      }
      const later = agreed.at(OUT_OF_TURN);
      if (later < 0 || !this.#settling.isSettled(agreed, later)) return;
      wait(this.#pairs.wakeAgreed(entry));
    }
  }

  /** Judges all, settled or not. */
  judgeAll(now: number): void {
    const { agreed } = this.#pairs;
    for (let entry = agreed.first(); entry >= 0; entry = agreed.first()) this.#judging.closeAgreed(entry, now);
  }

  /** All of them, as pairs that wait for nothing yet. */
  wakeAll(): Pair[] {
    const { agreed } = this.#pairs;
    const woken: Pair[] = [];
    for (let entry = agreed.first(); entry >= 0; entry = agreed.first()) woken.push(this.#pairs.wakeAgreed(entry));
    return woken;
  }
}
