// `docker compose up -d --wait` brings up servers that answer at the addresses of infra/README.md.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeOn } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const FILE = fileURLToPath(new URL('../docker-compose.yml', import.meta.url));
const compose = (...args: string[]) =>
  promisify(execFile)('docker', ['compose', '--file', FILE, '--project-name', 'parallax-test', ...args]);

describeOn('containers', 'docker compose up -d --wait', () => {
  beforeAll(() => compose('up', '--detach', '--wait'), 600_000);
  afterAll(() => compose('down', '--volumes'));

  test('ClickHouse and S3 answer, and Kafka knows itself by the address that clients use', async () => {
    expect(await (await fetch('http://127.0.0.1:8123/ping')).text()).toBe('Ok.\n');
    expect((await fetch('http://127.0.0.1:7070/health')).status).toBe(200);
    const script = '/opt/kafka/bin/kafka-broker-api-versions.sh';
    const { stdout } = await compose('exec', '-T', 'kafka', script, '--bootstrap-server', 'kafka:9092');
    expect(stdout).toContain('127.0.0.1:9092');
  });
});
