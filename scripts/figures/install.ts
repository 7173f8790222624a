// install: how long a fresh clone takes to install itself, and how much it puts on the disk.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measurement.ts';

export const about = 'seconds a fresh clone takes to install itself, and megabytes on the disk';

export default async function install(): Promise<Measurement> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'parallax-install-'));
  try {
    const clone = join(folder, 'parallax');
    execFileSync('git', ['clone', '--quiet', root, clone]);
    execFileSync(process.execPath, ['scripts/prepare.mjs'], { cwd: clone, stdio: ['ignore', 'ignore', 'inherit'] });
    const record = readFileSync(join(clone, 'node_modules/.cache/install.json'), 'utf8');
    const { seconds, megabytes, packages }: { seconds: number; megabytes: number; packages: number } =
      JSON.parse(record);
    return { value: Math.round(seconds * 10) / 10, unit: 's', runs: 1, megabytes, packages };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
