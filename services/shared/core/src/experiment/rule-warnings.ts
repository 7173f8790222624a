// What is sound in the rules of a file and probably not meant.
import type { RuleSpec } from '../compare/rules.ts';
import { shadowedRules } from '../compare/shadows.ts';
import type { ExperimentFault } from './faults.ts';
import { beyondIncludes, lostIndexes, oddNames } from './odd-rules.ts';
import type { RuleDoubt } from './rule-doubt.ts';
import type { YamlText } from './yaml-text.ts';

/** With their places in the file. */
export function ruleWarnings(rules: readonly RuleSpec[], yaml: YamlText, file: string): readonly ExperimentFault[] {
  const lineOf = (rule: number): string => ` of line ${yaml.placeOf(['rules', rule]).line}`;
  return ruleDoubts(rules, lineOf).map(({ rule, code, ...words }) => ({
    code,
    file,
    ...yaml.placeOf(['rules', rule]),
    key: `rules[${rule}]`,
    ...words,
  }));
}

/** `where`: what is said after the name of another rule. */
export function ruleDoubts(
  rules: readonly RuleSpec[],
  where: (rule: number) => string = () => '',
): readonly RuleDoubt[] {
  return [
    ...shadowed(rules, where),
    ...ignoringAll(rules),
    ...beyondIncludes(rules),
    ...oddPaths(rules),
    ...halfStars(rules),
    ...oddNames(rules),
    ...lostIndexes(rules, where),
  ];
}

/** Then any two documents are the same. */
function ignoringAll(rules: readonly RuleSpec[]): readonly RuleDoubt[] {
  const last = rules.findLastIndex(({ kind, types, when }) => kind === 'include' && !types && !when);
  return rules.flatMap((rule, index): readonly RuleDoubt[] => {
    if (rule.kind !== 'ignore' || rule.types || rule.when || index < last) return [];
    if (!rule.paths.some((path) => /^(\/\*\*)*$/.test(path))) return [];
    return [
      {
        code: 'ignores-all',
        rule: index,
        message: `Rule \`${rule.name}\` ignores the whole document: any two are the same under it.`,
        cure: 'Name the places that may differ, or say by include below it what is compared.',
      },
    ];
  });
}

function shadowed(rules: readonly RuleSpec[], where: (rule: number) => string): readonly RuleDoubt[] {
  return shadowedRules(rules).map(({ rule, by, why }) => {
    const told = (index: number): string => `\`${rules[index]?.name ?? ''}\``;
    const other = `rule ${told(by)}${where(by)}`;
    return {
      code: 'shadowed-rule',
      rule,
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

/** `/items/*Id`: a star stands for a whole name, here it is a character like any other. */
function halfStars(rules: readonly RuleSpec[]): readonly RuleDoubt[] {
  return rules.flatMap((rule, index): readonly RuleDoubt[] => {
    const paths = 'paths' in rule ? rule.paths : 'path' in rule && rule.path !== undefined ? [rule.path] : [];
    const name = paths
      .flatMap((path) => path.split('/'))
      .find((one) => /\*(?!\]$)/.test(one) && one !== '*' && one !== '**');
    if (name === undefined) return [];
    return [
      {
        code: 'odd-path',
        rule: index,
        message: `Rule \`${rule.name}\` speaks of a member called just \`${name}\`.`,
        cure: `* stands for a whole name only: write each of the names. Where the star is part of one, write it ~2: ${name.replaceAll('*', '~2')}.`,
      },
    ];
  });
}

/** `/items[0]`, as other languages write it, is sound: a member may be called so. */
function oddPaths(rules: readonly RuleSpec[]): readonly RuleDoubt[] {
  return rules.flatMap((rule, index): readonly RuleDoubt[] => {
    const paths = 'paths' in rule ? rule.paths : 'path' in rule && rule.path !== undefined ? [rule.path] : [];
    const [, name, inner] = paths.map((path) => /([^/]+)\[(\d+|\*)\](?=\/|$)/.exec(path)).find(Boolean) ?? [];
    if (name === undefined || inner === undefined) return [];
    return [
      {
        code: 'odd-path',
        rule: index,
        message: `Rule \`${rule.name}\` speaks of a member called \`${name}[${inner}]\`.`,
        cure: `For elements of an array write /${name}/${inner}${inner === '*' ? '' : ` or /${name}/*`}.`,
      },
    ];
  });
}
