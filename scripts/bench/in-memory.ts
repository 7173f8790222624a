// The comparator's own work on a workload that lies ready in memory, in batches as a broker gives them, without log and store.
import { Join, type LogRecord, parseExperiment, partitionOfKey, planJoins, SIDES, type Side } from '@parallax/core';
import { type Order, type Truth, VOLATILE, type Workload, workload } from './orders.ts';

const BATCH = 1000;

const checked = parseExperiment(
  `
experiment: bench
correlation: [header:correlation-id]
legacy: { outputs: { order: legacy } }
candidate: { outputs: { order: candidate } }
rules:
  - ignore: [${VOLATILE.join(', ')}]
`,
  'bench.yaml',
);
if (checked.kind !== 'ok') throw new Error(JSON.stringify(checked));
const { experiment } = checked;

interface Place {
  readonly offset: number;
  readonly timestamp: number;
  readonly idBytes: number;
}

/** Records as a client hands them out: views on a few large buffers, so that the garbage measured is the comparator's. */
class Batch {
  readonly side: Side;
  readonly partition: number;
  readonly #bytes: Buffer;
  readonly #ends: number[];
  readonly #orders: readonly Place[];

  constructor(side: Side, partition: number, first: number, orders: readonly Order[]) {
    this.side = side;
    this.partition = partition;
    this.#orders = orders.map(({ id, timestamp }, i) => ({ offset: first + i, timestamp, idBytes: id.length }));
    this.#bytes = Buffer.concat(orders.map(({ id, value }) => Buffer.from(id + value)));
    let end = 0;
    this.#ends = orders.map(({ id, value }) => {
      end += id.length + value.length;
      return end;
    });
  }

  get length(): number {
    return this.#orders.length;
  }

  *records(): Generator<LogRecord> {
    let start = 0;
    for (let i = 0; i < this.#orders.length; i++) {
      const { offset, timestamp, idBytes } = this.#orders[i] as Place;
      const end = this.#ends[i] as number;
      const key = this.#bytes.subarray(start, start + idBytes);
      const value = this.#bytes.subarray(start + idBytes, end);
      yield { offset, timestamp, key, value, headers: [['correlation-id', key]] };
      start = end;
    }
  }
}

export interface Feed {
  readonly truth: Truth;
  readonly partitions: number;
  readonly batches: readonly Batch[];
}

/** The records of a workload, as a broker would give them. */
export function feedOf(options: Workload, partitions: number): Feed {
  const { truth, blocks } = workload(options);
  const places = SIDES.map((side) => ({ side, logs: Array.from({ length: partitions }, () => [] as Order[]) }));
  for (const block of blocks) {
    for (const { side, logs } of places) {
      for (const order of block[side]) logs[partitionOfKey(Buffer.from(order.id), partitions)]?.push(order);
    }
  }
  const all: Batch[] = [];
  for (let from = 0; ; from += BATCH) {
    const some = places.flatMap(({ side, logs }) =>
      logs.map((log, partition) => new Batch(side, partition, from, log.slice(from, from + BATCH))),
    );
    if (some.every(({ length }) => length === 0)) return { truth, partitions, batches: all };
    all.push(...some);
  }
}

export interface Round {
  readonly cpuUs: number;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Correlates, joins and judges all of it, and drains the rows. */
export function round({ batches: all, partitions }: Feed): Round {
  const [output] = experiment.outputs;
  if (output === undefined) throw new Error('the experiment has no output');
  const plan = planJoins(experiment, output);
  const seen = { seen: false };
  const joins = Array.from({ length: partitions }, (_, partition) => {
    const settings = { run: 'live', partition, joins: seen, tracksConsumption: false, openBytes: 2 ** 27 };
    const begin = { position: 0, headLost: false };
    const config = plan({ ...settings, rulesVersion: 1, timestamps: { legacy: 'create', candidate: 'create' } });
    const join = new Join(config, { legacy: begin, candidate: begin }, 0);
    return join;
  });
  const ends = joins.map(() => ({ legacy: 0, candidate: 0 }));
  for (const { side, partition, length } of all) (ends[partition] as Record<Side, number>)[side] += length;
  joins.forEach((join, p) => {
    for (const side of SIDES) join.sample(side, { asked: 0, answered: 0, end: ends[p]?.[side] ?? 0 });
  });
  const outcomes: Record<string, number> = {};
  const drain = (some: readonly Join[]) => {
    for (const join of some) {
      for (const { outcome } of join.drain().pairs) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      join.acknowledged(join.emitted);
    }
  };
  const before = process.cpuUsage();
  let now = 1;
  for (const batch of all) {
    const { side, partition } = batch;
    const join = joins[partition] as Join;
    now += 5;
    for (const record of batch.records()) join.read(side, record, now);
    join.tick(now);
    const ids = join.takeLookups(10_000);
    if (ids.length > 0) join.answer(ids, [], now);
    drain([join]);
  }
  for (const join of joins) for (const side of SIDES) join.complete(side, now);
  for (const join of joins) {
    join.tick(now);
    for (let ids = join.takeLookups(10_000); ids.length > 0; ids = join.takeLookups(10_000)) join.answer(ids, [], now);
  }
  drain(joins);
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: user + system, outcomes };
}
