// What a run says about its servers: one line at its beginning, a list at its end.
import { expect, test } from 'vitest';
import { presenceLine } from './start-shared.ts';
import { type ServerTest, serverSummary } from './summary.ts';

const ran = (file: string, state: ServerTest['state'], ...servers: string[]): ServerTest => ({
  file,
  state,
  name: 'it works',
  servers,
  withoutServers: undefined,
});

test('the list counts by server and by file, and names what failed and what was not run', () => {
  const tests: readonly ServerTest[] = [
    ran('a.servers.test.ts', 'passed', 'Kafka 4'),
    ran('a.servers.test.ts', 'failed', 'Kafka 4'),
    ran('b.servers.test.ts', 'passed', 'Kafka 4'),
    ran('b.servers.test.ts', 'passed', 'Kafka 4', 'S3'),
    ran('b.servers.test.ts', 'skipped', 'S3'),
    { ...ran('c.servers.test.ts', 'skipped'), name: 'a cluster', withoutServers: 'no engine' },
    ran('d.servers.test.ts', 'passed'),
  ];
  expect(serverSummary(tests)).toEqual([
    'ran on Kafka 4: 3 tests, 1 FAILED',
    '  a.servers.test.ts: 2 tests, 1 FAILED',
    '  b.servers.test.ts: 1 test',
    'ran on Kafka 4 and S3: 1 test',
    '  b.servers.test.ts: 1 test',
    'NOT RUN c.servers.test.ts: a cluster (no engine)',
  ]);
  expect(serverSummary([ran('d.servers.test.ts', 'passed')])).toEqual([]);
});

test('the line names what is there, and one reason once', () => {
  const there = { kind: 'there', shown: 'ClickHouse 26', there: { url: '', user: '', password: '' } } as const;
  const missing = { kind: 'missing', why: 'no java', cure: 'Install it.' } as const;
  const servers = {
    kafka: { ...missing, shown: 'Kafka' },
    s3: { ...missing, shown: 'S3' },
    clickhouse: there,
    registry: { ...missing, shown: 'a registry' },
    containers: { kind: 'broken', shown: 'containers', why: 'no disk', cure: '' },
  } as const;
  expect(presenceLine(servers)).toBe(
    'real servers: Kafka, S3, a registry missing: no java; ClickHouse 26; containers DID NOT START: no disk',
  );
});
