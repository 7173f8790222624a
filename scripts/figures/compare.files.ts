// compare.files: `parallax compare` on two files of 100,000 events each, in different orders of lines.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { roller } from '../corpus/tree.ts';
import type { Measurement } from './measurement.ts';

export const about = 'seconds and memory of `parallax compare` on two files of 100,000 events each';

const PAIRS = 100_000;
const RUNS = 3;
/** One event in so many diverges; one in three has its members in another order. */
const DIVERGING = 1000;

export default async function compareFiles(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-figure-'));
  try {
    const [legacy, candidate] = [join(folder, 'legacy.ndjson'), join(folder, 'candidate.ndjson')];
    await pipeline(lines(1, false), createWriteStream(legacy));
    await pipeline(lines(7919, true), createWriteStream(candidate));
    const runs: Run[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await once(legacy, candidate));
    const median = (values: readonly number[]): number =>
      [...values].sort((one, other) => one - other)[RUNS >> 1] ?? Number.NaN;
    return {
      value: Math.round(median(runs.map(({ seconds }) => seconds)) * 100) / 100,
      unit: 's',
      runs: RUNS,
      pairs: PAIRS,
      rssMegabytes: Math.round(median(runs.map(({ rssBytes }) => rssBytes)) / 1e6),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every event once, in steps that are coprime to their number. */
function* lines(step: number, candidate: boolean): Generator<string> {
  for (let n = 0; n < PAIRS; n++) {
    const i = (n * step) % PAIRS;
    const roll = roller(i);
    const total = Math.floor(roll() * 1e6) / 100 + (candidate && i % DIVERGING === 0 ? 1 : 0);
    const order = {
      orderNo: `A-${i}`,
      customer: { id: Math.floor(roll() * 1e6), name: 'Jürgen', email: `user${i}@example.org` },
      items: Array.from({ length: 1 + Math.floor(roll() * 4) }, (_, k) => ({
        sku: `S-${k}`,
        qty: k + 1,
        price: 19.99 + k,
      })),
      currency: 'EUR',
      total,
      note: 'some free text that is a little longer than the others',
    };
    const value = candidate && i % 3 === 0 ? Object.fromEntries(Object.entries(order).reverse()) : order;
    yield `${JSON.stringify({ id: `id-${i}`, timestamp: 1_732_320_000_000 + i, value })}\n`;
  }
}

interface Run {
  readonly seconds: number;
  readonly rssBytes: number;
}

/** The child itself tells its largest memory, when it ends, on a stream of its own. */
async function once(legacy: string, candidate: string): Promise<Run> {
  const main = fileURLToPath(new URL('../../services/cli/src/main.ts', import.meta.url));
  const tell = "import fs from 'node:fs';process.on('exit',()=>fs.writeSync(3,String(process.resourceUsage().maxRSS)))";
  const args = [
    '--import',
    `data:text/javascript,${encodeURIComponent(tell)}`,
    main,
    'compare',
    legacy,
    candidate,
    '--json',
  ];
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  let kilobytes = '';
  let diverging = 0;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    diverging += text.split('"outcome":"mismatch"').length - 1;
  });
  child.stdio[3]?.on('data', (text) => {
    kilobytes += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - began) / 1000;
  if (code !== 1 || diverging !== PAIRS / DIVERGING) {
    throw new Error(`compare ended in ${code} with ${diverging} mismatches, expected 1 with ${PAIRS / DIVERGING}`);
  }
  return { seconds, rssBytes: Number(kilobytes) * 1024 };
}
