// The table of replayed ids: the same whatever part of it is in memory, and what is not leaves nothing behind.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { IdTable } from './id-table.ts';
import { PAGE_WORDS, Pages } from './pages.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'parallax-pages-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('pages', () => {
  const steps = fc.array(
    fc.record({
      page: fc.nat(30),
      at: fc.nat(PAGE_WORDS - 1),
      what: fc.constantFrom('read', 'write', 'write', 'drop' as const),
      value: fc.nat(0xffff_ffff),
    }),
    { maxLength: 300 },
  );

  test('hold what was written last, and zeros elsewhere, however few of them are in memory', () => {
    const path = folder();
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 40 }), (all, most) => {
        const pages = new Pages(most, path);
        const model = new Map<number, Uint32Array>();
        for (const { page, at, what, value } of all) {
          const expected = model.get(page) ?? new Uint32Array(PAGE_WORDS);
          if (what === 'drop') {
            pages.drop(page);
            model.delete(page);
          } else if (what === 'write') {
            pages.write(page)[at] = value;
            expected[at] = value;
            model.set(page, expected);
          } else expect(pages.read(page)).toEqual(expected);
        }
        for (const [page, expected] of model) expect(pages.read(page)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('make no file while they all fit, and have no name for it when they do not', () => {
    const path = folder();
    // The folder is not there: a file in it would be a fault.
    const fitting = new Pages(4, join(path, 'none'));
    for (let page = 0; page < 4; page++) fitting.write(page)[0] = page;
    const spilling = new Pages(4, path);
    for (let page = 0; page < 9; page++) spilling.write(page)[0] = page + 1;
    expect(readdirSync(path)).toEqual([]);
    expect(Array.from({ length: 9 }, (_, page) => spilling.read(page)[0])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('that can be kept nowhere are a fault that names the folder and what to do', () => {
    const path = join(folder(), 'file');
    writeFileSync(path, '');
    const pages = new Pages(2, path);
    const fill = () => {
      for (let page = 0; page < 3; page++) pages.write(page)[0] = 1;
    };
    expect(fill).toThrow(
      expect.objectContaining({
        code: 'replay-space',
        message: expect.stringContaining(path),
        cure: expect.stringContaining('TMPDIR'),
      }),
    );
  });
});

describe('the table of ids', () => {
  const adds = fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), fc.boolean()), { maxLength: 6_000 });

  test('counts what is waited for exactly, however many ids there are and however few in memory', () => {
    const path = folder();
    fc.assert(
      fc.property(adds, fc.constantFrom(2, 3, 17, 8_192), (all, most) => {
        const table = new IdTable(new Pages(most, path));
        const counts = new Map<string, number>();
        for (const [n, waited] of all) {
          table.add(`id-${n}`, waited);
          counts.set(`id-${n}`, (counts.get(`id-${n}`) ?? 0) + (waited ? 1 : 0));
        }
        expect(table.size).toBe(counts.size);
        expect(table.find('someone else')).toBeUndefined();
        expect([...table.digests()].length).toBe(counts.size);
        const slots = new Map([...counts.keys()].map((id) => [id, table.find(id) ?? -1]));
        expect(new Set(slots.values()).size).toBe(counts.size);
        for (const [id, count] of counts) {
          const slot = slots.get(id) ?? -1;
          for (let left = count; left > 0; left--) {
            expect(table.waits(slot)).toBe(true);
            table.acknowledge(slot);
          }
          expect(table.waits(slot)).toBe(false);
          // Once more, as after a start that found it fed: nothing is owed.
          table.acknowledge(slot);
          expect(table.find(id)).toBe(slot);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('is had again from its digests', () => {
    const path = folder();
    const table = new IdTable(new Pages(5, path));
    for (let n = 0; n < 20_000; n++) table.add(`id-${n}`, n % 3 === 0);
    const again = new IdTable(new Pages(5, path));
    for (const [high, low] of table.digests()) again.addDigest(high, low);
    expect(again.size).toBe(20_000);
    for (let n = 0; n < 20_000; n += 7) expect(again.find(`id-${n}`)).toBeDefined();
    expect(again.find('id-20000')).toBeUndefined();
  });
});
