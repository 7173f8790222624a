// The replayer beside what one would send records with instead, on the same broker, in one run: node this file.
//
//   --inputs N   inputs, each with an answer (200000)     --runs N   repetitions (3)
//   --only A,B   of: flat-out, perf-test, kafkajs, timing, memory
//
// Starts its own Kafka; archive and store are folders. The order of steps is the same in every repetition.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openArchive, openLog } from '@parallax/platform';
import { jarsOf, startKafka } from '@parallax/platform/testing';
import { peakRssOf } from './comparator/machine.ts';
import { PARTITIONS, stock } from './replay/stock.ts';

export type Step = 'flat-out' | 'perf-test' | 'kafkajs' | 'timing' | 'memory';
const STEPS: readonly Step[] = ['flat-out', 'perf-test', 'kafkajs', 'timing', 'memory'];

/** One replay, or what it is measured against. */
export interface Sent {
  readonly step: Step;
  readonly records: number;
  /** While records are sent. */
  readonly perSecond: number;
  readonly peakRssBytes?: number;
  readonly sendError?: { readonly p50Ms: number; readonly p99Ms: number; readonly maxMs: number } | undefined;
  /** Of a replay: the whole process, with the first pass over the inputs. */
  readonly wholeSeconds?: number;
  readonly inputs?: number;
}

export interface BenchOptions {
  readonly inputs: number;
  readonly runs: number;
  readonly only: readonly Step[];
}

/** Inputs a second of the recorded time that `timing` replays; as many answers besides. */
const RECORDED_PER_SECOND = 5_000;
const TIMING_SECONDS = 20;
const GROWTH = 5;
const NODE_ARGS = ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning'];
const MAIN = fileURLToPath(new URL('../../services/replayer/src/main.ts', import.meta.url));
const PLAIN = fileURLToPath(new URL('./replay/kafkajs-producer.ts', import.meta.url));

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

