// An examination tells all it finds, whatever single checks do; and each finding has its level for a reason.
import { type Experiment, Fault, parseExperiment, type SampledTopic } from '@parallax/core';
import { expect, test } from 'vitest';
import { examine, worst } from './finding.ts';
import { archiveFindings, memoryFinding } from './place-checks.ts';
import { outputFindings } from './record-checks.ts';
import { countFindings } from './topic-checks.ts';

const GIB = 1024 ** 3;

function experiment(more = ''): Experiment {
  const text = `experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b${more} }\ncorrelation: key\n`;
  const parsed = parseExperiment(text, 'x.yaml');
  if (parsed.kind === 'ok') return parsed.experiment;
  throw new Error(JSON.stringify(parsed.faults));
}

test('a check that fails or says nothing is a finding, and the others are made', async () => {
  const found = await examine([
    {
      area: 'log',
      what: 'The brokers',
      look: () => Promise.reject(new Fault('refused', { code: 'log-login', cure: 'x' })),
    },
    { area: 'store', what: 'The store', patienceMs: 1, look: () => new Promise(() => undefined) },
    { area: 'machine', what: 'The memory', look: async () => [{ area: 'machine', level: 'ok', says: 'enough' }] },
  ]);
  expect(found.map(({ area, level, code }) => [area, level, code])).toEqual([
    ['log', 'problem', 'log-login'],
    ['store', 'problem', 'doctor-timeout'],
    ['machine', 'ok', undefined],
  ]);
  expect(worst(found)).toBe('problem');
  expect(worst([])).toBe('ok');
});

test('what is no fault is a bug and not swallowed', async () => {
  const look = () => Promise.reject(new TypeError('x is not a function'));
  await expect(examine([{ area: 'log', what: 'The brokers', look }])).rejects.toThrow(TypeError);
});

test('partition counts that differ are a problem, unless a side is shuffled', () => {
  const counts = (topic: string) => (topic === 'a' ? 6 : 4);
  expect(countFindings(experiment(), counts)).toMatchObject([{ level: 'problem', code: 'partition-counts' }]);
  expect(countFindings(experiment(', shuffle: true'), counts)).toMatchObject([{ level: 'ok' }]);
  expect(countFindings(experiment(), () => 0)).toEqual([]);
});

test('a twin whose partitions are not those of legacy is a problem', () => {
  const twin = experiment(' }\ntwin: { topic: c');
  const counts = (of: number) => (topic: string) => (topic === 'c' ? of : 6);
  expect(countFindings(twin, counts(6))).toMatchObject([{ level: 'ok' }, { level: 'ok' }]);
  expect(countFindings(twin, counts(3))).toMatchObject([{ level: 'ok' }, { code: 'twin-partition-counts' }]);
  // A topic that is not there is told by another check.
  expect(countFindings(twin, counts(0))).toMatchObject([{ level: 'ok' }]);
});

test('memory is enough, enough if nothing else takes it, or too little', () => {
  const machine = (total: number, free: number) => ({ total: total * GIB, free: free * GIB });
  expect(memoryFinding(GIB, 0, machine(16, 8)).level).toBe('ok');
  expect(memoryFinding(GIB, 0, machine(16, 1)).level).toBe('note');
  expect(memoryFinding(GIB, GIB, machine(16, 8))).toMatchObject({ level: 'warning', code: 'memory' });
});

test('what an archive refuses for one reason is told once, and each reason by itself', () => {
  const need = (met: boolean, code: string, says: string) =>
    ({ need: 'read', met, says, code, cure: `cure of ${code}` }) as const;
  const denied = [1, 2, 3].map((n) => need(false, 'archive-credentials', `request ${n}`));
  const found = archiveFindings('s3://b', [
    ...denied,
    need(false, 'archive-unfit', 'replaces'),
    need(true, '', 'fine'),
  ]);
  expect(found).toMatchObject([
    { level: 'problem', says: 'request 1', means: expect.stringContaining('2 more of 5'), code: 'archive-credentials' },
    { level: 'problem', says: 'replaces', code: 'archive-unfit' },
  ]);
  expect(archiveFindings('s3://b', [need(true, '', 'fine')])).toMatchObject([{ level: 'ok' }]);
});

test('a place that holds one id for many records is warned of', () => {
  const one = (topic: string, key: (n: number) => string): SampledTopic => ({
    topic,
    partitions: 1,
    held: 60,
    records: Array.from({ length: 60 }, (_, n) => ({
      partition: 0,
      offset: n,
      timestamp: 1_000_000,
      key: new TextEncoder().encode(key(n)),
      value: new TextEncoder().encode('{}'),
      headers: [],
    })),
  });
  const [plan] = experiment().outputs;
  if (plan === undefined) throw new Error('no output');
  const found = (key: (n: number) => string) =>
    outputFindings(plan, one('a', key), one('b', key), experiment(), 2_000_000).filter(
      ({ code }) => code === 'few-ids',
    );
  expect(found(() => 'same')).toMatchObject([
    { level: 'warning', says: '60 sampled records of a carry 1 id.', cure: expect.stringContaining('composite') },
    { says: '60 sampled records of b carry 1 id.' },
  ]);
  expect(found((n) => `order-${n % 20}`)).toEqual([]);
});

test('sides that share no id, payloads that are no JSON, and stamps that lie apart, are told', () => {
  const sample = (topic: string, id: (n: number) => string, at: number, text = '{}'): SampledTopic => ({
    topic,
    partitions: 1,
    held: 20,
    records: Array.from({ length: 20 }, (_, n) => {
      const key = new TextEncoder().encode(id(n));
      const value = new TextEncoder().encode(text);
      return { partition: 0, offset: n, timestamp: at + n, key, value, headers: [] };
    }),
  });
  const [plan] = experiment().outputs;
  if (plan === undefined) throw new Error('no output');
  const codes = (other: SampledTopic) =>
    outputFindings(plan, sample('a', String, 1_000_000), other, experiment(), 2_000_000).map(({ code }) => code);
  expect(codes(sample('b', (n) => `other-${n}`, 1_000_000))).toEqual(['no-join']);
  expect(codes(sample('b', String, 1_000_000))).toEqual([undefined]);
  expect(codes(sample('b', String, 1_000_000, 'plain text'))).toEqual(['format', undefined]);
  expect(codes(sample('b', String, 1_900_000))).toContain('deadline');
  expect(codes(sample('b', String, 2_500_000))).toContain('clock-ahead');
});
