// Renamed ids and references: what they excuse, what they find, and that in doubt they excuse nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../outcome.ts';
import { compareWith } from '../compare.ts';
import { compilePlan } from '../plan.ts';
import type { RuleSpec } from '../rules.ts';
import type { CompareSpec } from '../spec.ts';

const bytes = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const event = (value: unknown) => ({ key: null, value: bytes(value), headers: [] });

function spec(rules: readonly RuleSpec[], pick: CompareSpec['pick']): CompareSpec {
  return {
    output: 'o',
    format: { legacy: 'json', candidate: 'json' },
    select: {},
    compare: { value: true, key: false, headers: [] },
    pick,
    counts: 'compare',
    rules,
    budgets: { differencesPerPair: 100, payloadBytes: 1_000_000, depth: 1_000 },
  };
}

/** Both ways of comparing, which must agree. */
function compareAll(
  rules: readonly RuleSpec[],
  legacy: readonly unknown[],
  candidate: readonly unknown[],
  pick: CompareSpec['pick'] = 'sequence',
): Comparison {
  const plan = compilePlan(spec(rules, pick));
  const [walked, full] = [true, false].map((walk) =>
    compareWith(legacy.map(event), candidate.map(event), plan, '', walk),
  );
  expect(walked?.kind).toBe(full?.kind);
  return full ?? expect.unreachable();
}

const compared = (rules: readonly RuleSpec[], legacy: unknown, candidate: unknown): Comparison =>
  compareAll(rules, [legacy], [candidate]);

const counting = (comparison: Comparison): readonly string[] =>
  'differences' in comparison
    ? comparison.differences.filter(({ rule }) => rule === undefined).map(({ path, event: at }) => `${at ?? ''}${path}`)
    : [comparison.kind];

const ids = (...paths: readonly string[]): RuleSpec => ({ kind: 'bijection', name: 'ids', paths });
const anyOrder = (path: string, ...key: readonly string[]): RuleSpec => ({
  kind: 'unordered',
  name: 'order',
  path,
  ...(key.length === 0 ? {} : { key }),
});

