// What is said between a process that asks an archive and the engine process that answers.

export interface QueryRequest {
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  /** Statements before the question, without an answer. */
  readonly setup: readonly string[];
  readonly sql: string;
}

/** After it, the rows stand on the process's output, one JSON object a line. */
export type QueryReport =
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly code: 'missing' | 'elsewhere' | 'refused'; readonly message: string };
