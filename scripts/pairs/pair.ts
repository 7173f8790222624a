// What a pair of libraries is here: the same real documents, put through both by a program a person would write.

/** A way in which the new side could go wrong, worked into what it really says. */
export interface Regression {
  readonly about: string;
  /** The value with the fault in it; the value itself where the document has nothing that could break so. */
  plant(value: unknown): unknown;
}

export interface Document {
  readonly id: string;
  readonly text: string;
}

export interface Pair {
  readonly name: string;
  readonly about: string;
  readonly documents: readonly Document[];
  /** The library in use, and the one that is to replace it, with the options its users set. */
  legacy(text: string): Promise<unknown> | unknown;
  candidate(text: string): Promise<unknown> | unknown;
  /** Each must show under the rules in every document it touches. */
  readonly regressions: readonly Regression[];
}
