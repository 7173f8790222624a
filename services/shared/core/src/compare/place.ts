// A place in a pair of documents: which two values stand there, and what it is called.
import { stringOf } from '../json/strings.ts';
import type { Tape } from '../json/tape.ts';
import { pointerSegment } from '../json/text.ts';
import { generalise } from './generalise.ts';
import { HASH64_SEED, type Hash64, hash64 } from './hash64.ts';
import type { MaskState } from './mask-states.ts';
import type { RuleState } from './rule-states.ts';

/**
 * How a value is reached from its parent: `at` is the key node of `keys`, or without keys an index. A root has no parent
 * and no name.
 */
export function stepText(up: Place | undefined, keys: Tape | undefined, at: number): string {
  if (up === undefined) return '';
  return `/${keys === undefined ? at : pointerSegment(stringOf(keys, at))}`;
}

/** Gives steps otherwise than {@link stepText}: masked. */
export interface StepTexts {
  step(up: Place | undefined, keys: Tape | undefined, at: number): string;
}

export class Place {
  readonly up: Place | undefined;
  readonly keys: Tape | undefined;
  readonly at: number;
  /** Nodes on each side; -1 where a side has none. */
  readonly legacy: number;
  readonly candidate: number;
  readonly state: RuleState;
  readonly depth: number;
  private seen: Set<string> | undefined;
  /** What may be shown here, once it was asked for. */
  mask: MaskState | undefined;
  private text: string | undefined;
  private hash: Hash64 | undefined;

  constructor(
    up: Place | undefined,
    keys: Tape | undefined,
    at: number,
    legacy: number,
    candidate: number,
    state: RuleState,
  ) {
    this.up = up;
    this.keys = keys;
    this.at = at;
    this.legacy = legacy;
    this.candidate = candidate;
    this.state = state;
    this.depth = up === undefined ? 0 : up.depth + 1;
  }

  /** Whether the signature knows this kind of difference right below already; from now on it does. */
  hasSeen(kind: string): boolean {
    if (this.seen?.has(kind)) return true;
    this.seen ??= new Set();
    this.seen.add(kind);
    return false;
  }

  /** JSON Pointer; the same masks every time, or none. */
  path(masks?: StepTexts): string {
    const unnamed: Place[] = [];
    let place: Place | undefined = this;
    for (; place !== undefined && place.text === undefined; place = place.up) unnamed.push(place);
    let text = place?.text ?? '';
    for (let i = unnamed.length - 1; i >= 0; i--) {
      const next = unnamed[i] as Place;
      text += masks?.step(next.up, next.keys, next.at) ?? stepText(next.up, next.keys, next.at);
      next.text = text;
    }
    return text;
  }

  /** Hash of the generalised path, made from the parent's: a deep document is not hashed again for every difference. */
  patternHash(masks?: StepTexts): Hash64 {
    const unhashed: Place[] = [];
    let place: Place | undefined = this;
    for (; place !== undefined && place.hash === undefined; place = place.up) unhashed.push(place);
    let hash = place?.hash ?? HASH64_SEED;
    for (let i = unhashed.length - 1; i >= 0; i--) {
      const next = unhashed[i] as Place;
      const step = masks?.step(next.up, next.keys, next.at) ?? stepText(next.up, next.keys, next.at);
      hash = hash64(hash, generalise(step));
      next.hash = hash;
    }
    return hash;
  }
}
