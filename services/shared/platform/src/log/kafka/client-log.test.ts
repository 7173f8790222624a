// What the client says reaches the log as one event, without alarm for what it tries again, and without whole answers.
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { recordingTelemetry } from '../../testing/recording-telemetry.ts';
import { telemetryLog } from './client-log.ts';

const { ERROR, WARN, INFO, DEBUG } = kafkajs.logLevel;

function told(namespace: string, level: number, log: Record<string, unknown> = {}) {
  const telemetry = recordingTelemetry();
  const entry = { namespace, level, label: '', log: { timestamp: 'now', message: 'said', ...log } };
  telemetryLog(telemetry)(INFO)(entry);
  return telemetry.events;
}

test.each([
  ['a connection that failed', 'Connection', ERROR, {}, 'debug'],
  ['a login, which becomes a fault', 'SaslAuthenticator-PLAIN', ERROR, {}, 'debug'],
  ['what is tried again', 'Other', ERROR, { retryCount: 1 }, 'debug'],
  ['an error of another part', 'Other', ERROR, {}, 'warn'],
  ['a warning', 'Other', WARN, {}, 'warn'],
  ['news', 'Other', INFO, {}, 'debug'],
])('%s is told at its level', (_, namespace, level, log, expected) => {
  expect(told(namespace, level, log)).toMatchObject([
    { name: 'kafka-client', level: expected, message: 'Kafka client: said', labels: { namespace } },
  ]);
});

test('chatter is not told, and of fields only plain ones', () => {
  expect(told('Connection', DEBUG)).toEqual([]);
  const [event] = told('Connection', ERROR, { broker: 'b:1', data: { secret: 'x' }, stack: 'at …' });
  expect(event?.fields).toEqual({ broker: 'b:1' });
});
