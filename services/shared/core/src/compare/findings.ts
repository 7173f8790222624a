// What a comparison has found: every counting difference goes into the signature, a bounded number is listed.
import { FALSE, OBJECT, type Tape, TRUE, typeOf } from '../json/tape.ts';
import { partingPlace, textOf } from '../json/text.ts';
import type { Difference, DifferenceKind } from '../outcome.ts';
import { generalise } from './generalise.ts';
import { HASH64_SEED, hash64, hash64Text } from './hash64.ts';
import type { MaskState } from './mask-states.ts';
import type { Masks } from './masks.ts';
import { type Place, stepText } from './place.ts';
import type { Severity } from './rule-terms.ts';

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
}

export class Findings {
  /** Differences that count. */
  counting = 0;
  /** Why some place could not be judged. */
  stopped: string | undefined;
  private readonly limit: number;
  private readonly masks: Masks | undefined;
  private readonly listed: Difference[] = [];
  private readonly excused: Difference[] = [];
  private readonly entries = new Set<string>();

  /** `limit`: differences listed; below 0 they are only counted. */
  constructor(limit: number, masks?: Masks) {
    this.limit = limit;
    this.masks = masks;
  }

  /** A place in documents. */
  add(found: Found, legacy: Tape, candidate: Tape): void {
    const { kind, up, by } = found;
    if (this.limit < 0) {
      if (by === undefined) this.counting++;
      return;
    }
    const { masks } = this;
    const mask = masks?.below(up, found.keys, found.at);
    const step = masks?.step(up, found.keys, found.at) ?? stepText(up, found.keys, found.at);
    if (by === undefined) {
      this.counting++;
      const suffix = `${generalise(step)} ${kind} ${shape(legacy, found.legacy, mask)} ${shape(candidate, found.candidate, mask)}`;
      if (up === undefined) this.entries.add(hash64Text(hash64(HASH64_SEED, suffix)));
      else if (!up.seen.has(suffix)) {
        up.seen.add(suffix);
        this.entries.add(hash64Text(hash64(up.patternHash(masks), suffix)));
      }
    }
    const list = by === undefined ? this.listed : this.excused;
    if (list.length >= this.limit) return;
    const both = found.legacy >= 0 && found.candidate >= 0;
    const text = (tape: Tape, node: number): string =>
      masks === undefined || mask === undefined ? textOf(tape, node, parts) : masks.value(tape, node, mask, parts);
    const parts = both ? partingPlace(legacy, found.legacy, candidate, found.candidate) : 0;
    list.push({
      path: (up?.path(masks) ?? '') + step,
      kind,
      ...(found.legacy < 0 ? {} : { legacy: text(legacy, found.legacy) }),
      ...(found.candidate < 0 ? {} : { candidate: text(candidate, found.candidate) }),
      ...(by === undefined ? {} : { rule: by.name }),
    });
  }

  /** A difference outside documents: of keys, headers, counts. It counts. */
  addPlain(difference: Difference): void {
    this.counting++;
    this.entries.add(hash64Text(hash64(HASH64_SEED, `${difference.path} ${difference.kind}`)));
    if (this.listed.length < this.limit) this.listed.push(difference);
  }

  /** An excused difference that is no place of the documents compared. */
  addExcused(difference: Difference): void {
    if (this.excused.length < this.limit) this.excused.push(difference);
  }

  /** Takes over what was found for one event of several. */
  merge(other: Findings, event: number | undefined): void {
    const mark = event === undefined ? {} : { event };
    this.counting += other.counting;
    this.stopped ??= other.stopped;
    for (const entry of other.entries) this.entries.add(entry);
    for (const difference of other.listed)
      if (this.listed.length < this.limit) this.listed.push({ ...difference, ...mark });
    for (const difference of other.excused)
      if (this.excused.length < this.limit) this.excused.push({ ...difference, ...mark });
  }

  /** Counting ones first. */
  differences(): readonly Difference[] {
    return [...this.listed, ...this.excused].slice(0, this.limit);
  }

  /** Fingerprint of the kinds of divergence: the same whatever the order, the values and how many elements show it. */
  signature(output: string, type: string): string {
    const head = hash64(HASH64_SEED, JSON.stringify([output, type]));
    return `v1:${hash64Text(hash64(head, [...this.entries].sort().join(' ')))}`;
  }
}

/** Type of a value and the little of it that tells one regression from another; of a masked one the type alone. */
function shape(tape: Tape, node: number, mask: MaskState | undefined): string {
  if (node < 0) return 'missing';
  if (mask !== undefined && mask.action !== 'keep') return typeOf(tape, node);
  const kind = tape.kind[node];
  if (kind === TRUE) return 'true';
  if (kind === FALSE) return 'false';
  const type = typeOf(tape, node);
  const empty =
    type === 'string'
      ? tape.start[node] === tape.end[node]
      : kind !== undefined && kind >= OBJECT - 1 && tape.size[node] === 0;
  return empty ? `empty ${type}` : type;
}
