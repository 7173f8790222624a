// How far rejudging is, how fast it goes, and when it will be done.
import { groupThousands } from '@parallax/core';

const PHASES = { ids: 'reading ids', events: 'judging' } as const;
const SETTLED_MS = 500;

export class Pace {
  readonly #total: number;
  readonly #show: (line: string) => void;
  readonly #now: () => number;
  #phase: keyof typeof PHASES | undefined;
  #done = 0;
  #began = 0;

  /** `total`: events of each phase. `now`: monotonic milliseconds. */
  constructor(total: number, show: (line: string) => void, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#show = show;
    this.#now = now;
  }

  add(phase: keyof typeof PHASES, events: number): void {
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#done = 0;
      this.#began = this.#now();
    }
    this.#done += events;
    const passedMs = this.#now() - this.#began;
    const share = Math.min(100, Math.floor((100 * this.#done) / Math.max(1, this.#total)));
    const rate = passedMs < SETTLED_MS ? 0 : this.#done / (passedMs / 1000);
    const left = rate === 0 ? '' : `, ${Math.ceil(Math.max(0, this.#total - this.#done) / rate)} s left`;
    const speed = rate === 0 ? '' : `, ${groupThousands(Math.round(rate))}/s`;
    this.#show(`${PHASES[phase]}: ${share} %${speed}${left}`);
  }
}
