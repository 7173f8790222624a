// The join on what other projects' stream joins are tested with, read where PARALLAX_CASES says; skipped with a line
// where it does not. Every difference from Kafka Streams and Flink seen here is meant, and told.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SIDES, type Side } from '../outcome.ts';
import { Rig } from './testing/rig.ts';

interface Case {
  readonly name: string;
  readonly join: 'inner' | 'left' | 'outer';
  readonly window: { readonly beforeMs: number; readonly afterMs: number; readonly graceMs: number };
  readonly events: readonly {
    readonly t: number;
    readonly side: 'left' | 'right';
    readonly key?: unknown;
    readonly value?: unknown;
    readonly watermark?: true;
  }[];
  readonly expected: readonly { readonly key: unknown; readonly left: unknown; readonly right: unknown }[];
  readonly restartAfterEvent?: number;
}

const DAY = 24 * 60 * 60 * 1000;
const folder = process.env.PARALLAX_CASES;
const present = folder !== undefined && existsSync(join(folder, 'flink.jsonl'));
if (!present) console.log('skipped: the outside cases of joining (PARALLAX_CASES names no folder that holds them)');

function load(file: string): readonly Case[] {
  if (folder === undefined || !present) return [];
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Case);
}

/** Our window from theirs: as long as either side may wait. Their clock is the records'; ours passes as far as that. */
function run({ window, events, restartAfterEvent }: Case): Rig {
  const deadlineMs = Math.max(1, window.beforeMs, window.afterMs) + Math.min(window.graceMs, 1000);
  const rig = new Rig({ deadlineMs, settleMs: 1, lateMs: 100 * DAY, lookupEvery: 1 }).prove();
  for (const [i, { t, side, key, value, watermark }] of events.entries()) {
    rig.pass(Math.max(0, t - rig.now));
    if (watermark !== true) {
      const id = key === undefined || key === null ? null : String(key);
      rig.write(side === 'left' ? 'legacy' : 'candidate', id, JSON.stringify(value ?? null), { at: t });
    }
    rig.prove();
    if (i === restartAfterEvent) rig.restart().read().prove();
  }
  return rig.settle();
}

/** Ids by what was said of them. */
function compare(one: Case) {
  const rig = run(one);
  const sides = new Map<string, Set<Side>>();
  for (const { side, key, watermark } of one.events) {
    if (watermark === true || key === undefined || key === null) continue;
    const known = sides.get(String(key)) ?? new Set();
    sides.set(String(key), known.add(side === 'left' ? 'legacy' : 'candidate'));
  }
  const theirs = one.expected.filter(({ left, right }) => left !== null && right !== null);
  const alone = one.expected.filter(({ left, right }) => left === null || right === null);
  const paired = new Set(theirs.map(({ key }) => String(key)));
  const whole = [...sides].filter(([, seen]) => seen.size === 2).map(([id]) => id);
  return {
    rig,
    ids: [...sides.keys()],
    whole,
    paired,
    pairs: theirs.length,
    alone,
    outsideTheirWindow: whole.filter((id) => !paired.has(id)),
    aloneThoughWhole: alone.filter(({ key }) => whole.includes(String(key))).length,
  };
}

interface Differences {
  readonly cases: number;
  readonly ids: number;
  /** Paired there and here. */
  readonly pairedByBoth: number;
  /** They pair every event of an id with every one of the other side within the window; we judge them as one pair. */
  readonly crossProduct: number;
  /** Both sides came, but outside their window, or after stream time had closed it: late here, and revised. */
  readonly pairedHereOnly: number;
  /** Events reported alone there though their id has both sides: out of the window, or a null before the pair. */
  readonly aloneThere: number;
}

const FILES: readonly (readonly [string, readonly Case[], Differences])[] = [
  [
    'Kafka Streams',
    load('kafka-upstream.jsonl'),
    { cases: 31, ids: 102, pairedByBoth: 69, crossProduct: 180, pairedHereOnly: 6, aloneThere: 60 },
  ],
  [
    'Flink',
    load('flink.jsonl'),
    { cases: 19, ids: 19, pairedByBoth: 19, crossProduct: 87, pairedHereOnly: 0, aloneThere: 0 },
  ],
];

describe.skipIf(!present).each(FILES)('%s', (_, cases, differences) => {
  describe.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { rig, ids, whole, paired } = compare(one);

    test('every id has one row: no cross product of repeated keys, no null followed by a pair', () => {
      expect([...rig.rows.keys()].sort()).toEqual([...ids].sort());
    });

    test('an id is judged with both sides exactly where both sides came, by evidence and not by stream time', () => {
      const judged = [...rig.rows.values()].filter((row) => row.legacy_count > 0 && row.candidate_count > 0);
      expect(judged.map(({ id }) => id).sort()).toEqual([...whole].sort());
    });

    test('whatever they pair is paired here', () => {
      expect([...paired].filter((id) => !whole.includes(id))).toEqual([]);
    });

    test('an id of one side only is missing the other, which an inner or left join does not tell', () => {
      for (const id of ids.filter((one) => !whole.includes(one))) {
        const hasLegacy = (rig.rows.get(id)?.legacy_count ?? 0) > 0;
        expect(rig.shown(id)).toBe(hasLegacy ? 'missing-candidate' : 'missing-legacy');
      }
    });

    test('every event is counted once, and none is dropped for being late', () => {
      for (const side of SIDES) {
        const { open, late, ...columns } = rig.join.columns(side);
        expect([open, late]).toEqual([0, 0]);
        expect(Object.values(columns).reduce((sum, count) => sum + count, 0)).toBe(rig.log[side].length);
      }
    });
  });

  test('the differences, counted', () => {
    const all = cases.map(compare);
    const sum = (count: (one: ReturnType<typeof compare>) => number): number =>
      all.reduce((total, one) => total + count(one), 0);
    expect({
      cases: cases.length,
      ids: sum(({ ids }) => ids.length),
      pairedByBoth: sum(({ paired }) => paired.size),
      crossProduct: sum(({ pairs, paired }) => pairs - paired.size),
      pairedHereOnly: sum(({ outsideTheirWindow }) => outsideTheirWindow.length),
      aloneThere: sum(({ aloneThoughWhole }) => aloneThoughWhole),
    }).toEqual(differences);
  });
});
