// A process under test: what it said, how it ended, and how to end it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface ProcessUnderTest {
  readonly child: ChildProcess;
  /** So far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<Ended>;
}

/** Runs a TypeScript file. Compiled code is shared between processes: half of what a short life costs is compiling. */
export function startProcess(main: string, args: readonly string[], env: NodeJS.ProcessEnv): ProcessUnderTest {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { ...env, NODE_COMPILE_CACHE: join(tmpdir(), 'parallax-compile-cache') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, out, err }));
  return { child, out: () => out, err: () => err, ended };
}

/** Runs it to its end. */
export function runProcess(...start: Parameters<typeof startProcess>): Promise<Ended> {
  return startProcess(...start).ended;
}
