// Apache Kafka from its jars: real brokers without a container engine.
//
// No format step (a second of JVM): a broker needs meta.properties, which is three lines, and bootstrap.checkpoint, the
// feature levels that formatting writes, the same for every cluster. Without that file a broker starts, too, but
// with the transactions and groups of years ago. Only SCRAM users are a reason to format: they stand in that file.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type FaultProxy, faultProxy } from '../fault-proxy.ts';
import { jarsOf, jvmArguments, requireJava } from '../java.ts';
import { freePorts, LOOPBACK } from '../ports.ts';
import { type ServerProcess, startServerProcess, untilServing } from '../server-process.ts';
import { classArchive } from './class-archive.ts';
import { isInSync, isUp, until } from './cluster.ts';
import { makeKeyStore } from './key-store.ts';
import type { KafkaNode, KafkaOptions, RunningKafka } from './options.ts';
import { brokerProperties, logFolder, type NodePlan, propertiesText } from './properties.ts';

const run = promisify(execFile);
const POM = new URL('./pom.xml', import.meta.url);
const CHECKPOINT = fileURLToPath(new URL('./bootstrap.checkpoint', import.meta.url));
const HEAP_MEGABYTES = 400;
/** A broker hands its leaderships over before it ends. */
const STOP_MS = 30_000;

/** @throws Fault `server-missing` without Java or jars, `server-start` when a broker does not come up */
export async function startKafkaFromJars(options: KafkaOptions): Promise<RunningKafka> {
  const java = await requireJava();
  const tell = options.tell ?? (() => {});
  const jars = await jarsOf('kafka', POM, tell);
  const flags = await classArchive(jars, java, tell, (flag) => startBrokers(jars, [flag], {}));
  return startBrokers(jars, flags, options);
}

async function startBrokers(
  jars: readonly string[],
  flags: readonly string[],
  options: KafkaOptions,
): Promise<RunningKafka> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-kafka-'));
  // 16 bytes in URL-safe base64; one that begins with a dash would be taken for an option.
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const proxies: FaultProxy[] = [];
  const processes = new Map<number, ServerProcess>();
  const stop = async () => {
    // Not in order: what they hold is thrown away, and the last of three would wait for a quorum that is gone.
    await Promise.all([...processes.values()].map((process) => process.kill()));
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const plans = await planNodes(options, proxies);
    const keyStore = options.security === undefined ? undefined : await makeKeyStore(folder);
    for (const plan of plans) {
      const properties = {
        ...brokerProperties(plan, plans, options, keyStore),
        'log.dirs': logFolder(folder, plan.id),
      };
      writeFileSync(join(folder, `node-${plan.id}.properties`), propertiesText(properties));
    }
    const checkpoint = options.security === undefined ? CHECKPOINT : await checkpointWithUsers(jars, folder, options);
    for (const { id } of plans) {
      mkdirSync(logFolder(folder, id));
      writeFileSync(
        join(logFolder(folder, id), 'meta.properties'),
        `version=1\ncluster.id=${clusterId}\nnode.id=${id}\n`,
      );
      copyFileSync(checkpoint, join(logFolder(folder, id), 'bootstrap.checkpoint'));
    }
    const brokers = plans.map(({ plain }) => plain.advertised);
    const launch = async (id: number) => {
      const process = await startServerProcess({
        command: 'java',
        args: [...flags, ...jvmArguments(HEAP_MEGABYTES, jars, 'kafka.Kafka'), join(folder, `node-${id}.properties`)],
        folder,
        log: join(folder, `node-${id}.log`),
      });
      processes.set(id, process);
      return process;
    };
    const started = await Promise.all(plans.map(({ id }) => launch(id)));
    await Promise.all(started.map((process) => untilServing('Kafka', process, () => isUp(clusterId, brokers))));
    const nodes = plans.map(({ id, plain }): KafkaNode => {
      const current = () => processes.get(id);
      return {
        id,
        address: plain.advertised,
        kill: async () => current()?.kill(),
        stop: async () => current()?.stop(STOP_MS),
        async start() {
          if (current()?.running()) return;
          await untilServing('Kafka', await launch(id), () => isUp(clusterId, [plain.advertised], [id]));
        },
        pause: async () => current()?.pause(),
        resume: async () => current()?.resume(),
      };
    });
    const secure = plans.flatMap((plan) => (plan.secure === undefined ? [] : [plan.secure.advertised]));
    return {
      by: 'jars',
      version: versionOf(jars),
      clusterId,
      brokers,
      nodes,
      secure: keyStore === undefined ? undefined : { brokers: secure, ca: keyStore.ca },
      proxied: proxies.length === 0 ? undefined : { brokers: proxies.map(({ address }) => address), proxies },
      inSync: () => until('every replica in sync', () => isInSync(brokers)),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function planNodes(options: KafkaOptions, proxies: FaultProxy[]): Promise<readonly NodePlan[]> {
  const count = options.brokers ?? 1;
  const ports = (await freePorts(4 * count)).map((port) => `${LOOPBACK}:${port}`);
  const next = () => {
    const address = ports[taken++] ?? '';
    return { bind: address, advertised: address };
  };
  let taken = 0;
  const plans: NodePlan[] = [];
  for (let id = 1; id <= count; id += 1) {
    const behind = options.proxied ? next() : undefined;
    const proxy = behind === undefined ? undefined : await faultProxy(behind.bind);
    if (proxy !== undefined) proxies.push(proxy);
    plans.push({
      id,
      plain: next(),
      controller: next(),
      secure: options.security === undefined ? undefined : next(),
      proxied: behind === undefined || proxy === undefined ? undefined : { ...behind, advertised: proxy.address },
    });
  }
  return plans;
}

/** A checkpoint that holds the SCRAM users, too, as formatting writes it. */
async function checkpointWithUsers(jars: readonly string[], folder: string, options: KafkaOptions): Promise<string> {
  const users = Object.entries(options.security?.users ?? {}).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  );
  const formatted = join(folder, 'formatted');
  const properties = readFileSync(join(folder, 'node-1.properties'), 'utf8');
  writeFileSync(join(folder, 'format.properties'), properties.replace(/^log\.dirs=.*$/m, `log.dirs=${formatted}`));
  await run('java', [
    ...jvmArguments(HEAP_MEGABYTES, jars, 'kafka.tools.StorageTool'),
    ...['format', '-t', 'AAAAAAAAAAAAAAAAAAAAAA', '-c', join(folder, 'format.properties'), ...users],
  ]);
  return join(formatted, 'bootstrap.checkpoint');
}

function versionOf(jars: readonly string[]): string {
  return jars.map((jar) => /kafka-clients-([\w.]+)\.jar$/.exec(jar)?.[1]).find((found) => found !== undefined) ?? '';
}
