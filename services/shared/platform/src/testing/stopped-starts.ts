// Runs a process's work again and again, and tells it to stop at each step of its start: at each call to its parts.
//
// Every call takes a turn of the event loop before and after what it does, so that what is closed or called at the wrong
// time is seen to be.
import { EventEmitter } from 'node:events';
import type { Archive, DivergenceStore, EventLog } from '@parallax/core';
import type { Lifecycle } from '../lifecycle/lifecycle.ts';
import type { Parts } from '../lifecycle/parts.ts';
import { runUntilSignal } from '../lifecycle/run.ts';
import type { OpenLogger } from '../telemetry/logger.ts';

export interface World {
  readonly log: EventLog;
  readonly store: DivergenceStore;
  readonly archive: Archive;
}

export interface StoppedStart {
  /** The call at which the signal came, such as `log.consume`; undefined: it had started. */
  readonly at: string | undefined;
  readonly code: number;
  /** What was told as a failure. */
  readonly errors: readonly string[];
  /** Parts that were closed while a call to them was under way, or called after that. */
  readonly misused: readonly string[];
}

export interface StoppedStartsOptions {
  readonly work: (life: Lifecycle, parts: Parts, logger: OpenLogger) => Promise<number>;
  /** A new one for each run. */
  readonly world: () => Promise<World>;
  /** The event that says that all has started. */
  readonly started: string;
}

/** SIGINT at the first call, the second, … until it comes once all has started. */
export async function stoppedStarts(options: StoppedStartsOptions): Promise<readonly StoppedStart[]> {
  const runs: StoppedStart[] = [];
  do runs.push(await stoppedAt(runs.length + 1, options));
  while (runs.at(-1)?.at !== undefined);
  return runs;
}

async function stoppedAt(step: number, { work, world, started }: StoppedStartsOptions): Promise<StoppedStart> {
  const source = Object.assign(new EventEmitter(), { exit: () => undefined });
  const errors: string[] = [];
  const misused: string[] = [];
  const underWay: { readonly part: string; readonly verb: string }[] = [];
  const closed = new Set<string>();
  let steps = 0;
  let isStarted = false;
  let at: string | undefined;

  const tell = async (fields: Readonly<Record<string, unknown>>) => {
    if (fields.event !== started) return;
    isStarted = true;
    if (at === undefined) source.emit('SIGINT');
  };
  const logger = { debug: tell, info: tell, warn: tell, error: tell, close: async () => undefined };

  async function called<T>(part: string, verb: string, call: () => Promise<T>): Promise<T> {
    if (closed.has(part)) misused.push(`${part}.${verb} after it was closed`);
    if (verb === 'close') {
      for (const call of underWay) if (call.part === part) misused.push(`${part} closed during ${call.verb}`);
      closed.add(part);
      return call();
    }
    const entry = { part, verb };
    underWay.push(entry);
    try {
      if (!isStarted && ++steps === step) {
        at = `${part}.${verb}`;
        source.emit('SIGINT');
      }
      await turn();
      const result = await call();
      // No handler runs before its caller has gone on from `consume`.
      if (verb !== 'consume') await turn();
      return result;
    } finally {
      underWay.splice(underWay.indexOf(entry), 1);
    }
  }

  const watched = <T extends object>(name: string, part: T): T =>
    new Proxy(part, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function' || typeof property !== 'string' || SYNCHRONOUS.has(property)) return value;
        return (...args: unknown[]) => called(name, property, () => value.apply(target, args));
      },
    });

  const { log, store, archive } = await world();
  const parts: Parts = {
    openLog: () => called('parts', 'openLog', async () => watched('log', log)),
    openStore: () => called('parts', 'openStore', async () => watched('store', store)),
    openArchive: () => watched('archive', archive),
  };
  const onError = (error: unknown) => errors.push(String(error));
  const code = await runUntilSignal((life) => work(life, parts, logger), { onError, source });
  // What the work was left with has its turns, too: nothing of it may be told or done any more.
  for (let i = 0; i < 20; i++) await turn();
  return { at, code, errors, misused };
}

/** Verbs that give no promise. */
const SYNCHRONOUS = new Set(['gather', 'list']);

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
