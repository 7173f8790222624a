// check: `parallax check` on an experiment file of 1,000 rules of six kinds, the whole process.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measurement } from './measurement.ts';

export const about = 'seconds and CPU seconds of `parallax check` on a file of 1,000 rules';

const RULES = 1_000;
const RUNS = 5;

export default async function check(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-figure-'));
  try {
    const file = join(folder, 'experiment.yaml');
    writeFileSync(file, experiment());
    // The first start of a checkout compiles its sources, and keeps what it compiled.
    const cache = join(folder, 'compiled');
    const first = await once(file, cache);
    const runs: Run[] = [];
    for (let run = 0; run < RUNS; run++) runs.push(await once(file, cache));
    return {
      value: median(runs.map(({ seconds }) => seconds)),
      unit: 's',
      runs: RUNS,
      rules: RULES,
      cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
      firstStartCpuSeconds: median([first.cpuSeconds]),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(values: readonly number[]): number {
  const middle = [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
  return Math.round(middle * 100) / 100;
}

function experiment(): string {
  const rules = Array.from({ length: RULES }, (_, i) => {
    switch (i % 10) {
      case 0:
      case 1:
      case 2:
        return `ignore: /part${i}/updatedAt`;
      case 3:
      case 4:
      case 5:
        return `tolerance: { path: /part${i}/items/*/price, absolute: 0.0${(i % 9) + 1} }`;
      case 6:
        return `unordered: { path: /part${i}/list, key: /id }`;
      case 7:
        return `text: { path: /part${i}/id, matching: '[0-9a-f]{8}-${i}' }`;
      case 8:
        return `nullish: { path: "/**/n${i}", same: [ null, missing ] }`;
      default:
        return `time: { path: /part${i}/at, within: 2s }`;
    }
  });
  const sides = 'legacy: { topic: orders.priced }\ncandidate: { topic: orders.priced.v2 }\n';
  return `experiment: many-rules\n${sides}rules:\n${rules.map((rule) => `  - ${rule}\n`).join('')}`;
}

interface Run {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** The child itself tells its CPU, when it ends, on a stream of its own. */
async function once(file: string, cache: string): Promise<Run> {
  const main = fileURLToPath(new URL('../../services/cli/src/main.ts', import.meta.url));
  const tell =
    "import fs from 'node:fs';process.on('exit',()=>{const{user,system}=process.cpuUsage();fs.writeSync(3,String(user+system))})";
  const args = ['--import', `data:text/javascript,${encodeURIComponent(tell)}`, main, 'check', file];
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  });
  let microseconds = '';
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdio[3]?.on('data', (text) => {
    microseconds += text;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0 || !said.includes('is sound')) throw new Error(`check ended in ${code}: ${said}`);
  return { seconds, cpuSeconds: Number(microseconds) / 1e6 };
}
