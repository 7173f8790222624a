// Starts the engine process of a directory and waits for its report.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '@parallax/core';
import type { Endpoint } from './endpoint.ts';
import { type EngineReport, RELEASE } from './engine/protocol.ts';
import { isOutOfRoom } from './failures.ts';

const MAIN = fileURLToPath(new URL('./engine/main.ts', import.meta.url));
const LOG = 'engine.log';
const RELEASE_MS = 5_000;

/** The engine's jemalloc gives memory back soon: measured 60 MB less resident after 200,000 rows, at the same speed. */
const ALLOCATOR = 'narenas:2,dirty_decay_ms:500,muzzy_decay_ms:0';

export interface StartedEngine {
  readonly kind: 'ready';
  readonly endpoint: Endpoint;
  /** Tells the engine that this process needs it no more and waits for its end, unless others still use it. */
  release(): Promise<void>;
}

/** 'locked': another engine has the directory. @throws Fault that says why it cannot start */
export async function startEngine(directory: string, address: string): Promise<StartedEngine | { kind: 'locked' }> {
  const log = openLog(directory, address);
  // Its own session: Ctrl-C at the terminal is for us, who still have rows to write. Its own small environment: no
  // secret of ours, no NODE_OPTIONS. Its output goes to a file: the engine's library writes what it likes.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, directory], {
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
    cwd: directory,
    env: { TZ: 'UTC', UV_THREADPOOL_SIZE: '8', JE_MALLOC_CONF: ALLOCATOR },
  });
  closeSync(log);
  const exited = once(child, 'exit').catch((error: unknown) => [error]);
  const report = await Promise.race([
    once(child, 'message').then(([message]) => message as EngineReport),
    exited.then(([how]): EngineReport => {
      const message = how instanceof Error ? how.message : `it ended with ${how ?? 'a signal'} before it was ready`;
      return { kind: 'failed', code: 'failed', message };
    }),
  ]);
  if (report.kind !== 'ready') {
    await exited;
    if (report.kind === 'failed') throw startFault(report, directory, address);
    return { kind: 'locked' };
  }
  child.unref();
  child.channel?.unref();
  return {
    kind: 'ready',
    endpoint: report.endpoint,
    async release() {
      if (child.exitCode !== null || child.signalCode !== null || !child.connected) return;
      child.ref();
      child.channel?.ref();
      const signal = AbortSignal.timeout(RELEASE_MS);
      const leaving = once(child, 'message', { signal }).then(
        ([answer]) => (answer as EngineReport).kind === 'leaving',
      );
      const ended = leaving.then((yes) => (yes ? once(child, 'exit', { signal }) : undefined));
      child.send(RELEASE);
      // Should it die or hang meanwhile, it is not ours any more either way.
      await Promise.race([ended.catch(() => undefined), exited]);
      if (child.connected) child.disconnect();
      child.unref();
    },
  };
}

function openLog(directory: string, address: string): number {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return openSync(join(directory, LOG), 'a', 0o600);
  } catch (error) {
    throw new Fault(`The directory of the store ${address} cannot be used: ${refusal(error)}`, {
      code: 'store-directory',
      cure: 'Choose a directory you may write to, on a disk with room.',
      cause: error,
    });
  }
}

/** What the file system says, in words where they are known. */
function refusal(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
    case 'EISDIR':
      return 'a file stands where a folder is needed';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
    // A folder that cannot be made where its parent is read-only.
    case 'ENOENT':
      return 'it may not be written to';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

function startFault(report: EngineReport & { kind: 'failed' }, directory: string, address: string): Fault {
  const where = `${process.platform} ${process.arch}`;
  if (report.code === 'missing') {
    return new Fault(`The embedded store needs the package chdb, which is not installed here (${where}).`, {
      code: 'store-engine-missing',
      cure: 'It exists for Linux with glibc and for macOS: run `npm install` there, or use a ClickHouse server: --store http://user@host:8123/database.',
      cause: new Error(report.message),
    });
  }
  const space = isOutOfRoom(report.message);
  return new Fault(`The engine of the store ${address} cannot start: ${lastWords(report.message, directory)}`, {
    code: space ? 'store-disk-full' : 'store-engine-failed',
    cure: space
      ? 'Make room on the disk and start again.'
      : `See ${join(directory, LOG)}. If the directory is damaged, move it away: the rows can be judged again from the logs or the archive.`,
    retryable: space,
  });
}

/** The report, or, when the engine died without one, the end of what it wrote. */
function lastWords(message: string, directory: string): string {
  const first = message.split('\n', 1)[0] ?? '';
  if (!first.includes('before it was ready')) return first;
  const lines = readFileSync(join(directory, LOG), 'utf8').trim().split('\n');
  const last = lines.at(-1)?.slice(0, 300) ?? '';
  return last === '' ? first : `${first}; its last words: ${last}`;
}
