// A server as a process of its own that ends with the one that started it, however that one ends.
//
// Between the two stands a shell. It holds the reading end of a pipe whose writing end is ours: when we die, SIGKILL
// included, the pipe ends, and the shell kills the server and removes its folder. A JVM would not notice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Fault } from '@parallax/core';

const SUPERVISOR = `
log=$1 folder=$2; shift 2
exec 3<&0
"$@" </dev/null 3<&- >>"$log" 2>&1 &
server=$!
echo $server
{ read -r _ <&3; trap "" TERM; kill -9 $server; rm -rf "$folder"; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $server
code=$?
kill $watcher 2>/dev/null
exit $code`;

const GRACE_MS = 5_000;

export interface ServerProcess {
  readonly pid: number;
  readonly running: () => boolean;
  /** Resolves with the exit code when it has ended, by itself or not. */
  readonly ended: Promise<number>;
  /** What it has printed so far. */
  readonly printed: () => string;
  /** SIGSTOP: its connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGTERM, and after a grace (default five seconds) SIGKILL. */
  stop(graceMs?: number): Promise<void>;
}

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Default: our own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Its working directory, removed when we die before the server has been stopped. */
  readonly folder: string;
  /** The file for what it prints. */
  readonly log: string;
}

/** Resolves when the process exists; whether it serves is another question. */
export async function startServerProcess(start: ServerCommand): Promise<ServerProcess> {
  const { command, args, env, folder, log } = start;
  // A session of its own: Ctrl-C at the terminal is for us, who stop the servers in order.
  const shell = spawn('/bin/sh', ['-c', SUPERVISOR, 'sh', log, folder, command, ...args], {
    ...(env === undefined ? {} : { env }),
    cwd: folder,
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  let running = true;
  const ended = once(shell, 'exit').then(([code]) => {
    running = false;
    return typeof code === 'number' ? code : 1;
  });
  const [line] = await once(createInterface(shell.stdout), 'line');
  const pid = Number(line);
  const signal = (name: NodeJS.Signals) => {
    if (running) process.kill(pid, name);
  };
  return {
    pid,
    running: () => running,
    ended,
    printed: () => readFileSync(log, 'utf8'),
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async kill() {
      signal('SIGKILL');
      await ended;
    },
    async stop(graceMs = GRACE_MS) {
      signal('SIGCONT');
      signal('SIGTERM');
      const late = setTimeout(() => signal('SIGKILL'), graceMs);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Asks again and again until `serves` is true. @throws Fault with the last words of a server that has ended */
export async function untilServing(
  name: string,
  server: ServerProcess,
  serves: () => Promise<boolean>,
  patienceMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (server.running()) {
    if (await serves()) return;
    if (performance.now() > deadline) {
      throw new Fault(`${name} does not serve after ${patienceMs / 1000} s; its last words: ${lastWords(server)}`, {
        code: 'server-start',
        cure: 'Look whether the machine has memory and processor time left, and start again.',
        retryable: true,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Fault(`${name} ended with ${await server.ended} before it served; its last words: ${lastWords(server)}`, {
    code: 'server-start',
    cure: 'Read what it printed; a port that was taken meanwhile is free at the next start.',
    retryable: true,
  });
}

function lastWords(server: ServerProcess): string {
  // Where in its own code a JVM failed tells nobody here anything.
  const lines = server
    .printed()
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  return lines.slice(-10).join('\n').slice(-4_000);
}
