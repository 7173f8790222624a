// The steps of the comparator at which a crash matters, in the order they are reached.
export const COMPARATOR_CRASH_POINTS = [
  /** The rules' epoch is in the checkpoint topic. */
  'comparator.after-epoch',
  /** Checkpoints are loaded, nothing has been read. */
  'comparator.after-assigned',
  /** A batch has been read and joined. */
  'comparator.after-read',
  /** Events that could not be read wait to be written to the dead-letter topic. */
  'comparator.before-deadletters',
  /** They are there, and no cut counts them yet. */
  'comparator.after-deadletters',
  /** The store has answered look-ups, the joins do not know yet. */
  'comparator.after-lookup',
  /** Rows are judged and wait to be written. */
  'comparator.after-judge',
  'comparator.before-write',
  /** Rows are in the store, the joins do not know yet. */
  'comparator.after-write',
  /** What is still open has been shown as provisional rows, which wait to be written. */
  'comparator.after-window-cut',
  /** A cut is copied, rows before it may not be written yet. */
  'comparator.after-cut-copied',
  /** A part of a cut is in the checkpoint topic, and nothing points at it. */
  'comparator.checkpoint-spilled',
  'comparator.before-commit',
  /** Committed, the ledger in the store is older. */
  'comparator.after-commit',
  'comparator.after-ledger',
] as const;

/** Reached in a retry of dead letters only. */
export const RETRY_CRASH_POINTS = [
  /** What is retried is open again in memory; nothing of it is committed. */
  'comparator.after-reopened',
] as const;

export type ComparatorCrashPoint = (typeof COMPARATOR_CRASH_POINTS)[number] | (typeof RETRY_CRASH_POINTS)[number];
