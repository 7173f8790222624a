// Settings are read whole, and every fault is told.
import { expect, test } from 'vitest';
import { comparatorConfig } from './config.ts';

test('an experiment alone is enough', () => {
  expect(comparatorConfig(['x.yaml'], {})).toMatchObject({
    experiment: 'x.yaml',
    run: 'live',
    from: 'default',
    untilCaughtUp: false,
    complete: false,
    forget: false,
    store: 'chdb:.parallax/store',
    cutMs: 1_000,
  });
});

test('all wrong settings are told at once, by their variable', () => {
  const env = { PARALLAX_CUT_MS: '1', PARALLAX_LOG_LEVEL: 'loud' };
  expect(() => comparatorConfig(['x.yaml'], env)).toThrow(/PARALLAX_CUT_MS[\s\S]*PARALLAX_LOG_LEVEL/);
});

test.each([[[]], [['a.yaml', 'b.yaml']], [['a.yaml', '--forever']]])(
  'arguments %j are refused with the usage',
  (argv) => {
    expect(() => comparatorConfig(argv, {})).toThrow(
      expect.objectContaining({ code: 'bad-arguments', cure: expect.stringContaining('EXPERIMENT.yaml') }),
    );
  },
);

test('complete ends mean something only where one waits for the ends', () => {
  expect(() => comparatorConfig(['x.yaml', '--complete'], {})).toThrow(/--until-caught-up/);
});

test('the runs that measure noise are asked for by name, one at a time', () => {
  expect(comparatorConfig(['x.yaml', '--twin'], {}).run).toBe('twin');
  expect(comparatorConfig(['x.yaml', '--bare'], {}).run).toBe('bare');
  for (const args of [
    ['--twin', '--bare'],
    ['--twin', '--run', 'b'],
  ]) {
    expect(() => comparatorConfig(['x.yaml', ...args], {})).toThrow(expect.objectContaining({ code: 'bad-arguments' }));
  }
  expect(() => comparatorConfig(['x.yaml', '--run', 'twin'], {})).toThrow(
    expect.objectContaining({ code: 'bad-run-name' }),
  );
});

test('a run that cannot be the name of topics is refused', () => {
  expect(() => comparatorConfig(['x.yaml', '--run', 'Build B'], {})).toThrow(
    expect.objectContaining({ code: 'bad-run-name' }),
  );
});

test.each([
  ['earliest', 'earliest'],
  ['now', 'now'],
  ['2026-03-01', Date.UTC(2026, 2, 1)],
  ['2026-03-01T08:00', Date.UTC(2026, 2, 1, 8)],
  ['2026-03-01T08:00:00.5Z', Date.UTC(2026, 2, 1, 8, 0, 0, 500)],
  ['2026-03-01T08:00:00+02:00', Date.UTC(2026, 2, 1, 6)],
  ['1772352000000', 1_772_352_000_000],
])('--from %s is understood', (given, from) => {
  expect(comparatorConfig(['x.yaml', '--from', given], {}).from).toBe(from);
});

test.each(['yesterday', '1', '2026-13-01', '01.03.2026'])('--from %s is refused with what is allowed', (given) => {
  expect(() => comparatorConfig(['x.yaml', '--from', given], {})).toThrow(
    expect.objectContaining({ code: 'bad-arguments', cure: expect.stringContaining('earliest') }),
  );
});
