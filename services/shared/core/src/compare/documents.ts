// One value of each side compared: the ladder from equal bytes over the walk to the full comparison.

import { type Encoded, sameAvro } from '../formats/avro.ts';
import { sameValue } from '../json/equal.ts';
import type { Parser } from '../json/parse.ts';
import { type Pointer, resolve } from '../json/pointers.ts';
import { sameBytes } from '../json/strings.ts';
import type { Tape } from '../json/tape.ts';
import type { Side } from '../outcome.ts';
import type { Asked } from './conditions/variants.ts';
import { Differ } from './differ.ts';
import { EXPRESSION_WORK } from './expression/expression.ts';
import type { Findings } from './findings.ts';
import type { IdMaps } from './kinds/bijection.ts';
import { NODE_WORK, PAIRING_WORK } from './matching.ts';
import type { ComparePlan } from './plan.ts';
import { rewrite } from './rewriting/rewrite.ts';
import type { Rewritten } from './rewriting/rewriting.ts';
import { toldRewriting } from './rewriting/told.ts';
import type { Content } from './spec.ts';

/** Nothing to add: identical. Otherwise what differs, or why it could not be told, is in the findings. */
export type ValueResult = 'identical' | 'other';

/** Units of work, as questions are counted, that one of an expression takes. */
const EXPRESSION_UNIT = 8;

const NOTHING: Opened = { root: -1 };

interface Opened {
  /** Node of the compared part, -1 when there is none. */
  readonly root: number;
  readonly wrong?: string;
}

/** What the bytes alone can tell, without parsing: identical, the same under the rules, or (undefined) not enough. */
export function compareBytes(
  legacy: Content,
  candidate: Content,
  plan: ComparePlan,
  walk: boolean,
): 'identical' | 'equivalent' | undefined {
  const { value: one } = legacy;
  const { value: other } = candidate;
  if (one === null || other === null) return one === other ? 'identical' : undefined;
  const { budgets } = plan.spec;
  if (plan.identity === 'bytes' && sameBytes(one, 0, one.length, other, 0, other.length)) return 'identical';
  if (plan.identity === 'schema' && sameEncoded(legacy, candidate, plan)) return 'identical';
  if (!walk || plan.walker === undefined) return undefined;
  if (one.length > budgets.payloadBytes || other.length > budgets.payloadBytes) return undefined;
  // What differs is told by the walker where findings are gathered.
  const walked = plan.walker.walked(one, other);
  return walked === 'different' ? undefined : walked;
}

function sameEncoded(legacy: Content, candidate: Content, plan: ComparePlan): boolean {
  const { avro: left } = plan.legacy;
  const { avro: right } = plan.candidate;
  if (!isPresent(legacy) || !isPresent(candidate) || left === undefined || right === undefined) return false;
  return sameAvro(left, legacy, right, candidate);
}

function isPresent(content: Content): content is Content & Encoded {
  return content.value !== null;
}

/** Which rungs of the ladder are taken; the outcome is the same. `parsed`: the bytes alone were found not to tell. */
export type Ways = 'all' | 'parsed' | 'full';

export function compareValues(
  legacy: Content,
  candidate: Content,
  plan: ComparePlan,
  findings: Findings,
  ways: Ways,
  ids?: IdMaps,
): ValueResult {
  const passed = ways === 'parsed' || ids?.binding === true;
  const quick = passed ? undefined : compareBytes(legacy, candidate, plan, ways === 'all');
  if (quick !== undefined) return quick === 'identical' ? 'identical' : 'other';
  if (ways !== 'full' && plan.walker !== undefined && legacy.value !== null && candidate.value !== null) {
    if (plan.walker.tell(legacy.value, candidate.value, findings)) return 'other';
  }
  try {
    return compareFully(legacy, candidate, plan, findings, ids);
  } finally {
    for (const { parser, rewritten: second } of [plan.legacy, plan.candidate]) {
      parser.tape.release();
      second.tape.release();
    }
  }
}

