// Pairs that moved, counted by signature, each kind with its simplest example.
import { generalise } from '../compare/generalise.ts';
import type { Judged } from '../files/group.ts';
import type { Difference, Outcome } from '../outcome.ts';
import { countingOnlyIn, type Move } from './move.ts';

/** Kinds told apart; pairs of further ones are counted together. */
export const MOST_KINDS = 10_000;

export interface MovedExample {
  readonly id: string;
  readonly output: string;
  /** Counted before and do no more. */
  readonly hidden: readonly Difference[];
  /** Count now and did not. */
  readonly revealed: readonly Difference[];
}

/** Pairs that moved from one judgement to another. */
export interface MovedKind {
  readonly before: Outcome;
  readonly after: Outcome;
  /** Signature, else reason; absent where there is neither. */
  readonly was?: string;
  readonly is?: string;
  readonly pairs: number;
  /** Places of the example's differences that count in one of the two only. */
  readonly patterns: readonly string[];
  readonly example: MovedExample;
}

interface Counting {
  pairs: number;
  before: Judged;
  after: Judged;
  example: MovedExample;
}

export class Moved {
  pairs = 0;
  /** Of kinds that are not told apart any more. */
  others = 0;
  readonly #kinds = new Map<string, Counting>();
  readonly #move: Move;
  readonly #most: number;

  /** `most`: kinds told apart. */
  constructor(move: Move, most: number = MOST_KINDS) {
    this.#move = move;
    this.#most = most;
  }

  add(id: string, output: string, before: Judged, after: Judged): void {
    this.pairs++;
    const key = `${before.outcome} ${after.outcome} ${detailOf(before) ?? ''} ${detailOf(after) ?? ''}`;
    const known = this.#kinds.get(key);
    if (known === undefined && this.#kinds.size >= this.#most) {
      this.others++;
      return;
    }
    if (known !== undefined) {
      known.pairs++;
      const more = this.#sizeOf(before, after) - this.#sizeOf(known.before, known.after);
      // The same example in whatever order the pairs come.
      if (more > 0 || (more === 0 && id >= known.example.id)) return;
    }
    const example = {
      id,
      output,
      hidden: countingOnlyIn(before, after),
      revealed: countingOnlyIn(after, before),
    };
    this.#kinds.set(key, { pairs: known?.pairs ?? 1, before, after, example });
  }

  /** The most frequent first. */
  kinds(): readonly MovedKind[] {
    return [...this.#kinds]
      .sort(([one, a], [other, b]) => b.pairs - a.pairs || (one < other ? -1 : 1))
      .map(([, { pairs, before, after, example }]) => {
        const [was, is] = [detailOf(before), detailOf(after)];
        const differences = [...example.hidden, ...example.revealed];
        return {
          before: before.outcome,
          after: after.outcome,
          ...(was === undefined ? {} : { was }),
          ...(is === undefined ? {} : { is }),
          pairs,
          patterns: [...new Set(differences.map(({ path }) => generalise(path)))],
          example,
        };
      });
  }

  /** An example is the simpler the less differs in it. */
  #sizeOf(before: Judged, after: Judged): number {
    return (this.#move === 'revealed' ? after : before).differences.length + after.differences.length;
  }
}

function detailOf({ signature, reason }: Judged): string | undefined {
  return signature ?? reason;
}
