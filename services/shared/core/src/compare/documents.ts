// One value of each side compared: the ladder from equal bytes over the walk to the full comparison.

import { type Encoded, sameAvro } from '../formats/avro.ts';
import type { Parser } from '../json/parse.ts';
import { type Pointer, resolve } from '../json/pointers.ts';
import { sameBytes } from '../json/strings.ts';
import type { Side } from '../outcome.ts';
import { Differ, identical, PAIRING_WORK } from './differ.ts';
import type { Findings } from './findings.ts';
import { MemberWalk } from './member-walk.ts';
import type { ComparePlan, Reader } from './plan.ts';
import { rewrite } from './rename.ts';
import type { Content } from './spec.ts';

/** Nothing to add: identical. Otherwise what differs, or why it could not be told, is in the findings. */
export type ValueResult = 'identical' | 'other';

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
  return plan.walker.same(one, other) ? 'equivalent' : undefined;
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
): ValueResult {
  const quick = ways === 'parsed' ? undefined : compareBytes(legacy, candidate, plan, ways === 'all');
  if (quick !== undefined) return quick === 'identical' ? 'identical' : 'other';
  try {
    return compareFully(legacy, candidate, plan, findings, ways !== 'full');
  } finally {
    for (const { parser, renamed: second } of [plan.legacy, plan.candidate]) {
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
  quick: boolean,
): ValueResult {
  const right = open(candidate, plan, 'candidate');
  const walked = quick && right.wrong === undefined ? walkMembers(legacy.value, candidate.value, plan) : undefined;
  if (walked !== undefined) return walked === 'identical' ? 'identical' : 'other';
  const left = open(legacy, plan, 'legacy');
  const wrong = left.wrong ?? right.wrong;
  if (wrong !== undefined) {
    findings.stopped ??= wrong;
    return 'other';
  }
  const a = plan.legacy.parser.tape;
  const b = plan.candidate.parser.tape;
  if (identical(a, left.root, b, right.root)) return 'identical';
  const work = { left: PAIRING_WORK };
  if (plan.legacy.renames.length + plan.candidate.renames.length === 0) {
    new Differ(a, b, plan.book, findings, work).compare(left.root, right.root, plan.root);
    return 'other';
  }
  const renamedLeft = renamed(plan.legacy, 'legacy', left.root, plan, findings);
  const renamedRight = renamed(plan.candidate, 'candidate', right.root, plan, findings);
  if (renamedLeft === undefined || renamedRight === undefined) return 'other';
  const [aParser, aRoot] = renamedLeft;
  const [bParser, bRoot] = renamedRight;
  new Differ(aParser.tape, bParser.tape, plan.book, findings, work).compare(aRoot, bRoot, plan.root);
  return 'other';
}

/** With the candidate parsed: what walking the legacy text along it tells. Only documents taken whole, and as they are. */
function walkMembers(
  legacy: Uint8Array | null,
  candidate: Uint8Array | null,
  { spec, root, legacy: one, candidate: other }: ComparePlan,
): 'identical' | 'equivalent' | undefined {
  if (legacy === null || candidate === null || legacy.length > spec.budgets.payloadBytes) return undefined;
  if (spec.format.legacy !== 'json' || spec.format.candidate !== 'json') return undefined;
  if (one.select !== undefined || other.select !== undefined) return undefined;
  if (one.renames.length + other.renames.length > 0) return undefined;
  return new MemberWalk(legacy, other.parser.tape).compare(root);
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

/** The side's document after its renames, or undefined when it could not be rewritten. */
function renamed(
  reader: Reader,
  side: Side,
  root: number,
  plan: ComparePlan,
  findings: Findings,
): [Parser, number] | undefined {
  if (root < 0 || reader.renames.length === 0) return [reader.parser, root];
  const rewritten = rewrite(reader.parser.tape, root, reader.renames);
  if (rewritten.kind === 'too-deep' || reader.renamed.parse(rewritten.bytes, plan.spec.budgets.depth) !== 'ok') {
    findings.stopped ??= 'budget-depth';
    return undefined;
  }
  for (const { rule, ...renamed } of rewritten.renamed) {
    const { path, value } = plan.masks?.moved(renamed.path, renamed.value) ?? renamed;
    findings.addExcused({ path, kind: side === 'legacy' ? 'removed' : 'added', [side]: value, rule });
  }
  return [reader.renamed, 0];
}
