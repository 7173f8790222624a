// Whether each rule says one thing, and enough.
import { conditionFaults } from '../compare/conditions/condition.ts';
import type { RuleFault } from '../compare/kinds/kind.ts';
import { knownFaults } from '../compare/kinds/known.ts';
import { bodyFaults } from '../compare/ready-rules.ts';
import { compileRename } from '../compare/rewriting/rename.ts';
import type { RuleSpec } from '../compare/rules.ts';
import { ruleOf } from './build-rules.ts';
import { NOT_BUILT_KEYS } from './not-built.ts';
import { RULE_KINDS, rule } from './rule-schema.ts';
import type { SoundValues } from './sound-values.ts';

/** @param now epoch ms, where a rule that has expired is to be refused */
export function checkRules(values: SoundValues, now?: number): void {
  const names = new Map<string, number>();
  for (let index = 0; index < values.count('rules'); index++) {
    checkKind(values, index);
    checkBody(values, index, now);
    const name = values.text('rules', index, 'name');
    if (name === undefined) continue;
    const first = names.get(name);
    if (first === undefined) names.set(name, index);
    else
      values.report({
        path: ['rules', index, 'name'],
        message: `rules[${first}] has this name already: what a rule excuses is told by its name.`,
        cure: 'Give it another name, or none.',
      });
  }
}

function checkKind(values: SoundValues, index: number): void {
  const keys = values.keys('rules', index);
  const kinds = keys.filter((key) => RULE_KINDS.some((kind) => kind === key));
  const allowed = `one of ${RULE_KINDS.join(', ')}`;
  const [first, second] = kinds;
  if (first !== undefined && second !== undefined) {
    values.report({
      path: ['rules', index, second],
      message: `This rule is ${first} and ${second}.`,
      allowed,
      cure: 'Write two rules: where both speak of a place, it is enough that one of them excuses the difference.',
    });
  }
  // Where a key is unknown or not built that is what is wrong, and it is told already.
  const told = keys.some(
    (key) => key !== 'name' && (NOT_BUILT_KEYS['rules[]']?.includes(key) || !values.sound(['rules', index, key])),
  );
  if (first === undefined && !told && isMap(values, index)) {
    values.report({
      code: 'missing-key',
      path: ['rules', index, 'ignore'],
      message: 'This rule says nothing.',
      allowed,
    });
  }
}

function isMap(values: SoundValues, index: number): boolean {
  const rule = values.at('rules', index);
  return values.keys('rules', index).length > 0 || (typeof rule === 'object' && rule !== null);
}

/** What the comparison would refuse in a rule that is written right. */
function checkBody(values: SoundValues, index: number, now: number | undefined): void {
  checkRename(values, index);
  const read = rule.safeParse(values.at('rules', index));
  if (!read.success) {
    checkSoundParts(values, index, now);
    return;
  }
  const kinds = RULE_KINDS.filter((kind) => read.data[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) return;
  const ready = ruleOf(read.data, index);
  checkTerms(values, index, ready, Array.isArray(read.data.when));
  for (const fault of faultsOf(ready, now)) reportBody(values, index, kind, fault);
}

function faultsOf(ready: RuleSpec, now: number | undefined): readonly RuleFault[] {
  return ready.kind === 'known' ? knownFaults(ready, now) : bodyFaults(ready);
}

function reportBody(values: SoundValues, index: number, kind: string, { key, what, ...advice }: RuleFault): void {
  values.report({
    path: ['rules', index, kind, ...(key === undefined ? [] : [key])],
    message: `${what.charAt(0).toUpperCase()}${what.slice(1)}.`,
    ...advice,
  });
}

/** What stands in for the keys of a body that are missing or have faults. */
const STAND_INS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  known: { path: '/a', owner: 'a', ticket: 'a', expires: '9999-12-31' },
  text: { path: '/a', case: 'fold' },
  transform: { side: 'candidate', path: '/a', value: '$' },
};

/** Of a rule with faults, what is wrong with its other keys: all that is wrong with a file is told at once. */
function checkSoundParts(values: SoundValues, index: number, now: number | undefined): void {
  for (const [kind, standIns] of Object.entries(STAND_INS)) {
    const given = values.keys('rules', index, kind).filter((key) => values.sound(['rules', index, kind, key]));
    const own = Object.fromEntries(given.map((key) => [key, values.at('rules', index, kind, key)]));
    const read = rule.safeParse({ [kind]: { ...standIns, ...own } });
    if (given.length === 0 || !read.success) continue;
    for (const fault of faultsOf(ruleOf(read.data, index), now)) {
      if (fault.key !== undefined && given.includes(fault.key)) reportBody(values, index, kind, fault);
    }
  }
}

function checkTerms(values: SoundValues, index: number, { types, when }: RuleSpec, isList: boolean): void {
  if (types !== undefined && !values.keys().includes('type')) {
    values.report({
      path: ['rules', index, 'types'],
      message: 'The file does not say where the type of an event is read: this rule would never hold.',
      cure: 'Say `type:`, such as type: header:event-type.',
    });
  }
  (when ?? []).forEach((condition, at) => {
    for (const { key, what, ...advice } of conditionFaults(condition)) {
      const path = ['rules', index, 'when', ...(isList ? [at] : []), ...(key === undefined ? [] : [key])];
      values.report({ path, message: `${what.charAt(0).toUpperCase()}${what.slice(1)}.`, ...advice });
    }
  });
}

function checkRename(values: SoundValues, index: number): void {
  const text = (key: string) => values.text('rules', index, 'rename', key);
  const [side, from, to] = [text('side'), text('from'), text('to')];
  if ((side !== 'legacy' && side !== 'candidate') || from === undefined || to === undefined) return;
  const path = ['rules', index, 'rename'];
  if (from === to) values.report({ path, message: 'This renames a member to its own name.' });
  compileRename({ kind: 'rename', name: '', side, from, to }, (what) => {
    values.report({ path, message: `This rename cannot be done: ${what}.` });
  });
}
