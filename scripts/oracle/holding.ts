// Which rules hold for a pair: those for its type, and those whose conditions its documents fulfil as they came.
import type { RuleSpec } from '@parallax/core';
import { anyPlace, segments } from './patterns.ts';
import { read, type Value } from './value.ts';

type Condition = NonNullable<RuleSpec['when']>[number];
type Same = (one: Value, other: Value) => boolean;

export function holds(
  { types, when }: RuleSpec,
  type: string,
  sides: Readonly<Record<'legacy' | 'candidate', Value>>,
  identical: Same,
): boolean {
  if (types !== undefined && !types.includes(type)) return false;
  return (when ?? []).every((condition) => fulfils(sides[condition.side], condition, identical));
}

function fulfils(document: Value, { path, equals, matches, present = true }: Condition, identical: Same): boolean {
  const wanted = equals === undefined ? undefined : read(new TextEncoder().encode(equals));
  const test = (here: Value): boolean => {
    if (wanted !== undefined) return wanted.kind === 'value' && identical(here, wanted.value);
    if (matches === undefined) return true;
    return here.kind === 'string' && here.text.length <= 10_000 && new RegExp(`^(?:${matches})$`, 'su').test(here.text);
  };
  return anyPlace(document, segments(path), test) === present;
}
