// Why an expression gave no result: the reason the pair is inconclusive.

export type StopReason = 'transform-limit' | 'transform-precision' | 'transform-failed';

export class Stopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}
