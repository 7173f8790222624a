// A program that answers lines, as a child process: lines in on its stdin, lines out of its stdout.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Fault } from '@parallax/core';

export interface ProgramEnd {
  /** `with exit code 3`, `by SIGKILL`. */
  readonly how: string;
  /** The last lines it wrote to stderr. */
  readonly lastLines: readonly string[];
}

export interface LineProgram {
  /** For messages. */
  readonly name: string;
  /** Hands over one line; `bytes` hold no line end. Resolves when it takes more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Lines as they come, several at once, without their line ends. Set before the first write. */
  onLines: (lines: readonly Uint8Array[]) => void;
  /** Resolves when it has ended and all it wrote has been handed over; never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** Ends its stdin, which ends a filter; if that does not, SIGTERM does, then SIGKILL. Resolves when it has ended. */
  stop(): Promise<void>;
}

export interface ProgramSettings {
  readonly command: readonly [string, ...string[]];
  /** Folder it runs in. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Every line it writes to stderr. */
  readonly onError: (line: string) => void;
  /** Milliseconds from the end of its stdin to SIGTERM, and from there to SIGKILL. Default 1,000. */
  readonly patienceMs?: number;
}

const LAST_LINES = 10;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LINE_END = Uint8Array.of(LINE_FEED);

/**
 * Resolves when the process runs. It stays in our process group, so that whoever ends the group ends both.
 * @throws Fault `program-not-started`
 */
export async function startProgram(settings: ProgramSettings): Promise<LineProgram> {
  const { directory, environment, onError, patienceMs = 1_000 } = settings;
  const [file, ...args] = settings.command;
  const name = settings.command.join(' ');
  const child = spawn(file, args, { cwd: directory, env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new Fault(`The program cannot be started: ${name}: ${cause instanceof Error ? cause.message : cause}`, {
      code: 'program-not-started',
      cure: "Try it by itself in the same folder. What needs a shell goes after: sh -c '…'.",
      cause,
    });
  }
  // It ended with lines unread; `ended` tells.
  child.stdin.on('error', () => undefined);
  const lastLines: string[] = [];
  createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    onError(line);
  });
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ how: signal === null ? `with exit code ${code}` : `by ${signal}`, lastLines });
    });
  });
  // What it left running may hold its streams open.
  const letGo = () => {
    child.stdout.destroy();
    child.stderr.destroy();
  };
  child.once('exit', () => setTimeout(letGo, patienceMs).unref());
  const program: LineProgram = {
    name,
    onLines: () => undefined,
    ended,
    async write(bytes) {
      child.stdin.cork();
      child.stdin.write(bytes);
      const takesMore = child.stdin.write(LINE_END);
      child.stdin.uncork();
      if (!takesMore) await Promise.race([once(child.stdin, 'drain').catch(() => undefined), ended]);
    },
    async stop() {
      child.stdin.end();
      const timers = (['SIGTERM', 'SIGKILL'] as const).map((signal, step) =>
        setTimeout(() => child.kill(signal), patienceMs * (step + 1)),
      );
      await ended;
      for (const timer of timers) clearTimeout(timer);
    },
  };
  const split = lineSplitter();
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = split(chunk);
    if (lines.length > 0) program.onLines(lines);
  });
  return program;
}

/** Bytes as they come to whole lines; what a program leaves behind without a line end is never one. */
export function lineSplitter(): (chunk: Uint8Array) => readonly Uint8Array[] {
  let begun: Uint8Array[] = [];
  return (chunk) => {
    const lines: Uint8Array[] = [];
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      const line =
        begun.length === 0 ? chunk.subarray(from, end) : Buffer.concat([...begun, chunk.subarray(from, end)]);
      lines.push(line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line);
      begun = [];
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
    return lines;
  };
}
