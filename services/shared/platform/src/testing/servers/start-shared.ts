// The servers that one test run shares: started once, side by side, and described so that it fits between processes.
import { Fault } from '@parallax/core';
import { startClickHouse } from './clickhouse/clickhouse.ts';
import { containerEngine } from './containers.ts';
import type { Progress } from './java.ts';
import { startKafka } from './kafka/kafka.ts';
import { registryFiles } from './registry/registry.ts';
import { startS3 } from './s3/s3.ts';

/** What a test may need. `containers` is what only an engine of containers can show; everything else has two ways. */
export type Part = 'kafka' | 's3' | 'clickhouse' | 'registry' | 'containers';

/** The addresses of what runs, by part. */
export interface Running {
  readonly kafka: { readonly brokers: readonly string[]; readonly clusterId: string };
  readonly s3: {
    readonly endpoint: string;
    readonly bucket: string;
    /** What the SDK reads from the environment. */
    readonly env: Readonly<Record<string, string>>;
  };
  readonly clickhouse: { readonly url: string; readonly user: string; readonly password: string };
  /** Nothing runs: who needs one starts it with `startRegistry`, and breaks it. Its files are here. */
  readonly registry: { readonly files: string };
  readonly containers: { readonly host: string };
}

export type Presence<There> =
  | { readonly kind: 'there'; readonly shown: string; readonly there: There }
  /** It cannot be had on this machine. */
  | { readonly kind: 'missing'; readonly shown: string; readonly why: string; readonly cure: string }
  /** It is here and did not start. */
  | { readonly kind: 'broken'; readonly shown: string; readonly why: string; readonly cure: string };

export type SharedServers = { readonly [P in Part]: Presence<Running[P]> };

export interface StartedServers {
  readonly servers: SharedServers;
  stop(): Promise<void>;
}

const NAMES: Readonly<Record<Part, string>> = {
  kafka: 'Apache Kafka',
  s3: 'S3',
  clickhouse: 'ClickHouse',
  registry: 'Apicurio Registry',
  containers: 'containers',
};

/** Never rejects: what did not start is described as such, so that tests of other parts run. */
export async function startShared(tell: Progress): Promise<StartedServers> {
  const stops: (() => Promise<void>)[] = [];
  async function part<P extends Part>(
    name: P,
    start: () => Promise<{ readonly shown: string; readonly there: Running[P]; readonly stop: () => Promise<void> }>,
  ): Promise<Presence<Running[P]>> {
    try {
      const { shown, there, stop } = await start();
      stops.push(stop);
      return { kind: 'there', shown, there };
    } catch (error) {
      const missing = error instanceof Fault && error.code === 'server-missing';
      const why = error instanceof Error ? error.message : String(error);
      const cure = (error instanceof Fault ? error.cure : undefined) ?? '';
      return { kind: missing ? 'missing' : 'broken', shown: NAMES[name], why, cure };
    }
  }
  const [kafka, s3, clickhouse, registry, containers] = await Promise.all([
    part('kafka', async () => {
      const { brokers, clusterId, version, by, stop } = await startKafka({ tell });
      return { shown: `${NAMES.kafka} ${version} (${by})`, there: { brokers, clusterId }, stop };
    }),
    part('s3', async () => {
      const { endpoint, bucket, env, version, by, stop } = await startS3({ tell });
      return { shown: `${version} (${by})`, there: { endpoint, bucket, env }, stop };
    }),
    part('clickhouse', async () => {
      const { url, user, password, version, by, stop } = await startClickHouse();
      const how = by === 'front' ? "its engine behind the server's HTTP" : by;
      return { shown: `${NAMES.clickhouse} ${version} (${how})`, there: { url, user, password }, stop };
    }),
    part('registry', async () => {
      return { shown: NAMES.registry, there: { files: await registryFiles(tell) }, stop: async () => {} };
    }),
    part('containers', async () => {
      const engine = await containerEngine();
      if (engine === undefined) throw new Fault('no container engine answers', { code: 'server-missing' });
      return { shown: 'a container engine', there: { host: engine.host }, stop: async () => {} };
    }),
  ]);
  return {
    servers: { kafka, s3, clickhouse, registry, containers },
    stop: async () => void (await Promise.all(stops.map((stop) => stop()))),
  };
}

/** The line that says what a run stands on; one reason is told once. */
export function presenceLine(servers: SharedServers): string {
  const parts: readonly Presence<unknown>[] = Object.values(servers);
  const groups = Map.groupBy(parts, (part) => (part.kind === 'there' ? '' : `${part.kind} ${part.why}`));
  const lines = [...groups.values()].map((group) => {
    const names = group.map(({ shown }) => shown).join(', ');
    const [first] = group;
    if (first === undefined || first.kind === 'there') return names;
    return `${names} ${first.kind === 'missing' ? 'missing' : 'DID NOT START'}: ${first.why}`;
  });
  return `real servers: ${lines.join('; ')}`;
}
