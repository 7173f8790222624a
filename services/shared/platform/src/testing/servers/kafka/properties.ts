// The properties of a broker that is its own controller, alone or one of three.
import { join } from 'node:path';
import type { KafkaOptions } from './options.ts';

/** A listener: the port it listens on and the one clients are told. */
export interface Listener {
  readonly bind: string;
  readonly advertised: string;
}

export interface NodePlan {
  readonly id: number;
  readonly plain: Listener;
  /** Between brokers, where they cannot reach each other at the address that clients are told. */
  readonly internal?: Listener;
  readonly controller: Listener;
  readonly secure: Listener | undefined;
  readonly proxied: Listener | undefined;
}

const OAUTH = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule';
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule';
const PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule';

/** One write acknowledged by min.insync.replicas survives any one broker. */
function replication(brokers: number): Record<string, string> {
  const copies = String(brokers);
  const inSync = brokers === 1 ? '1' : '2';
  return {
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': copies,
    'share.coordinator.state.topic.min.isr': inSync,
  };
}

const QUICK_FAILOVER: Record<string, string> = {
  'broker.session.timeout.ms': '2000',
  'broker.heartbeat.interval.ms': '300',
  'controller.quorum.election.timeout.ms': '500',
  'controller.quorum.fetch.timeout.ms': '1000',
  'replica.lag.time.max.ms': '3000',
};

/** @param keyStore the PEM or PKCS12 file of the secure listener, as the broker sees it */
export function brokerProperties(
  node: NodePlan,
  nodes: readonly NodePlan[],
  options: KafkaOptions,
  keyStore: { readonly file: string; readonly password: string } | undefined,
): Record<string, string> {
  const { quickFailover = nodes.length > 1, security } = options;
  const listeners = Object.entries({
    PLAINTEXT: node.plain,
    INTERNAL: node.internal,
    CONTROLLER: node.controller,
    SASL_SSL: node.secure,
    PROXIED: node.proxied,
  }).flatMap(([name, listener]) => (listener === undefined ? [] : [{ name, ...listener }]));
  return {
    'process.roles': 'broker,controller',
    'node.id': String(node.id),
    'controller.quorum.voters': nodes.map(({ id, controller }) => `${id}@${controller.advertised}`).join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': node.internal === undefined ? 'PLAINTEXT' : 'INTERNAL',
    listeners: listeners.map(({ name, bind }) => `${name}://${bind}`).join(','),
    'advertised.listeners': listeners
      .filter(({ name }) => name !== 'CONTROLLER')
      .map(({ name, advertised }) => `${name}://${advertised}`)
      .join(','),
    'listener.security.protocol.map':
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,PROXIED:PLAINTEXT,SASL_SSL:SASL_SSL',
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.num.partitions': '8',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.num.partitions': '1',
    'num.network.threads': '2',
    'num.io.threads': '4',
    'log.cleaner.dedupe.buffer.size': '16777216',
    // Tests that look at compaction and retention need not wait minutes for the next look.
    'log.retention.check.interval.ms': '1000',
    'log.cleaner.backoff.ms': '500',
    ...replication(nodes.length),
    ...(quickFailover ? QUICK_FAILOVER : {}),
    ...(security === undefined || keyStore === undefined ? {} : secureListener(security, keyStore)),
    ...options.properties,
  };
}

function secureListener(
  { users, acl = false }: NonNullable<KafkaOptions['security']>,
  keyStore: { readonly file: string; readonly password: string },
): Record<string, string> {
  const plainUsers = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  return {
    'sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512,PLAIN,OAUTHBEARER',
    'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': `${SCRAM} required;`,
    'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': `${SCRAM} required;`,
    'listener.name.sasl_ssl.plain.sasl.jaas.config': `${PLAIN} required ${plainUsers.join(' ')};`,
    // Without a validator of one's own the broker takes unsigned tokens: for tests only.
    'listener.name.sasl_ssl.oauthbearer.sasl.jaas.config': `${OAUTH} required unsecuredLoginStringClaim_sub="broker";`,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': keyStore.file,
    'ssl.keystore.password': keyStore.password,
    ...(acl
      ? {
          'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
          'super.users': 'User:ANONYMOUS',
          'allow.everyone.if.no.acl.found': 'false',
        }
      : {}),
  };
}

/** In the form of Java's properties files. */
export function propertiesText(properties: Readonly<Record<string, string>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value.replaceAll('\\', '\\\\')}\n`)
    .join('');
}

/** The folder of a node's log below the folder of the cluster. */
export function logFolder(folder: string, id: number): string {
  return join(folder, `node-${id}`);
}
