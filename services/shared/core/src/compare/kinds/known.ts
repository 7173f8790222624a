// Differences that somebody has taken on: known, with an owner and a ticket, until a day that is named beforehand.
//
// They only put another name to differences that otherwise count: what is paired with what, and what differs, is found as
// if there were no such rule.
import type { DifferenceKind, Severity } from '../../outcome.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { instantOf } from './instant.ts';
import type { RuleFault } from './kind.ts';

/** What is stated of `path`, `signature` and `kinds` must all be so; at least one is. */
export interface KnownRule extends RuleTerms {
  readonly kind: 'known';
  /** Where the difference stands; absent: anywhere, keys, headers and counts of events included. */
  readonly path?: string;
  /** Of all differences of the pair that count, or count but for other known ones. */
  readonly signature?: string;
  readonly kinds?: readonly DifferenceKind[];
  readonly owner: string;
  readonly ticket: string;
  /** ISO 8601 date or time: from then on (of a date, from its beginning in UTC) it excuses nothing. */
  readonly expires: string;
}

/** A rule made ready. */
export interface Known {
  readonly name: string;
  readonly severity?: Severity;
  readonly as: 'known';
  readonly kinds: readonly DifferenceKind[] | undefined;
  readonly signature: string | undefined;
  /** Epoch ms. */
  readonly expiresMs: number;
}

export const DIFFERENCE_KINDS = [
  'changed',
  'type-changed',
  'removed',
  'added',
  'reordered',
  'count',
] as const satisfies readonly DifferenceKind[];
export const SIGNATURE = /^v1:[0-9a-f]{16}$/;
const EXPIRES = 'a date or time that is to come, such as 2026-12-31 or 2026-12-31T18:00:00Z';

/** `now`: epoch ms, where what has expired is to be refused. */
export function knownFaults(rule: KnownRule, now?: number): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  const { path, signature, kinds, expires } = rule;
  if (path === undefined && signature === undefined && kinds === undefined) {
    faults.push({ what: 'this names no difference', allowed: 'one or more of path, signature, kinds' });
  }
  if (signature !== undefined && !SIGNATURE.test(signature)) {
    const allowed = 'a signature as verdict, signatures and compare print them: v1: and 16 hex digits';
    faults.push({ key: 'signature', what: `signature is ${JSON.stringify(signature)}`, allowed });
  }
  const strange = kinds?.filter((kind) => !DIFFERENCE_KINDS.includes(kind)) ?? [];
  if (kinds?.length === 0 || strange.length > 0) {
    faults.push({ key: 'kinds', what: `kinds is ${JSON.stringify(kinds)}`, allowed: DIFFERENCE_KINDS.join(', ') });
  }
  for (const key of ['owner', 'ticket'] as const) {
    if (rule[key].trim() === '') faults.push({ key, what: `${key} is empty`, allowed: 'who or what it is, in words' });
  }
  const expiresMs = expiryMs(rule);
  if (expiresMs === undefined) {
    faults.push({ key: 'expires', what: `${JSON.stringify(expires)} is no date or time`, allowed: EXPIRES });
  } else if (now !== undefined && expiresMs <= now) {
    const cure = 'The difference counts again: mend it and take the rule out, or agree on a new day with its owner.';
    faults.push({ key: 'expires', what: `${expires} is in the past`, allowed: EXPIRES, cure });
  }
  return faults;
}

/** Epoch ms, or undefined where that is no date. A moment within a millisecond is its end. */
export function expiryMs({ expires }: KnownRule): number | undefined {
  const instant = /^\d{4}-/.test(expires) ? instantOf(expires) : undefined;
  return instant === undefined ? undefined : Math.ceil(Number(instant / 1_000n) / 1_000);
}

/** Only for rules without faults. */
export function readyKnown(rule: KnownRule): Known {
  const { name, severity, kinds, signature } = rule;
  return {
    name,
    ...(severity === undefined ? {} : { severity }),
    as: 'known',
    kinds,
    signature,
    expiresMs: expiryMs(rule) ?? Number.NEGATIVE_INFINITY,
  };
}
