// The steps of the shuffler at which a crash matters, in the order they are reached.
export const SHUFFLER_CRASH_POINTS = [
  /** The shuffled topics are there, nothing has been read. */
  'shuffler.topics-made',
  'shuffler.after-assigned',
  'shuffler.after-read',
  'shuffler.before-write',
  /** Records are in the target, nothing says so. */
  'shuffler.after-write',
  /** Progress tells of them, they are not committed. */
  'shuffler.after-progress',
  'shuffler.before-commit',
  'shuffler.after-commit',
] as const;

export type ShufflerCrashPoint = (typeof SHUFFLER_CRASH_POINTS)[number];
