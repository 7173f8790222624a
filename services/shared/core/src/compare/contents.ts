// One event of each side compared: value, key and headers, as far as the plan asks.

import { type KeyReader, sameKeys } from '../formats/keys.ts';
import { sameBytes } from '../json/strings.ts';
import type { Difference } from '../outcome.ts';
import type { Header } from '../ports/log.ts';
import { shown } from './bytes-text.ts';
import { compareValues, type Ways } from './documents.ts';
import { Findings } from './findings.ts';
import type { IdMaps } from './kinds/bijection.ts';
import type { Knowing } from './knowing.ts';
import type { ComparePlan } from './plan.ts';
import type { Content } from './spec.ts';

export interface PairResult {
  /** Identical, rules apart. */
  readonly identical: boolean;
  readonly findings: Findings;
}

export function comparePair(
  legacy: Content,
  candidate: Content,
  plan: ComparePlan,
  ways: Ways,
  ids?: IdMaps,
  knowing?: Knowing,
): PairResult {
  const { compare, budgets } = plan.spec;
  const findings = new Findings(budgets.differencesPerPair, plan.masks, knowing);
  const text = (bytes: Uint8Array, header?: string): string => plan.masks?.part(bytes, header) ?? shown(bytes);
  let identical = !compare.value || compareValues(legacy, candidate, plan, findings, ways, ids) === 'identical';
  const differs = (path: string, one: Uint8Array | null, other: Uint8Array | null, header?: string): void => {
    if (sameNullable(one, other)) return;
    identical = false;
    findings.addPlain(plainDifference(path, one, other, (bytes) => text(bytes, header)));
  };
  if (compare.key) {
    const [left, right] = [plan.legacy.keys, plan.candidate.keys];
    if (!sameKeys(left, legacy, right, candidate)) {
      identical = false;
      const told = (content: Content, keys: KeyReader | undefined) =>
        content.key === null ? undefined : (plan.masks?.part(content.key) ?? keys?.text(content) ?? shown(content.key));
      findings.addPlain(partDifference('key:', told(legacy, left), told(candidate, right)));
    }
  }
  for (const name of compare.headers) {
    const one = valuesOf(legacy.headers, name);
    const other = valuesOf(candidate.headers, name);
    if (one.length === 1 && other.length === 1) {
      differs(`header:${name}`, one[0] ?? null, other[0] ?? null, name);
    } else if (!sameList(one, other)) {
      identical = false;
      findings.addPlain(listDifference(`header:${name}`, one, other, (bytes) => text(bytes, name)));
    }
  }
  return { identical, findings };
}

function valuesOf(headers: readonly Header[], name: string): readonly (Uint8Array | null)[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}

function sameNullable(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other;
  return sameBytes(one, 0, one.length, other, 0, other.length);
}

function sameList(one: readonly (Uint8Array | null)[], other: readonly (Uint8Array | null)[]): boolean {
  return one.length === other.length && one.every((value, i) => sameNullable(value, other[i] ?? null));
}

type AsText = (bytes: Uint8Array) => string;

function plainDifference(path: string, one: Uint8Array | null, other: Uint8Array | null, shown: AsText): Difference {
  return partDifference(path, one === null ? undefined : shown(one), other === null ? undefined : shown(other));
}

function partDifference(path: string, legacy: string | undefined, candidate: string | undefined): Difference {
  return {
    path,
    kind: legacy === undefined ? 'added' : candidate === undefined ? 'removed' : 'changed',
    ...(legacy === undefined ? {} : { legacy }),
    ...(candidate === undefined ? {} : { candidate }),
  };
}

function listDifference(
  path: string,
  one: readonly (Uint8Array | null)[],
  other: readonly (Uint8Array | null)[],
  shown: AsText,
): Difference {
  const text = (values: readonly (Uint8Array | null)[]): string =>
    `[${values.map((value) => (value === null ? 'null' : shown(value))).join(',')}]`;
  return {
    path,
    kind: one.length === 0 ? 'added' : other.length === 0 ? 'removed' : 'changed',
    ...(one.length === 0 ? {} : { legacy: text(one) }),
    ...(other.length === 0 ? {} : { candidate: text(other) }),
  };
}
