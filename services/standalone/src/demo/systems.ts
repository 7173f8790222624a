// Starts one of the systems as a process of its own and watches what it costs.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Fault } from '@parallax/core';
import type { BuildName } from './build/renderers.ts';
import { isUsage, type Usage } from './build/usage.ts';

const MAIN = fileURLToPath(new URL('./build/main.ts', import.meta.url));
const START_WITHIN_MS = 20_000;

export interface SystemSettings {
  readonly build: BuildName;
  readonly log: string;
  readonly input: string;
  readonly output: string;
  readonly group: string;
  /** File with the fault plan; absent: nothing goes wrong on purpose. */
  readonly faults?: string;
  /** How the event log is reached beside its address: the PARALLAX_LOG_… variables. */
  readonly access: Readonly<Record<string, string>>;
}

export interface System {
  readonly pid: number;
  /** The last report. */
  usage(): Usage | undefined;
  /** Resolves when the process has ended by itself, with what it said; never after stop(). */
  readonly died: Promise<Fault>;
  /** Resolves with how long it took, in milliseconds. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<number>;
}

/** Node's flags and the arguments that run a build. */
export function buildCommand(build: BuildName): readonly string[] {
  return ['--disable-warning=ExperimentalWarning', MAIN, '--build', build];
}

/** Resolves once the system has joined its group. */
export async function startSystem(settings: SystemSettings, now: () => number): Promise<System> {
  const { build, log, input, output, group, faults, access } = settings;
  const child = spawn(process.execPath, buildCommand(build), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A group of its own: Ctrl-C is for the demo, which stops its systems in order. Should the demo be killed, they
    // notice that its channel has closed.
    detached: true,
    env: {
      ...access,
      PARALLAX_LOG: log,
      PARALLAX_INPUT: input,
      PARALLAX_OUTPUT: output,
      PARALLAX_GROUP: group,
      ...(faults === undefined ? {} : { PARALLAX_DEMO_FAULTS: faults }),
    },
  });
  let usage: Usage | undefined;
  let said = '';
  let stopping = false;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2000);
  });
  const joined = new Promise<void>((resolve) => {
    child.on('message', (message) => {
      if (!isUsage(message)) return;
      usage = message;
      resolve();
    });
  });
  const exited = exitOf(child);
  const died = new Promise<Fault>((resolve) => {
    void exited.then((how) => {
      if (!stopping) resolve(dead(build, how, said));
    });
  });
  const late = AbortSignal.timeout(START_WITHIN_MS);
  const tooLate = once(late, 'abort').then(() => dead(build, `said nothing for ${START_WITHIN_MS / 1000} s`, said));
  const fault = await Promise.race([joined, died, tooLate]);
  if (fault instanceof Fault) {
    child.kill('SIGKILL');
    throw fault;
  }
  return {
    pid: child.pid ?? 0,
    usage: () => usage,
    died,
    async stop(signal) {
      stopping = true;
      const began = now();
      child.kill(signal);
      await exited;
      return now() - began;
    },
  };
}

async function exitOf(child: ChildProcess): Promise<string> {
  const how = await Promise.race([
    once(child, 'exit').then(([code, signal]) =>
      code === null ? `was ended by ${signal}` : `ended with code ${code}`,
    ),
    once(child, 'error').then(([error]) => `could not be started: ${error}`),
  ]);
  return how;
}

function dead(build: string, how: string, said: string): Fault {
  return new Fault(`The demo's system ${build} ${how}.${said === '' ? '' : ` It said: ${said.trim()}`}`, {
    code: 'demo-system-died',
    cure: 'Start again: the demo goes on where it was. If that fails, empty its folder with --fresh.',
  });
}
