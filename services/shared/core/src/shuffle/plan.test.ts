// How many partitions a shuffled topic has, what stands where, and what is refused.
import { expect, test } from 'vitest';
import { parseExperiment } from '../experiment/parse.ts';
import { partitionOfKey } from '../partitioner.ts';
import { placed } from './placed.ts';
import { planShuffle, readTopics, refuseReplay } from './plan.ts';

function experiment(legacy: string, candidate: string) {
  const text = `experiment: x\nlegacy: { topic: a${legacy} }\ncandidate: { topic: b${candidate} }\n`;
  const parsed = parseExperiment(text, 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

const ON = ', shuffle: true';
const topic = (name: string, partitions: number) =>
  ({ topic: name, partitions, compacted: false, timestamps: 'create' }) as const;
const TOPICS = [topic('a', 4), topic('b', 6)];
const CANDIDATE = 'parallax.x.shuffle.candidate.default';
const LEGACY = 'parallax.x.shuffle.legacy.default';

test.each([
  ['', '', []],
  ['', ON, [[CANDIDATE, 4]]],
  [ON, '', [[LEGACY, 6]]],
  [
    ON,
    ON,
    [
      [LEGACY, 6],
      [CANDIDATE, 6],
    ],
  ],
] as const)(
  'with legacy%s and candidate%s the topics made go with what the other side has',
  (legacy, candidate, made) => {
    const plan = planShuffle(experiment(legacy, candidate), TOPICS);
    expect(plan.map(({ target, partitions }) => [target, partitions])).toEqual(made);
  },
);

test('what is compared are the shuffled topics, where there are any', () => {
  expect(readTopics(experiment('', ON))).toEqual(['a', CANDIDATE]);
  expect(readTopics(experiment('', ', shuffle: false'))).toEqual(['a', 'b']);
});

test('a shuffled topic with other partitions than are needed is refused', () => {
  expect(() => planShuffle(experiment('', ON), [...TOPICS, topic(CANDIDATE, 5)])).toThrow(
    expect.objectContaining({ code: 'shuffle-partitions', message: expect.stringContaining('5 partitions, and 4') }),
  );
});

test('a replay is refused where a side is shuffled, and only there', () => {
  expect(() => refuseReplay(experiment('', ON), 'r')).toThrow(expect.objectContaining({ code: 'replay-shuffled' }));
  refuseReplay(experiment('', ''), 'r');
});

test('an id that is found later, where its partner does not come, is not taken for one', () => {
  const id = 'order-1';
  const home = partitionOfKey(Buffer.from(id), 4);
  const found = (partition: number) =>
    placed(() => ({ kind: 'id', id }), partition, 4)({ key: null, value: null, headers: [] });
  for (let partition = 0; partition < 4; partition++) {
    expect(found(partition)).toEqual(
      partition === home ? { kind: 'id', id } : { kind: 'undecodable', reason: 'shuffled-elsewhere' },
    );
  }
});
