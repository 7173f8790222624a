// A known difference that has expired is told of, once.
import { parseExperiment } from '@parallax/core';
import type { TelemetryEvent } from '@parallax/platform';
import { expect, test } from 'vitest';
import { KnownAlarm } from './known-alarm.ts';

const DAY = Date.UTC(2026, 11, 31);

test('a known difference is told of once its day has come, and no more after that', () => {
  const parsed = parseExperiment(
    `experiment: alarm
legacy: { topic: a }
candidate: { topic: b }
rules:
  - known: { path: /a, owner: pricing, ticket: PRICE-7, expires: 2026-12-30 }
    name: rounding
  - known: { path: /b, owner: pricing, ticket: PRICE-8, expires: 2026-12-31 }
    name: tax
  - ignore: /at
`,
    'alarm.yaml',
  );
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  const events: TelemetryEvent[] = [];
  const alarm = new KnownAlarm(parsed.experiment, { record: (event) => events.push(event) });
  const told = () => events.splice(0).map(({ name, level, labels }) => [name, level, labels?.rule]);
  alarm.look(DAY - 1);
  expect(told()).toEqual([['known-expired', 'warn', 'rounding']]);
  alarm.look(DAY - 1);
  expect(told()).toEqual([]);
  alarm.look(DAY);
  expect(told()).toEqual([['known-expired', 'warn', 'tax']]);
});
