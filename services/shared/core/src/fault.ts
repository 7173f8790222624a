// A fault: an error that says what is wrong, whether it may pass by itself, and what to do next.

export interface FaultDetails {
  /** Low-cardinality, stable, kebab-case: what tools and tests match on. */
  readonly code: string;
  /** What to do next, as a sentence. */
  readonly cure?: string;
  /** Trying the same again later may succeed. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

export class Fault extends Error {
  readonly code: string;
  readonly cure: string | undefined;
  readonly retryable: boolean;

  constructor(message: string, details: FaultDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'Fault';
    this.code = details.code;
    this.cure = details.cure;
    this.retryable = details.retryable ?? false;
  }
}

/** Whether the same call may succeed later. Unknown errors are not retried: they are bugs until named. */
export function isRetryable(error: unknown): boolean {
  return error instanceof Fault && error.retryable;
}
