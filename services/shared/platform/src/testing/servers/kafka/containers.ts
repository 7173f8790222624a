// Apache Kafka in containers, one a broker, with the same properties and listeners as from jars.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@parallax/core';
import type { StartedTestContainer } from 'testcontainers';
import { type ContainerControls, type ContainerEngine, containerControls } from '../containers.ts';
import { type FaultProxy, faultProxy } from '../fault-proxy.ts';
import { freePorts } from '../ports.ts';
import { isInSync, isUp, until } from './cluster.ts';
import { makeKeyStore } from './key-store.ts';
import type { KafkaNode, KafkaOptions, RunningKafka } from './options.ts';
import { brokerProperties, type NodePlan, propertiesText } from './properties.ts';

const VERSION = '4.3.1';
const IMAGE = `apache/kafka:${VERSION}`;
/** A file, not variables: with a secure listener among those the image wants its keys where and how it likes. */
const PROPERTIES = '/mnt/shared/config/server.properties';
const KEY_STORE = '/etc/kafka/listener.p12';

export async function startKafkaInContainers(engine: ContainerEngine, options: KafkaOptions): Promise<RunningKafka> {
  options.tell?.(`starting ${options.brokers ?? 1} × ${IMAGE}`);
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const folder = mkdtempSync(join(tmpdir(), 'parallax-kafka-'));
  const network = await new engine.api.Network().start();
  const proxies: FaultProxy[] = [];
  const controls = new Map<number, ContainerControls>();
  const stop = async () => {
    await Promise.all([...controls.values()].map((control) => control.remove()));
    await network.stop();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ports = await freePorts(3 * (options.brokers ?? 1));
    const plans: NodePlan[] = [];
    for (let id = 1; id <= (options.brokers ?? 1); id += 1) {
      plans.push(await planNode(engine, id, ports.slice(3 * (id - 1)), options, proxies));
    }
    const keyStore = options.security === undefined ? undefined : await makeKeyStore(folder);
    const store = keyStore === undefined ? undefined : { file: KEY_STORE, password: keyStore.password };
    const started = await Promise.all(
      plans.map(async (plan) => {
        const properties = { ...brokerProperties(plan, plans, options, store), 'log.dirs': '/tmp/kafka' };
        const container = new engine.api.GenericContainer(IMAGE)
          .withNetwork(network)
          .withNetworkAliases(alias(plan.id))
          .withEnvironment({ CLUSTER_ID: clusterId })
          .withCopyContentToContainer([{ content: propertiesText(properties), target: PROPERTIES, mode: 0o644 }])
          .withExposedPorts(...published(plan));
        if (keyStore !== undefined) {
          container.withCopyContentToContainer([
            { content: readFileSync(keyStore.file), target: KEY_STORE, mode: 0o644 },
          ]);
        }
        return { plan, container: await container.start() };
      }),
    );
    for (const { plan, container } of started) controls.set(plan.id, containerControls(engine, container));
    const brokers = plans.map(({ plain }) => plain.advertised);
    await until('all brokers up', () => isUp(clusterId, brokers));
    const [first] = started;
    if (first !== undefined) await addUsers(first.container, options);
    const nodes = plans.map(({ id, plain }): KafkaNode => {
      const control = controls.get(id);
      return {
        id,
        address: plain.advertised,
        kill: async () => control?.kill(),
        stop: async () => control?.stop(),
        async start() {
          await control?.start();
          await until(`broker ${id} up`, () => isUp(clusterId, [plain.advertised], [id]));
        },
        pause: async () => control?.pause(),
        resume: async () => control?.resume(),
      };
    });
    const secure = plans.flatMap((plan) => (plan.secure === undefined ? [] : [plan.secure.advertised]));
    return {
      by: 'containers',
      version: VERSION,
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

function alias(id: number): string {
  return `kafka-${id}`;
}

/** Inside, the brokers reach each other at CONTROLLER and INTERNAL by alias; outside, clients reach published ports. */
async function planNode(
  engine: ContainerEngine,
  id: number,
  ports: readonly number[],
  options: KafkaOptions,
  proxies: FaultProxy[],
): Promise<NodePlan> {
  const [plain = 0, secure = 0, proxied = 0] = ports;
  const outside = (port: number) => ({ bind: `0.0.0.0:${port}`, advertised: `${engine.host}:${port}` });
  let behind: NodePlan['proxied'];
  if (options.proxied) {
    const proxy = await faultProxy(outside(proxied).advertised);
    proxies.push(proxy);
    behind = { bind: `0.0.0.0:${proxied}`, advertised: proxy.address };
  }
  return {
    id,
    plain: outside(plain),
    internal: { bind: '0.0.0.0:9094', advertised: `${alias(id)}:9094` },
    controller: { bind: '0.0.0.0:9093', advertised: `${alias(id)}:9093` },
    secure: options.security === undefined ? undefined : outside(secure),
    proxied: behind,
  };
}

/** Each listener's port is the same inside and outside, as brokers tell it to clients. */
function published(plan: NodePlan): { container: number; host: number }[] {
  return [plan.plain, plan.secure, plan.proxied].flatMap((listener) => {
    const port = Number(listener?.bind.split(':')[1]);
    return listener === undefined ? [] : [{ container: port, host: port }];
  });
}

/** The image formats by itself, without users: they are added to the running cluster. */
async function addUsers(container: StartedTestContainer, options: KafkaOptions): Promise<void> {
  for (const [user, password] of Object.entries(options.security?.users ?? {})) {
    const config = `SCRAM-SHA-256=[password=${password}],SCRAM-SHA-512=[password=${password}]`;
    const { exitCode, output } = await container.exec([
      ...['/opt/kafka/bin/kafka-configs.sh', '--bootstrap-server', `${alias(1)}:9094`, '--alter'],
      ...['--entity-type', 'users', '--entity-name', user, '--add-config', config],
    ]);
    if (exitCode !== 0) throw new Fault(`Kafka does not take user ${user}: ${output}`, { code: 'server-start' });
  }
}
