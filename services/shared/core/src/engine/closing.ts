// Closing pairs: the row, the ledger's entries, the tombstone; and opening what a later event finds closed.
import { type Outcome, SIDES, type Side } from '../outcome.ts';
import type { DifferenceRow, PairRow } from '../rows.ts';
import type { Accounts } from './accounts.ts';
import type { AgreedPairs } from './agreed-pairs.ts';
import type { JoinConfig } from './config.ts';
import { HOT_ID } from './hot-ids.ts';
import { isUnproven, type Judgement, NOTHING } from './judgement.ts';
import type { ClosedEvent, Pair, PairEvent, Tombstone } from './pair.ts';
import { lastTime, tombstoneOf } from './pair.ts';
import { agreedRow, differenceRows, pairRow } from './pair-row.ts';
import { Tombstones } from './tombstones.ts';
import { PlainVersions } from './version.ts';

/** An event as far as telling repeats goes. */
export type KnownEvent = Pick<PairEvent, 'offset' | 'digest'>;

/** Outcomes whose differences are kept: what agrees under the rules has none worth keeping. */
const DIFFERING: ReadonlySet<Outcome> = new Set<Outcome>(['mismatch', 'known', 'improved']);

export class Closing {
  readonly #config: JoinConfig;
  readonly #accounts: Accounts;
  readonly #tombstones: Tombstones;
  readonly #versions: PlainVersions;
  #pairs: PairRow[] = [];
  #differences: DifferenceRow[] = [];
  #emitted = 0;
  #acknowledged = 0;

  constructor(config: JoinConfig, accounts: Accounts) {
    this.#config = config;
    this.#accounts = accounts;
    this.#tombstones = new Tombstones(config.tombstones);
    this.#versions = new PlainVersions(config.pick, config.rulesVersion);
  }

  /** Rows emitted so far: what a cut copied now waits for. */
  get emitted(): number {
    return this.#emitted;
  }

  /** `hash`: spread of the id, where it is at hand. */
  find(id: string, hash?: number): Tombstone | undefined {
    return this.#tombstones.find(id, hash);
  }

  forget(id: string): void {
    this.#tombstones.forget(id);
  }

  keep(tombstone: Tombstone): void {
    this.#tombstones.keep(tombstone, this.#acknowledged);
  }

  /**
   * Keeps what a stored row says of events that are all counted, and counts them as it says: where it was judged by another
   * process, came after we had looked, and outranks ours. So a judged row does of what was given up, and a lone one that
   * was given up of what was called missing.
   */
  keepCounted(tombstone: Tombstone): void {
    const { outcome, reason } = tombstone;
    if (outcome !== 'inconclusive') this.#recount(tombstone, 'inconclusive');
    else if (isUnproven(reason) && tombstone.candidate.length === 0) this.#recount(tombstone, 'missing-candidate');
    else if (isUnproven(reason) && tombstone.legacy.length === 0) this.#recount(tombstone, 'missing-legacy');
    this.keep(tombstone);
  }

