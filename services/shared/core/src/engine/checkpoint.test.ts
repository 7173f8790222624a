import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import {
  CHUNK_BYTES,
  decodeSide,
  encodeSide,
  fitsMetadata,
  fromChunks,
  pointerTo,
  readPointer,
  toChunks,
} from './checkpoint.ts';
import type { SideCut } from './config.ts';
import { digestBytes } from './digest.ts';
import { CLOSED_COLUMNS } from './ledger.ts';
import { OffsetSet } from './offset-set.ts';

const POSITION = 2 ** 40;
const offsets = fc
  .array(fc.oneof(fc.nat(300), fc.integer({ min: 0, max: POSITION - 1 })), { maxLength: 50 })
  .map((list) => {
    const set = new OffsetSet();
    for (const offset of list) set.add(offset);
    return set;
  });
const cuts: fc.Arbitrary<SideCut> = fc.record(
  {
    position: fc.constant(POSITION),
    open: offsets,
    givenUp: offsets,
    counts: fc.array(fc.nat(), { minLength: CLOSED_COLUMNS.length, maxLength: CLOSED_COLUMNS.length }),
    start: fc.record({ headLost: fc.boolean(), firstTime: fc.option(fc.nat(), { nil: undefined }) }),
    outage: fc.option(fc.record({ began: fc.nat(), events: fc.nat() }), { nil: undefined }),
    last: fc.record({ offset: fc.nat(), digest: fc.string(), epoch: fc.nat() }, { requiredKeys: ['offset', 'digest'] }),
  },
  { requiredKeys: ['position', 'open', 'givenUp', 'counts', 'start', 'outage'] },
);

function plain({ open, givenUp, ...rest }: SideCut) {
  return { ...rest, open: [...open], givenUp: [...givenUp] };
}

function faultOf(decode: () => unknown): string {
  try {
    decode();
    return 'none';
  } catch (error) {
    return error instanceof Fault ? error.code : String(error);
  }
}

describe('a cut as text', () => {
  test('is the same after reading it back', () => {
    fc.assert(
      fc.property(cuts, fc.nat(), fc.nat(), (cut, generation, number) => {
        const saved = decodeSide(encodeSide({ generation, number }, cut));
        expect({ ...saved, cut: plain(saved.cut) }).toEqual({ generation, number, cut: plain(cut) });
      }),
    );
  });

  test('is small where the open events are neighbours: a hundred thousand of them fit the metadata of a commit', () => {
    const open = new OffsetSet();
    for (let i = 0; i < 100_000; i++) open.add(1_000_000 + i);
    const start = { headLost: false, firstTime: 1_700_000_000_000 };
    const cut = {
      position: 2_000_000,
      open,
      givenUp: new OffsetSet(),
      counts: CLOSED_COLUMNS.map(() => 1e12),
      start,
      outage: undefined,
    };
    const text = encodeSide({ generation: 7, number: 12 }, cut);
    expect(text.length).toBeLessThan(350);
    expect(fitsMetadata(text)).toBe(true);
    expect(readPointer(text)).toBeUndefined();
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'offset=5'],
    ['JSON of something else', '[]'],
    ['null', 'null'],
    ['a newer format', '{"v":2}'],
    ['no members', '{"v":1}'],
    ['a position that is text', '{"v":1,"g":1,"n":1,"p":"5","l":[],"o":"","s":[0,null]}'],
    ['a negative position', '{"v":1,"g":1,"n":1,"p":-5,"l":[],"o":"","s":[0,null]}'],
    ['counts that are no numbers', '{"v":1,"g":1,"n":1,"p":5,"l":["x"],"o":"","s":[0,null]}'],
    ['offsets that are no base64', '{"v":1,"g":1,"n":1,"p":5,"l":[],"o":"%%%","s":[0,null]}'],
    ['offsets that are cut off', '{"v":1,"g":1,"n":1,"p":5,"l":[],"o":"gA==","s":[0,null]}'],
    ['an open offset beyond the position', '{"v":1,"g":1,"n":1,"p":5,"l":[],"o":"BgE=","s":[0,null]}'],
    ['a start that is missing', '{"v":1,"g":1,"n":1,"p":5,"l":[],"o":""}'],
  ])('%s is a fault that says what to do', (_, text) => {
    expect(faultOf(() => decodeSide(text))).toBe('bad-checkpoint');
  });

  test('whatever the text, it is a cut or a fault', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          cuts.chain((cut) => {
            const text = encodeSide({ generation: 1, number: 1 }, cut);
            return fc.nat(text.length).map((at) => text.slice(0, at) + text.slice(at + 1));
          }),
        ),
        (text) => {
          expect(['none', 'bad-checkpoint']).toContain(faultOf(() => decodeSide(text)));
        },
      ),
    );
  });
});

describe('a cut too large for the metadata', () => {
  const text = 'é'.repeat(CHUNK_BYTES);
  const digest = digestBytes(new TextEncoder().encode(text));

  test('goes in chunks and comes back', () => {
    const chunks = toChunks(text);
    expect(chunks.map(({ length }) => length)).toEqual([CHUNK_BYTES, CHUNK_BYTES]);
    expect(readPointer(pointerTo(text, 17))).toEqual({ at: 17, chunks: 2, digest });
    expect(fromChunks(chunks, digest)).toBe(text);
  });

  test.each([
    ['missing', (chunks: readonly Uint8Array[]) => chunks.slice(1)],
    ['changed', (chunks: readonly Uint8Array[]) => [chunks[0]!, chunks[1]!.with(9, 0)]],
    ['in another order', ([a, ...rest]: readonly Uint8Array[]) => [...rest, a!.with(0, 1)]],
  ])('is refused when a chunk is %s', (_, harm) => {
    expect(faultOf(() => fromChunks(harm(toChunks(text)), digest))).toBe('bad-checkpoint');
  });
});
