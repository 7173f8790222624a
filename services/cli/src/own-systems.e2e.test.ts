// The walk through docs/own-systems.md: every command of the page, as it stands there, in its order.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(repository, 'docs/own-systems.md'), 'utf8');
/** A folder that looks like the repository's root, for the files and data the page makes. */
const folder = mkdtempSync(join(tmpdir(), 'parallax-own-'));

beforeAll(() => {
  for (const name of ['package.json', 'node_modules', 'schemas', 'scripts', 'services']) {
    symlinkSync(join(repository, name), join(folder, name));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Block {
  readonly commands: string;
  /** Of its last command, as the page says. */
  readonly code: number;
}

function blocksOf(text: string): readonly Block[] {
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = '']) => ({
    commands,
    code: Number(/# exit code (\d)/.exec(commands)?.[1] ?? 0),
  }));
}

async function run(commands: string): Promise<{ readonly code: number; readonly said: string }> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|PARALLAX_|NODE_OPTIONS$)/.test(name));
  const env = { ...Object.fromEntries(kept), NO_COLOR: '1' };
  const child = spawn('sh', ['-ec', commands], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  return { code, said };
}

test('every command of the page does what the page says', async () => {
  const said: string[] = [];
  for (const { commands, code } of blocksOf(page)) {
    const ended = await run(commands);
    expect({ commands, ...ended }).toMatchObject({ code });
    said.push(ended.said);
  }
  const all = said.join('\n');
  expect(all).toContain('200 inputs read; 200 outputs written to orders.priced.v2.');
  expect(all).toMatch(/1\. 50 pairs, 25 % of the judged: mismatch[\s\S]*\/total/);
  expect(all).toMatch(/legacy 45000 +candidate 40500/);
  expect(all).toMatch(/PARITY {2}orders, run build-b/);
  expect(all).toMatch(/fixed +50 /);
  expect(all).toMatch(/remaining +0 /);
  expect(all).toMatch(/new +0 /);
});
