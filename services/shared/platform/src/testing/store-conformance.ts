// What every divergence store must do, whichever it is. The suite is shared by the double, the embedded and the real one.
import { Fault, type PairRow } from '@parallax/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeStoreSql } from './store-conformance-sql.ts';
import { describeStoreViews } from './store-conformance-views.ts';
import { differenceRow, pairRow } from './store-rows.ts';
import type { StoreSubject } from './store-subject.ts';

const BIGGEST = 2n ** 256n - 1n;

/** Strings that have broken a store: quoting, control characters, placeholders, halves of surrogate pairs, their marks. */
export const HOSTILE_STRINGS: readonly string[] = [
  '',
  ' ',
  `'`,
  `"`,
  '`',
  '\\',
  `\\'`,
  `''`,
  '\t',
  '\n',
  '\r\n',
  '\0',
  'a\0b',
  '\u0001\u001f\u007f',
  '{x:String}',
  '{{',
  '$1',
  '%s',
  '-- x',
  '/* x */',
  ';',
  'NULL',
  '\\N',
  'é',
  'e\u0301',
  '😀',
  '\ud83d',
  '\ude00',
  'a\ud800b\udfffc',
  '\ufffd',
  '\ufffd{d800}',
  '\ufffd{{d800}',
  '\ufffd{d800',
  '\ufeff',
  '\u2028',
  '__proto__',
  'constructor',
  '[1,"2"]',
];

/**
 * @param capabilities sql: whether `query` works
 * @param open called once; the store is migrated by the suite and closed at its end. Tests keep apart by experiment, so
 *   the store may hold other rows
 */
