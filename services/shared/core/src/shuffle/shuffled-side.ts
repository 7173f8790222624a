// How far each source partition has come in one partition of a shuffled topic: tells repeats from events, and what has been
// read of the source as a whole.
//
// Of any source partition, whatever stands in a target partition is preceded there by all that came before it in the
// source and belongs there, whoever wrote it. So one number a source partition tells all.
import type { Sample } from '../engine/evidence.ts';
import { Fault } from '../fault.ts';
import type { LogRecord } from '../ports/log.ts';
import { type Progress, readShuffled } from './shuffled-record.ts';

/** The ends of all source partitions at one time. */
export interface SourceSample extends Omit<Sample, 'end'> {
  /** By source partition. */
  readonly ends: readonly number[];
}

/** What one record of the shuffled topic is. */
export type Taken =
  /** To be read, unless what was resumed from says otherwise. */
  | { readonly kind: 'event'; readonly partition: number; readonly offset: number }
  /** Written once more by a shuffler that did not know that it was there. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'progress'; readonly lost: number; readonly isStruck: boolean; readonly isHeadLost: boolean };

const REPEAT: Taken = { kind: 'repeat' };
/** Samples that wait for a shuffler that is down; then the newest replaces the one before, which only proves later. */
const MAX_PENDING = 4_096;

export class ShuffledSide {
  readonly source: string;
  readonly target: string;
  /** By source partition: everything below has been read, as far as it belongs here. */
  readonly #next: number[];
  #pending: SourceSample[] = [];

  /** `next`: as {@link next} was at the position that is resumed from; absent on a fresh start. */
  constructor(source: string, target: string, partitions: number, next: readonly number[] = []) {
    this.source = source;
    this.target = target;
    this.#next = Array.from({ length: Math.max(partitions, next.length) }, (_, i) => next[i] ?? 0);
  }

  get next(): readonly number[] {
    return [...this.#next];
  }

  /**
   * Records must come in offset order, from the position that was resumed from.
   * @throws Fault `not-shuffled`, `shuffle-source`
   */
  take(record: LogRecord): Taken {
    const read = readShuffled(record, this.target);
    if (read.topic !== this.source) throw otherSource(this.target, read.topic, this.source);
    if (read.kind === 'progress') return this.#advance(read.progress);
    const { partition, offset } = read;
    if (offset < (this.#next[partition] ?? 0)) return REPEAT;
    this.#next[partition] = offset + 1;
    return { kind: 'event', partition, offset };
  }

  sample(sample: SourceSample): void {
    if (this.#pending.length >= MAX_PENDING) this.#pending.pop();
    this.#pending.push(sample);
  }

  /** The latest sample of which everything has been read since the last call. */
  reached(): SourceSample | undefined {
    let latest: SourceSample | undefined;
    while (this.#pending[0] !== undefined && this.hasReached(this.#pending[0].ends)) latest = this.#pending.shift();
    return latest;
  }

  hasReached(ends: readonly number[]): boolean {
    return ends.every((end, partition) => (this.#next[partition] ?? 0) >= end);
  }

  /** When the ends were asked for that have not been reached, wall ms; undefined: all have. */
  get waitsSince(): number | undefined {
    return this.#pending[0]?.asked;
  }

  /** Records of the source between what has been read and the last ends asked for. */
  get behind(): number {
    const ends = this.#pending.at(-1)?.ends ?? [];
    return ends.reduce((sum, end, partition) => sum + Math.max(0, end - (this.#next[partition] ?? 0)), 0);
  }

  #advance({ next, first = {}, lost = {}, struck = {} }: Progress): Taken {
    let events = 0;
    for (const [partition, to] of Object.entries(next)) {
      const place = Number(partition);
      const known = this.#next[place] ?? 0;
      if (to <= known) continue;
      const [from, end] = lost[partition] ?? [to, to];
      events += Math.max(0, Math.min(end, to) - Math.max(from, known));
      this.#next[place] = to;
    }
    // Said again it does no harm: what may have been lost is left undecided for a little longer.
    const isStruck = Object.keys(struck).length > 0;
    return { kind: 'progress', lost: events, isStruck, isHeadLost: Object.values(first).some((at) => at > 0) };
  }
}

function otherSource(target: string, found: string, wanted: string): Fault {
  return new Fault(`${target} was filled from ${found}, and the experiment now says ${wanted}.`, {
    code: 'shuffle-source',
    cure: `Name the experiment anew; or delete ${target} and the shuffler's consumer group, and begin anew with --forget.`,
  });
}
