// Conditions of rules: whether something stands in one side's document as it came, before any rule has changed it.
import { sameValue } from '../../json/equal.ts';
import { Parser } from '../../json/parse.ts';
import { stringOf } from '../../json/strings.ts';
import { ARRAY, ESCAPED, OBJECT, STRING, type Tape } from '../../json/tape.ts';
import type { RuleFault } from '../kinds/kind.ts';
import { linearRegex } from '../linear-regex.ts';
import { PATTERN_FORM, parsePattern, type Segment } from '../pattern.ts';
import type { Condition } from '../rule-terms.ts';

/** Asks a document; `root` -1 where the side has none. */
export type Ask = (tape: Tape, root: number) => boolean;

const TESTS = ['equals', 'matches', 'present'] as const;

export function conditionFaults(condition: Condition): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  const { path, equals, matches } = condition;
  if (parsePattern(path) === undefined) {
    faults.push({ key: 'path', what: `${JSON.stringify(path)} is no path pattern`, allowed: PATTERN_FORM });
  }
  const stated = TESTS.filter((test) => condition[test] !== undefined);
  if (stated.length !== 1) {
    faults.push({
      what: stated.length === 0 ? 'the condition asks nothing' : `the condition asks ${stated.join(' and ')}`,
      allowed: `one of ${TESTS.join(', ')}`,
      ...(stated.length === 0 ? {} : { cure: 'Write a list of conditions: all of them must hold.' }),
    });
  }
  if (matches !== undefined) {
    const read = linearRegex(matches);
    if (read.kind === 'wrong') faults.push({ key: 'matches', what: read.what, cure: read.cure });
  }
  if (equals !== undefined && literal(equals) === undefined) {
    faults.push({ key: 'equals', what: `${equals} is no JSON`, allowed: 'any JSON value' });
  }
  return faults;
}

/** Only for conditions without faults. */
export function compileCondition(condition: Condition): Ask {
  const segments = parsePattern(condition.path) ?? [];
  const test = testOf(condition);
  const wanted = condition.present ?? true;
  return (tape, root) => (root >= 0 && anyPlace(tape, root, segments, [0], test)) === wanted;
}

type Test = (tape: Tape, node: number) => boolean;

function testOf({ equals, matches }: Condition): Test {
  if (equals !== undefined) {
    const wanted = literal(equals);
    return (tape, node) => wanted !== undefined && sameValue(tape, node, wanted, 0);
  }
  if (matches === undefined) return () => true;
  const read = linearRegex(matches);
  return (tape, node) => {
    const kind = tape.kind[node];
    return read.kind === 'ok' && (kind === STRING || kind === ESCAPED) && read.regex.matches(stringOf(tape, node));
  };
}

/** The tape of a JSON text; undefined where it is none. */
function literal(text: string): Tape | undefined {
  const parser = new Parser();
  const result = parser.parse(new TextEncoder().encode(text), 1000);
  return result === 'ok' && !parser.tape.duplicateKeys ? parser.tape : undefined;
}

/** Whether the test holds at a place the segments stand for. Without recursion: documents may be deep. */
function anyPlace(
  tape: Tape,
  root: number,
  segments: readonly Segment[],
  start: readonly number[],
  test: Test,
): boolean {
  const pending: { readonly node: number; readonly reached: readonly number[] }[] = [{ node: root, reached: start }];
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { node } = place;
    const reached = withNothing(segments, place.reached);
    if (reached.includes(segments.length) && test(tape, node)) return true;
    const kind = tape.kind[node] as number;
    if (kind < ARRAY) continue;
    const end = tape.next[node] as number;
    let index = 0;
    for (let at = node + 1; at < end; index++) {
      const value = kind === OBJECT ? at + 1 : at;
      const next = step(segments, reached, () => (kind === OBJECT ? stringOf(tape, at) : String(index)));
      if (next.length > 0) pending.push({ node: value, reached: next });
      at = tape.next[value] as number;
    }
  }
  return false;
}

/** `**` may stand for no segment at all. */
function withNothing(segments: readonly Segment[], reached: readonly number[]): readonly number[] {
  const places = new Set<number>();
  for (let at of reached) {
    places.add(at);
    while (segments[at]?.kind === 'deep') places.add(++at);
  }
  return [...places];
}

function step(segments: readonly Segment[], reached: readonly number[], nameOf: () => string): readonly number[] {
  const next: number[] = [];
  let name: string | undefined;
  for (const at of reached) {
    const segment = segments[at];
    if (segment?.kind === 'deep') next.push(at);
    else if (segment?.kind === 'any') next.push(at + 1);
    else if (segment?.kind === 'name') {
      name ??= nameOf();
      if (segment.name === name) next.push(at + 1);
    }
  }
  return next;
}
