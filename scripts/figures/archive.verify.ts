// archive.verify: an archive in a folder, read, unpacked, decoded and digested, as `parallax archive verify` does.
//
// Counted are the records' own bytes (Avro, unpacked): what is digested. The stored bytes, which depend on the codec, are
// beside it, and the same by CPU time, which says more on a machine that others use too.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHUNK_LIMITS, grow, isFull, objectKey } from '@parallax/core';
import {
  type ArchiveCodec,
  manifestOf,
  ObjectEncoder,
  openArchive,
  storeObject,
  verifyArchive,
} from '@parallax/platform';
import { median } from '../bench/comparator/table.ts';
import { workload } from '../bench/orders.ts';
import type { Measurement } from './measurement.ts';

export const about = 'bytes of records a second, read, unpacked, decoded and digested by archive verify';

const RUNS = 3;
const PAIRS = 250_000;
const SCOPE = { topic: 'orders', partition: 0, timestampType: 'create' } as const;

interface Written {
  readonly address: string;
  readonly records: number;
  readonly rawBytes: number;
}

export default async function archiveVerify(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-archive-verify-'));
  try {
    const deflate = await measure(await write(`file:${join(folder, 'deflate')}`, 'deflate'));
    const zstd = await measure(await write(`file:${join(folder, 'zstd')}`, 'zstd'));
    return {
      value: deflate.rate,
      unit: 'MB/s',
      runs: RUNS,
      records: deflate.records,
      storedMBPerSecond: deflate.storedRate,
      mbPerCpuSecond: deflate.cpuRate,
      zstdMBPerSecond: zstd.rate,
      zstdMBPerCpuSecond: zstd.cpuRate,
      peakRssMB: Math.round((process.resourceUsage().maxRSS * 1024) / 1e6),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure({ address, records, rawBytes }: Written) {
  const archive = openArchive(address);
  const runs: { readonly seconds: number; readonly cpuSeconds: number; readonly bytes: number }[] = [];
  for (let run = 0; run < RUNS; run++) {
    const [began, before] = [performance.now(), process.cpuUsage()];
    const problems: string[] = [];
    const found = await verifyArchive(archive, { onProblem: ({ message }) => void problems.push(message) });
    const { user, system } = process.cpuUsage(before);
    runs.push({ seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6, bytes: found.bytes });
    if (problems.length > 0 || found.records !== records) throw new Error(`not sound: ${problems.join('; ')}`);
  }
  await archive.close();
  const rate = (of: (run: (typeof runs)[number]) => number) => Math.round(median(runs.map(of)));
  return {
    records,
    rate: rate(({ seconds }) => rawBytes / 1e6 / seconds),
    storedRate: rate(({ seconds, bytes }) => bytes / 1e6 / seconds),
    cpuRate: rate(({ cpuSeconds }) => rawBytes / 1e6 / cpuSeconds),
  };
}

/** Chunks as the archiver cuts them. */
async function write(address: string, codec: ArchiveCodec): Promise<Written> {
  const archive = openArchive(address);
  let [encoder, chunk] = [new ObjectEncoder(SCOPE, { codec }), undefined as ReturnType<typeof grow> | undefined];
  let [records, rawBytes] = [0, 0];
  const store = async () => {
    if (chunk === undefined) return;
    const key = objectKey({ kind: 'full', topic: SCOPE.topic, partition: SCOPE.partition, first: chunk.first });
    const object = encoder.snapshot();
    await storeObject(archive, manifestOf(key, SCOPE.topic, SCOPE.partition, chunk.first, object), object.body);
    rawBytes += encoder.rawBytes;
    encoder = new ObjectEncoder(SCOPE, { codec });
    chunk = undefined;
  };
  for (const { legacy } of workload({ pairs: PAIRS }).blocks) {
    for (const { id, timestamp, value } of legacy) {
      const key = Buffer.from(id);
      const headers = [['correlation-id', key] as const];
      const record = { offset: records++, timestamp, key, value: Buffer.from(value), headers };
      encoder.add(record);
      chunk = grow(chunk, record);
      if (isFull(chunk, CHUNK_LIMITS)) await store();
    }
  }
  await store();
  await archive.close();
  return { address, records, rawBytes };
}
