// What a comparison has found: every counting difference goes into the signature, a bounded number is listed.
import { type Tape, typeOf } from '../json/tape.ts';
import { partingPlace, textOf } from '../json/text.ts';
import type { Difference, DifferenceKind, Severity } from '../outcome.ts';
import { Entries } from './entries.ts';
import { generalise } from './generalise.ts';
import { HASH64_SEED, hash64 } from './hash64.ts';
import type { Known } from './kinds/known.ts';
import type { Knowing } from './knowing.ts';
import type { MaskState } from './mask-states.ts';
import type { Masks } from './masks.ts';
import { type Place, stepText } from './place.ts';
import { SHAPES, shapeOf } from './shapes.ts';
import { signatureOf } from './signatures.ts';

export interface Found {
  readonly kind: DifferenceKind;
  readonly up: Place | undefined;
  readonly keys: Tape | undefined;
  readonly at: number;
  /** Nodes; -1 where a side has none. */
  readonly legacy: number;
  readonly candidate: number;
  /** Absent: it counts. */
  readonly by?: Excuse;
}

/** The rule that excuses a difference, and as what. */
export interface Excuse {
  readonly name: string;
  readonly severity?: Severity;
  /** Absent: as equivalent. A known difference is named one, and a difference all the same. */
  readonly as?: 'improved' | 'known';
}

export class Findings {
  /** Differences that count. */
  counting = 0;
  /** Differences that would count if they were not known. */
  known = 0;
  /** Differences in which the candidate is better. */
  improved = 0;
  /** Why some place could not be judged. */
  stopped: string | undefined;
  /** Work it took to find them, beyond what is granted for each node. */
  spent = 0;
  /** Differences excused, by the name of the rule; absent: none. */
  hits: Map<string, number> | undefined;
  /** Rules by whose keys elements could not be told apart; absent: none. */
  sharedKeys: Set<string> | undefined;
  private readonly limit: number;
  private readonly masks: Masks | undefined;
  private readonly listed: Difference[] = [];
  /** Made when first needed, as are entries: most findings only answer a question. */
  private excused: Readonly<Record<NonNullable<Excuse['as']> | 'same', Difference[]>> | undefined;
  private entries: Entries | undefined;
  /** Of what is known. */
  private knownEntries: Entries | undefined;
  private readonly knowing: Knowing | undefined;

  /** `limit`: differences listed; below 0 they are only counted. `knowing`: where rules name known differences. */
  constructor(limit: number, masks?: Masks, knowing?: Knowing) {
    this.limit = limit;
    this.masks = masks;
    this.knowing = knowing;
  }

  /** Differences found, known ones too: what is paired with what does not depend on what is known. */
  get differing(): number {
    return this.counting + this.known;
  }

  /** The rule of these under which a difference that nothing excuses is known. Never, where only a question is answered. */
  knownBy(rules: readonly Known[], kind: DifferenceKind): Excuse | undefined {
    return rules.length === 0 || this.limit < 0 ? undefined : this.knowing?.of(rules, kind);
  }

  /** A place in documents. */
  add(found: Found, legacy: Tape, candidate: Tape): void {
    const { kind, up, by } = found;
    if (this.limit < 0) {
      if (by === undefined) this.counting++;
      return;
    }
    if (by !== undefined) this.hit(by.name, 1);
    const list = this.listFor(by);
    const isListed = list.length < this.limit;
    if (by?.as === 'improved') this.improved++;
    if (!isListed && by !== undefined && by.as !== 'known') return;
    const { masks } = this;
    const mask = masks?.below(up, found.keys, found.at);
    const isOneOfMany = up !== undefined && (found.keys === undefined || hasManyNames(up, legacy, candidate));
    // What is neither listed nor told apart needs no name.
    const step =
      isOneOfMany && !isListed ? '' : (masks?.step(up, found.keys, found.at) ?? stepText(up, found.keys, found.at));
    if (by === undefined || by.as === 'known') {
      const entries = this.counted(by);
      const name = isOneOfMany ? '/*' : generalise(step);
      const what = ` ${kind} ${shape(legacy, found.legacy, mask)} ${shape(candidate, found.candidate, mask)}`;
      // Members have names of their own: only what stands for several is likely to have been seen.
      if (up === undefined || name === step || !up.hasSeen(`${by === undefined ? '' : 'known '}${name}${what}`))
        entries.add(hash64(hash64(up?.patternHash(masks) ?? HASH64_SEED, name), what));
    }
    if (!isListed) return;
    const both = found.legacy >= 0 && found.candidate >= 0;
    const text = (tape: Tape, node: number): string =>
      masks === undefined || mask === undefined ? textOf(tape, node, parts) : masks.value(tape, node, mask, parts);
    const parts = both ? partingPlace(legacy, found.legacy, candidate, found.candidate) : 0;
    list.push({
      path: (up?.path(masks) ?? '') + step,
      kind,
      ...(found.legacy < 0 ? {} : { legacy: text(legacy, found.legacy) }),
      ...(found.candidate < 0 ? {} : { candidate: text(candidate, found.candidate) }),
      ...told(by),
    });
  }

