// The steps of the benchmark: each reads the same backlog once, in a process of its own, and tells what it cost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { jarsOf } from '@parallax/platform/testing';
import { cpuSecondsOf, cpuSecondsOfOurs, peakRssOf } from './machine.ts';
import { type Steady, Warmth } from './warmth.ts';

export interface Backlog {
  /** host:port, with commas. */
  readonly brokers: string;
  readonly legacy: string;
  readonly candidate: string;
  readonly pairs: number;
  readonly records: number;
}

/** Seconds and CPU from the first record to the last; of the measured processes together. */
export interface Cost {
  readonly key: Key;
  readonly step: string;
  readonly records: number;
  readonly pairs: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  /** Of the broker and of the store meanwhile. */
  readonly brokerCpuSeconds: number;
  readonly storeCpuSeconds: number;
  /** Pairs that were found to differ; undefined where nothing is compared. */
  readonly differing?: number;
  /** Of each process what comes after it was warm, together; undefined where none came so far. */
  readonly steady?: Steady | undefined;
  /** What the rows take on the store's disk; undefined where none are stored. */
  readonly storedBytes?: number;
}

export type Key =
  | 'count'
  | 'parse'
  | 'streams'
  | 'parallax'
  | 'parallax-2'
  | 'parallax-4'
  | 'identical'
  | 'open-streams'
  | 'open';

const NODE = [process.execPath, '--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning'];
const BROKER = /kafka\.Kafka/;
const STORE = /servers\/clickhouse\/main\.ts/;

export async function floor(
  { brokers, legacy, candidate, records, pairs }: Backlog,
  what: 'count' | 'parse',
): Promise<Cost> {
  const script = fileURLToPath(new URL('floor.ts', import.meta.url));
  const said = await beside(() => printed([...NODE, script, brokers, legacy, candidate, String(records), what]));
  return { key: what, step: what === 'count' ? 'KafkaJS, counting only' : 'KafkaJS and JSON.parse', pairs, ...said };
}

export async function streams(
  { brokers, legacy, candidate, records, pairs }: Backlog,
  store: 'rocksdb' | 'memory',
  folder: string,
): Promise<Cost> {
  const pom = new URL('streams/pom.xml', import.meta.url);
  const jars = await jarsOf('streams', pom, (line) => process.stderr.write(`${line}\n`));
  const source = fileURLToPath(new URL('streams/OuterJoin.java', import.meta.url));
  const java = ['java', '-Xmx2g', '-XX:+UseParallelGC', '-cp', jars.join(':'), source];
  const args = [brokers, legacy, candidate, `${legacy}-out-${Date.now()}`, store, folder, String(records)];
  const said = await beside(() => printed([...java, ...args]));
  const where = store === 'rocksdb' ? 'RocksDB' : 'in memory';
  return { key: 'streams', step: `Kafka Streams outer join, ${where}`, ...said, pairs };
}

/**
 * Runs until caught up. Timed from the first partition taken over to the last cut committed: by then all rows are stored.
 * The others, too, are timed without how they begin and end.
 */
export async function parallax(
  backlog: Backlog,
  experiment: string,
  env: NodeJS.ProcessEnv,
  processes: 1 | 2 | 4,
): Promise<Cost> {
  const main = fileURLToPath(new URL('../../../services/comparator/src/main.ts', import.meta.url));
  const said = await beside(async () => {
    const args = [...NODE.slice(1), main, experiment, '--from', 'earliest', '--until-caught-up', '--complete'];
    const children = Array.from({ length: processes }, () => comparator(args, env));
    const ended = await Promise.all(children);
    const began = Math.min(...ended.map((one) => one.began));
    const seconds = (Math.max(...ended.map((one) => one.finished)) - began) / 1000;
    const cpuSeconds = ended.reduce((sum, one) => sum + one.cpuSeconds, 0);
    const warm = ended.flatMap(({ steady }) => steady ?? []);
    const sum = (of: (one: Steady) => number) => warm.reduce((total, one) => total + of(one), 0);
    const steady = { pairs: sum(({ pairs }) => pairs), cpuSeconds: sum((one) => one.cpuSeconds) };
    const peakRssBytes = Math.max(...ended.map((one) => one.peakRssBytes));
    return { seconds, cpuSeconds, peakRssBytes, ...(steady.pairs > 0 ? { steady } : {}) };
  });
  const { pairs, records } = backlog;
  const key = processes === 1 ? 'parallax' : processes === 2 ? 'parallax-2' : 'parallax-4';
  return { key, step: `Parallax, ${processes} ${processes === 1 ? 'process' : 'processes'}`, pairs, records, ...said };
}

