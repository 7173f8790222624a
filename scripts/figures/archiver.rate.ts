// archiver.rate: Kafka to an archive in a folder, every object durable, beside a consumer that only counts records.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openArchive, openLog, verifyArchive } from '@parallax/platform';
import { startKafka } from '@parallax/platform/testing';
import { load } from '../bench/comparator/load.ts';
import { floor } from '../bench/comparator/steps.ts';
import { median } from '../bench/comparator/table.ts';
import type { Measurement } from './measurement.ts';

export const about = 'records a second into the archive, stored and synced, against a consumer that only counts them';

const RUNS = 3;
const PAIRS = 200_000;
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
    const runs: { readonly ours: Said; readonly rate: number; readonly ratio: number; readonly cpuRatio: number }[] =
      [];
    for (let run = 0; run < RUNS; run++) {
      const count = await floor({ brokers, legacy, candidate, records, pairs: PAIRS }, 'count');
      const place = `file:${join(folder, String(run))}`;
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--disable-warning=TimeoutNegativeWarning',
        CHILD,
        `kafka://${brokers}`,
        place,
        legacy,
        candidate,
      ]);
      const ours: Said = JSON.parse(stdout);
      await expectAll(place, records);
      const ratio = count.seconds / ours.seconds;
      runs.push({ ours, rate: records / ours.seconds, ratio, cpuRatio: ours.cpuSeconds / count.cpuSeconds });
    }
    const of = (pick: (one: (typeof runs)[number]) => number) => median(runs.map(pick));
    return {
      value: Math.round(of(({ rate }) => rate)),
      unit: 'records/s',
      against: 'KafkaJS, counting only',
      ratio: rounded(of(({ ratio }) => ratio)),
      runs: RUNS,
      records,
      cpuMicrosPerRecord: rounded(of(({ ours }) => (ours.cpuSeconds / records) * 1e6)),
      cpuRatio: rounded(of(({ cpuRatio }) => cpuRatio)),
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
