// What the experiment file will be able to say and cannot yet: refused by name, so that nobody relies on it in vain.

/** Keys by where they stand; a list's elements are written `[]`. A key moves from here into the schema once it works. */
export const NOT_BUILT_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['keep', 'cohort', 'breaker'],
  criteria: ['confidence', 'for', 'outage'],
};