describe('renamed ids', () => {
  const rules = [ids('/id', '/lines/*/order', '/refs/*')];

  test('are the same where one is the other everywhere', () => {
    const outcome = compared(
      rules,
      { id: 'a1', lines: [{ order: 'a1' }, { order: 'b1' }], refs: ['b1', 'c'] },
      { id: 'x9', lines: [{ order: 'x9' }, { order: 'y9' }], refs: ['y9', 'c'] },
    );
    expect(outcome).toMatchObject({ kind: 'equivalent' });
    expect('differences' in outcome ? outcome.differences.map(({ path, rule }) => [path, rule]) : []).toEqual([
      ['/id', 'ids'],
      ['/lines/0/order', 'ids'],
      ['/lines/1/order', 'ids'],
      ['/refs/0', 'ids'],
    ]);
  });

  test.each([
    ['one id is two', { id: 'a', refs: ['a'] }, { id: 'x', refs: ['y'] }, ['/refs/0']],
    ['two ids are one', { id: 'a', refs: ['b'] }, { id: 'x', refs: ['x'] }, ['/refs/0']],
    ['an equal id was another before', { id: 'a', refs: ['b'] }, { id: 'b', refs: ['b'] }, ['/refs/0']],
    ['a later equal id contradicts', { id: 'a', refs: ['a'] }, { id: 'b', refs: ['a'] }, ['/refs/0']],
    ['a number became a string', { id: 1 }, { id: '1' }, ['/id']],
    ['one is missing', { id: 'a' }, {}, ['/id']],
    ['it is no scalar', { id: { a: 1 } }, { id: { a: 2 } }, ['/id/a']],
    ['truth is no id', { id: true }, { id: false }, ['/id']],
  ])('count where %s', (_, legacy, candidate, paths) => {
    expect(counting(compared(rules, legacy, candidate))).toEqual(paths);
  });

  test('are the numbers they mean', () => {
    expect(compared(rules, '{"id":1,"refs":[1.0]}', '{"id":7,"refs":[7e0]}').kind).toBe('equivalent');
    expect(compared(rules, '{"id":9007199254740993,"refs":[9007199254740992]}', '{"id":7,"refs":[7]}').kind).toBe(
      'mismatch',
    );
  });

  test('of one document that is identical are a match', () => {
    expect(compared(rules, { id: 'a', refs: ['b'] }, '{ "refs":["b"], "id":"a" }').kind).toBe('match');
  });

  test('of several events are bound together, those of identical events too', () => {
    const by = (legacy: readonly unknown[], candidate: readonly unknown[]) => compareAll(rules, legacy, candidate);
    expect(by([{ id: 'a' }, { id: 'a' }], [{ id: 'x' }, { id: 'x' }]).kind).toBe('equivalent');
    expect(counting(by([{ id: 'a' }, { id: 'a' }], [{ id: 'x' }, { id: 'y' }]))).toEqual(['1/id']);
    expect(counting(by([{ id: 'a' }, { id: 'b' }], [{ id: 'a' }, { id: 'a' }]))).toEqual(['1/id']);
    expect(counting(by([{ id: 'b' }, { id: 'a' }], [{ id: 'a' }, { id: 'a' }]))).toEqual(['1/id']);
    expect(by([{ id: 'a' }, { id: 'b' }], [{ id: 'a' }, { id: 'b' }]).kind).toBe('match');
    expect(by(['no json', { id: 'b' }], ['no json', { id: 'b' }]).kind).toBe('match');
  });

  test('bind the events of a set that belong together, not those that were only tried', () => {
    const legacy = [
      { n: 1, id: 'a' },
      { n: 2, id: 'b' },
    ];
    const candidate = [
      { n: 2, id: 'y' },
      { n: 1, id: 'x' },
    ];
    expect(compareAll(rules, legacy, candidate, 'set').kind).toBe('equivalent');
    expect(compareAll(rules, legacy, [candidate[0], { n: 1, id: 'y' }], 'set').kind).toBe('mismatch');
  });

  test('do not part elements that belong together, in arrays without order and with keys', () => {
    const paths = ids('/things/*/id', '/links/*');
    const legacy = {
      things: [
        { id: 'a', n: 1 },
        { id: 'b', n: 2 },
      ],
      links: ['b'],
    };
    const candidate = {
      things: [
        { id: 'y', n: 2 },
        { id: 'x', n: 1 },
      ],
      links: ['y'],
    };
    for (const order of [anyOrder('/things'), anyOrder('/things', '/id'), anyOrder('/things', '/n')]) {
      expect(compared([paths, order], legacy, candidate).kind).toBe('equivalent');
      expect(compared([paths, order], legacy, { ...candidate, links: ['x'] }).kind).toBe('mismatch');
    }
  });

  test('of equal elements at the ends of arrays take part', () => {
    const paths = [ids('/a/*/id', '/b')];
    const legacy = { a: [{ id: 'p' }, { id: 'q', n: 1 }, { id: 'r' }], b: 'z' };
    expect(counting(compared(paths, legacy, { ...legacy, b: 'p' }))).toHaveLength(1);
    expect(counting(compared(paths, legacy, { ...legacy, b: 'r' }))).toHaveLength(1);
  });

  test('are the same exactly where a renaming exists that is one to one', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const list = fc.array(fc.record({ id, next: id }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(list, list, (one, other) => {
        const flat = (items: typeof one) => items.flatMap(({ id: own, next }) => [own, next]);
        const pairs = flat(one).map((own, i) => [own, flat(other)[i]] as const);
        const isOneToOne =
          one.length === other.length && pairs.every(([a, b]) => pairs.every(([c, d]) => (a === c) === (b === d)));
        const { kind } = compared([ids('/*/id', '/*/next')], one, other);
        expect(kind === 'match' || kind === 'equivalent').toBe(isOneToOne);
      }),
    );
  });
});

