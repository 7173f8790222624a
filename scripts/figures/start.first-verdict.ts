// start.first-verdict: from `npm start` on an empty data folder, the install already done, to the first verdict shown.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measurement.ts';

export const about = 'seconds from `npm start` to the first verdict of the demo, the install already done';

const RUNS = 3;

export default async function firstVerdict(): Promise<Measurement> {
  const seconds = Array.from({ length: RUNS }, () => once() / 1000).sort((left, right) => left - right);
  const median = seconds[Math.floor(RUNS / 2)] ?? Number.NaN;
  return { value: Math.round(median * 10) / 10, unit: 's', runs: RUNS };
}

/** Milliseconds of one run, as the demo itself writes them. */
function once(): number {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'parallax-start-'));
  const timings = join(folder, 'timings.json');
  const env = {
    ...process.env,
    PARALLAX_DEMO_FOLDER: folder,
    PARALLAX_DEMO_TIMINGS: timings,
  };
  try {
    execFileSync('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'ignore', 'inherit'] });
    const { firstVerdictMs }: { firstVerdictMs: number } = JSON.parse(readFileSync(timings, 'utf8'));
    return firstVerdictMs;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
