// Patterns as one tree of names, to find the few of thousands that may speak of a pattern's places.
import type { Segment } from './pattern.ts';

interface Branch {
  readonly named: Map<string, Branch>;
  /** After `*`. */
  any?: Branch;
  /** After `**`. */
  deep?: Branch;
  /** This branch is what follows `**`: any further name leads to it as well. */
  readonly isDeep: boolean;
  /** Of patterns that end here. */
  readonly rules: number[];
}

export class NearPatterns {
  private readonly root: Branch = branch(false);

  add(rule: number, segments: readonly Segment[]): void {
    let at = this.root;
    for (const segment of segments) at = grown(at, segment);
    at.rules.push(rule);
  }

  /** Rules a pattern of which fits the shortest place of this one, its free segments named as none names any, or one above. */
  near(segments: readonly Segment[]): ReadonlySet<number> {
    const found = new Set<number>();
    let reached = closed([this.root], found);
    for (const segment of segments) {
      if (segment.kind === 'deep') continue;
      const next: Branch[] = [];
      for (const at of reached) {
        if (at.isDeep) next.push(at);
        const named = segment.kind === 'name' ? at.named.get(segment.name) : undefined;
        if (named !== undefined) next.push(named);
        if (at.any !== undefined) next.push(at.any);
      }
      reached = closed(next, found);
    }
    return found;
  }
}

function branch(isDeep: boolean): Branch {
  return { named: new Map(), isDeep, rules: [] };
}

function grown(at: Branch, segment: Segment): Branch {
  if (segment.kind === 'any') {
    at.any ??= branch(false);
    return at.any;
  }
  if (segment.kind === 'deep') {
    at.deep ??= branch(true);
    return at.deep;
  }
  const known = at.named.get(segment.name);
  if (known !== undefined) return known;
  const made = branch(false);
  at.named.set(segment.name, made);
  return made;
}

/** `**` may stand for no segment at all. What ends in any of them is found. */
function closed(branches: readonly Branch[], found: Set<number>): ReadonlySet<Branch> {
  const all = new Set<Branch>();
  for (const first of branches) {
    for (let at: Branch | undefined = first; at !== undefined && !all.has(at); at = at.deep) {
      all.add(at);
      for (const rule of at.rules) found.add(rule);
    }
  }
  return all;
}
