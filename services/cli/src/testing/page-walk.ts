// Walks through a page of docs/: every command as it stands there, in its order, in a folder like the repository's root.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '@parallax/platform';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));

export interface Walked {
  readonly commands: string;
  /** As the page says, of the last command of the block. */
  readonly expected: number;
  readonly code: number;
  /** On both streams. */
  readonly said: string;
}

/** Goes on to the page's end, whatever the codes are. `environment`: of this process. */
export async function walkPage(name: string, environment: Environment): Promise<readonly Walked[]> {
  const page = readFileSync(join(repository, 'docs', name), 'utf8');
  const folder = mkdtempSync(join(tmpdir(), 'parallax-page-'));
  try {
    for (const part of ['package.json', 'node_modules', 'schemas', 'scripts', 'services']) {
      symlinkSync(join(repository, part), join(folder, part));
    }
    const walked: Walked[] = [];
    for (const [, commands = ''] of page.matchAll(/^```sh\n(.*?)^```$/gms)) {
      const expected = Number(/# exit code (\d)/.exec(commands)?.[1] ?? 0);
      walked.push({ commands, expected, ...(await run(commands, folder, environment)) });
    }
    return walked;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(
  commands: string,
  folder: string,
  environment: Environment,
): Promise<{ readonly code: number; readonly said: string }> {
  const kept = Object.entries(environment).filter(([name]) => !/^(npm_|INIT_CWD$|PARALLAX_|NODE_OPTIONS$)/.test(name));
  const env = { ...Object.fromEntries(kept), NO_COLOR: '1' };
  const child = spawn('sh', ['-ec', commands], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const [code] = await once(child, 'close');
  return { code, said };
}
