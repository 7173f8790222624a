// All events of one id from two files, judged: files are complete evidence, so what is not there is missing.
import { compareContents } from '../compare/compare.ts';
import type { ComparePlan } from '../compare/plan.ts';
import type { Content } from '../compare/spec.ts';
import type { Pick } from '../experiment/experiment.ts';
import { sameBytes } from '../json/strings.ts';
import { type Difference, type LedgerColumn, type Outcome, type Side, standing } from '../outcome.ts';

export interface FileEvent {
  readonly timestamp: number;
  readonly content: Content;
}

export interface FilePair {
  readonly id: string;
  readonly outcome: Outcome;
  /** Low-cardinality; absent where the outcome needs none. */
  readonly reason?: string;
  readonly differences: readonly Difference[];
  /** Of mismatches, and of known pairs. */
  readonly signature?: string;
  /** The column of each event read. */
  readonly columns: Readonly<Record<Side, readonly LedgerColumn[]>>;
}

export interface Grouping {
  readonly plan: ComparePlan;
  /** The event type of a content; '' where it has none. */
  readonly typeOf: (content: Content, side: Side) => string;
  /** Whether a side had events that could not be read: they may be of any id, so nothing is proven missing there. */
  readonly lost: Readonly<Record<Side, boolean>>;
}

/** At least one side has events; their order does not matter. */
export function judgeGroup(
  id: string,
  legacy: readonly FileEvent[],
  candidate: readonly FileEvent[],
  grouping: Grouping,
): FilePair {
  const { pick } = grouping.plan.spec;
  const left = distinct(legacy, pick);
  const right = distinct(candidate, pick);
  const judged = judge(left.contents, right.contents, grouping, newestOf(legacy, candidate));
  const columns = (kept: number, repeats: number): LedgerColumn[] => [
    ...Array.from({ length: kept }, (_, i) =>
      pick === 'last' && i < kept - 1 ? 'superseded' : standing(judged.outcome),
    ),
    ...Array.from({ length: repeats }, () => 'duplicate' as const),
  ];
  return {
    id,
    ...judged,
    columns: {
      legacy: columns(left.contents.length, left.repeats),
      candidate: columns(right.contents.length, right.repeats),
    },
  };
}

export type Judged = Omit<FilePair, 'id' | 'columns'>;

/** As {@link judgeGroup}, without the columns: for whoever keeps no ledger. */
export function judgeEvents(legacy: readonly FileEvent[], candidate: readonly FileEvent[], grouping: Grouping): Judged {
  const { pick } = grouping.plan.spec;
  return judge(
    distinct(legacy, pick).contents,
    distinct(candidate, pick).contents,
    grouping,
    newestOf(legacy, candidate),
  );
}

/** Epoch ms. */
function newestOf(legacy: readonly FileEvent[], candidate: readonly FileEvent[]): number {
  let at = 0;
  for (const { timestamp } of legacy) at = Math.max(at, timestamp);
  for (const { timestamp } of candidate) at = Math.max(at, timestamp);
  return at;
}

/** `at`: epoch ms of the newest event. */
function judge(legacy: readonly Content[], candidate: readonly Content[], grouping: Grouping, at: number): Judged {
  const { plan, typeOf, lost } = grouping;
  const [one] = legacy;
  const [other] = candidate;
  if (other === undefined) return missing('candidate', lost);
  if (one === undefined) return missing('legacy', lost);
  const type = typeOf(one, 'legacy') || typeOf(other, 'candidate');
  const comparison = compareContents(legacy, candidate, plan, type, at);
  switch (comparison.kind) {
    case 'match':
      return { outcome: 'match', differences: [] };
    case 'equivalent':
      return { outcome: 'equivalent', differences: comparison.differences };
    case 'improved':
      return { outcome: 'improved', differences: comparison.differences };
    case 'known':
    case 'mismatch':
      return { outcome: comparison.kind, differences: comparison.differences, signature: comparison.signature };
    case 'inconclusive':
      return { outcome: 'inconclusive', reason: comparison.reason, differences: [] };
  }
}

function missing(side: Side, lost: Grouping['lost']): Judged {
  if (lost[side]) return { outcome: 'inconclusive', reason: 'evidence-lost', differences: [] };
  return { outcome: `missing-${side}`, differences: [] };
}

interface Distinct {
  /** In judging order: by timestamp, then by the bytes of the value. */
  readonly contents: readonly Content[];
  readonly repeats: number;
}

/** A repeat has the same bytes as the event before it; where order does not count, as any. */
function distinct(events: readonly FileEvent[], pick: Pick): Distinct {
  if (events.length === 1) return { contents: events.map(({ content }) => content), repeats: 0 };
  const ordered = [...events].sort(inOrder);
  const contents: Content[] = [];
  for (const { content } of ordered) {
    const known = pick === 'set' ? contents : contents.slice(-1);
    if (!known.some((other) => sameContent(other, content))) contents.push(content);
  }
  return { contents, repeats: events.length - contents.length };
}

function inOrder(one: FileEvent, other: FileEvent): number {
  return (
    one.timestamp - other.timestamp ||
    compareBytes(one.content.value, other.content.value) ||
    compareBytes(one.content.key, other.content.key) ||
    compareHeaders(one.content, other.content)
  );
}

function compareBytes(one: Uint8Array | null, other: Uint8Array | null): number {
  if (one === null || other === null) return (one === null ? 0 : 1) - (other === null ? 0 : 1);
  const shorter = Math.min(one.length, other.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (one[i] as number) - (other[i] as number);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function compareHeaders(one: Content, other: Content): number {
  for (let i = 0; i < Math.min(one.headers.length, other.headers.length); i++) {
    const [name = '', value = null] = one.headers[i] ?? [];
    const [otherName = '', otherValue = null] = other.headers[i] ?? [];
    if (name !== otherName) return name < otherName ? -1 : 1;
    const difference = compareBytes(value, otherValue);
    if (difference !== 0) return difference;
  }
  return one.headers.length - other.headers.length;
}

function sameContent(one: Content, other: Content): boolean {
  const same = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
    a === null || b === null ? a === b : sameBytes(a, 0, a.length, b, 0, b.length);
  return (
    same(one.value, other.value) &&
    same(one.key, other.key) &&
    one.headers.length === other.headers.length &&
    one.headers.every(
      ([name, value], i) => name === other.headers[i]?.[0] && same(value, other.headers[i]?.[1] ?? null),
    )
  );
}
