// Places of documents and the rules that speak of them, for the oracle.
import type { RuleSpec } from '@parallax/core';
import { EXCUSES, type Excusing } from './excuses.ts';
import { type Found, matches, type Path, progress } from './patterns.ts';

export interface RulePaths {
  readonly rule: RuleSpec;
  readonly paths: readonly Path[];
}

const EXCUSING = Object.keys(EXCUSES) as readonly Excusing[];

interface Verdict {
  /** By its place in the file. */
  readonly rule: number;
  readonly ignored: boolean;
}

/** A place, and what the rules say of it. */
export class Spot {
  readonly ignored: boolean;
  readonly spots: { count: number };
  private readonly path: Path;
  private readonly patterns: readonly RulePaths[];
  private readonly here: readonly RuleSpec[];
  private readonly children = new Map<string, Spot>();

  /** Of `ignore` and `include`: the later in the file that speaks of this place or one above it. */
  private readonly verdict: Verdict;
  private readonly inherited: Verdict;

  constructor(path: Path, patterns: readonly RulePaths[], spots: { count: number }, inherited: Verdict) {
    this.path = path;
    this.inherited = inherited;
    this.patterns = patterns;
    this.spots = spots;
    spots.count++;
    this.here = patterns.filter(({ paths }) => paths.some((one) => matches(one, path))).map(({ rule }) => rule);
    this.verdict = this.here.reduce((verdict, { kind }, i) => {
      const rule = patterns.findIndex((one) => one.rule === this.here[i]);
      if ((kind !== 'ignore' && kind !== 'include') || rule < verdict.rule) return verdict;
      return { rule, ignored: kind === 'ignore' };
    }, inherited);
    this.ignored = this.verdict.ignored;
  }

  /** The same for places at which, and below which, all rules say the same. */
  get future(): string {
    return JSON.stringify([
      this.patterns.map(({ paths }) => paths.map((one) => progress(one, this.path))),
      this.inherited,
    ]);
  }

  below(name: string): Spot {
    let spot = this.children.get(name);
    if (spot === undefined) {
      spot = new Spot([...this.path, name], this.patterns, this.spots, this.verdict);
      this.children.set(name, spot);
    }
    return spot;
  }

  last<K extends RuleSpec['kind']>(kind: K): Extract<RuleSpec, { kind: K }> | undefined {
    return this.here.findLast((rule) => rule.kind === kind) as Extract<RuleSpec, { kind: K }> | undefined;
  }

  /** Whether some rule says that these two, which differ, are the same or better. */
  excuses(a: Found, b: Found): boolean {
    return this.here.length > 0 && EXCUSING.some((kind) => this.asks(kind, a, b));
  }

  /** Whether a difference of this kind is one that somebody has taken on. */
  knows(kind: string): boolean {
    return this.here.some((rule) => rule.kind === 'known' && (rule.kinds?.some((one) => one === kind) ?? true));
  }

  private asks<K extends Excusing>(kind: K, a: Found, b: Found): boolean {
    const rule = this.last(kind);
    return rule !== undefined && EXCUSES[kind](rule, a, b);
  }
}
