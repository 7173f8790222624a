// Faults in rules, told with the name of the rule: line and key alone are hard to find among a thousand.
import type { ExperimentFault } from './faults.ts';
import { RULE_KINDS } from './rule-schema.ts';

/** @param data the file as it was read */
export function withRuleNames(faults: readonly ExperimentFault[], data: unknown): readonly ExperimentFault[] {
  const rules = member(data, 'rules');
  return faults.map((fault) => {
    const [, index] = /^rules\[(\d+)\]/.exec(fault.key) ?? [];
    return index === undefined ? fault : { ...fault, rule: nameOf(member(rules, index), Number(index)) };
  });
}

/** As written, else the kind and the place in the list, else the place alone. */
function nameOf(rule: unknown, index: number): string {
  const name = member(rule, 'name');
  if (typeof name === 'string' && name !== '') return name;
  const kind = typeof rule === 'object' && rule !== null ? Object.keys(rule).find(isKind) : undefined;
  return kind === undefined ? `rules[${index}]` : `${kind}#${index + 1}`;
}

function isKind(key: string): boolean {
  return RULE_KINDS.some((kind) => kind === key);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}
