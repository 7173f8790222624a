// Whether each rule says one thing, and enough.
import { compileRename } from '../compare/rename.ts';
import { RULE_KINDS } from './file-schema.ts';
import { NOT_BUILT_KEYS } from './not-built.ts';
import type { SoundValues } from './sound-values.ts';

export function checkRules(values: SoundValues): void {
  const names = new Map<string, number>();
  for (let index = 0; index < values.count('rules'); index++) {
    checkKind(values, index);
    checkBody(values, index);
    const name = values.text('rules', index, 'name');
    if (name === undefined) continue;
    const first = names.get(name);
    if (first === undefined) names.set(name, index);
    else
      values.report({
        path: ['rules', index, 'name'],
        message: `rules[${first}] has this name already: what a rule excuses is told by its name.`,
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
      cure: 'Write two rules; the later one wins where both speak of the same place.',
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

function checkBody(values: SoundValues, index: number): void {
  const limits = values.keys('rules', index, 'tolerance');
  if (
    limits.length > 0 &&
    !['absolute', 'relative', 'ulp', 'digits'].some((limit) => limits.includes(limit)) &&
    values.sound(['rules', index, 'tolerance'])
  ) {
    values.report({
      path: ['rules', index, 'tolerance'],
      message: 'This tolerance has no limit.',
      allowed: 'one or more of absolute, relative, ulp, digits',
    });
  }
  const same = values.at('rules', index, 'nullish', 'same');
  if (Array.isArray(same) && new Set(same.map(String)).size < same.length) {
    values.report({
      path: ['rules', index, 'nullish', 'same'],
      message: 'The same word stands twice here.',
      allowed: 'two or three of null, missing, empty',
    });
  }
  checkRename(values, index);
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
