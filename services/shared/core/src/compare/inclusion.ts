// Whether one path pattern speaks only of places another speaks of too: exact, by the automata of both, within a bound.
import type { Segment } from './pattern.ts';

/** Steps of one question; beyond, it is not known to be so. */
const MOST_STEPS = 20_000;

/**
 * Whether every place of `inner` is one of `outer`; with `below`, or lies below one. False also where it would take too
 * long to tell.
 */
export function isWithin(inner: readonly Segment[], outer: readonly Segment[], below: boolean): boolean {
  const cover: readonly Segment[] = below ? [...outer, { kind: 'deep' }] : outer;
  // Any name that neither pattern has stands for all of them: undefined.
  const names: (string | undefined)[] = [...new Set([...namesOf(inner), ...namesOf(cover)]), undefined];
  const seen = new Set<string>();
  const open: (readonly [at: number, reached: readonly number[]])[] = [];
  const visit = (positions: readonly number[], reached: readonly number[]): boolean => {
    for (const at of positions) {
      if (at === inner.length && !reached.includes(cover.length)) return false;
      const key = `${at}:${reached.join(',')}`;
      if (seen.has(key)) continue;
      if (seen.size >= MOST_STEPS) return false;
      seen.add(key);
      open.push([at, reached]);
    }
    return true;
  };
  if (!visit(closed(inner, [0]), closed(cover, [0]))) return false;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [at, reached] = next;
    for (const name of names) {
      const positions = step(inner, [at], name);
      if (positions.length > 0 && !visit(positions, step(cover, reached, name))) return false;
    }
  }
  return true;
}

function namesOf(segments: readonly Segment[]): readonly string[] {
  return segments.flatMap((segment) => (segment.kind === 'name' ? [segment.name] : []));
}

function step(segments: readonly Segment[], from: readonly number[], name: string | undefined): readonly number[] {
  const next: number[] = [];
  for (const at of from) {
    const segment = segments[at];
    if (segment?.kind === 'deep') next.push(at);
    else if (segment?.kind === 'any' || (segment?.kind === 'name' && segment.name === name)) next.push(at + 1);
  }
  return closed(segments, next);
}

/** `**` may stand for no segment at all. Ascending. */
function closed(segments: readonly Segment[], from: readonly number[]): readonly number[] {
  const all = new Set<number>();
  for (let at of from) {
    all.add(at);
    while (segments[at]?.kind === 'deep') all.add(++at);
  }
  return [...all].sort((one, other) => one - other);
}