export function describeStore(
  name: string,
  capabilities: { readonly sql: boolean },
  open: () => Promise<StoreSubject>,
): void {
  describe(`store: ${name}`, () => {
    let subject: StoreSubject;
    let tests = 0;
    const fresh = () => `conformance-${++tests}`;
    const scope = (experiment: string) => ({ experiment, run: 'live', output: 'price' });

    beforeAll(async () => {
      subject = await open();
      await subject.store.migrate();
    });
    afterAll(() => subject?.store.close());

    test('migrating again changes nothing', async () => {
      const experiment = fresh();
      await subject.store.write({ pairs: [pairRow({ experiment })] });
      await subject.store.migrate();
      expect(await subject.read('pairs', experiment)).toHaveLength(1);
    });

    test('an empty write is a write', async () => {
      await subject.store.write({});
      await subject.store.write({ pairs: [], differences: [], ledger: [], outages: [], runs: [] });
    });

    test('a pair is read back as it was written', async () => {
      const experiment = fresh();
      const rows = [
        pairRow({ experiment, id: 'both', legacy_offsets: [1, 2 ** 53 - 1], legacy_count: 2, type: 'order' }),
        pairRow({
          experiment,
          id: 'legacy only',
          outcome: 'missing-candidate',
          reason: 'absent',
          state: 'revised',
          was: 'match',
          candidate_time: null,
          candidate_partition: null,
          candidate_offsets: [],
          candidate_count: 0,
          candidate_digest: '',
          converged_ms: null,
          signature: 'v1:abc',
          rules_version: 2 ** 40,
        }),
        pairRow({
          experiment,
          id: 'candidate only',
          outcome: 'missing-legacy',
          state: 'provisional',
          legacy_time: null,
          legacy_partition: null,
          legacy_offsets: [],
          legacy_count: 0,
          legacy_digest: '',
          converged_ms: -5_000,
        }),
      ];
      await subject.store.write({ pairs: rows });
      expect(
        byId(
          await subject.store.lookup(
            scope(experiment),
            rows.map(({ id }) => id),
          ),
        ),
      ).toEqual(byId(rows));
    });

    test('times no column can hold are kept as the nearest possible', async () => {
      const experiment = fresh();
      const strange = {
        first_seen: Number.NaN,
        judged_at: -1,
        legacy_time: -1e18,
        candidate_time: Number.MAX_SAFE_INTEGER,
      };
      await subject.store.write({ pairs: [pairRow({ experiment, ...strange })] });
      const [row] = await subject.store.lookup(scope(experiment), ['order-1']);
      expect(row).toMatchObject({ first_seen: 0, judged_at: -1 });
      expect(new Date(row?.legacy_time ?? 0).getUTCFullYear()).toBe(1900);
      expect(new Date(row?.candidate_time ?? 0).getUTCFullYear()).toBe(2299);
    });

    test('whatever the order of writes, the highest version of each pair is the one seen', async () => {
      const version = fc.constantFrom(
        0n,
        1n,
        2n ** 53n,
        2n ** 53n + 1n,
        2n ** 64n,
        2n ** 64n + 1n,
        2n ** 200n,
        BIGGEST,
      );
      const write = fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c'), version }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 6 }), async (writes) => {
          const experiment = fresh();
          const latest = new Map<string, bigint>();
          for (const rows of writes) {
            await subject.store.write({
              pairs: rows.map(({ id, version }) => versioned(experiment, id, version)),
              differences: rows.map(({ id, version }) =>
                differenceRow({ experiment, id, version, path: `/of/${version}` }),
              ),
            });
            for (const row of rows) latest.set(row.id, max(latest.get(row.id) ?? 0n, row.version));
          }
          const expected = [...latest].map(([id, highest]) => versioned(experiment, id, highest));
          expect(byId(await subject.store.lookup(scope(experiment), ['a', 'b', 'c']))).toEqual(byId(expected));
          expect(await subject.read('pairs', experiment)).toHaveLength(latest.size);
          const shown = (await subject.read('differences', experiment)).map(({ id, path }) => `${id}${path}`);
          expect(shown.toSorted()).toEqual([...latest].map(([id, highest]) => `${id}/of/${highest}`).toSorted());
        }),
        { numRuns: 12 },
      );
    });

    test('outputs and runs have pairs of their own under one id', async () => {
      const experiment = fresh();
      const rows = [
        pairRow({ experiment }),
        pairRow({ experiment, output: 'invoice' }),
        pairRow({ experiment, run: 'b' }),
      ];
      await subject.store.write({ pairs: rows });
      expect(await subject.read('pairs', experiment)).toHaveLength(3);
      expect(await subject.store.lookup(scope(experiment), ['order-1'])).toEqual([rows[0]]);
    });

    test('thousands of ids are looked up at once; unknown ones are absent and repeated ones come once', async () => {
      const experiment = fresh();
      const ids = Array.from({ length: 12_000 }, (_, n) => `order-${n}`);
      await subject.store.write({ pairs: ids.slice(0, 6_000).map((id) => pairRow({ experiment, id })) });
      const found = await subject.store.lookup(scope(experiment), [...ids, ...ids.slice(0, 10)]);
      expect(found.map(({ id }) => id).sort()).toEqual(ids.slice(0, 6_000).sort());
      expect(await subject.store.lookup(scope(experiment), [])).toEqual([]);
      // cityHash64 of both is 13661499710968615005.
      await subject.store.write({ pairs: [pairRow({ experiment, id: 'order-ten-digits' })] });
      expect(await subject.store.lookup(scope(experiment), ['gfXZ7(6o00022668'])).toEqual([]);
    });

    test('strings come back as they went in, whatever they hold', async () => {
      const experiment = fresh();
      const pairs = HOSTILE_STRINGS.map((text, n) =>
        pairRow({ experiment, run: text, id: text, type: text, reason: text, outcome: 'mismatch', version: BigInt(n) }),
      );
      const differences = HOSTILE_STRINGS.map((text, n) =>
        differenceRow({
          experiment,
          run: text,
          id: text,
          version: BigInt(n),
          path: text,
          pattern: text,
          legacy: text,
          candidate: text,
          rule: text,
        }),
      );
      await subject.store.write({ pairs, differences });
      for (const [n, text] of HOSTILE_STRINGS.entries()) {
        expect(await subject.store.lookup({ experiment, run: text, output: 'price' }, HOSTILE_STRINGS)).toEqual([
          pairs[n],
        ]);
      }
      const shown = await subject.read('differences', experiment);
      expect(shown).toHaveLength(HOSTILE_STRINGS.length);
      for (const text of HOSTILE_STRINGS) {
        expect(shown).toContainEqual(
          expect.objectContaining({
            run: text,
            id: text,
            path: text,
            pattern: text,
            legacy: text,
            candidate: text,
            rule: text,
          }),
        );
      }
      await subject.store.deleteRun(experiment, `\\'`);
      expect(await subject.read('pairs', experiment)).toHaveLength(HOSTILE_STRINGS.length - 1);
    });

    test('recent pairs of a partition: the most recently judged first, provisional ones left out', async () => {
      const experiment = fresh();
      const judged = (id: string, judged_at: number, row: Partial<PairRow> = {}) =>
        pairRow({ experiment, id, judged_at, ...row });
      await subject.store.write({
        pairs: [
          judged('old', 1_000),
          judged('new', 3_000),
          judged('middle', 2_000, { legacy_partition: 7, candidate_partition: 0 }),
          judged('elsewhere', 4_000, { legacy_partition: 1, candidate_partition: null }),
          judged('provisional', 5_000, { state: 'provisional', version: 0n }),
          judged('superseded', 6_000, { version: 1n }),
          judged('superseded', 500, { version: 2n }),
        ],
      });
      const recent = async (partition: number, limit: number) =>
        (await subject.store.recent(scope(experiment), partition, limit)).map(({ id }) => id);
      expect(await recent(0, 10)).toEqual(['new', 'middle', 'old', 'superseded']);
      expect(await recent(0, 2)).toEqual(['new', 'middle']);
      expect(await recent(7, 10)).toEqual(['middle']);
      expect(await recent(9, 10)).toEqual([]);
    });

    describeStoreViews(() => subject, fresh);
    if (capabilities.sql) describeStoreSql(() => subject.store, fresh);
    else {
      test('SQL is refused by name', async () => {
        await expect(subject.store.query('SELECT 1')).rejects.toThrow(Fault);
      });
    }
  });
}

/** A row whose content is a function of its version, as the port promises. */
function versioned(experiment: string, id: string, version: bigint): PairRow {
  return pairRow({
    experiment,
    id,
    version,
    outcome: 'mismatch',
    reason: `of ${version}`,
    legacy_digest: version.toString(16),
  });
}

function byId(rows: readonly PairRow[]): readonly PairRow[] {
  return rows.toSorted((left, right) => (left.id < right.id ? -1 : 1));
}

function max(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
