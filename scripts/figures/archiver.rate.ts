// archiver.rate: Kafka to an archive in a folder, every object durable, beside a consumer that only counts records.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type ArchiveCodec, openArchive, openLog, verifyArchive } from '@parallax/platform';
import { startKafka } from '@parallax/platform/testing';
import { load } from '../bench/comparator/load.ts';
import { type Cost, floor } from '../bench/comparator/steps.ts';
import { median } from '../bench/comparator/table.ts';
import type { Measurement } from './measurement.ts';

export const about = 'records a second into the archive, stored and synced, against a consumer that only counts them';

const RUNS = 3;
const PAIRS = 200_000;
const QUIET = '--disable-warning=TimeoutNegativeWarning';
const CHILD = fileURLToPath(new URL('../bench/archiver/archive-topics.ts', import.meta.url));

interface Said {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  readonly bytes: number;
}

export default async function archiverRate(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-archiver-rate-'));
  const kafka = await startKafka({
    properties: { 'log.retention.ms': '-1', 'group.initial.rebalance.delay.ms': '0' },
    tell: (line) => process.stderr.write(`${line}\n`),
  });
  const brokers = kafka.brokers.join(',');
  const log = await openLog(`kafka://${brokers}`);
  const [legacy, candidate] = ['rate-legacy', 'rate-candidate'];
  try {
    const { records } = await load(log, legacy, candidate, { pairs: PAIRS });
    const runs: { readonly count: Cost; readonly ours: Said; readonly zstd: Said }[] = [];
    for (let run = 0; run < RUNS; run++) {
      const count = await floor({ brokers, legacy, candidate, records, pairs: PAIRS }, 'count');
      const archived = async (codec: ArchiveCodec): Promise<Said> => {
        const place = `file:${join(folder, `${codec}-${run}`)}`;
        const args = [CHILD, `kafka://${brokers}`, place, legacy, candidate, codec];
        const { stdout } = await promisify(execFile)(process.execPath, [QUIET, ...args]);
        await expectAll(place, records);
        return JSON.parse(stdout);
      };
      runs.push({ count, ours: await archived('deflate'), zstd: await archived('zstd') });
    }
    const of = (pick: (one: (typeof runs)[number]) => number) => median(runs.map(pick));
    return {
      value: Math.round(of(({ ours }) => records / ours.seconds)),
      unit: 'records/s',
      against: 'KafkaJS, counting only',
      ratio: rounded(of(({ count, ours }) => count.seconds / ours.seconds)),
      runs: RUNS,
      records,
      cpuMicrosPerRecord: rounded(of(({ ours }) => (ours.cpuSeconds / records) * 1e6)),
      cpuRatio: rounded(of(({ count, ours }) => ours.cpuSeconds / count.cpuSeconds)),
      zstdPerSecond: Math.round(of(({ zstd }) => records / zstd.seconds)),
      zstdRatio: rounded(of(({ count, zstd }) => count.seconds / zstd.seconds)),
      zstdCpuMicrosPerRecord: rounded(of(({ zstd }) => (zstd.cpuSeconds / records) * 1e6)),
      storedBytesPerRecord: Math.round(of(({ ours }) => ours.bytes / records)),
      peakRssMB: Math.round(of(({ ours }) => ours.peakRssBytes / 1e6)),
    };
  } finally {
    await log.close();
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A rate at which records are lost is none. */
async function expectAll(place: string, records: number): Promise<void> {
  const archive = openArchive(place);
  const problems: string[] = [];
  const found = await verifyArchive(archive, { onProblem: ({ message }) => void problems.push(message) });
  await archive.close();
  if (problems.length > 0 || found.records !== records) {
    throw new Error(`the archive has ${found.records} of ${records} records; ${problems.join('; ')}`);
  }
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
