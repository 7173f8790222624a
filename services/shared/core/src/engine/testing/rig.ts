// A join under test: short texts instead of records, one clock, and everything it hands out kept.
import { planWith } from '../../compare/testing/plans.ts';
import { compileCorrelation } from '../../envelope/correlate.ts';
import { DEFAULT_CORRELATION } from '../../envelope/source.ts';
import { SIDES, type Side } from '../../outcome.ts';
import type { LogRecord } from '../../ports/log.ts';
import type { DifferenceRow, OutageRow, PairRow } from '../../rows.ts';
import type { JoinConfig, JoinCut } from '../config.ts';
import { Join, type JoinStart } from '../join.ts';

export const START = 1_700_000_000_000;
const encoder = new TextEncoder();

export interface Written {
  readonly id?: string | null;
  readonly value?: string | null;
  readonly at?: number;
  readonly type?: string;
  readonly headers?: LogRecord['headers'];
}

export function configWith(more: Partial<JoinConfig> = {}): JoinConfig {
  const correlate = compileCorrelation(DEFAULT_CORRELATION);
  const { pick = 'sequence', counts = 'compare' } = more;
  return {
    experiment: 'tested',
    run: 'live',
    output: 'default',
    partition: 0,
    plan: planWith([{ kind: 'ignore', name: 'volatile', paths: ['/seen'] }], { pick, counts }),
    bytesDecide: true,
    compareKey: false,
    compareHeaders: [],
    pick,
    counts,
    settleMs: 100,
    deadlineMs: 1000,
    lateMs: 60_000,
    outageMs: 500,
    maxOutageMs: 100_000,
    rulesVersion: 1,
    openBytes: 1 << 26,
    tombstones: 1000,
    lookupEvery: 64,
    tracksConsumption: false,
    sharesTime: true,
    timestamps: { legacy: 'create', candidate: 'create' },
    joins: { seen: true },
    correlate: (_, record) => correlate(record),
    typeOf: (_, record) => new TextDecoder().decode(record.headers.find(([name]) => name === 'type')?.[1] ?? undefined),
    ...more,
  };
}

export const FRESH: JoinStart = {
  legacy: { position: 0, headLost: false },
  candidate: { position: 0, headLost: false },
};

/** Two logs, a store that keeps the highest version, and one join that reads them. Time is ms since {@link START}. */
export class Rig {
  readonly log: Record<Side, LogRecord[]> = { legacy: [], candidate: [] };
  readonly rows = new Map<string, PairRow>();
  readonly written: PairRow[] = [];
  readonly differences: DifferenceRow[] = [];
  readonly outages: OutageRow[] = [];
  readonly config: JoinConfig;
  join: Join;
  now = 0;

  constructor(more: Partial<JoinConfig> = {}, start: JoinStart = FRESH) {
    this.config = configWith(more);
    this.join = new Join(this.config, start, START);
  }

  /** Appends without reading; the record's timestamp is now unless said otherwise. */
  append(
    side: Side,
    id: string | null,
    value: string | null = '{"n":1}',
    { at = this.now, type, headers }: Written = {},
  ): this {
    const log = this.log[side];
    const given: LogRecord['headers'] = [
      ...(id === null ? [] : [['correlation-id', encoder.encode(id)] as const]),
      ...(type === undefined ? [] : [['type', encoder.encode(type)] as const]),
      ...(headers ?? []),
    ];
    log.push({
      offset: log.length,
      timestamp: START + at,
      key: null,
      value: value === null ? null : encoder.encode(value),
      headers: given,
    });
    return this;
  }

  /** Reads what is unread of these sides, from where the join stands. */
  read(...sides: readonly Side[]): this {
    for (const side of sides.length === 0 ? SIDES : sides) {
      for (const record of this.log[side].slice(this.join.evidence[side].cursor)) {
        this.join.read(side, record, START + this.now);
      }
    }
    return this;
  }

  write(side: Side, id: string | null, value?: string | null, written?: Written): this {
    return this.append(side, id, value, written).read(side);
  }

  pass(ms: number): this {
    this.now += ms;
    return this;
  }

  /** Asks for both ends now, and works off what is due. */
  prove(...sides: readonly Side[]): this {
    const now = START + this.now;
    for (const side of sides.length === 0 ? SIDES : sides) {
      this.join.sample(side, { asked: now, answered: now, end: this.log[side].length });
    }
    return this.tick();
  }

  tick(): this {
    const now = START + this.now;
    this.join.tick(now);
    for (let ids = this.join.takeLookups(1000); ids.length > 0; ids = this.join.takeLookups(1000)) {
      this.drain();
      this.join.answer(
        ids,
        ids.flatMap((id) => this.rows.get(id) ?? []),
        now,
      );
    }
    for (const fetch of this.join.takeFetches()) this.join.supply(fetch, this.log[fetch.side][fetch.offset], now);
    return this.drain();
  }

  /** Rows go to the store, and are acknowledged. */
  drain(): this {
    const { pairs, differences, outages } = this.join.drain();
    for (const row of pairs) this.land(row);
    this.written.push(...pairs);
    this.differences.push(...differences);
    this.outages.push(...outages);
    this.join.acknowledged(this.join.emitted);
    return this;
  }

  land(row: PairRow): void {
    const held = this.rows.get(row.id);
    if (held === undefined || row.version >= held.version) this.rows.set(row.id, row);
  }

  /** A new process goes on from this cut. */
  restart(cut: JoinCut = this.join.cut(), recalled = [...this.rows.values()]): this {
    this.join = new Join(this.config, cut, START + this.now);
    this.join.recall(recalled);
    return this;
  }

  /** What the store shows of an id, shortly: `outcome`, or `outcome (reason)`, `?` before it when provisional. */
  shown(id: string): string {
    const row = this.rows.get(id);
    if (row === undefined) return 'no row';
    return `${row.state === 'provisional' ? '? ' : ''}${row.outcome}${row.reason === '' ? '' : ` (${row.reason})`}`;
  }

  /** The columns that are not zero. */
  ledger(side: Side): Record<string, number> {
    return Object.fromEntries(Object.entries(this.join.columns(side)).filter(([, events]) => events !== 0));
  }

  /** The same once everything has been judged: time passes until nothing is open. */
  settle(): this {
    for (let round = 0; round < 20; round++) {
      this.pass(this.config.deadlineMs).read().prove();
      this.join.consumed(START + this.now, START + this.now);
    }
    return this;
  }
}
