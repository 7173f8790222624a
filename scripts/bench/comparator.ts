// The comparator beside what one would run instead, on the same broker, in one run: npm run bench (or node this file).
//
//   --pairs N    pairs of the backlog (300000)        --runs N     repetitions (3)
//   --open N     ids open at once (1000000)           --only A,B   of: count, parse, streams, parallax, two, scale,
//                                                                 identical, open, open-streams
//
// Starts its own Kafka and its own ClickHouse over HTTP, fills two topics, and lets each step read them from the start.
// What the machine does besides changes seconds more than ratios: the order of steps is the same in every repetition.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLog, openStore } from '@parallax/platform';
import { startClickHouse, startKafka } from '@parallax/platform/testing';
import { type Loaded, load } from './comparator/load.ts';
import { type Backlog, type Cost, floor, type Key, parallax, parallaxOpen, streams } from './comparator/steps.ts';
import { median, microseconds, table } from './comparator/table.ts';
import { VOLATILE, type Workload } from './orders.ts';

export const STEPS = [
  'count',
  'parse',
  'streams',
  'parallax',
  'two',
  'scale',
  'identical',
  'open-streams',
  'open',
] as const;
export type Step = (typeof STEPS)[number];

export interface BenchOptions {
  readonly pairs: number;
  readonly runs: number;
  /** Ids open at once. */
  readonly open?: number;
  readonly only: readonly Step[];
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The costs of one step, run by run. */
export function of(costs: readonly Cost[], key: Key): Cost[] {
  return costs.filter((cost) => cost.key === key);
}

/** Median of the ratios, run by run, rounded to hundredths. */
export function ratioOf(ours: readonly Cost[], theirs: readonly Cost[], measure: (cost: Cost) => number): number {
  const ratios = ours.flatMap((cost, run) => {
    const other = theirs[run];
    return other === undefined ? [] : [measure(cost) / measure(other)];
  });
  return Math.round(median(ratios) * 100) / 100;
}

/** Every step's cost, run by run. */
export async function bench({ pairs, runs, open = 0, only }: BenchOptions): Promise<Cost[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  // The events are of a fixed day in the past; several processes join before any begins to read, as in production.
  const properties = { 'log.retention.ms': '-1', 'group.initial.rebalance.delay.ms': '1000' };
  const kafka = await startKafka({ properties, tell });
  const store = await startClickHouse();
  const log = await openLog(`kafka://${kafka.brokers.join(',')}`);
  const costs: Cost[] = [];
  const add = (cost: Cost) => {
    costs.push(cost);
    const { step, seconds, cpuSeconds, steady } = cost;
    const warm = steady === undefined ? '' : `, ${microseconds(steady).toFixed(1)} µs a pair once warm`;
    tell(`${step}: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU${warm}`);
  };
  const wants = (step: Step) => only.includes(step);
  const fill = async (name: string, workload: Workload): Promise<Loaded & { backlog: Backlog }> => {
    const topics = { legacy: `${name}-legacy`, candidate: `${name}-candidate` };
    const loaded = await load(log, topics.legacy, topics.candidate, workload);
    tell(`${name}: ${loaded.records} records of ${workload.pairs} pairs`);
    const { records } = loaded;
    return { ...loaded, backlog: { brokers: kafka.brokers.join(','), ...topics, pairs: workload.pairs, records } };
  };
  let databases = 0;
  const ask = async (sql: string): Promise<string> => {
    const headers = { 'X-ClickHouse-User': store.user, 'X-ClickHouse-Key': store.password };
    const answer = await fetch(store.url, { method: 'POST', body: sql, headers });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.text();
  };
  /** A group, a checkpoint topic and tables that nobody used before. The tables are made once, so that is not measured. */
  const fresh = async (backlog: Backlog) => {
    const name = `bench-${Date.now()}`;
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, experiment(name, backlog));
    const database = `bench_${databases++}`;
    await ask(`CREATE DATABASE ${database}`);
    const tables = await openStore(store.store(database), { storePassword: store.password });
    await tables.migrate();
    await tables.close();
    const env = {
      PARALLAX_LOG: `kafka://${backlog.brokers}`,
      PARALLAX_STORE: store.store(database),
      PARALLAX_STORE_PASSWORD: store.password,
    };
    return { file, database, env };
  };
  const openAll = async (backlog: Backlog): Promise<Cost> => {
    const { file, database, env } = await fresh(backlog);
    const opened = `SELECT sum(events) FROM ${database}.ledger WHERE side = 'legacy' AND column = 'open'`;
    const isDone = async () => Number(await ask(opened).catch(() => '0')) >= backlog.records;
    return parallaxOpen(backlog, file, env, isDone);
  };
  const compare = async (backlog: Backlog, processes: 1 | 2 | 4): Promise<Cost> => {
    const { file, database, env } = await fresh(backlog);
    const cost = await parallax(backlog, file, env, processes);
    const disk = await ask(`SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = '${database}'`);
    return { ...cost, storedBytes: Number(disk) };
  };
  try {
    if (only.some((step) => !step.startsWith('open') && step !== 'identical')) {
      const { backlog } = await fill('orders', { pairs });
      for (let run = 1; run <= runs; run++) {
        if (wants('count')) add(await floor(backlog, 'count'));
        if (wants('parse')) add(await floor(backlog, 'parse'));
        if (wants('streams')) add(await streams(backlog, 'rocksdb', folder));
        if (wants('parallax')) add(await compare(backlog, 1));
        if (wants('two')) add(await compare(backlog, 2));
        if (wants('scale')) for (const processes of [2, 4] as const) add(await compare(backlog, processes));
      }
    }
    if (wants('identical')) {
      const { backlog } = await fill('identical', { pairs, identical: true });
      for (let run = 1; run <= runs; run++) {
        add({ ...(await compare(backlog, 1)), key: 'identical', step: 'Parallax, bytes equal' });
      }
    }
    if (wants('open') || wants('open-streams')) {
      const { backlog } = await fill('open', { pairs: open, perSecond: open / 20, onlyLegacy: true });
      if (wants('open-streams')) {
        add({
          ...(await streams(backlog, 'rocksdb', folder)),
          key: 'open-streams',
          step: 'Kafka Streams, all ids open',
        });
      }
      if (wants('open')) add(await openAll(backlog));
    }
    return costs;
  } finally {
    await log.close();
    await store.stop();
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function experiment(name: string, { legacy, candidate }: Backlog): string {
  return `experiment: ${name}
correlation: [ header:correlation-id ]
legacy: { topic: ${legacy} }
candidate: { topic: ${candidate} }
rules:
  - ignore: [ ${VOLATILE.join(', ')} ]
`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '300000' },
      runs: { type: 'string', default: '3' },
      open: { type: 'string', default: '1000000' },
      only: { type: 'string', default: STEPS.join(',') },
    },
  });
  const asked = values.only.split(',');
  const costs = await bench({
    pairs: Number(values.pairs),
    runs: Number(values.runs),
    open: Number(values.open),
    only: STEPS.filter((step) => asked.includes(step)),
  });
  const machine = `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  process.stdout.write(`${table(costs)}\n\n${new Date().toISOString().slice(0, 10)}, ${machine}\n`);
}
