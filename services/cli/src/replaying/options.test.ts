// The options of a replay: what they become, and what is refused before anything is touched.
import { replayRequest } from '@parallax/replayer';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import {
  allowedTargets,
  candidateTopics,
  type RunFlags,
  roundsOf,
  stopRulesOf,
  warmUpOf,
  withFeedingOptions,
  withRunOptions,
} from './options.ts';

function flagsOf(...args: string[]): RunFlags {
  const command = withRunOptions(withFeedingOptions(new Command('replay').exitOverride()));
  return command.parse(args, { from: 'user' }).opts<RunFlags>();
}

const refused = (cure: string) =>
  expect.objectContaining({ code: 'bad-arguments', cure: expect.stringContaining(cure) });

test('a run without a word on what is chosen is of everything, flat out', () => {
  expect(replayRequest('x.yaml', { run: 'b', ...flagsOf() })).toEqual({
    experiment: 'x.yaml',
    run: 'b',
    pace: 'flat-out',
  });
});

test('what may be repeated is, and the whole is what the replayer is asked for', () => {
  const flags = flagsOf(
    ...['--type', 'a', '--type', 'b', '--key', 'k', '--header', 'x', '--header', 'y=1', '--id', 'i', '--share', '5%'],
    ...['--by', 'id', '--outcome', 'mismatch', '--signature', 's', '--in', 'run-a'],
    ...['--pace', '10x', '--idle', '1s', '--rate', '200/s'],
  );
  expect(replayRequest('x.yaml', { run: 'b', ...flags })).toEqual({
    experiment: 'x.yaml',
    run: 'b',
    pace: { times: 10 },
    idleMs: 1000,
    mostPerSecond: 200,
    choice: {
      types: ['a', 'b'],
      keys: ['k'],
      headers: ['x', 'y=1'],
      ids: ['i'],
      share: 0.05,
      by: 'id',
      judged: { run: 'run-a', outcomes: ['mismatch'], signatures: ['s'] },
    },
  });
});

test('rounds are runs of their own, and without a loop there is one of the name itself', () => {
  expect([...roundsOf('b', undefined)]).toEqual(['b']);
  expect([...roundsOf('b', '3')]).toEqual(['b-1', 'b-2', 'b-3']);
  const forever = roundsOf('b', 'forever');
  expect([forever.next().value, forever.next().value, forever.next().value]).toEqual(['b-1', 'b-2', 'b-3']);
  for (const loop of ['0', '-1', 'twice', '1.5'])
    expect(() => [...roundsOf('b', loop)]).toThrow(refused('whole number'));
});

test('a topic to answer in is that of the only output, or names its own', () => {
  expect(candidateTopics(undefined, ['default'])).toBeUndefined();
  expect(candidateTopics(['lab'], ['default'])).toEqual({ default: 'lab' });
  expect(candidateTopics(['price=lab', 'invoice=lab.2'], ['price', 'invoice'])).toEqual({
    price: 'lab',
    invoice: 'lab.2',
  });
  expect(() => candidateTopics(['lab'], ['price', 'invoice'])).toThrow(refused('price=TOPIC, invoice=TOPIC'));
});

test('stop rules and warm-ups are amounts', () => {
  expect(stopRulesOf(flagsOf('--stop-after', '10m', '--stop-after-divergences', '5'))).toEqual({
    afterMs: 600_000,
    divergences: 5,
  });
  expect(stopRulesOf(flagsOf())).toEqual({});
  expect(warmUpOf(flagsOf('--warm-up', '1h'))).toBe(3_600_000);
  expect(() => warmUpOf(flagsOf('--warm-up', '1'))).toThrow(refused('1h'));
  expect(() => stopRulesOf(flagsOf('--stop-after-divergences', '0'))).toThrow(refused('whole number'));
});

test('allowed targets may be given one by one, or with commas', () => {
  expect(allowedTargets(flagsOf('--allow-target', 'a.*', '--allow-target', 'b,c'))).toEqual(['a.*', 'b', 'c']);
  expect(allowedTargets({})).toEqual([]);
});
