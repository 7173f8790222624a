// How often a consumer does what, and how long it waits. All in milliseconds.

export interface ConsumerTiming {
  /** After so long without a heartbeat the group goes on without this member. Brokers allow 6 s to 5 min by default. */
  readonly sessionMs: number;
  /** How long a rebalance waits for members to come back before it goes on without them. */
  readonly rebalanceMs: number;
  /** Members learn of a rebalance by a heartbeat: all partitions of a group stand still for as long. */
  readonly heartbeatMs: number;
  /** How long a broker may hold a fetch back when it has nothing. */
  readonly waitMs: number;
  /** How old the picture of topics, partitions and leaders may grow: partitions that are added are read after so long. */
  readonly metadataMs: number;
  /** No progress for so long, with something to read: the consumer ends. */
  readonly stallMs: number;
}

export const DEFAULT_TIMING: ConsumerTiming = {
  sessionMs: 45_000,
  rebalanceMs: 120_000,
  heartbeatMs: 1_000,
  waitMs: 200,
  metadataMs: 10_000,
  stallMs: 120_000,
};

/** For a session of this length: several heartbeats fit into it, so that one lost on the way is not the end of it. */
export function timingFor(sessionMs: number): Partial<ConsumerTiming> {
  return { sessionMs, heartbeatMs: Math.min(DEFAULT_TIMING.heartbeatMs, Math.ceil(sessionMs / 6)) };
}

/** Milliseconds until the `tries`-th attempt in a row: brokers take seconds to be replaced, and others try too. */
export function backoff(tries: number): number {
  return Math.min(1_000, 50 * 2 ** Math.min(tries, 6)) * (0.75 + Math.random() / 2);
}
