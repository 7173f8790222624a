// What rules have rewritten, as excused differences.
import { LONGEST } from '../../json/text.ts';
import type { Difference, Side } from '../../outcome.ts';
import type { Masks } from '../masks.ts';
import type { Rewritten } from './rewriting.ts';

const SHOWN = 200;

/** One difference where a rule has replaced values of both sides at one place; none where they were the same. */
export function toldRewriting(
  done: Readonly<Record<Side, readonly Rewritten[]>>,
  masks: Masks | undefined,
): readonly Difference[] {
  const told: Difference[] = [];
  const open = new Map<string, Rewritten>();
  const key = ({ rule, path }: Rewritten): string => JSON.stringify([rule.name, path]);
  for (const one of done.legacy) {
    if (one.moved) told.push(difference({ legacy: one }, masks));
    else open.set(key(one), one);
  }
  for (const other of done.candidate) {
    const one = other.moved ? undefined : open.get(key(other));
    if (one !== undefined) open.delete(key(other));
    if (one?.value !== other.value)
      told.push(difference(one === undefined ? { candidate: other } : { legacy: one, candidate: other }, masks));
  }
  for (const one of open.values()) told.push(difference({ legacy: one }, masks));
  return told;
}

function difference(
  { legacy, candidate }: { readonly legacy?: Rewritten; readonly candidate?: Rewritten },
  masks: Masks | undefined,
): Difference {
  const any = (legacy ?? candidate) as Rewritten;
  const shown = ({ path, value }: Rewritten) => masks?.moved(path, value) ?? { path, value: abbreviated(value) };
  return {
    path: shown(any).path,
    kind: !any.moved ? 'changed' : legacy === undefined ? 'added' : 'removed',
    ...(legacy === undefined ? {} : { legacy: shown(legacy).value }),
    ...(candidate === undefined ? {} : { candidate: shown(candidate).value }),
    rule: any.rule.name,
    ...(any.rule.severity === undefined ? {} : { severity: any.rule.severity }),
  };
}

function abbreviated(text: string): string {
  return text.length <= LONGEST ? text : JSON.stringify(`${text.slice(0, SHOWN)}… (${text.length} characters)`);
}