test('renamed ids in arrays without order are never called the same where no order and no renaming makes them so', () => {
  const id = fc.constantFrom<string>('a', 'b', 'c', 'd');
  const things = fc.array(fc.record({ id, n: fc.constantFrom(1, 2) }), { maxLength: 4 });
  const document = fc.record({ first: id, things, zlinks: fc.array(id, { maxLength: 3 }) });
  const names = fc.array(fc.constantFrom('a', 'b', 'x', 'y'), { minLength: 4, maxLength: 4 });
  const keys = fc.constantFrom<readonly string[]>([], ['/id'], ['/n']);
  type Document = typeof document extends fc.Arbitrary<infer T> ? T : never;
  /** Often one to one, often not; elements in another order. */
  const renamedBy = (one: Document, to: readonly string[], turn: number, back: boolean): Document => {
    const as = (own: string): string => to['abcd'.indexOf(own)] ?? own;
    const turned = [...one.things.slice(turn), ...one.things.slice(0, turn)].map(({ id: own, n }) => ({
      id: as(own),
      n,
    }));
    return { first: as(one.first), things: back ? turned.reverse() : turned, zlinks: one.zlinks.map(as) };
  };
  let agreed = 0;
  const orders = (count: number): readonly (readonly number[])[] =>
    count === 0
      ? [[]]
      : orders(count - 1).flatMap((order) =>
          Array.from({ length: count }, (_, at) => [...order.slice(0, at), count - 1, ...order.slice(at)]),
        );
  const isOneToOne = (pairs: readonly (readonly [string, string])[]): boolean =>
    pairs.every(([a, b]) => pairs.every(([c, d]) => (a === c) === (b === d)));
  fc.assert(
    fc.property(document, names, fc.nat(3), fc.boolean(), keys, (one, names, turn, back, key) => {
      const other = renamedBy(one, names, turn, back);
      const rules = [ids('/first', '/things/*/id', '/zlinks/*'), anyOrder('/things', ...key)];
      const { kind } = compared(rules, one, other);
      if (kind !== 'match' && kind !== 'equivalent') return;
      agreed++;
      const isSame = orders(one.things.length).some(
        (order) =>
          one.things.length === other.things.length &&
          one.zlinks.length === other.zlinks.length &&
          order.every((j, i) => one.things[i]?.n === other.things[j]?.n) &&
          isOneToOne([
            [one.first, other.first],
            ...order.map((j, i) => [one.things[i]?.id ?? '', other.things[j]?.id ?? ''] as const),
            ...one.zlinks.map((link, i) => [link, other.zlinks[i] ?? ''] as const),
          ]),
      );
      expect(isSame).toBe(true);
    }),
    { numRuns: 1_000 },
  );
  expect(agreed).toBeGreaterThan(100);
});

