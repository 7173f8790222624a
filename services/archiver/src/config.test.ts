// Settings are read whole, and every fault is told.
import { parseExperiment } from '@parallax/core';
import { expect, test } from 'vitest';
import { archiverConfig, topicsOf } from './config.ts';

test('an experiment alone is enough', () => {
  expect(archiverConfig(['x.yaml'], {})).toMatchObject({
    experiment: 'x.yaml',
    untilCaughtUp: false,
    archive: 'file:.parallax/archive',
    chunkBytes: 16 * 1024 * 1024,
  });
});

test('what a Kafka cluster asks is taken from the environment', () => {
  const env = { PARALLAX_LOG: 'kafka://b:9093', PARALLAX_LOG_TLS: 'on', PARALLAX_LOG_SASL: 'plain' };
  expect(archiverConfig(['x.yaml'], env)).toMatchObject({ log: 'kafka://b:9093', logTls: 'on', logSasl: 'plain' });
});

test('all wrong settings are told at once, by their variable', () => {
  const env = { PARALLAX_CHUNK_BYTES: '0', PARALLAX_LOG_LEVEL: 'loud' };
  expect(() => archiverConfig(['x.yaml'], env)).toThrow(/PARALLAX_CHUNK_BYTES[\s\S]*PARALLAX_LOG_LEVEL/);
});

test.each([[[]], [['a.yaml', 'b.yaml']], [['a.yaml', '--forever']]])(
  'arguments %j are refused with the usage',
  (argv) => {
    expect(() => archiverConfig(argv, {})).toThrow(
      expect.objectContaining({ code: 'bad-arguments', cure: expect.stringContaining('EXPERIMENT.yaml') }),
    );
  },
);

test('every topic of an experiment is archived once', () => {
  const text = [
    'experiment: x',
    'input: { topic: in }',
    'legacy: { outputs: { a: answers, b: bills } }',
    'candidate: { outputs: { a: answers.v2, b: bills.v2 } }',
  ].join('\n');
  const parsed = parseExperiment(text, 'x.yaml');
  expect(parsed).toMatchObject({ kind: 'ok' });
  if (parsed.kind === 'ok')
    expect(topicsOf(parsed.experiment)).toEqual(['in', 'answers', 'answers.v2', 'bills', 'bills.v2']);
});