function compareFully(
  legacy: Content,
  candidate: Content,
  plan: ComparePlan,
  findings: Findings,
  ids: IdMaps | undefined,
): ValueResult {
  const right = open(candidate, plan, 'candidate');
  const left = open(legacy, plan, 'legacy');
  const wrong = left.wrong ?? right.wrong;
  if (wrong !== undefined) {
    if (ids?.binding && compareBytes(legacy, candidate, plan, false) === 'identical') return 'identical';
    findings.stopped ??= wrong;
    return 'other';
  }
  const a = plan.legacy.parser.tape;
  const b = plan.candidate.parser.tape;
  const isIdentical = (left.root < 0 && right.root < 0) || identical(a, left.root, b, right.root);
  if (isIdentical && !plan.makesOneSideAnew && !ids?.binding) return 'identical';
  const held =
    plan.conditions?.of({ legacy: { tape: a, root: left.root }, candidate: { tape: b, root: right.root } }) ?? plan;
  if (isIdentical && !held.makesOneSideAnew && !ids?.binding) return 'identical';
  const work = { left: PAIRING_WORK + NODE_WORK * (a.length + b.length) };
  if (held.rewritings.length === 0) {
    new Differ(a, b, held.book, findings, work, undefined, ids).compare(left.root, right.root, held.root);
    findings.spent += Math.max(0, PAIRING_WORK - work.left);
    return unlessFound(isIdentical, findings);
  }
  const done: Record<Side, readonly Rewritten[]> = { legacy: [], candidate: [] };
  const one = rewritten(held, 'legacy', left.root, done, findings);
  const other = rewritten(held, 'candidate', right.root, done, findings);
  if (one === undefined || other === undefined) return 'other';
  for (const difference of toldRewriting(done, plan.masks)) findings.addExcused(difference);
  new Differ(one.tape, other.tape, held.book, findings, work, undefined, ids).compare(one.root, other.root, held.root);
  findings.spent += Math.max(0, PAIRING_WORK - work.left);
  return unlessFound(isIdentical, findings);
}

/** Whether two documents are identical, rules apart. */
function identical(legacy: Tape, legacyRoot: number, candidate: Tape, candidateRoot: number): boolean {
  if (legacyRoot < 0 || candidateRoot < 0) return false;
  return sameValue(legacy, legacyRoot, candidate, candidateRoot);
}

/** Identical documents can differ under rules that make one side anew, or that bind the ids of several events. */
function unlessFound(isIdentical: boolean, { counting, stopped }: Findings): ValueResult {
  return isIdentical && counting === 0 && stopped === undefined ? 'identical' : 'other';
}

function open({ value, headers }: Content, plan: ComparePlan, side: Side): Opened {
  if (value === null) return NOTHING;
  const { parser, select, format, mayLackSelected } = plan[side];
  const { budgets } = plan.spec;
  if (value.length > budgets.payloadBytes) return { root: -1, wrong: 'budget-bytes' };
  const json = format.json(value, headers);
  if (typeof json === 'string') return { root: -1, wrong: json };
  const result = parser.parse(json, budgets.depth);
  if (result !== 'ok') return { root: -1, wrong: result };
  if (parser.tape.duplicateKeys) return { root: -1, wrong: 'duplicate-keys' };
  if (select === undefined) return { root: 0 };
  const found = selected(parser, select);
  return found.root < 0 && mayLackSelected ? NOTHING : found;
}

function selected(parser: Parser, select: Pointer): Opened {
  const root = resolve(parser.tape, 0, select);
  return root < 0 ? { root, wrong: 'select-missing' } : { root };
}

/** The side's document as its rules leave it, or undefined when it could not be rewritten. */
function rewritten(
  plan: ComparePlan,
  side: Side,
  root: number,
  done: Record<Side, readonly Rewritten[]>,
  findings: Findings,
): Asked | undefined {
  const { parser, rewritten: second, select } = plan[side];
  const rewritings = plan.rewritings.filter((rewriting) => rewriting.side === side || rewriting.side === 'both');
  if (root < 0 || rewritings.length === 0) return { tape: parser.tape, root };
  const { budgets, format } = plan.spec;
  const room = {
    bytes: budgets.payloadBytes,
    work: EXPRESSION_WORK,
    depth: budgets.depth,
    rawBytes: format[side] === 'bytes' && select === undefined,
  };
  const result = rewrite(parser.tape, root, rewritings, room);
  findings.spent += (EXPRESSION_WORK - room.work) * EXPRESSION_UNIT + ((budgets.payloadBytes - room.bytes) >> 4);
  if (result.kind === 'stopped') findings.stopped ??= result.reason;
  else if (second.parse(result.bytes, budgets.depth) !== 'ok') findings.stopped ??= 'budget-depth';
  else {
    done[side] = result.done;
    return { tape: second.tape, root: 0 };
  }
  return undefined;
}
