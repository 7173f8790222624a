// kill-matrix: the processes killed at each of their named crash points, and at random moments; how many leave no trace.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measurement.ts';

export const about =
  'crash points and moments after which rows, ledger and archive are as of one undisturbed, in percent';

/** Of the tests that kill, by what their titles begin with. */
const KILLS = /^(killed |one life ends at each crash point)/;

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export default async function killMatrix(): Promise<Measurement> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'parallax-kills-'));
  const file = join(folder, 'report.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--config', '.config/vitest.config.ts', '--reporter=json', `--outputFile=${file}`];
  try {
    const ran = spawnSync(process.execPath, [vitest, ...args, 'src/kills.e2e'], { cwd: root, encoding: 'utf8' });
    const { testResults } = read(file, ran.stderr);
    const kills = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => KILLS.test(fullName));
    const clean = kills.filter(({ status }) => status === 'passed').length;
    return { value: kills.length === 0 ? 0 : (100 * clean) / kills.length, unit: '%', runs: 1, kills: kills.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(file: string, said: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`The kill tests gave no report: ${said.slice(-500)}`, { cause });
  }
}
