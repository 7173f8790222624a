// Asks the engine, in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { QueryReport, QueryRequest } from './protocol.ts';

const MAIN = fileURLToPath(new URL('./engine.ts', import.meta.url));

export interface Answer {
  readonly report: QueryReport;
  /** One JSON object a row; of use only where it was answered. */
  readonly output: string;
}

export async function ask(question: Omit<QueryRequest, 'folder'>): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'parallax-query-'));
  // Its own small environment: no secret of ours beyond what the question needs.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: folder,
    env: { TZ: 'UTC' },
  });
  try {
    const [report, output] = await Promise.all([reportOf(child, { folder, ...question }), textOf(child.stdout)]);
    return { report, output };
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function reportOf(child: ChildProcess, request: QueryRequest): Promise<QueryReport> {
  const words = textOf(child.stderr);
  const exited = once(child, 'exit').then(async ([code, signal]): Promise<QueryReport> => {
    const last = (await words).trim().split('\n').at(-1) ?? '';
    return { kind: 'failed', code: 'refused', message: `the engine ended with ${signal ?? code}: ${last}` };
  });
  const answered = once(child, 'message').then(([message]) => message as QueryReport);
  child.send(request);
  return Promise.race([answered, exited]);
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream ?? []) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}
