// What is sound in the rules of a file and probably not meant.
import type { RuleSpec } from '../compare/rules.ts';
import { shadowedRules } from '../compare/shadows.ts';
import type { ExperimentFault } from './faults.ts';
import type { YamlText } from './yaml-text.ts';

export function ruleWarnings(rules: readonly RuleSpec[], yaml: YamlText, file: string): readonly ExperimentFault[] {
  return [...shadowed(rules, yaml, file), ...ignoringAll(rules, yaml, file), ...oddPaths(rules, yaml, file)];
}

/** Then any two documents are the same. */
function ignoringAll(rules: readonly RuleSpec[], yaml: YamlText, file: string): readonly ExperimentFault[] {
  const last = rules.findLastIndex(({ kind, types, when }) => kind === 'include' && !types && !when);
  return rules.flatMap((rule, index): readonly ExperimentFault[] => {
    if (rule.kind !== 'ignore' || rule.types || rule.when || index < last) return [];
    if (!rule.paths.some((path) => /^(\/\*\*)*$/.test(path))) return [];
    return [
      {
        code: 'ignores-all',
        file,
        ...yaml.placeOf(['rules', index]),
        key: `rules[${index}]`,
        message: `Rule \`${rule.name}\` ignores the whole document: any two are the same under it.`,
        cure: 'Name the places that may differ, or say by include below it what is compared.',
      },
    ];
  });
}

function shadowed(rules: readonly RuleSpec[], yaml: YamlText, file: string): readonly ExperimentFault[] {
  return shadowedRules(rules).map(({ rule, by, why }) => {
    const told = (index: number): string => `\`${rules[index]?.name ?? ''}\``;
    const line = yaml.placeOf(['rules', by]).line;
    const other = `rule ${told(by)} of line ${line}`;
    return {
      code: 'shadowed-rule',
      file,
      ...yaml.placeOf(['rules', rule]),
      key: `rules[${rule}]`,
      message:
        why === 'ignored'
          ? `Rule ${told(rule)} says nothing: ${other} ignores every place it speaks of.`
          : `Rule ${told(rule)} says nothing: ${other} comes later and speaks of every place it speaks of.`,
      cure:
        why === 'ignored'
          ? 'Take one of the two out; an include after the ignore would give its places back.'
          : 'Take it out, or move it below the other: the later one wins.',
    };
  });
}

/** `/items[0]`, as other languages write it, is sound: a member may be called so. */
function oddPaths(rules: readonly RuleSpec[], yaml: YamlText, file: string): readonly ExperimentFault[] {
  return rules.flatMap((rule, index): readonly ExperimentFault[] => {
    const paths = 'paths' in rule ? rule.paths : 'path' in rule && rule.path !== undefined ? [rule.path] : [];
    const [, name, inner] = paths.map((path) => /([^/]+)\[(\d+|\*)\](?=\/|$)/.exec(path)).find(Boolean) ?? [];
    if (name === undefined || inner === undefined) return [];
    return [
      {
        code: 'odd-path',
        file,
        ...yaml.placeOf(['rules', index]),
        key: `rules[${index}]`,
        message: `Rule \`${rule.name}\` speaks of a member called \`${name}[${inner}]\`.`,
        cure: `For elements of an array write /${name}/${inner}${inner === '*' ? '' : ` or /${name}/*`}.`,
      },
    ];
  });
}
