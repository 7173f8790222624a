// Events whose ids stand where the experiment does not look at first: they end as `no-id` or `undecodable`, in dead letters,
// until the file is mended and they are read again.
import type { LogRecord, Side } from '@parallax/core';
import { idOf, type Random } from '@parallax/platform/testing';

/** Where the mended file looks first. */
export const MENDED_ID = 'mended-id';
const SHARE = 0.15;
/** No UTF-8: no id can be read from it. */
const BROKEN = Uint8Array.of(0xff, 0xfe);

type Written = Omit<LogRecord, 'offset'>;

export class Hiding {
  readonly #random: Random;
  readonly #isUsed: boolean;
  /** By side and id, of all of its events alike: what has replaced the id where it is looked for, if it is hidden. */
  readonly #fates = new Map<string, 'seen' | 'moved' | 'broken'>();

  constructor(random: Random, isUsed: boolean) {
    this.#random = random;
    this.#isUsed = isUsed;
  }

  /** The record as it is written, or undefined where that is as it is. */
  hide(side: Side, record: Written): Written | undefined {
    const id = idOf(record);
    if (!this.#isUsed || id === undefined || id === 'broken') return undefined;
    const fate = this.#fates.get(`${side} ${id}`) ?? this.#draw();
    this.#fates.set(`${side} ${id}`, fate);
    if (fate === 'seen') return undefined;
    const moved = record.headers.map(([name, value]) => {
      return [name === 'correlation-id' ? MENDED_ID : name, value] as const;
    });
    return { ...record, headers: fate === 'moved' ? moved : [...moved, ['correlation-id', BROKEN]] };
  }

  #draw(): 'seen' | 'moved' | 'broken' {
    return this.#random.chance(SHARE) ? this.#random.pick(['moved', 'broken'] as const) : 'seen';
  }
}
