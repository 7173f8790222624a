// What the experiment file will be able to say and cannot yet: refused by name, so that nobody relies on it in vain.

/** Keys by where they stand; a list's elements are written `[]`. A key moves from here into the schema once it works. */
export const NOT_BUILT_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['keep', 'cohort', 'breaker', 'registry'],
  legacy: ['registry'],
  candidate: ['registry'],
  criteria: ['confidence', 'for', 'outage'],
  'rules[]': ['decode', 'transform', 'bijection', 'reference', 'known', 'better', 'when', 'types', 'severity'],
};

/** Values by the key they would be given to. */
export const NOT_BUILT_VALUES: Readonly<Record<string, readonly string[]>> = {
  format: ['avro', 'auto'],
  'legacy.format': ['avro', 'auto'],
  'candidate.format': ['avro', 'auto'],
};
