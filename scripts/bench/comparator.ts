// The comparator beside what one would run instead, on the same broker, in one run: npm run bench (or node this file).
//
//   --pairs N    pairs of the backlog (300000)        --runs N     repetitions (3)
//   --open N     ids open at once (1000000; 0: none)  --only A,B   of: floor, streams, parallax, scale, identical, open
//
// Starts its own Kafka and its own ClickHouse over HTTP, fills two topics, and lets each step read them from the start.
// What the machine does besides changes seconds more than ratios: the order of steps is the same in every repetition.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openLog } from '@parallax/platform';
import { startClickHouse, startKafka } from '@parallax/platform/testing';
import { type Loaded, load } from './comparator/load.ts';
import { type Backlog, type Cost, floor, parallax, streams } from './comparator/steps.ts';
import { table } from './comparator/table.ts';
import { VOLATILE, type Workload } from './orders.ts';

export const STEPS = ['floor', 'streams', 'parallax', 'scale', 'identical', 'open'] as const;
export type Step = (typeof STEPS)[number];

export interface BenchOptions {
  readonly pairs: number;
  readonly runs: number;
  readonly open: number;
  readonly only: readonly Step[];
  readonly tell: (line: string) => void;
}

/** Every step's cost, run by run. */
export async function bench({ pairs, runs, open, only, tell }: BenchOptions): Promise<Cost[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-'));
  // The events are of a fixed day in the past.
  const kafka = await startKafka({ properties: { 'log.retention.ms': '-1' }, tell });
  const store = await startClickHouse();
  const log = await openLog(`kafka://${kafka.brokers.join(',')}`);
  const costs: Cost[] = [];
  const add = (cost: Cost) => {
    costs.push(cost);
    const { step, seconds, cpuSeconds } = cost;
    tell(`${step}: ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU`);
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
  /** A group, a checkpoint topic and tables that nobody used before. */
  const compare = async (backlog: Backlog, processes: number): Promise<Cost> => {
    const name = `bench-${Date.now()}`;
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, experiment(name, backlog));
    const database = `bench_${databases++}`;
    await fetch(store.url, {
      method: 'POST',
      body: `CREATE DATABASE ${database}`,
      headers: { 'X-ClickHouse-User': store.user, 'X-ClickHouse-Key': store.password },
    });
    const env = {
      PARALLAX_LOG: `kafka://${backlog.brokers}`,
      PARALLAX_STORE: store.store(database),
      PARALLAX_STORE_PASSWORD: store.password,
    };
    return parallax(backlog, file, env, processes);
  };
  try {
    if (wants('floor') || wants('streams') || wants('parallax') || wants('scale')) {
      const { backlog } = await fill('orders', { pairs });
      for (let run = 1; run <= runs; run++) {
        if (wants('floor')) add(await floor(backlog, 'count'));
        if (wants('floor')) add(await floor(backlog, 'parse'));
        if (wants('streams')) add(await streams(backlog, 'rocksdb', folder));
        if (wants('parallax')) add(await compare(backlog, 1));
        if (wants('scale')) for (const processes of [2, 4]) add(await compare(backlog, processes));
      }
    }
    if (wants('identical')) {
      const { backlog } = await fill('identical', { pairs, identical: true });
      for (let run = 1; run <= runs; run++) {
        const cost = await compare(backlog, 1);
        add({ ...cost, step: 'Parallax, bytes equal' });
      }
    }
    if (wants('open') && open > 0) {
      const { backlog } = await fill('open', { pairs: open, perSecond: open / 20, onlyLegacy: true });
      add({ ...(await streams(backlog, 'rocksdb', folder)), step: 'Kafka Streams, all ids open' });
      add({ ...(await compare(backlog, 1)), step: 'Parallax, all ids open' });
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
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  const machine = `${availableParallelism()} cores of ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  process.stdout.write(`${table(costs)}\n\n${new Date().toISOString().slice(0, 10)}, ${machine}\n`);
}
