// Keys are read back as they were written, and nothing else is taken for one.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manifestKey, manifestSubject, objectKey, parseObjectKey, partitionPrefix } from './layout.ts';

const topics = fc.stringMatching(/^[a-zA-Z0-9._-]{1,40}$/).filter((topic) => topic !== '.' && topic !== '..');

test('a full chunk is named as Confluent S3 tools name it', () => {
  expect(objectKey({ kind: 'full', topic: 'orders.in', partition: 3, first: 42 })).toBe(
    'topics/orders.in/partition=3/orders.in+3+0000000042.avro',
  );
});

test('a tail tells its count in its name', () => {
  expect(objectKey({ kind: 'tail', topic: 'o', partition: 0, first: 7, count: 12 })).toBe(
    'tails/o/partition=0/o+0+0000000007+12.avro',
  );
});

test('every name comes back from its key, and offsets beyond ten digits keep all of theirs', () => {
  const offsets = fc.oneof(fc.maxSafeNat(), fc.nat());
  fc.assert(
    fc.property(
      topics,
      fc.nat(),
      offsets,
      fc.option(fc.nat(), { nil: undefined }),
      (topic, partition, first, count) => {
        const common = { topic, partition, first };
        const name =
          count === undefined ? ({ kind: 'full', ...common } as const) : ({ kind: 'tail', ...common, count } as const);
        expect(parseObjectKey(objectKey(name))).toEqual(name);
        expect(objectKey(name).startsWith(partitionPrefix(name.kind, topic, partition))).toBe(true);
        expect(manifestSubject(manifestKey(objectKey(name)))).toBe(objectKey(name));
      },
    ),
  );
});

test.each([
  'topics/a/partition=0/b+0+0000000000.avro',
  'topics/a/partition=0/a+1+0000000000.avro',
  'topics/a/partition=00/a+00+0000000000.avro',
  'topics/a/partition=0/a+0+000000000.avro',
  'topics/a/partition=0/a+0+00000000000.avro',
  'topics/a/partition=0/a+0+9999999999999999.avro',
  'topics/a/partition=0/a+0+0000000000+3.avro',
  'tails/a/partition=0/a+0+0000000000.avro',
  'tails/a/partition=0/a+0+0000000000+03.avro',
  'topics/../partition=0/..+0+0000000000.avro',
  'topics/a/partition=0/a+0+0000000000.avro.json',
  'x/topics/a/partition=0/a+0+0000000000.avro',
])('%s is no object of ours', (key) => {
  expect(parseObjectKey(key)).toBeUndefined();
});

test('a topic that could not be one is refused by name', () => {
  expect(() => partitionPrefix('full', '../etc', 0)).toThrow('"../etc" is not a topic name');
});
