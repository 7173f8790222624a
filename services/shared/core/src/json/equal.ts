// Whether two values are the same JSON document: order of members, white space and spelling apart.
import { MemberFinder } from './keys.ts';
import { sameNumber } from './numbers.ts';
import { sameString } from './strings.ts';
import { ARRAY, ESCAPED, NUMBER, OBJECT, STRING, type Tape } from './tape.ts';

/** Without recursion; neither tape may have duplicate keys. Stops at the first difference. */
export function sameValue(a: Tape, aRoot: number, b: Tape, bRoot: number): boolean {
  const pending: number[] = [aRoot, bRoot];
  while (pending.length > 0) {
    const j = pending.pop() as number;
    const i = pending.pop() as number;
    const kind = a.kind[i] as number;
    if (kind === ARRAY || kind === OBJECT) {
      if (b.kind[j] !== kind || a.size[i] !== b.size[j]) return false;
      if (!(kind === ARRAY ? sameElements(a, i, b, j, pending) : sameMembers(a, i, b, j, pending))) return false;
    } else if (!sameScalar(a, i, b, j)) return false;
  }
  return true;
}

/** Two values of which the first is no container. */
export function sameScalar(a: Tape, i: number, b: Tape, j: number): boolean {
  const kind = a.kind[i] as number;
  const other = b.kind[j] as number;
  if (kind === STRING || kind === ESCAPED) return (other === STRING || other === ESCAPED) && sameString(a, i, b, j);
  if (kind === NUMBER) return other === NUMBER && sameNumber(a, i, b, j);
  return kind === other;
}

function sameElements(a: Tape, i: number, b: Tape, j: number, pending: number[]): boolean {
  const end = a.next[i] as number;
  for (let x = i + 1, y = j + 1; x < end; x = a.next[x] as number, y = b.next[y] as number) {
    if ((a.kind[x] as number) >= ARRAY) {
      if (a.kind[x] !== b.kind[y]) return false;
      pending.push(x, y);
    } else if (!sameScalar(a, x, b, y)) return false;
  }
  return true;
}

function sameMembers(a: Tape, i: number, b: Tape, j: number, pending: number[]): boolean {
  const end = a.next[i] as number;
  let finder: MemberFinder | undefined;
  let expected = j + 1;
  for (let key = i + 1; key < end; key = a.next[key + 1] as number) {
    let found: number;
    if (finder === undefined && a.hash[key] === b.hash[expected] && sameString(a, key, b, expected)) {
      found = expected + 1;
      expected = b.next[found] as number;
    } else {
      finder ??= new MemberFinder(b, j);
      found = finder.find(a, key);
      if (found < 0) return false;
    }
    const value = key + 1;
    if ((a.kind[value] as number) >= ARRAY) {
      if (a.kind[value] !== b.kind[found]) return false;
      pending.push(value, found);
    } else if (!sameScalar(a, value, b, found)) return false;
  }
  return true;
}
