// Asks the engine, in a process of its own. The answer lies in a file until it is known to hold, however long it is.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { QueryReport, QueryRequest } from './protocol.ts';

const MAIN = fileURLToPath(new URL('./engine.ts', import.meta.url));

export interface Answer {
  readonly report: QueryReport;
  /** One JSON object a row; of use only where it was answered. To be read once, before the answer is let go. */
  rows(): AsyncIterable<string>;
  letGo(): Promise<void>;
}

export async function ask(question: Omit<QueryRequest, 'folder'>): Promise<Answer> {
  const place = await mkdtemp(join(tmpdir(), 'parallax-query-'));
  const letGo = () => rm(place, { recursive: true, force: true });
  try {
    const [folder, answer] = [join(place, 'engine'), join(place, 'answer')];
    await mkdir(folder);
    return { report: await answeredInto(answer, { folder, ...question }), rows: () => linesOf(answer), letGo };
  } catch (error) {
    await letGo();
    throw error;
  }
}

async function answeredInto(path: string, request: QueryRequest): Promise<QueryReport> {
  const file = await open(path, 'wx', 0o600);
  try {
    // Its own small environment: no secret of ours beyond what the question needs.
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
      stdio: ['ignore', file.fd, 'pipe', 'ipc'],
      cwd: request.folder,
      env: { TZ: 'UTC' },
    });
    try {
      return await reportOf(child, request);
    } finally {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    }
  } finally {
    await file.close();
  }
}

/** What stands between line ends: JSON has none within. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const part of createReadStream(path, { encoding: 'utf8' })) {
    const lines = `${rest}${part}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
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
