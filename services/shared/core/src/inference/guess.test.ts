// What is guessed of topics whose right answers are known, and that nothing is proposed to be hidden without need.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatSource } from '../envelope/source.ts';
import { parseExperiment } from '../experiment/parse.ts';
import { partitionOfKey } from '../partitioner.ts';
import { type Guess, guessExperiment, type Joined } from './guess.ts';
import { crc32, partitioningOf } from './partitioning.ts';
import { payloadsOf } from './payloads.ts';
import type { SampledTopic } from './sample.ts';
import { FRAMED, RICH, SHAPES, UNRELATED } from './testing/shapes.ts';
import { bytes, type Shape, topicsOf } from './testing/topics.ts';
import { experimentName, writeExperiment } from './writing.ts';

function joined(guess: Guess): Joined {
  if (guess.kind !== 'joined') throw new Error(`joined was expected, not ${guess.kind}`);
  return guess;
}

function idsOf(guess: Guess, side: 'legacy' | 'candidate'): readonly string[] {
  if (guess.kind !== 'joined') return [];
  return guess.correlation[side].map((part) => part.map(formatSource).join('|')).toSorted();
}

function isRight(shape: Shape, guess: Guess): boolean {
  const same = (one: readonly string[], other: readonly string[]) => one.join() === other.toSorted().join();
  return same(idsOf(guess, 'legacy'), shape.legacyId) && same(idsOf(guess, 'candidate'), shape.candidateId);
}

test.for(SHAPES.map((shape) => ({ shape, name: shape.name })))('finds the ids: $name', ({ shape }) => {
  const guess = guessExperiment(topicsOf(shape, { orders: 600, seed: 1 }));
  expect(idsOf(guess, 'legacy')).toEqual(shape.legacyId.toSorted());
  expect(idsOf(guess, 'candidate')).toEqual(shape.candidateId.toSorted());
});

test('recall on the labelled set, over sizes and seeds', ({ annotate }) => {
  const wrong: string[] = [];
  let all = 0;
  for (const orders of [30, 250]) {
    for (let seed = 1; seed <= 2; seed++) {
      for (const shape of SHAPES) {
        all++;
        const guess = guessExperiment(topicsOf(shape, { orders, seed }));
        if (!isRight(shape, guess)) wrong.push(`${shape.name}, ${orders} orders`);
      }
    }
  }
  const told = `recall of guessed ids: ${all - wrong.length} of ${all}${wrong.length === 0 ? '' : ` (not: ${wrong.join('; ')})`}`;
  console.log(told);
  void annotate(told);
  expect((all - wrong.length) / all).toBeGreaterThanOrEqual(0.95);
});

test('whatever is guessed is written as an experiment that is sound and says the same', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SHAPES, RICH),
      fc.integer({ min: 3, max: 80 }),
      fc.integer(),
      (shape, orders, seed) => {
        const guess = guessExperiment(topicsOf(shape, { orders, seed, partitions: 1 + (seed & 3) }));
        if (guess.kind !== 'joined') return;
        const text = writeExperiment(guess, { name: experimentName('Orders.Priced'), heading: 'a test' });
        const parsed = parseExperiment(text, 'written.yaml');
        if (parsed.kind === 'faults') throw new Error(`${JSON.stringify(parsed.faults)}\n${text}`);
        const [output] = parsed.experiment.outputs;
        expect(output?.legacy.correlation).toEqual(guess.correlation.legacy);
        expect(output?.candidate.correlation).toEqual(guess.correlation.candidate);
      },
    ),
    { numRuns: 60 },
  );
});

