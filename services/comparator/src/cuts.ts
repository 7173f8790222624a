// Cuts: a synchronous copy of all joins, committed once every row emitted before it is in the store. One at a time.
import {
  type CommitResult,
  type Consumption,
  type Join,
  type JoinCut,
  LEDGER_COLUMNS,
  type LedgerRow,
  SIDES,
  type Side,
} from '@parallax/core';
import type { CrashPoints, Telemetry } from '@parallax/platform';
import type { Checkpoints } from './checkpoint.ts';
import type { ComparatorCrashPoint } from './crash-points.ts';
import { cutCommitted, cutNotCommitted, type Standing } from './events.ts';
import type { RowWriter } from './writer.ts';

/** Room for the cuts of one generation in a number that only rises over generations. */
const CUTS_PER_GENERATION = 1_000_000;

export interface CutsAround {
  readonly checkpoints: Checkpoints;
  readonly writer: RowWriter;
  readonly telemetry: Telemetry;
  readonly crash: CrashPoints<ComparatorCrashPoint>;
  readonly topic: (output: string, side: Side) => string;
  /** Of all that must survive of a join. */
  readonly copy: (join: Join) => JoinCut;
  /** Resolves once every dead letter taken so far is in its topic. */
  readonly flushLetters: () => Promise<void>;
  readonly writeLedger: (rows: readonly LedgerRow[]) => Promise<void>;
  readonly now: () => number;
}

interface Copy {
  readonly join: Join;
  readonly state: JoinCut;
}

export class Cuts {
  readonly #around: CutsAround;
  #generation = 0;
  #number = 0;
  #last = '';
  #queue: Promise<unknown> = Promise.resolve();

  constructor(around: CutsAround) {
    this.#around = around;
  }

  assigned(generation: number): void {
    this.#generation = generation;
    this.#number = 0;
    this.#last = '';
  }

  /**
   * Copies, waits for the rows, commits, and publishes the ledger of what was committed. 'unchanged': the last cut said
   * the same. 'refused': another generation has begun. Calls queue up.
   */
  cut(joins: () => ReadonlyMap<string, Join>, consumption: Consumption): Promise<CommitResult | 'unchanged'> {
    const next = this.#queue.then(() => this.#cut(joins(), consumption));
    this.#queue = next.catch(() => undefined);
    return next;
  }

  async #cut(joins: ReadonlyMap<string, Join>, consumption: Consumption): Promise<CommitResult | 'unchanged'> {
    const { checkpoints, writer, telemetry, crash, topic, copy, now } = this.#around;
    const generation = this.#generation;
    writer.collect(joins.values());
    const copies = [...joins.values()].map((join) => ({ join, state: copy(join) }));
    const asOf = now();
    crash.reach('comparator.after-cut-copied');
    await this.#around.flushLetters();
    await writer.flush();
    const fingerprint = fingerprintOf(copies);
    if (generation !== this.#generation) return 'refused';
    if (copies.length === 0 || fingerprint === this.#last) return 'unchanged';
    const id = { generation, number: ++this.#number };
    const placed = copies.map(({ join, state }) => ({
      topics: { legacy: topic(join.config.output, 'legacy'), candidate: topic(join.config.output, 'candidate') },
      partition: join.config.partition,
      state,
    }));
    const result = await checkpoints.save(id, placed, async (offsets) =>
      generation === this.#generation ? consumption.commit(generation, offsets) : 'refused',
    );
    if (result !== 'committed') {
      telemetry.record(cutNotCommitted(result, id.number));
      return result;
    }
    telemetry.record(cutCommitted(generation, id.number, standingOf(copies)));
    const cut = generation * CUTS_PER_GENERATION + id.number;
    await this.#around.writeLedger(copies.flatMap((copy) => ledgerRows(copy, cut, asOf)));
    this.#last = fingerprint;
    crash.reach('comparator.after-ledger');
    return result;
  }
}

function standingOf(copies: readonly Copy[]): Standing {
  const standing = { judged: 0, open: 0, unread: 0 };
  for (const { join, state } of copies) {
    for (const side of SIDES) {
      standing.judged += state[side].counts.reduce((sum, events) => sum + events, 0);
      standing.open += state[side].open.size;
      standing.unread += join.evidence[side].unread;
    }
  }
  return standing;
}

/** What a person or a restart would see of a cut. An outage begins, and a loss is noticed, while nothing is read. */
function fingerprintOf(copies: readonly Copy[]): string {
  const seen = ({ position, counts, open, outage, losses }: JoinCut[Side]) => {
    return [position, counts, open.size, outage, losses];
  };
  return JSON.stringify(copies.map(({ state }) => SIDES.map((side) => seen(state[side]))));
}

function ledgerRows({ join, state }: Copy, cut: number, asOf: number): LedgerRow[] {
  const { experiment, run, output, partition } = join.config;
  return SIDES.flatMap((side) => {
    const { open, counts } = state[side];
    // The first column is `open`; the closed ones follow in the order of the counts.
    return LEDGER_COLUMNS.map((column, i) => ({
      experiment,
      run,
      output,
      partition,
      side,
      column,
      events: i === 0 ? open.size : (counts[i - 1] ?? 0),
      as_of: asOf,
      cut,
    }));
  });
}