/**
 * Runs until every event is open, which a committed cut says, and is stopped there. `isDone` is asked ten times a second;
 * cuts are made as often.
 */
export async function parallaxOpen(
  backlog: Backlog,
  experiment: string,
  env: NodeJS.ProcessEnv,
  isDone: () => Promise<boolean>,
): Promise<Cost> {
  const main = fileURLToPath(new URL('../../../services/comparator/src/main.ts', import.meta.url));
  const args = [...NODE.slice(1), main, experiment, '--from', 'earliest'];
  const said = await beside(() => comparator(args, { ...env, PARALLAX_CUT_MS: '100' }, isDone));
  const { began, finished, ...cost } = said;
  const { pairs, records } = backlog;
  return { key: 'open', step: 'Parallax, all ids open', pairs, records, seconds: (finished - began) / 1000, ...cost };
}

interface Life {
  /** Both of performance.now(). */
  readonly began: number;
  readonly finished: number;
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  readonly steady: Steady | undefined;
}

const POLL_MS = 10;

const LOOK_MS = 100;

/** `isDone`: ends it, with a signal, as soon as that holds. */
async function comparator(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  isDone?: () => Promise<boolean>,
): Promise<Life> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, PARALLAX_LOG_LEVEL: 'debug' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const pid = child.pid as number;
  let told = '';
  let began = 0;
  let before = 0;
  let cpuSeconds = 0;
  let peakRssBytes = 0;
  let finished = 0;
  const warmth = new Warmth(() => cpuSecondsOf(pid));
  createInterface({ input: child.stderr }).on('line', (line) => {
    warmth.hear(line);
    if (isDone !== undefined || !line.includes('cut-committed')) return;
    finished = performance.now();
    cpuSeconds = cpuSecondsOf(pid) ?? cpuSeconds;
  });
  child.stderr.on('data', (chunk) => {
    told = (told + chunk).slice(-100_000);
    if (began !== 0 || !told.includes('join-started')) return;
    began = performance.now();
    before = cpuSecondsOf(pid) ?? 0;
  });
  const poll = setInterval(() => {
    if (isDone !== undefined) cpuSeconds = cpuSecondsOf(pid) ?? cpuSeconds;
    peakRssBytes = peakRssOf(pid) || peakRssBytes;
  }, POLL_MS);
  const exit = once(child, 'exit');
  if (isDone !== undefined) {
    while (child.exitCode === null && !(await isDone())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    finished = performance.now();
    clearInterval(poll);
    child.kill('SIGTERM');
  }
  const [code] = await exit;
  clearInterval(poll);
  if (code === null || code > 2 || began === 0 || finished === 0)
    throw new Error(`The comparator ended with ${code}: ${told.slice(-2000)}`);
  return { began, finished, cpuSeconds: cpuSeconds - before, peakRssBytes, steady: warmth.steady };
}

/** What the broker and the store used meanwhile. */
async function beside<T>(run: () => Promise<T>): Promise<T & { brokerCpuSeconds: number; storeCpuSeconds: number }> {
  const [broker, store] = [cpuSecondsOfOurs(BROKER), cpuSecondsOfOurs(STORE)];
  const said = await run();
  return {
    ...said,
    brokerCpuSeconds: cpuSecondsOfOurs(BROKER) - broker,
    storeCpuSeconds: cpuSecondsOfOurs(STORE) - store,
  };
}

type Said = Pick<Cost, 'records' | 'seconds' | 'cpuSeconds' | 'peakRssBytes' | 'differing'>;

async function printed([command = '', ...args]: readonly string[]): Promise<Said> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ended with ${code}.`);
  return JSON.parse(out);
}
