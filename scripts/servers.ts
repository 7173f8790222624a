// Starts a real Kafka, S3 server and ClickHouse for a developer without containers: `npm run servers`, Ctrl-C stops them.
import { parseArgs } from 'node:util';
import { type RunningKafka, startClickHouse, startKafka, startS3 } from '@parallax/platform/testing';

const USAGE = `usage: npm run servers [-- [--brokers 1|3] [kafka] [s3] [clickhouse]]
  Starts them on free ports of this machine and prints the variables that point Parallax at them.
  Without a name all three. Ctrl-C stops them and removes what they hold.
  --brokers 3   three Kafka brokers: replication factor 3, min.insync.replicas 2 (1)

  With a container engine they are containers; else Kafka and S3 need Java 17 and Maven, which fetches them once, and
  ClickHouse is its embedded engine behind the server's HTTP. PARALLAX_TEST_SERVERS=jars|containers decides by hand.`;
const PARTS = ['kafka', 's3', 'clickhouse'] as const;
const TROUBLE = 2;

type Part = (typeof PARTS)[number];

interface Asked {
  readonly parts: readonly Part[];
  readonly brokers: 1 | 3;
}

interface Started {
  readonly shown: string;
  /** Lines for a shell. */
  readonly variables: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

function isPart(name: string): name is Part {
  return PARTS.some((part) => part === name);
}

function parse(): Asked {
  const options = { brokers: { type: 'string', default: '1' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ options, strict: true, allowPositionals: true });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    process.exit(0);
  }
  const unknown = positionals.find((name) => !isPart(name));
  if (unknown !== undefined) throw new Error(`"${unknown}" is no server: allowed are ${PARTS.join(', ')}`);
  if (values.brokers !== '1' && values.brokers !== '3') {
    throw new Error(`--brokers is ${values.brokers}: allowed are 1 and 3`);
  }
  const named = positionals.filter(isPart);
  return { parts: named.length === 0 ? PARTS : named, brokers: values.brokers === '1' ? 1 : 3 };
}

const tell = (line: string): void => void process.stderr.write(`${line}\n`);

async function start(part: Part, brokers: 1 | 3): Promise<Started> {
  switch (part) {
    case 'kafka': {
      const kafka: RunningKafka = await startKafka({ brokers, tell });
      const shown = `Apache Kafka ${kafka.version}, ${brokers === 1 ? 'one broker' : 'three brokers'} (${kafka.by})`;
      return { shown, variables: { PARALLAX_LOG: `kafka://${kafka.brokers.join(',')}` }, stop: kafka.stop };
    }
    case 's3': {
      const { version, by, bucket, env, stop } = await startS3({ tell });
      return { shown: `${version} (${by})`, variables: { PARALLAX_ARCHIVE: `s3://${bucket}`, ...env }, stop };
    }
    case 'clickhouse': {
      const { version, by, store, password, stop } = await startClickHouse();
      const how = by === 'front' ? "its engine behind the server's HTTP" : by;
      const variables = { PARALLAX_STORE: store(), PARALLAX_STORE_PASSWORD: password };
      return { shown: `ClickHouse ${version} (${how})`, variables, stop };
    }
  }
}

async function run({ parts, brokers }: Asked): Promise<number> {
  const asked = await Promise.allSettled(parts.map((part) => start(part, brokers)));
  const started = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = asked.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const error of failed) {
    const cure = error instanceof Error && 'cure' in error ? ` ${error.cure}` : '';
    tell(`servers: ${error instanceof Error ? error.message : String(error)}.${cure}`);
  }
  for (const { shown } of started) tell(`${shown} is up`);
  if (failed.length === 0) {
    tell('In another terminal:\n');
    const variables = started.flatMap((server) => Object.entries(server.variables));
    process.stdout.write(variables.map(([name, value]) => `export ${name}=${value}\n`).join(''));
    tell('\nCtrl-C stops them and removes what they hold.');
    await stopped();
    tell('stopping');
  }
  await Promise.all(started.map((server) => server.stop()));
  return failed.length === 0 ? 0 : 1;
}

/** Resolves at the first signal; until then something must keep the process alive. */
function stopped(): Promise<void> {
  const alive = setInterval(() => {}, 60_000);
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        clearInterval(alive);
        resolve();
      });
    }
  });
}

try {
  process.exitCode = await run(parse());
} catch (error) {
  tell(`servers: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = TROUBLE;
}
