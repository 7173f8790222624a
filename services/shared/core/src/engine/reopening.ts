// Opening closed pairs again: when an event comes for one, or when the store knows more of an id than we do.
import type { Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { PairRow } from '../rows.ts';
import type { Closing } from './closing.ts';
import type { JoinConfig } from './config.ts';
import type { Deciding } from './deciding.ts';
import type { SideEvidence } from './evidence.ts';
import { HOT_ID } from './hot-ids.ts';
import type { OpenPairs } from './open-pairs.ts';
import { isCounted, lastTime, newPair, type Pair, reopened, sortByOffset, type Tombstone } from './pair.ts';
import { scatteredId, splitId } from './split-id.ts';

export class Reopening {
  /** Ids found again in the store beyond their window: reuse that the tombstones no longer remember. */
  reused = 0;
  readonly #config: JoinConfig;
  readonly #evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #pairs: OpenPairs;
  readonly #closing: Closing;
  readonly #deciding: Deciding;

  constructor(
    config: JoinConfig,
    evidence: Readonly<Record<Side, SideEvidence>>,
    pairs: OpenPairs,
    closing: Closing,
    deciding: Deciding,
  ) {
    this.#config = config;
    this.#evidence = evidence;
    this.#pairs = pairs;
    this.#closing = closing;
    this.#deciding = deciding;
  }

  /** Remembers pairs closed by an earlier process, oldest first. */
  recall(rows: readonly PairRow[]): void {
    for (const row of rows) {
      if (row.state === 'provisional') continue;
      const tombstone = this.#adopt(row);
      // A row ahead of the accounts is judged again once its open events have been read again.
      if (isCounted(tombstone)) this.#closing.keepCounted(tombstone);
      else this.reopen(tombstone);
    }
  }

  /** What the store knows of these ids. A provisional row tells nothing: all its events are open, so they are read anyway. */
  answer(ids: readonly string[], rows: readonly PairRow[], now: number): void {
    const known = new Map(rows.map((row) => [row.id, row]));
    for (const id of ids) {
      const pair = this.#pairs.find(id);
      if (pair === undefined || pair.stage !== 'asking') continue;
      pair.asked = true;
      pair.stage = 'waiting';
      const row = known.get(id);
      if (row === undefined || row.state === 'provisional') this.#deciding.decide(pair, now);
      else this.#unite(pair, this.#adopt(row), now);
    }
  }

  reopen(tombstone: Tombstone): Pair {
    const pair = newPair(tombstone.id);
    pair.base = tombstone;
    pair.hot = tombstone.reason === HOT_ID;
    for (const side of SIDES) pair[side].push(...reopened(tombstone, side, this.#evidence[side].cursor));
    this.#pairs.put(pair);
    return pair;
  }

  #adopt(row: PairRow): Tombstone {
    const { partition } = this.#config;
    const { legacy_partition: before } = row;
    if (before !== null && before !== partition && before === row.candidate_partition) {
      throw scatteredId(this.#config, row.id, before);
    }
    if ((row.legacy_partition ?? partition) !== partition || (row.candidate_partition ?? partition) !== partition) {
      throw splitId(this.#config, row.id, {
        legacy: row.legacy_partition ?? partition,
        candidate: row.candidate_partition ?? partition,
      });
    }
    return this.#closing.adopt(row, (side) => this.#evidence[side].cursor);
  }

  /** The store holds a row of this id: its events and the pair's are one pair. */
  #unite(pair: Pair, tombstone: Tombstone, now: number): void {
    const isReuse =
      pair.legacy.length > 0 &&
      pair.candidate.length > 0 &&
      SIDES.every((side) => pair[side].every((event) => event.timestamp - lastTime(tombstone) > this.#config.lateMs));
    // Each of its events ends as `late` below, as it would have if the pair were still remembered.
    if (isReuse) this.reused++;
    this.#pairs.drop(pair);
    const union = this.reopen(tombstone);
    union.hot ||= pair.hot;
    let joined = false;
    for (const side of SIDES) {
      for (const event of pair[side]) {
        const stored = union[side].find(({ offset }) => offset === event.offset);
        if (stored !== undefined) {
          this.#pairs.meet(union, side, stored, event);
        } else if (this.#closing.meet(tombstone, side, event, union[side])) {
          joined = true;
          this.#pairs.add(union, side, { ...event, agrees: undefined });
        }
      }
    }
    if (!joined && isCounted(tombstone)) {
      this.#pairs.drop(union);
      this.#closing.keepCounted(tombstone);
      return;
    }
    sortByOffset(union);
    const [legacy] = union.legacy;
    const [candidate] = union.candidate;
    if (legacy !== undefined && candidate !== undefined) this.#deciding.matched(legacy, candidate, now);
    this.#deciding.decide(union, now);
  }
}