describe('references', () => {
  const rule: RuleSpec = { kind: 'reference', name: 'refs', path: '/lines/*/product', to: '/products/*/id' };
  const rules = [rule, ids('/products/*/id')];
  const legacy = {
    products: [
      { id: 1, name: 'pen' },
      { id: 2, name: 'ink' },
    ],
    lines: [{ product: 2 }],
  };

  test('are the same where what they point at is, apart from its id', () => {
    const candidate = {
      products: [
        { id: 7, name: 'pen' },
        { id: 8, name: 'ink' },
      ],
      lines: [{ product: 8 }],
    };
    expect(compared(rules, legacy, candidate)).toMatchObject({ kind: 'equivalent' });
    const wrong = { ...candidate, lines: [{ product: 7 }] };
    expect(counting(compared(rules, legacy, wrong))).toEqual(['/lines/0/product']);
  });

  test.each([
    [
      'it points at nothing',
      {
        products: [
          { id: 7, name: 'pen' },
          { id: 8, name: 'ink' },
        ],
        lines: [{ product: 9 }],
      },
    ],
    [
      'it could be several',
      {
        products: [
          { id: 8, name: 'pen' },
          { id: 8, name: 'ink' },
        ],
        lines: [{ product: 8 }],
      },
    ],
  ])('excuse nothing where %s', (_, candidate) => {
    expect(counting(compared(rules, legacy, candidate))).toContain('/lines/0/product');
  });

  test('excuse nothing where the things are not compared', () => {
    const ignored: RuleSpec = { kind: 'ignore', name: 'i', paths: ['/products'] };
    const candidate = { products: [{ id: 8, name: 'fish' }], lines: [{ product: 8 }] };
    expect(counting(compared([...rules, ignored], legacy, candidate))).toEqual(['/lines/0/product']);
  });

  test('that are equal are wrong where what they point at differs', () => {
    const unseen: RuleSpec = { kind: 'ignore', name: 'i', paths: ['/products/*/id'] };
    const candidate = {
      products: [
        { id: 2, name: 'pen' },
        { id: 1, name: 'ink' },
      ],
      lines: [{ product: 2 }],
    };
    expect(counting(compared([rule, unseen], legacy, candidate))).toEqual(['/lines/0/product']);
    expect(compared([rule, unseen], legacy, { ...candidate, lines: [{ product: 1 }] }).kind).toBe('equivalent');
    const both = [rule, unseen, anyOrder('/lines'), anyOrder('/products')];
    const swapped = { ...candidate, lines: [{ product: 2 }, { product: 1 }] };
    expect(compared(both, { ...legacy, lines: [{ product: 2 }, { product: 2 }] }, swapped).kind).toBe('mismatch');
    expect(compared(both, { ...legacy, lines: [{ product: 2 }, { product: 1 }] }, swapped).kind).toBe('equivalent');
    const pointless = { ...candidate, products: [], lines: [{ product: 2 }] };
    expect(counting(compared([rule, unseen], legacy, pointless))).not.toContain('/lines/0/product');
  });

  test('that are equal are asked about in arrays without order inside things, too', () => {
    const parts: readonly RuleSpec[] = [
      { kind: 'reference', name: 'owned', path: '/owners/*/has', to: '/sets/*/id' },
      { kind: 'reference', name: 'parts', path: '/sets/*/of/*', to: '/parts/*/id' },
      { kind: 'ignore', name: 'i', paths: ['/sets/*/id', '/parts/*/id'] },
      anyOrder('/sets/*/of'),
      anyOrder('/parts'),
    ];
    const document = (first: string, second: string) => ({
      owners: [{ has: 's' }],
      sets: [{ id: 's', of: [1, 1] }],
      parts: [
        { id: 1, name: first },
        { id: 2, name: second },
      ],
    });
    expect(compared(parts, document('nut', 'bolt'), document('bolt', 'nut')).kind).toBe('mismatch');
    expect(compared(parts, document('nut', 'bolt'), document('nut', 'bolt')).kind).toBe('match');
  });

  test('find partners in arrays without order', () => {
    const both = [...rules, anyOrder('/lines'), anyOrder('/products')];
    const one = { ...legacy, lines: [{ product: 2 }, { product: 1 }] };
    const candidate = {
      products: [
        { id: 8, name: 'ink' },
        { id: 7, name: 'pen' },
      ],
      lines: [{ product: 7 }, { product: 8 }],
    };
    expect(compared(both, one, candidate).kind).toBe('equivalent');
    expect(compared(both, one, { ...candidate, lines: [{ product: 7 }, { product: 7 }] }).kind).toBe('mismatch');
  });

  test('through other references are followed; in a circle they are inconclusive by name', () => {
    const chain: readonly RuleSpec[] = [
      { kind: 'reference', name: 'next', path: '/nodes/*/next', to: '/nodes/*/id' },
      ids('/nodes/*/id'),
    ];
    const nodes = (prefix: string, last: string | null, name: string) => ({
      nodes: [
        { id: `${prefix}1`, next: `${prefix}2`, name: 'first' },
        { id: `${prefix}2`, next: last, name },
      ],
    });
    expect(compared(chain, nodes('a', null, 'end'), nodes('b', null, 'end')).kind).toBe('equivalent');
    expect(compared(chain, nodes('a', null, 'end'), nodes('b', null, 'END')).kind).toBe('mismatch');
    expect(compared(chain, nodes('a', 'a1', 'end'), nodes('b', 'b1', 'end'))).toEqual({
      kind: 'inconclusive',
      reason: 'reference-cycle',
    });
  });

  test('of long chains end within their work', () => {
    const chain: RuleSpec = { kind: 'reference', name: 'next', path: '/*/next', to: '/*/id' };
    const list = (prefix: string) =>
      Array.from({ length: 120 }, (_, i) => ({ id: `${prefix}${i}`, next: `${prefix}${i + 1}` }));
    const outcome = compared([chain, ids('/*/id')], list('a'), list('b'));
    expect(['inconclusive', 'mismatch']).toContain(outcome.kind);
  });
});
