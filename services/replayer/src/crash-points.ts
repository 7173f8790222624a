// The steps of the replayer at which a crash matters.

export const REPLAYER_CRASH_POINTS = [
  /** The run's topics exist, nobody has its lock, and it has no plan. */
  'replayer.topics-made',
  'replayer.plan-committed',
  /** The run's row says that it is running. */
  'replayer.row-running',
  'replayer.before-append',
  'replayer.after-append',
  /** Inputs of a round are in the log, the answers to them are not. */
  'replayer.inputs-acknowledged',
  'replayer.all-fed',
  /** The run's row says that it is finished, its plan does not. */
  'replayer.row-finished',
] as const;

export type ReplayerCrashPoint = (typeof REPLAYER_CRASH_POINTS)[number];
