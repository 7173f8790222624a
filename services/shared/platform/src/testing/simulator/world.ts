// The simulated outside: a log of two sides, a store whose inserts land late and in any order, and committed cuts.
import type { DifferenceRow, LogRecord, PairRow, Side } from '@parallax/core';
import type { PlannedEvent } from './scenario.ts';

export interface Insert {
  readonly rows: readonly PairRow[];
  readonly differences: readonly DifferenceRow[];
  landed: boolean;
}

export class World {
  now: number;
  readonly log: Record<Side, LogRecord[]> = { legacy: [], candidate: [] };
  /** Wall ms at which each record was written, by offset. */
  readonly writtenAt: Record<Side, number[]> = { legacy: [], candidate: [] };
  /** Every row that was ever sent to the store, whether or not it got there. */
  readonly sent: PairRow[] = [];
  readonly #coming: PlannedEvent[];
  #next = 0;
  readonly #rows = new Map<string, PairRow>();
  readonly #differences = new Map<string, Map<number, DifferenceRow>>();
  #flying: Insert[] = [];
  generation = 0;
  /** The last committed cut, as text, per side. */
  committed: Record<Side, string> | undefined;

  constructor(events: readonly PlannedEvent[], now: number) {
    this.#coming = [...events];
    this.now = now;
  }

  /** Lets time pass and writes what falls due. */
  advance(ms: number): void {
    this.now += ms;
    for (let event = this.#coming[this.#next]; event !== undefined && event.writtenAt <= this.now; ) {
      const log = this.log[event.side];
      log.push({ ...event.record, offset: log.length });
      this.writtenAt[event.side].push(event.writtenAt);
      this.#next++;
      event = this.#coming[this.#next];
    }
  }

  get isWritten(): boolean {
    return this.#next === this.#coming.length;
  }

  insert(rows: readonly PairRow[], differences: readonly DifferenceRow[]): Insert {
    const insert = { rows, differences, landed: false };
    this.sent.push(...rows);
    this.#flying.push(insert);
    return insert;
  }

  get flying(): readonly Insert[] {
    return this.#flying;
  }

  /** The insert becomes visible; its acknowledgement may still be lost. */
  land(insert: Insert): void {
    for (const row of insert.rows) {
      const held = this.#rows.get(row.id);
      // ReplacingMergeTree: the highest version is seen; of equal ones the last written.
      if (held === undefined || row.version >= held.version) this.#rows.set(row.id, row);
    }
    for (const difference of insert.differences) {
      const key = `${difference.id} ${difference.version}`;
      const known = this.#differences.get(key) ?? new Map<number, DifferenceRow>();
      this.#differences.set(key, known.set(difference.position, difference));
    }
    insert.landed = true;
    this.#flying = this.#flying.filter((other) => other !== insert);
  }

  /** It never becomes visible: its connection went with its process. */
  lose(insert: Insert): void {
    this.#flying = this.#flying.filter((other) => other !== insert);
  }

  lookup(ids: readonly string[]): PairRow[] {
    return ids.flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** The differences at the version of this row. */
  differencesOf({ id, version }: PairRow): DifferenceRow[] {
    return [...(this.#differences.get(`${id} ${version}`)?.values() ?? [])];
  }

  recent(limit: number): PairRow[] {
    const judged = [...this.#rows.values()].filter((row) => row.state !== 'provisional');
    return judged.sort((a, b) => b.judged_at - a.judged_at).slice(0, limit);
  }

  get rows(): ReadonlyMap<string, PairRow> {
    return this.#rows;
  }
}
