// simulate: how many seeds a second, and how many of 10,000 fail.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measurement.ts';

export const about = 'simulated runs a second, and how many of 10,000 seeds fail';

const SEEDS = 10_000;

export default async function simulateFigure(): Promise<Measurement> {
  const script = fileURLToPath(new URL('../simulate.ts', import.meta.url));
  const began = performance.now();
  const ran = spawnSync(process.execPath, [script, '--seeds', String(SEEDS)], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - began) / 1000;
  const results = [...ran.stdout.matchAll(/^\w+: (\d+) seeds from \d+: (\d+) failed/gm)];
  if (results.length === 0) throw new Error(`The simulator printed no result: ${ran.stderr.slice(-500)}`);
  const [seeds, failed] = [1, 2].map((group) => results.reduce((sum, found) => sum + Number(found[group]), 0));
  return { value: Math.round((seeds ?? 0) / seconds), unit: 'seeds/s', runs: 1, seeds, failed };
}