export async function benchReplay({ inputs, runs, only }: BenchOptions): Promise<readonly Sent[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-bench-replay-'));
  const kafka = await startKafka({ properties: { 'log.retention.ms': '-1' }, tell });
  const brokers = kafka.brokers.join(',');
  const log = await openLog(`kafka://${brokers}`);
  const sent: Sent[] = [];
  const add = (one: Sent): void => {
    sent.push(one);
    tell(JSON.stringify(one));
  };
  const wants = (step: Step) => only.includes(step);
  let replays = 0;

  const filled = async (name: string, count: number, perSecond: number) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, experiment(name));
    const archive = `file:${join(folder, name)}`;
    const topics = { input: `${name}.in`, answers: `${name}.out` };
    for (const topic of Object.values(topics)) await log.ensureTopic({ topic, partitions: PARTITIONS });
    const stocked = await stock(openArchive(archive), topics, count, perSecond);
    tell(`${name}: ${stocked.records} records, ${(stocked.bytes / 1e6).toFixed(0)} MB`);
    return { file, archive, inputs: count, ...stocked };
  };
  type Filled = Awaited<ReturnType<typeof filled>>;

  const replay = async (step: Step, { file, archive, records, inputs: count }: Filled, pace: string): Promise<Sent> => {
    const run = `r${replays++}`;
    const began = performance.now();
    const args = [...NODE_ARGS, MAIN, file, '--run', run, '--pace', pace];
    const env = {
      PARALLAX_LOG: `kafka://${brokers}`,
      PARALLAX_STORE: `chdb:${join(folder, 'store')}`,
      PARALLAX_ARCHIVE: archive,
      PARALLAX_LOG_LEVEL: 'warn',
    };
    const { out, peakRssBytes } = await ran(process.execPath, args, env);
    const report: { rate: number; elapsedMs: number; sendError: Sent['sendError'] | null; inputs: { fed: number } } =
      JSON.parse(out.trim().split('\n').at(-1) ?? '');
    if (report.inputs.fed !== count) throw new Error(`Only ${report.inputs.fed} of ${count} inputs were fed.`);
    return {
      step,
      records,
      inputs: count,
      perSecond: (records * 1000) / report.elapsedMs,
      peakRssBytes,
      wholeSeconds: (performance.now() - began) / 1000,
      ...(report.sendError === null ? {} : { sendError: report.sendError }),
    };
  };

  try {
    if (wants('flat-out') || wants('perf-test') || wants('kafkajs')) {
      const flat = await filled('flat', inputs, 1_000);
      const size = Math.round(flat.bytes / flat.records);
      for (let run = 0; run < runs; run++) {
        if (wants('flat-out')) add(await replay('flat-out', flat, 'flat-out'));
        if (wants('perf-test')) {
          const topic = `perf-${run}`;
          await log.ensureTopic({ topic, partitions: PARTITIONS });
          add(await perfTest(brokers, topic, flat.records, size));
        }
        if (wants('kafkajs')) {
          const topic = `plain-${run}`;
          await log.ensureTopic({ topic, partitions: PARTITIONS });
          const { out } = await ran(process.execPath, [
            ...NODE_ARGS,
            PLAIN,
            brokers,
            topic,
            String(flat.records),
            String(size),
          ]);
          const { records, seconds }: { records: number; seconds: number } = JSON.parse(out);
          add({ step: 'kafkajs', records, perSecond: records / seconds });
        }
      }
    }
    if (wants('timing')) {
      const timed = await filled('timed', RECORDED_PER_SECOND * TIMING_SECONDS, RECORDED_PER_SECOND);
      for (let run = 0; run < runs; run++) add(await replay('timing', timed, 'as-recorded'));
    }
    if (wants('memory')) {
      for (const [name, count] of [
        ['small', inputs],
        ['large', inputs * GROWTH],
      ] as const) {
        add(await replay('memory', await filled(name, count, 1_000), 'flat-out'));
      }
    }
    return sent;
  } finally {
    await log.close();
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function perfTest(brokers: string, topic: string, records: number, size: number): Promise<Sent> {
  const jars = await jarsOf('producer-perf-test', new URL('./replay/pom.xml', import.meta.url), tell);
  const main = ['-Xmx512m', '-cp', jars.join(':'), 'org.apache.kafka.tools.ProducerPerformance'];
  const asked = [
    '--topic',
    topic,
    '--num-records',
    String(records),
    '--record-size',
    String(size),
    '--throughput',
    '-1',
  ];
  const { out } = await ran('java', [
    ...main,
    ...asked,
    '--producer-props',
    `bootstrap.servers=${brokers}`,
    'acks=all',
  ]);
  const rate = /([\d.]+) records\/sec/.exec(out.trim().split('\n').at(-1) ?? '')?.[1];
  if (rate === undefined) throw new Error(`kafka-producer-perf-test said: ${out}`);
  return { step: 'perf-test', records, perSecond: Number(rate) };
}

const LOOK_MS = 50;

async function ran(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly out: string; readonly peakRssBytes: number }> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  let peakRssBytes = 0;
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const poll = setInterval(() => {
    peakRssBytes = (child.pid === undefined ? 0 : peakRssOf(child.pid)) || peakRssBytes;
  }, LOOK_MS);
  const [code] = await once(child, 'close');
  clearInterval(poll);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${out.slice(-2000)}`);
  return { out, peakRssBytes };
}

function experiment(name: string): string {
  return `experiment: ${name}
correlation: [ header:correlation-id ]
input: { topic: ${name}.in }
legacy: { topic: ${name}.out }
candidate: { topic: ${name}.out.v2 }
`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '200000' },
      runs: { type: 'string', default: '3' },
      only: { type: 'string', default: STEPS.join(',') },
    },
  });
  const asked = values.only.split(',');
  await benchReplay({
    inputs: Number(values.inputs),
    runs: Number(values.runs),
    only: STEPS.filter((step) => asked.includes(step)),
  });
}
