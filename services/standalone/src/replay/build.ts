// The build that is tried in a replay: what it is told, and how a shell command is run as one.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Fault } from '@parallax/core';

export interface BuildSettings {
  /** Address of the event log. */
  readonly log: string;
  readonly run: string;
  readonly input: string;
  /** Topics by the name of the output. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Its commits tell what it has consumed. */
  readonly group: string;
}

export interface RunningBuild {
  /** Resolves when it has ended: undefined when it was stopped or is done, otherwise why. */
  readonly ended: Promise<Error | undefined>;
  /** Resolves once it and everything it started is gone. */
  stop(): Promise<void>;
}

export type StartBuild = (settings: BuildSettings) => Promise<RunningBuild>;

/** The variables a build reads: `PARALLAX_OUTPUT` is the first output, each has one of its own besides. */
export function buildEnvironment({ log, run, input, outputs, group }: BuildSettings): Readonly<Record<string, string>> {
  const topics = Object.entries(outputs);
  return {
    PARALLAX_LOG: log,
    PARALLAX_RUN: run,
    PARALLAX_INPUT: input,
    PARALLAX_OUTPUT: topics[0]?.[1] ?? '',
    ...Object.fromEntries(topics.map(([name, topic]) => [`PARALLAX_OUTPUT_${variableName(name)}`, topic])),
    PARALLAX_GROUP: group,
  };
}

export interface ShellBuild {
  readonly command: string;
  /** Folder it runs in. */
  readonly directory: string;
  /** What the build has besides its settings. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Every line it writes, to either stream. */
  readonly onLine: (line: string) => void;
}

const LAST_LINES = 10;
const GRACE_MS = 5_000;
/**
 * A process group of its own: the command, and a guard that waits for the end of standard input, which comes when this
 * process ends, however it ends. Without it a killed replay would leave a build behind that holds the run's group.
 */
const GUARDED = `exec 3<&0
{ trap '' TERM; cat <&3; kill -TERM 0; sleep 5; kill -KILL 0; } >/dev/null 2>&1 &
exec sh -c "$1" </dev/null 3<&-`;

/** A shell command as a build; an end by itself with code 0 is no failure. */
export function shellBuild({ command, directory, environment, onLine }: ShellBuild): StartBuild {
  return async (settings) => {
    const child = spawn('sh', ['-c', GUARDED, 'sh', command], {
      cwd: directory,
      env: { ...environment, ...buildEnvironment(settings) },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // Nothing is ever written to it; that nobody reads it any more is no news.
    child.stdin.on('error', () => undefined);
    const last: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
        last.push(line);
        if (last.length > LAST_LINES) last.shift();
        onLine(line);
      });
    }
    let isStopping = false;
    const signalGroup = (signal: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, signal);
      } catch {
        // Nobody is left in the group.
      }
    };
    const closed = Promise.withResolvers<void>();
    const ended = new Promise<Error | undefined>((resolve) => {
      child.once('error', (cause) => {
        closed.resolve();
        resolve(cannotStart(command, cause));
      });
      let how = '';
      child.once('exit', (code, signal) => {
        how = signal === null ? (code === 0 ? '' : `with exit code ${code}`) : `by ${signal}`;
        signalGroup('SIGKILL');
      });
      child.once('close', () => {
        closed.resolve();
        resolve(isStopping || how === '' ? undefined : diedEarly(command, how, last));
      });
    });
    return {
      ended,
      async stop() {
        isStopping = true;
        if (child.exitCode === null && child.signalCode === null) signalGroup('SIGTERM');
        const overdue = setTimeout(() => signalGroup('SIGKILL'), GRACE_MS);
        await closed.promise;
        clearTimeout(overdue);
      },
    };
  };
}

function diedEarly(command: string, how: string, last: readonly string[]): Fault {
  const lines =
    last.length === 0 ? 'It said nothing.' : `Its last lines:\n${last.map((line) => `    ${line}`).join('\n')}`;
  return new Fault(`The build ended ${how} before it had consumed its input: ${command}\n  ${lines}`, {
    code: 'build-ended',
    cure: 'Mend it, then start the same replay again: it goes on where it was.',
  });
}

function cannotStart(command: string, cause: Error): Fault {
  return new Fault(`The build cannot be started: ${command}: ${cause.message}`, {
    code: 'build-not-started',
    cure: 'Try the command by itself in the same folder.',
    cause,
  });
}

function variableName(output: string): string {
  return output.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}
