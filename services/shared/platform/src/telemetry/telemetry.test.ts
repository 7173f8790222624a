// What an operator gets of an event: a line and a count that agree.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '@parallax/core';
import { expect, onTestFinished, test } from 'vitest';
import { openLogger } from './logger.ts';
import { openTelemetry } from './telemetry.ts';

function logFile(): { file: string; lines: () => Record<string, unknown>[] } {
  const dir = mkdtempSync(join(tmpdir(), 'parallax-log-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'deep', 'archiver.log');
  return {
    file,
    lines: () =>
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
  };
}

test('one event makes one log line and adds to its counters', async () => {
  const { file, lines } = logFile();
  const logger = openLogger({ service: 'archiver', to: { file } });
  const telemetry = openTelemetry('archiver', logger);
  const stored = { name: 'object-stored', level: 'info', message: 'Stored.', labels: { kind: 'full' } } as const;
  telemetry.record({ ...stored, counts: { records: 10 }, fields: { key: 'topics/a' } });
  telemetry.record({ ...stored, counts: { records: 5 } });
  await logger.close();
  expect(lines()).toMatchObject([
    {
      service: 'archiver',
      level: 'info',
      event: 'object-stored',
      records: 10,
      kind: 'full',
      key: 'topics/a',
      msg: 'Stored.',
    },
    { event: 'object-stored', records: 5 },
  ]);
  expect(Object.fromEntries(telemetry.counters())).toEqual({
    'archiver_object_stored_total{kind="full"}': 2,
    'archiver_object_stored_records_total{kind="full"}': 15,
  });
});

test('a line is in the file as soon as the call returns, with the fault, its cure and its causes', () => {
  const { file, lines } = logFile();
  const logger = openLogger({ service: 's', to: { file } });
  const cause = new Fault('the disk is full', { code: 'disk-full', cure: 'Free some space.', retryable: true });
  logger.error({ err: new Fault('cannot store', { code: 'archive-down', cause }) }, 'Failed.');
  expect(lines()).toMatchObject([
    { err: { code: 'archive-down', retryable: false, cause: { code: 'disk-full', cure: 'Free some space.' } } },
  ]);
});

test('lines below the level are dropped, their counts are not', async () => {
  const { file } = logFile();
  const logger = openLogger({ service: 's', to: { file }, level: 'warn' });
  const telemetry = openTelemetry('s', logger);
  telemetry.record({ name: 'seen', level: 'debug', message: 'Seen.' });
  await logger.close();
  expect(readFileSync(file, 'utf8')).toBe('');
  expect(telemetry.counters().get('s_seen_total')).toBe(1);
});
