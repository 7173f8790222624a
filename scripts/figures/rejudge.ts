// rejudge: `parallax rejudge` on an archive of 1,000,000 pairs of orders, as a whole process, one rule changed and one added.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { objectKey, partitionOfKey, SIDES, type Side } from '@parallax/core';
import { manifestOf, ObjectEncoder, openArchive, storeObject } from '@parallax/platform';
import { type Order, VOLATILE, workload } from '../bench/orders.ts';
import type { Measurement } from './measurement.ts';

export const about = 'seconds and memory of `parallax rejudge` on an archive of 1,000,000 pairs';

const PAIRS = 1_000_000;
const PARTITIONS = 4;
const RUNS = 3;
/** Records of an object of the archive. */
const CHUNK = 50_000;
const TOPICS = { legacy: 'orders.priced', candidate: 'orders.priced.v2' } as const;

const experiment = (rules: readonly string[]): string =>
  [
    'experiment: orders',
    'correlation: key',
    ...SIDES.map((side) => `${side}: { topic: ${TOPICS[side]} }`),
    'rules:',
    ...rules.map((rule) => `  - ${rule}`),
    '',
  ].join('\n');
const CENTS = (limit: number): string => `{ name: cents, tolerance: { path: /totals/*, absolute: ${limit} } }`;
const BEFORE = [`ignore: [${VOLATILE.join(', ')}]`, CENTS(0.02)];
const CHANGED = [...BEFORE.slice(0, 1), CENTS(0.001), '{ name: city, ignore: [/customer/address/city] }'];

export default async function rejudge(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-figure-'));
  try {
    process.stderr.write(`writing an archive of ${PAIRS} pairs…\n`);
    await writeArchive(`file:${join(folder, 'archive')}`);
    writeFileSync(join(folder, 'before.yaml'), experiment(BEFORE));
    writeFileSync(join(folder, 'changed.yaml'), experiment(CHANGED));
    const runs: Run[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await once(folder));
    const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
    const seconds = median(runs.map((run) => run.seconds));
    const [{ pairs, hidden, revealed } = { pairs: 0, hidden: 0, revealed: 0 }] = runs;
    return {
      value: Math.round(seconds * 10) / 10,
      unit: 's',
      runs: RUNS,
      pairs,
      pairsPerSecond: Math.round(pairs / seconds),
      cpuSeconds: Math.round(median(runs.map((run) => run.cpuSeconds)) * 10) / 10,
      rssMegabytes: Math.round(median(runs.map(({ rssBytes }) => rssBytes)) / 1e6),
      hidden,
      revealed,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function writeArchive(address: string): Promise<void> {
  const archive = openArchive(address);
  const chunks = { legacy: chunksOf('legacy'), candidate: chunksOf('candidate') };
  for (const block of workload({ pairs: PAIRS }).blocks) {
    for (const side of SIDES) for (const order of block[side]) await chunks[side](order, archive);
  }
  for (const side of SIDES) await chunks[side](undefined, archive);
  await archive.close();
}

/** Called with each record, and at the end with none. */
function chunksOf(side: Side): (order: Order | undefined, archive: ReturnType<typeof openArchive>) => Promise<void> {
  const topic = TOPICS[side];
  const open = Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    offset: 0,
    count: 0,
    encoder: new ObjectEncoder({ topic, partition, timestampType: 'create' }),
  }));
  const store = async (chunk: (typeof open)[number], archive: ReturnType<typeof openArchive>): Promise<void> => {
    const object = chunk.encoder.snapshot();
    const { partition } = chunk;
    const key = objectKey({ kind: 'full', topic, partition, first: object.first });
    await storeObject(archive, manifestOf(key, topic, partition, object.first, object), object.body);
    chunk.encoder = new ObjectEncoder({ topic, partition, timestampType: 'create' });
    chunk.count = 0;
  };
  return async (order, archive) => {
    if (order === undefined) {
      for (const chunk of open) if (chunk.count > 0) await store(chunk, archive);
      return;
    }
    const key = Buffer.from(order.id);
    const chunk = open[partitionOfKey(key, PARTITIONS)];
    if (chunk === undefined) return;
    const { timestamp, value } = order;
    chunk.encoder.add({ offset: chunk.offset++, timestamp, key, value: Buffer.from(value), headers: [] });
    if (++chunk.count === CHUNK) await store(chunk, archive);
  };
}

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  readonly pairs: number;
  readonly hidden: number;
  readonly revealed: number;
}

/** The child itself tells its largest memory and its CPU, when it ends, on a stream of its own. */
async function once(folder: string): Promise<Run> {
  const main = fileURLToPath(new URL('../../services/cli/src/main.ts', import.meta.url));
  const tell =
    "import fs from 'node:fs';process.on('exit',()=>{const {maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();fs.writeSync(3,JSON.stringify([maxRSS,userCPUTime+systemCPUTime]))})";
  const args = [
    '--import',
    `data:text/javascript,${encodeURIComponent(tell)}`,
    ...[main, 'rejudge', 'before.yaml', 'changed.yaml', '--archive', `file:${join(folder, 'archive')}`, '--json'],
  ];
  const began = performance.now();
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  let [told, out] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stdio[3]?.on('data', (text) => {
    told += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - began) / 1000;
  const report = JSON.parse(out);
  const { pairs, moved, alone } = report;
  if (code !== 1 || pairs + alone.legacy + alone.candidate !== PAIRS || moved.revealed.pairs === 0) {
    throw new Error(`rejudge ended in ${code} with ${pairs} pairs, expected 1 with ${PAIRS} ids`);
  }
  const [kilobytes = 0, cpuUs = 0] = JSON.parse(told) as readonly number[];
  return {
    seconds,
    cpuSeconds: cpuUs / 1e6,
    rssBytes: kilobytes * 1024,
    pairs,
    hidden: moved.hidden.pairs,
    revealed: moved.revealed.pairs,
  };
}
