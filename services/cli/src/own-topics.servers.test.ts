// The walk through docs/own-topics.md: every command of the page, as it stands there, in its order, on a real Kafka.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeOn } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(repository, 'docs/own-topics.md'), 'utf8');

interface Block {
  readonly commands: string;
  /** Of its last command, as the page says. */
  readonly code: number;
}

const BLOCKS: readonly Block[] = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = '']) => ({
  commands,
  code: Number(/# exit code (\d)/.exec(commands)?.[1] ?? 0),
}));

// Shown by this very Kafka's presence: the page starts one of its own in the same way.
describeOn('kafka', 'docs/own-topics.md', () => {
  let folder: string;
  let servers: ChildProcess | undefined;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-topics-'));
    for (const name of ['package.json', 'node_modules', 'schemas', 'scripts', 'services']) {
      symlinkSync(join(repository, name), join(folder, name));
    }
  });
  afterAll(async () => {
    if (servers?.pid !== undefined && servers.exitCode === null) {
      const ended = once(servers, 'close');
      // The shell, npm and the script: a terminal sends Ctrl-C to all of them, too.
      process.kill(-servers.pid, 'SIGINT');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  function start(commands: string, variables: Readonly<Record<string, string>>) {
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^(npm_|INIT_CWD$|PARALLAX_(?!TEST_)|NODE_OPTIONS$)/.test(name),
    );
    const env = { ...Object.fromEntries(kept), NO_COLOR: '1', ...variables };
    const child = spawn('sh', ['-ec', commands], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const told = { said: '' };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        told.said += text;
      });
    }
    return { child, told };
  }

  test('every command of the page does what the page says', async () => {
    const [first, ...others] = BLOCKS;
    expect(first?.commands).toContain('servers -- kafka');
    const { child, told } = start(first?.commands ?? '', {});
    servers = child;
    await vi.waitUntil(() => told.said.includes('Ctrl-C stops') || child.exitCode !== null, { timeout: 120_000 });
    const exported = [...told.said.matchAll(/^export (\w+)=(.*)$/gm)];
    const variables = Object.fromEntries(exported.map(([, name = '', value = '']) => [name, value]));
    expect(variables, told.said).toHaveProperty('PARALLAX_LOG');

    const said: string[] = [];
    for (const { commands, code } of others) {
      const run = start(commands, variables);
      const [ended] = await once(run.child, 'close');
      expect({ commands, code: ended, said: run.told.said }).toMatchObject({ code });
      said.push(run.told.said);
    }
    const all = said.join('\n');
    expect(all).toContain('Ids: header:correlation-id; 298 ids on both sides.');
    expect(all).toContain('Under them 268 of 298 sampled pairs agree.');
    expect(all).toContain('bills.yaml is sound.');
    expect(all).toContain('Nothing stands in the way');
    expect(all).toMatch(/DIVERGING {2}bills/);
    expect(all).toMatch(/30 pairs, .*mismatch[\s\S]*\/total/);
    expect(all).toMatch(/2 pairs, .*missing-candidate/);
    expect(all).toMatch(/2800[\s\S]*2520/);
  });
});
