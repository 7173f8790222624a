// docker-compose.yml says what infra/README.md promises: pinned images, health checks, loopback, one set of secrets.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly entrypoint?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[]; readonly start_period: string };
}

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const compose: { services: Record<string, Service>; volumes: object } = parse(read('docker-compose.yml'));
const servers = Object.entries(compose.services).filter(([, { profiles }]) => profiles === undefined);
const variables: Record<string, string> = Object.fromEntries(
  [...read('infra/README.md').matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
);
const { kafka, clickhouse, s3 } = compose.services;

test('without a profile it is the three servers, and the demo is one', () => {
  expect(servers.map(([name]) => name)).toEqual(['kafka', 'clickhouse', 's3']);
  expect(compose.services.demo?.profiles).toEqual(['demo']);
});

test.each(servers)('%s: a pinned image, a health check, a volume that is declared, loopback only', (_, service) => {
  expect(service.image).toMatch(/:v?\d+\.\d+\.\d+(\.\d+)?$/);
  expect(service.healthcheck?.test[0]).toBe('CMD');
  expect(service.healthcheck?.start_period).toMatch(/^\d+s$/);
  expect(service.ports).not.toHaveLength(0);
  for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  for (const volume of service.volumes ?? []) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
});

test('the variables of infra/README.md fit what the file starts', () => {
  const published = (service: Service | undefined) => (service?.ports ?? []).map((port) => port.replace(/:\d+$/, ''));
  expect(published(kafka)).toContain(variables.PARALLAX_LOG?.replace('kafka://', ''));
  expect(kafka?.environment?.KAFKA_ADVERTISED_LISTENERS).toContain(variables.PARALLAX_LOG?.replace('kafka', 'OUTSIDE'));
  const store = new URL(variables.PARALLAX_STORE ?? '');
  expect(published(clickhouse)).toContain(store.host);
  expect(clickhouse?.environment).toMatchObject({
    CLICKHOUSE_USER: store.username,
    CLICKHOUSE_DB: store.pathname.slice(1),
    CLICKHOUSE_PASSWORD: variables.PARALLAX_STORE_PASSWORD,
  });
  expect(published(s3)).toContain(new URL(variables.AWS_ENDPOINT_URL_S3 ?? '').host);
  expect(s3?.environment).toMatchObject({
    ROOT_ACCESS_KEY: variables.AWS_ACCESS_KEY_ID,
    ROOT_SECRET_KEY: variables.AWS_SECRET_ACCESS_KEY,
  });
  expect(s3?.entrypoint?.join(' ')).toContain(`mkdir -p /data/${new URL(variables.PARALLAX_ARCHIVE ?? '').host}`);
});

test('the tests and the file start the same versions', () => {
  const folder = 'services/shared/platform/src/testing/servers';
  const started = ['kafka/containers.ts', 'clickhouse/container.ts', 's3/container.ts'].map((file) =>
    read(`${folder}/${file}`),
  );
  for (const [, { image = '' }] of servers) {
    const [name = '', version = ''] = image.split(':');
    expect(started.some((text) => text.includes(name) && text.includes(version))).toBe(true);
  }
  expect(read(`${folder}/kafka/pom.xml`)).toContain(`<version>${kafka?.image?.split(':')[1]}</version>`);
});
