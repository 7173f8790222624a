// The compact table against a Map, whatever is put in, taken out, shrunk and moved.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SIDES } from '../outcome.ts';
import type { Header } from '../ports/log.ts';
import { digestContent, spread } from './digest.ts';
import { type LoneEvent, LoneEvents } from './lone-events.ts';

const NEVER = Number.NEGATIVE_INFINITY;

const bytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 60 });
const header: fc.Arbitrary<Header> = fc.tuple(fc.constantFrom('a', '€'), fc.option(bytes, { nil: null }));
const event: fc.Arbitrary<LoneEvent> = fc.record({
  id: fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('\ud800', '\udbff', 'ÿ', 'Ā', '')),
  type: fc.constantFrom('', 'order', 'ä', '€'),
  side: fc.constantFrom(...SIDES),
  offset: fc.nat(2 ** 50),
  timestamp: fc.integer(),
  arrived: fc.integer(),
  behind: fc.boolean(),
  mustAsk: fc.boolean(),
  asked: fc.boolean(),
  notBefore: fc.constantFrom(NEVER, NEVER, 5),
  shown: fc.constantFrom('', 'outage', 'no-joins'),
  parked: fc.boolean(),
  content: fc.record({
    key: fc.option(bytes, { nil: null }),
    value: fc.option(bytes, { nil: null }),
    headers: fc.array(header, { maxLength: 2 }),
  }),
  digest: fc.constant(''),
});

type Step =
  | { readonly kind: 'add'; readonly event: LoneEvent }
  | { readonly kind: 'remove' | 'shrink'; readonly which: number }
  | { readonly kind: 'release'; readonly side: (typeof SIDES)[number]; readonly notBefore: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant('add' as const), event }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'shrink' as const), which: fc.nat() }), weight: 3 },
  {
    arbitrary: fc.record({
      kind: fc.constant('release' as const),
      side: fc.constantFrom(...SIDES),
      notBefore: fc.nat(9),
    }),
    weight: 1,
  },
);

/** Collides often. */
function hashOf(id: string): number {
  return spread(id) & 7;
}

function stub(one: LoneEvent): LoneEvent {
  return one.content === undefined ? one : { ...one, digest: digestContent(one.content), content: undefined };
}

describe('events that wait alone', () => {
  test('are found, listed and given back as a Map would, whatever is added, removed, shrunk and released', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const table = new LoneEvents();
        const model = new Map<string, LoneEvent>();
        for (const one of steps) {
          const ids = [...model.keys()];
          switch (one.kind) {
            case 'add':
              if (model.has(one.event.id)) break;
              model.set(one.event.id, one.event);
              table.add(one.event, hashOf(one.event.id));
              break;
            case 'release':
              for (const [id, held] of [...model]) {
                if (held.side !== one.side || !held.parked) continue;
                model.delete(id);
                model.set(id, { ...held, parked: false, notBefore: Math.max(held.notBefore, one.notBefore) });
              }
              table.release(one.side, one.notBefore);
              break;
            default: {
              const id = ids[one.which % Math.max(1, ids.length)];
              if (id === undefined) break;
              const entry = table.find(id, hashOf(id));
              if (one.kind === 'remove') {
                table.remove(entry);
                model.delete(id);
              } else {
                table.shrink(entry);
                if (table.isStub(entry)) model.set(id, stub(model.get(id) as LoneEvent));
              }
            }
          }
        }
        expect(table.size).toBe(model.size);
        for (const side of SIDES) {
          for (const parked of [false, true]) {
            const listed: LoneEvent[] = [];
            for (let e = table.first(side, parked); e >= 0; e = table.next(e)) listed.push(table.get(e));
            expect(listed).toEqual([...model.values()].filter((held) => held.side === side && held.parked === parked));
            expect(table.count(side, parked)).toBe(listed.length);
          }
        }
        for (const [id, held] of model) {
          const entry = table.find(id, hashOf(id));
          expect(table.get(entry)).toEqual(held);
          expect([table.offsetOf(entry), table.arrivedAt(entry), table.timestampOf(entry)]).toEqual([
            held.offset,
            held.arrived,
            held.timestamp,
          ]);
        }
        expect(table.find('never added', 3)).toBe(-1);
      }),
      { numRuns: 300 },
    );
  });

  const order = (n: number, size: number): LoneEvent => ({
    id: `o-${n}`,
    type: '',
    side: 'legacy',
    offset: n,
    timestamp: n,
    arrived: n,
    behind: false,
    mustAsk: false,
    asked: false,
    notBefore: NEVER,
    shown: '',
    parked: false,
    content: { key: null, value: new Uint8Array(size).fill(n), headers: [] },
    digest: '',
  });

  test('give their memory back when nine in ten go, and stay what they were when they are moved', () => {
    const table = new LoneEvents();
    const add = (n: number) => table.add(order(n, 400), spread(`o-${n}`));
    for (let n = 0; n < 20_000; n++) add(n);
    const full = table.heldBytes;
    for (let n = 0; n < 20_000; n++) if (n % 10 !== 0) table.remove(table.find(`o-${n}`, spread(`o-${n}`)));
    for (let n = 20_000; n < 22_000; n++) add(n);
    expect(table.heldBytes).toBeLessThan(full / 2);
    for (let n = 0; n < 22_000; n += 10) {
      expect(table.get(table.find(`o-${n}`, spread(`o-${n}`)))).toEqual(order(n, 400));
    }
  });

  test('may be larger than a slab', () => {
    const table = new LoneEvents();
    const entries = [1, 700_000, 2, 80_000, 3].map((size, n) => table.add(order(n, size), n));
    expect(entries.map((entry) => table.get(entry).content?.value?.length)).toEqual([1, 700_000, 2, 80_000, 3]);
    const held = table.heldBytes;
    table.remove(entries[1] as number);
    expect(table.heldBytes).toBeLessThanOrEqual(held - 700_000);
  });

  test('tell a repeat by its bytes, and as a stub by its digest', () => {
    const table = new LoneEvents();
    const entry = table.add(order(7, 50), 0);
    const same = { key: null, value: new Uint8Array(50).fill(7), headers: [] };
    const different = { ...same, value: new Uint8Array(50).fill(8) };
    expect([table.isRepeated(entry, same), table.isRepeated(entry, different)]).toEqual([true, false]);
    const before = table.bytesOf(entry);
    table.shrink(entry);
    expect([table.isRepeated(entry, same), table.isRepeated(entry, different)]).toEqual([true, false]);
    expect(table.bytesOf(entry)).toBeLessThan(before);
  });
});