  /** A difference outside documents: of keys, headers, counts. It counts, or is known. */
  addPlain(difference: Difference): void {
    const by = this.knowing?.ofPlain(difference.kind);
    if (by !== undefined) this.hit(by.name, 1);
    this.counted(by).add(hash64(HASH64_SEED, `${difference.path} ${difference.kind}`));
    const list = this.listFor(by);
    if (list.length < this.limit) list.push({ ...difference, ...told(by) });
  }

  private listFor(by: Excuse | undefined): Difference[] {
    return by === undefined ? this.listed : this.excusedLists()[by.as ?? 'same'];
  }

  private excusedLists(): NonNullable<typeof this.excused> {
    this.excused ??= { known: [], improved: [], same: [] };
    return this.excused;
  }

  private counted(by: Excuse | undefined): Entries {
    if (by === undefined) {
      this.counting++;
      this.entries ??= new Entries();
      return this.entries;
    }
    this.known++;
    this.knownEntries ??= new Entries();
    return this.knownEntries;
  }

  /** An excused difference that is no place of the documents compared. */
  addExcused(difference: Difference): void {
    if (difference.rule !== undefined) this.hit(difference.rule, 1);
    const { same } = this.excusedLists();
    if (same.length < this.limit) same.push(difference);
  }

  /** Several elements of an array have the rule's key, or none has it: what belongs together was found by what they hold. */
  sharedKey(rule: string): void {
    if (this.limit < 0) return;
    this.sharedKeys ??= new Set();
    this.sharedKeys.add(rule);
  }

  private hit(name: string, places: number): void {
    this.hits ??= new Map();
    this.hits.set(name, (this.hits.get(name) ?? 0) + places);
  }

  /** Takes over what was found for one event of several. */
  merge(other: Findings, event: number | undefined): void {
    const mark = event === undefined ? {} : { event };
    this.counting += other.counting;
    this.known += other.known;
    this.improved += other.improved;
    this.stopped ??= other.stopped;
    if (other.hits !== undefined) for (const [name, places] of other.hits) this.hit(name, places);
    if (other.sharedKeys !== undefined) for (const rule of other.sharedKeys) this.sharedKey(rule);
    this.entries = joined(this.entries, other.entries);
    this.knownEntries = joined(this.knownEntries, other.knownEntries);
    for (const difference of other.listed)
      if (this.listed.length < this.limit) this.listed.push({ ...difference, ...mark });
    if (other.excused === undefined) return;
    for (const as of ['known', 'improved', 'same'] as const) {
      const list = this.excusedLists()[as];
      for (const difference of other.excused[as]) if (list.length < this.limit) list.push({ ...difference, ...mark });
    }
  }

  /** Counting ones first, then what is known, what is better, and what is the same under the rules. */
  differences(): readonly Difference[] {
    if (this.excused === undefined) return this.listed.slice(0, this.limit);
    const { known, improved, same } = this.excused;
    return [...this.listed, ...known, ...improved, ...same].slice(0, this.limit);
  }

  /** Fingerprint of the kinds of divergence: the same whatever the order, the values and how many elements show it. */
  signature(output: string, type: string): string {
    return signatureOf(this.entries?.kept() ?? [], output, type);
  }

  /** The same as it would be if nothing were known. */
  bareSignature(output: string, type: string): string {
    const all = new Entries();
    if (this.entries !== undefined) all.join(this.entries);
    if (this.knownEntries !== undefined) all.join(this.knownEntries);
    return signatureOf(all.kept(), output, type);
  }
}

/** Both in one of them: the other is not needed any more. */
function joined(one: Entries | undefined, other: Entries | undefined): Entries | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  one.join(other);
  return one;
}

/** Names are made of data in larger objects: they tell no kind of difference from another. */
const MOST_NAMES = 10_000;

function hasManyNames(object: Place, legacy: Tape, candidate: Tape): boolean {
  const size = (tape: Tape, node: number): number => (node < 0 ? 0 : (tape.size[node] as number));
  return Math.max(size(legacy, object.legacy), size(candidate, object.candidate)) > MOST_NAMES;
}

function told(by: Excuse | undefined): Pick<Difference, 'rule' | 'severity'> {
  if (by === undefined) return {};
  return by.severity === undefined ? { rule: by.name } : { rule: by.name, severity: by.severity };
}

/** As it is told in signatures: of a masked value the type alone. */
function shape(tape: Tape, node: number, mask: MaskState | undefined): string {
  if (node >= 0 && mask !== undefined && mask.action !== 'keep') return typeOf(tape, node);
  return SHAPES[shapeOf(tape, node)] as string;
}

export function asBetter({ name, severity }: Excuse, as: 'improved'): Excuse {
  return severity === undefined ? { name, as } : { name, severity, as };
}