describe('rules', () => {
  const guess = joined(guessExperiment(topicsOf(RICH, { orders: 400, seed: 3 })));
  const text = writeExperiment(guess, { name: 'rich', heading: 'a test' });
  const lines = text.split('\n');

  test('only what differs by nature in nearly all pairs is in force', () => {
    expect(guess.rules.active.map(({ path }) => path).toSorted()).toEqual([
      '/eventId',
      '/items/*/ref',
      '/processedAt',
      '/tracedAt',
    ]);
    expect(guess.rules.activeArrays).toEqual([{ path: '/items', key: '/sku', pairs: 400, reordered: 200, same: 400 }]);
  });

  test('a date that is off, a constant that changed and a member that is gone are left to be judged', () => {
    const doubtful = Object.fromEntries(guess.rules.doubtful.map(({ path, nature }) => [path, nature]));
    expect(doubtful).toMatchObject({ '/dueOn': 'time', '/always': 'value', '/oldAt': 'work-time', '/total': 'value' });
    expect(lines.filter((line) => /^ {2}- (ignore|tolerance|unordered)/.test(line))).toHaveLength(5);
    expect(text).toMatch(/^ {2}# \/total differs in 10 of 400 pairs \(changed\): values\.$/m);
  });

  test('noise in numbers is told with its size, and its tolerance is not in force', () => {
    expect(text).toMatch(/^ {2}# - tolerance: \{ path: \/average, absolute: 1(\.\d+)?e-9 \}$/m);
  });

  test('what is doubtful is offered the narrowest rule with its risk, and none as wide as a divergence', () => {
    expect(text).toMatch(/# Risk high: it hides any time that is wrong by less than 1d; in the sample 400 of 400/);
    expect(text).not.toContain('# - tolerance: { path: /total');
    const taken = text.replace(/^ {2}# - (tolerance|time):/gm, '  - $1:');
    const parsed = parseExperiment(taken, 'x.yaml');
    expect(parsed.kind === 'ok' && parsed.experiment.rules.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['tolerance', 'time']),
    );
  });

  test('what is hidden is not what was seeded as wrong', () => {
    expect(guess.rules.remaining.paths.find(({ path }) => path === '/total')?.differing).toBe(10);
  });
});

test('windows follow the gaps between the sides', () => {
  const [slow] = SHAPES;
  if (slow === undefined) throw new Error('no shape');
  const shape: Shape = {
    ...slow,
    candidate: (order) => slow.candidate(order).map((event) => ({ ...event, afterMs: 60_000 })),
  };
  const { window, gaps } = joined(guessExperiment(topicsOf(shape, { orders: 600, seed: 1 })));
  expect(gaps.p50Ms).toBeGreaterThan(59_000);
  expect(window.deadlineMs).toBeGreaterThan(2 * gaps.maxMs * 0.7);
  const short = guessExperiment({ ...topicsOf(shape, { orders: 600, seed: 1 }), retentionMs: 240_000 });
  expect(joined(short).window).toMatchObject({ deadlineMs: 60_000, isCapped: true });
});

test('events of one id that come in any order are picked as a set', () => {
  const several = SHAPES.find(({ name }) => name === 'several events of an id');
  if (several === undefined) throw new Error('no shape');
  const shape: Shape = {
    ...several,
    candidate: (order) => several.candidate(order).map((event, n) => ({ ...event, afterMs: 900 - n * 100 })),
  };
  expect(joined(guessExperiment(topicsOf(shape, { orders: 200, seed: 1 })))).toMatchObject({
    pick: 'set',
    picking: { several: 200 },
  });
  expect(joined(guessExperiment(topicsOf(several, { orders: 200, seed: 1 })))).toMatchObject({ pick: 'sequence' });
});

test('without a common id nothing is guessed, and the places that were looked at are named', () => {
  const guess = guessExperiment(topicsOf(UNRELATED, { orders: 300, seed: 1 }));
  expect(guess).toMatchObject({ kind: 'no-match' });
  if (guess.kind === 'no-match') expect(guess.places.legacy.map(({ name }) => name)).toContain('path:/orderId');
});

test('payloads of a schema registry are told', () => {
  expect(guessExperiment(topicsOf(FRAMED, { orders: 50, seed: 1 }))).toMatchObject({
    kind: 'registry',
    sides: ['legacy', 'candidate'],
  });
});

test('one topic alone gives places to begin with', () => {
  const [shape] = SHAPES;
  if (shape === undefined) throw new Error('no shape');
  const { legacy, candidate } = topicsOf(shape, { orders: 50, seed: 1 });
  const guess = guessExperiment({ legacy, candidate: { ...candidate, records: [], held: 0 } });
  expect(guess).toMatchObject({ kind: 'one-sided', empty: 'candidate' });
  if (guess.kind !== 'one-sided') return;
  const text = writeExperiment(guess, { name: 'x', heading: 'a test' });
  expect(parseExperiment(text, 'x').kind).toBe('ok');
  expect(text).toContain('correlation: header:correlation-id');
});

test('who chose the partitions is told from where the keys lie', () => {
  // Of librdkafka's own tests: crc32 of these keys.
  expect(crc32(bytes('123456789'))).toBe(0xcbf43926);
  const keys = Array.from({ length: 200 }, (_, n) => bytes(`key-${n}`));
  const at = (choose: (key: Uint8Array) => number) =>
    keys.map((key, offset) => ({ partition: choose(key), offset, timestamp: 0, key, value: null, headers: [] }));
  expect(partitioningOf({ partitions: 6, records: at((key) => crc32(key) % 6) })).toMatchObject({
    by: 'crc32',
    crc32: 200,
  });
  expect(partitioningOf({ partitions: 6, records: at(() => 3) })).toMatchObject({ by: 'other' });
  expect(partitioningOf({ partitions: 1, records: at(() => 0) }).by).toBeUndefined();
});

test('names of the data end no comment', () => {
  const evil = 'id\n- ignore: "/**"';
  const shape: Shape = {
    name: 'evil',
    legacyId: [],
    candidateId: [],
    legacy: (order) => [{ value: { [evil]: order.id, total: order.total } }],
    candidate: (order) => [{ value: { [evil]: order.id, total: order.total + 1 } }],
  };
  const guess = joined(guessExperiment(topicsOf(shape, { orders: 60, seed: 1 })));
  const parsed = parseExperiment(writeExperiment(guess, { name: 'x', heading: 'of\nlines: 1' }), 'x');
  expect(parsed.kind === 'ok' ? parsed.experiment.rules : parsed.faults).toEqual([]);
});

describe('topics whose records name schemas', () => {
  const framed = (value: Uint8Array, header?: Uint8Array) => ({
    topic: 't',
    partitions: 1,
    held: 1,
    records: [
      {
        partition: 0,
        offset: 0,
        timestamp: 0,
        key: null,
        value,
        headers: header === undefined ? [] : [['__value_schema_id', header] as const],
      },
    ],
  });
  test.each([
    ['registry', framed(Uint8Array.of(0, 0, 0, 0, 7, 2))],
    ['registry', framed(Uint8Array.of(2, 65), Uint8Array.of(1, ...new Uint8Array(16)))],
    ['single-object', framed(Uint8Array.of(0xc3, 1, ...new Uint8Array(9)))],
  ] as const)('%s is told', (kind, topic) => {
    expect(payloadsOf(topic.records)).toMatchObject({ kind, needs: 'avro' });
    const guess = guessExperiment({ legacy: topic, candidate: topic });
    expect(guess).toMatchObject({ kind: 'registry', legacy: { payloads: { kind } } });
  });

  test('JSON and Avro in one topic are read as auto', () => {
    const mixed = [framed(Uint8Array.of(0, 0, 0, 0, 7, 2)), framed(bytes('{"id":"a"}'))].flatMap((one) => one.records);
    expect(payloadsOf(mixed).needs).toBe('auto');
  });

  const [shape] = SHAPES;
  const topics = topicsOf(shape ?? RICH, { orders: 60, seed: 1 });
  const where = { name: 'x', heading: 'a test', registry: 'https://r.example/apis/ccompat/v7', schemas: ['a b.avsc'] };
  const written = (samples: Parameters<typeof guessExperiment>[0]) => {
    const text = writeExperiment(joined(guessExperiment(samples)), where);
    const parsed = parseExperiment(text, 'written.yaml');
    if (parsed.kind === 'faults') throw new Error(`${JSON.stringify(parsed.faults)}\n${text}`);
    const { outputs, input } = parsed.experiment;
    return [outputs[0]?.legacy, outputs[0]?.candidate, input].map((one) => [one?.format, one?.registry, one?.schemas]);
  };
  const given = [where.registry, where.schemas];
  const none = [undefined, undefined];

  test.each([
    ['both', { legacy: 'avro', candidate: 'avro', input: undefined }, ['avro', 'avro', 'json']],
    ['one', { legacy: undefined, candidate: 'avro', input: 'avro' }, ['json', 'avro', 'avro']],
    ['all', { legacy: 'auto', candidate: 'auto', input: 'auto' }, ['auto', 'auto', 'auto']],
    ['each', { legacy: 'avro', candidate: 'auto', input: undefined }, ['avro', 'auto', 'json']],
  ] as const)('the file says how %s of them are read, and where their schemas are', (_, as, expected) => {
    const read = (sample: SampledTopic, writtenAs: 'avro' | 'auto' | undefined) =>
      writtenAs === undefined ? sample : { ...sample, writtenAs };
    const input = { ...topics.legacy, topic: 'orders.in' };
    const found = written({
      legacy: read(topics.legacy, as.legacy),
      candidate: read(topics.candidate, as.candidate),
      input: read(input, as.input),
    });
    expect(found).toEqual(expected.map((format) => [format, ...(format === 'json' ? none : given)]));
  });

  test('a topic of documents is not compared with one of text', () => {
    const text = {
      ...topics.candidate,
      records: topics.candidate.records.map((one) => ({ ...one, value: bytes('x') })),
    };
    expect(guessExperiment({ legacy: { ...topics.legacy, writtenAs: 'avro' }, candidate: text }).kind).toBe('unlike');
  });
});

test('an id in a part of keys is found, in JSON as in keys that were read by their schemas; partitions go by the bytes', () => {
  const encoder = new TextEncoder();
  const topic = (name: string, isCandidate: boolean): SampledTopic => ({
    topic: name,
    partitions: 4,
    held: 60,
    records: Array.from({ length: 60 }, (_, n) => {
      const key = encoder.encode(JSON.stringify(isCandidate ? { order: `o-${n}`, at: n } : { order: `o-${n}` }));
      const written = Uint8Array.of(0, 0, 0, 0, 7, ...encoder.encode(`o-${n}`));
      return {
        partition: partitionOfKey(isCandidate ? written : key, 4),
        offset: n,
        timestamp: 1_700_000_000_000 + n * 1000,
        key,
        ...(isCandidate ? { writtenKey: written } : {}),
        value: encoder.encode(JSON.stringify({ total: n, name: `name ${n}` })),
        headers: [],
      };
    }),
  });
  const guess = guessExperiment({ legacy: topic('a', false), candidate: topic('b', true) });
  expect(idsOf(guess, 'legacy')).toEqual(['key:/order']);
  expect(idsOf(guess, 'candidate')).toEqual(['key:/order']);
  expect(joined(guess).candidate.partitioning.by).toBe('murmur2');
});

test('a renamed member and a text that wraps a document are told of with the rules for them, in the order they need', () => {
  const encoder = new TextEncoder();
  const topic = (name: string, value: (n: number) => unknown): SampledTopic => ({
    topic: name,
    partitions: 1,
    held: 60,
    records: Array.from({ length: 60 }, (_, n) => ({
      partition: 0,
      offset: n,
      timestamp: 1_700_000_000_000 + n * 1000,
      key: encoder.encode(`order-${n}`),
      value: encoder.encode(JSON.stringify(value(n))),
      headers: [],
    })),
  });
  const document = (n: number) => ({ sum: n * 3, city: `c${n % 7}` });
  const guess = guessExperiment({
    legacy: topic('a', (n) => ({ doc: btoa(JSON.stringify(document(n))), mail: `m${n}@x` })),
    candidate: topic('b', (n) => ({ payload: document(n), email: `m${n}@x` })),
  });
  const text = writeExperiment(joined(guess), { name: 'x', heading: 'a test' });
  const rules = [...text.matchAll(/^ {2}# - (.*)$/gm)].map(([, rule = '']) => rule);
  expect(rules).toEqual([
    'rename: { side: legacy, from: /doc, to: /payload }',
    'rename: { side: legacy, from: /mail, to: /email }',
    'decode: { path: /payload, as: [base64, json] }',
  ]);
  expect(text).toContain('/payload, once the rules above hold:');
  const taken = text.replace(/^rules: \[\]$/m, `rules:\n${rules.map((rule) => `  - ${rule}`).join('\n')}`);
  expect(parseExperiment(taken, 'x.yaml').kind).toBe('ok');
});

test('a made-up id that is only called otherwise is renamed, not ignored under its new name', () => {
  const encoder = new TextEncoder();
  const hex = (n: number) =>
    Math.imul(n + 1, 2_654_435_761)
      .toString(16)
      .replace('-', 'f')
      .padStart(8, '0');
  const topic = (name: string, member: string): SampledTopic => ({
    topic: name,
    partitions: 1,
    held: 60,
    records: Array.from({ length: 60 }, (_, n) => ({
      partition: 0,
      offset: n,
      timestamp: 1_700_000_000_000 + n * 1000,
      key: encoder.encode(`order-${n}`),
      value: encoder.encode(
        JSON.stringify({
          total: n,
          [member]: `${hex(n)}${hex(n + 7)}`,
        }),
      ),
      headers: [],
    })),
  });
  const { rules } = joined(guessExperiment({ legacy: topic('a', 'trace_no'), candidate: topic('b', 'traceNo') }));
  expect(rules.active.map(({ path }) => path)).toEqual([]);
  expect(rules.suggestions).toMatchObject([{ rule: { rename: { from: '/trace_no', to: '/traceNo' } }, hides: 60 }]);
});