  /** Moves those events of a row to where it says that stand under `from`. */
  #recount(tombstone: Tombstone, from: Outcome): void {
    const { outcome } = tombstone;
    for (const side of SIDES) {
      const { givenUp, ledger } = this.#accounts[side];
      const events = tombstone[side];
      events.forEach(({ offset }, i) => {
        // What stands as undecided is remembered; a lone event that is counted and does not was missed.
        if (givenUp.has(offset) !== (from === 'inconclusive') || this.#accounts.isLost(side, offset)) return;
        ledger.add(this.#accounts.columnOf(from, i, events.length), -1);
        this.#accounts.end(side, offset, this.#accounts.columnOf(outcome, i, events.length));
        if (outcome === 'inconclusive') givenUp.add(offset);
      });
    }
  }

  /** Takes over what a stored row says of a pair. `cursor(side)`: the next offset this process reads. */
  adopt(row: PairRow, cursor: (side: Side) => number): Tombstone {
    return tombstoneOf(row, (side, offset) => this.#accounts.isCounted(side, offset, cursor(side)));
  }

  /**
   * What a closed pair means for one more event of its id, not its own; true when the event joins it. `known` are the
   * side's events so far, the tombstone's included.
   */
  meet(tombstone: Tombstone, side: Side, event: PairEvent, known: readonly KnownEvent[]): boolean {
    const { offset } = event;
    if (this.repeats(known, event)) {
      this.#accounts.end(side, offset, 'duplicate');
      return false;
    }
    if (event.timestamp - lastTime(tombstone) > this.#config.lateMs) {
      this.#accounts.end(side, offset, 'late');
      return false;
    }
    if (tombstone.reason === HOT_ID) {
      this.#accounts.end(side, offset, 'undecided');
      return false;
    }
    return true;
  }

  /**
   * A repeat has the same bytes as that side's event of the id just before it; where order does not count, as any. One that
   * is read again after later ones, in a retry, repeats the event just behind it: that one has been counted.
   */
  repeats(known: readonly KnownEvent[], event: KnownEvent): boolean {
    if (this.#config.pick === 'set') return known.some(({ digest }) => digest === event.digest);
    if (known.findLast(({ offset }) => offset < event.offset)?.digest === event.digest) return true;
    return known.find(({ offset }) => offset > event.offset)?.digest === event.digest;
  }

  /** A row that shows how things stand; the pair stays open. */
  show(pair: Pair, judgement: Judgement, now: number): void {
    this.#push(pairRow(pair, judgement, 'provisional', '', now, this.#config), judgement);
  }

  /** Judges the pair for good, or until a later event. `standing`: the outcome its counted events have so far. */
  close(pair: Pair, judgement: Judgement, standing: Outcome | '', now: number): void {
    const { base } = pair;
    const state = base !== undefined && (standing !== '' || hasMore(pair, base)) ? 'revised' : 'final';
    const row = pairRow(pair, judgement, state, standing, now, this.#config);
    this.#push(row, judgement);
    if (base !== undefined && standing !== '') this.#accounts.uncount(base, standing);
    this.keep({
      id: pair.id,
      type: row.type,
      outcome: judgement.outcome,
      reason: judgement.reason,
      was: standing,
      legacy: this.#end('legacy', pair.legacy, judgement),
      candidate: this.#end('candidate', pair.candidate, judgement),
      legacyTime: row.legacy_time,
      candidateTime: row.candidate_time,
      emitted: this.#emitted,
    });
  }

  /** Judges one that agreed, as {@link close} would its pair. */
  closeAgreed(agreed: AgreedPairs, entry: number, now: number): void {
    const row = agreedRow(agreed, entry, now, this.#config, this.#versions);
    this.#emitted++;
    this.#pairs.push(row);
    const { legacy, candidate } = agreed;
    const [legacyOffset, candidateOffset] = [legacy.offset(entry), candidate.offset(entry)];
    const column = this.#accounts.columnOf(row.outcome, 0, 1);
    this.#accounts.end('legacy', legacyOffset, column);
    this.#accounts.end('candidate', candidateOffset, column);
    const kept = this.#tombstones;
    const at = kept.keepAgreed(row.id, agreed.hashOf(entry), row.type, row.outcome, this.#emitted, this.#acknowledged);
    kept.legacy.put(at, legacyOffset, legacy.timestamp(entry));
    kept.legacy.digests.take(at, legacy.digests, entry);
    kept.candidate.put(at, candidateOffset, candidate.timestamp(entry));
    kept.candidate.digests.take(at, candidate.digests, entry);
  }

  /**
   * Events of a row that another process judged with all of them before it, and that cannot be judged again: they end as
   * the row says, which stays as it is.
   */
  endAs(pair: Pair, base: Tombstone, standing: Outcome | ''): void {
    const judgement = { outcome: base.outcome, reason: base.reason, differences: NOTHING, signature: '' };
    if (standing !== '') this.#accounts.uncount(base, standing);
    const legacy = this.#end('legacy', pair.legacy, judgement);
    const candidate = this.#end('candidate', pair.candidate, judgement);
    this.keep({ ...base, legacy, candidate, emitted: this.#emitted });
  }

  drain(): { pairs: PairRow[]; differences: DifferenceRow[] } {
    const drained = { pairs: this.#pairs, differences: this.#differences };
    this.#pairs = [];
    this.#differences = [];
    return drained;
  }

  acknowledged(upTo: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, upTo);
  }

  #push(row: PairRow, judgement: Judgement): void {
    this.#emitted++;
    this.#pairs.push(row);
    if (DIFFERING.has(judgement.outcome)) this.#differences.push(...differenceRows(row, judgement));
  }

  #end(side: Side, events: readonly PairEvent[], { outcome, reason }: Judgement): ClosedEvent[] {
    return events.map(({ offset, digest }, i) => {
      this.#accounts.end(side, offset, this.#accounts.columnOf(outcome, i, events.length));
      if (isUnproven(reason)) this.#accounts[side].givenUp.add(offset);
      return { offset, digest, counted: true };
    });
  }
}

/** A row found ahead of the accounts, whose very events are judged again, is not revised: this has more. */
function hasMore({ legacy, candidate }: Pair, base: Tombstone): boolean {
  return legacy.length > base.legacy.length || candidate.length > base.candidate.length;
}
