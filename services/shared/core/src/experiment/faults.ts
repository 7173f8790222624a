// What is wrong with an experiment file, one entry per place, and how it is told to a person.

export type ExperimentFaultCode =
  | 'yaml'
  | 'unknown-key'
  | 'not-built-yet'
  | 'missing-key'
  | 'bad-value'
  | 'contradiction'
  | 'failing-test'
  | 'shadowed-rule'
  | 'odd-path'
  | 'ignores-all';

export interface ExperimentFault {
  readonly code: ExperimentFaultCode;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `window.settle`, `rules[2].tolerance.path`; '' is the whole file. */
  readonly key: string;
  /** The name of the rule it is in, as what the rule excuses is told by. */
  readonly rule?: string;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** As written, abbreviated; absent where nothing was written. */
  readonly value?: string;
  /** What would be accepted there. */
  readonly allowed?: string;
  /** What to do next, as a sentence. */
  readonly cure?: string;
  /** The key that was probably meant, where one is near. */
  readonly meant?: string;
}

/** In the order of the file, each place told once for the same reason; a misspelt key is not missing as well. */
export function inOrder(faults: readonly ExperimentFault[]): readonly ExperimentFault[] {
  const seen = new Set<string>();
  const meant = new Set(faults.map((fault) => fault.meant));
  return faults
    .filter((fault) => fault.code !== 'missing-key' || !meant.has(fault.key))
    .filter((fault) => {
      const identity = JSON.stringify([fault.line, fault.column, fault.key, fault.message]);
      return !seen.has(identity) && seen.add(identity);
    })
    .toSorted((left, right) => left.line - right.line || left.column - right.column);
}

/** Several lines: the place, what is wrong, and below it what was given, what is allowed, what to do. */
export function formatExperimentFault(fault: ExperimentFault): string {
  const place = `${fault.file}:${fault.line}:${fault.column}`;
  const details = [
    ['rule', fault.rule],
    ['given', fault.value],
    ['allowed', fault.allowed],
    ['cure', fault.cure],
  ] as const;
  return [
    `${place}  ${fault.message}`,
    ...details.flatMap(([name, text]) => (text === undefined ? [] : [`    ${name.padEnd(8)} ${text}`])),
  ].join('\n');
}
