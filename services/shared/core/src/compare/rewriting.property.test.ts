// What must hold for any two documents under conditions, and for what is packed in them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64 } from './rewriting/base64.ts';
import type { Condition } from './rule-terms.ts';
import type { RuleSpec } from './rules.ts';
import { dice, document, type Json, nudge, rolls, spell } from './testing/documents.ts';
import { sameUnder } from './testing/oracle.ts';
import { compareTexts, planWith } from './testing/plans.ts';

const places = fc.constantFrom('/a', '/b', '/ts', '/id', '/0', '/a/b', '', '/__proto__');
const wanted = fc.constantFrom<Json>(null, 0, 1, '', 'x', '1');
const condition: fc.Arbitrary<{ readonly when: Condition; readonly path: string; readonly wanted: Json | undefined }> =
  fc
    .tuple(fc.constantFrom('legacy', 'candidate'), places, fc.option(wanted, { nil: undefined }), fc.boolean())
    .map(([side, path, value, present]) => ({
      path,
      wanted: value,
      when: { side, path, ...(value === undefined ? { present } : { equals: JSON.stringify(value) }) },
    }));

/** What stands at a plain path, said as plainly as possible. */
function standing(value: Json, path: string): Json | undefined {
  let at: Json | undefined = value;
  for (const name of path.split('/').slice(1)) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, name)) return undefined;
    at = (at as { readonly [name: string]: Json })[name];
  }
  return at;
}

function holds(
  { when, path, wanted }: { when: Condition; path: string; wanted: Json | undefined },
  one: Json,
  other: Json,
): boolean {
  const found = standing(when.side === 'legacy' ? one : other, path);
  return wanted === undefined ? (found !== undefined) === when.present : found === wanted;
}

const rule: fc.Arbitrary<RuleSpec> = fc.oneof(
  fc.constantFrom('/a', '/**/ts', '/*', '/b').map((path): RuleSpec => ({ kind: 'ignore', name: 'i', paths: [path] })),
  fc.constantFrom('/**', '/a', '').map((path): RuleSpec => ({ kind: 'tolerance', name: 't', path, absolute: 1 })),
  fc.constantFrom('/**', '/a', '').map((path): RuleSpec => ({ kind: 'unordered', name: 'u', path })),
  fc.constantFrom('/a', '/b').map((path): RuleSpec => ({ kind: 'include', name: 'n', paths: [path] })),
);
// The plain statement of the rules knows no elements that includes leave nothing of beside unordered arrays.
const ruleSets = fc
  .array(fc.tuple(rule, fc.option(condition, { nil: undefined })), { maxLength: 4 })
  .filter(
    (rules) => !rules.some(([{ kind }]) => kind === 'include') || !rules.some(([{ kind }]) => kind === 'unordered'),
  );

describe('any two documents', () => {
  test('agree under conditions exactly as they do under the rules that hold', () => {
    fc.assert(
      fc.property(document, rolls, rolls, ruleSets, (value, one, other, rules) => {
        const changed = nudge(value, dice(other));
        const plan = planWith(
          rules.map(([spec, asked]) => (asked === undefined ? spec : { ...spec, when: [asked.when] })),
        );
        const held = rules
          .filter(([, asked]) => asked === undefined || holds(asked, value, changed))
          .map(([spec]) => spec);
        const comparison = compareTexts(spell(value, dice(one)), spell(changed, dice(other)), plan);
        expect(comparison).toEqual(compareTexts(spell(value, dice(one)), spell(changed, dice(other)), planWith(held)));
        expect(comparison.kind !== 'mismatch').toBe(sameUnder(value, changed, held));
      }),
      { numRuns: 3000 },
    );
  });

  test('agree packed exactly as they do unpacked', () => {
    const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
    fc.assert(
      fc.property(document, rolls, rolls, fc.boolean(), (value, one, other, base64) => {
        const changed = nudge(value, dice(other));
        const [left, right] = [spell(value, dice(one)), spell(changed, dice(other))];
        const pack = (text: string): string => `{"p":${JSON.stringify(base64 ? toBase64(utf8(text)) : text)}}`;
        const plan = planWith([{ kind: 'decode', name: 'd', path: '/p', as: base64 ? ['base64', 'json'] : ['json'] }]);
        const same = compareTexts(left, right, planWith([])).kind === 'match';
        expect(compareTexts(pack(left), pack(right), plan).kind !== 'mismatch').toBe(same);
        // A text that stands unpacked may itself hold something.
        if (typeof changed === 'string') return;
        expect(compareTexts(pack(left), `{"p":${right}}`, plan).kind !== 'mismatch').toBe(same);
      }),
      { numRuns: 3000 },
    );
  });

  test('agree after a transform that changes nothing exactly as before', () => {
    const plan = planWith([{ kind: 'transform', name: 't', side: 'candidate', path: '', value: '$' }]);
    fc.assert(
      fc.property(document, rolls, rolls, (value, one, other) => {
        const [left, right] = [spell(value, dice(one)), spell(nudge(value, dice(other)), dice(other))];
        const comparison = compareTexts(left, right, plan);
        // 1e21 is beyond what a double tells from its neighbours.
        if (right.includes('1e21') || right.includes('1E+21')) return;
        expect(comparison.kind !== 'mismatch').toBe(compareTexts(left, right, planWith([])).kind === 'match');
        expect(comparison.kind).not.toBe('inconclusive');
      }),
      { numRuns: 2000 },
    );
  });
});
