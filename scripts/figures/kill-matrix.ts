// kill-matrix: the processes killed at each of their named crash points, and at random moments, on the built-in parts and on
// a real Kafka, S3 and ClickHouse over HTTP; how many leave no trace.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measurement.ts';

export const about =
  'crash points and moments after which rows, ledger and archive are as of one undisturbed, in percent';

/** Of the tests that kill, by their titles. */
const KILLS = /\bkilled (at|twice|whenever) |^one life ends at each crash point/;
const FILES = ['src/kills.e2e', 'src/kills.servers', 'deadletters.e2e', 'deadletters.servers'];

interface Report {
  readonly testResults: readonly {
    readonly name: string;
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
    // A server that cannot be had is a kill that left no proof, not one to leave out.
    const env = { ...process.env, REQUIRE_SERVERS: '1' };
    const ran = spawnSync(process.execPath, [vitest, ...args, ...FILES], { cwd: root, encoding: 'utf8', env });
    const { testResults } = read(file, ran.stderr);
    const kills = testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ fullName }) => KILLS.test(fullName) || fullName.includes('whatever kills it'))
        .map(({ status }) => ({ isReal: name.endsWith('.servers.test.ts'), isClean: status === 'passed' })),
    );
    const clean = kills.filter(({ isClean }) => isClean).length;
    const onServers = kills.filter(({ isReal }) => isReal).length;
    const value = kills.length === 0 ? 0 : (100 * clean) / kills.length;
    return { value, unit: '%', runs: 1, kills: kills.length, 'on real servers': onServers };
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
