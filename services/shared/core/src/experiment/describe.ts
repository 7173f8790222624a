// An experiment in words: what will be read, joined, waited for and compared.

import type { KnownRule } from '../compare/kinds/known.ts';
import type { TextRule } from '../compare/kinds/text.ts';
import type { PrivacyAction, PrivacySpec } from '../compare/privacy.ts';
import type { RuleSpec } from '../compare/rules.ts';
import { formatPointer } from '../envelope/pointer.ts';
import { type Correlation, formatSource } from '../envelope/source.ts';
import type { Experiment, OutputSide, Window } from './experiment.ts';
import { formatDuration, formatShare, formatSize } from './units.ts';

export interface Described {
  readonly about: string;
  readonly lines: readonly string[];
}

export function describeExperiment(experiment: Experiment): readonly Described[] {
  const {
    name,
    phase,
    question,
    owner,
    type,
    input,
    outputs,
    candidate,
    compare,
    window,
    rules,
    privacy,
    budgets,
    criteria,
  } = experiment;
  const parts = [
    compare.value ? 'value' : '',
    compare.key ? 'key' : '',
    ...compare.headers.map((header) => `header ${header}`),
  ];
  return [
    { about: 'experiment', lines: [`${name}, phase ${phase}`] },
    { about: 'question', lines: question === undefined ? [] : [question] },
    { about: 'owner', lines: owner === undefined ? [] : [owner] },
    { about: 'input', lines: input === undefined ? [] : [`${input.topic}, id from ${idInWords(input.correlation)}`] },
    {
      about: 'candidate',
      lines: [
        ...(candidate.input === undefined ? [] : [`reads ${candidate.input}`]),
        ...(candidate.group === undefined
          ? []
          : [`is in consumer group ${candidate.group}; its commits tell what it has consumed`]),
      ],
    },
    {
      about: outputs.length === 1 ? 'output' : 'outputs',
      lines: outputs.flatMap(({ output, legacy, candidate: replacement, twin }) => [
        output,
        `  legacy     ${sideInWords(legacy)}`,
        `  candidate  ${sideInWords(replacement)}`,
        ...(twin === undefined ? [] : [`  twin       ${sideInWords(twin)}; measures noise, no part in the verdict`]),
      ]),
    },
    { about: 'type', lines: type === undefined ? [] : [`from ${formatSource(type)}`] },
    { about: 'compared', lines: [parts.filter((part) => part !== '').join(', ')] },
    { about: 'window', lines: windowInWords(window) },
    {
      about: 'rules',
      lines:
        rules.length === 0
          ? ['none: every difference counts']
          : rules.map((rule, index) => `${index + 1}. ${ruleInWords(rule)}`),
    },
    { about: 'privacy', lines: privacy === undefined ? [] : privacyInWords(privacy) },
    {
      about: 'criteria',
      lines: [
        `parity at least ${formatShare(criteria.parity)}, undecided at most ${formatShare(criteria.undecided)}${criteria.stated ? '' : ' (not stated: the strictest)'}`,
      ],
    },
    {
      about: 'budgets',
      lines: [
        `${formatSize(budgets.openBytes)} for open pairs, ${formatSize(budgets.payloadBytes)} a payload, ${budgets.depth} levels deep, ${budgets.differencesPerPair} differences kept a pair`,
      ],
    },
  ].filter(({ lines }) => lines.length > 0);
}

function privacyInWords({ paths, default: others, key, headers, id }: PrivacySpec): readonly string[] {
  const places = [
    ...paths.map(({ path, action }) => [path || 'the whole payload', action] as const),
    ...(key === undefined ? [] : [['record keys', key] as const]),
    ...Object.entries(headers).map(([name, action]) => [`header ${name}`, action] as const),
    ...(id === 'keep' ? [] : [['ids', id] as const]),
    ['everything else', others] as const,
  ];
  return places.map(([place, action]) => `${place} ${MASKED[action]}`);
}

const MASKED: Readonly<Record<PrivacyAction, string>> = {
  hmac: 'as a keyed hash',
  drop: 'not at all',
  keep: 'as it is',
};

function sideInWords(side: OutputSide): string {
  const selected = side.select === undefined ? '' : `, only what is at ${formatPointer(side.select) || 'the root'}`;
  const shuffled = side.shuffle ? ', shuffled by it' : '';
  const keys = side.keyFormat === undefined ? '' : `, keys as ${side.keyFormat}`;
  return `${side.topic}, read as ${side.format}${keys}${selected}, id from ${idInWords(side.correlation)}${shuffled}`;
}

function idInWords(correlation: Correlation): string {
  const parts = correlation.map((sources) => sources.map(formatSource).join(', else '));
  return parts.length === 1 ? (parts[0] ?? '') : `all of: ${parts.map((part) => `(${part})`).join(' and ')}`;
}

function windowInWords(window: Window): readonly string[] {
  const events = {
    sequence: 'all events of a side, in order',
    set: 'all events of a side, in any order',
    last: 'the last event of a side',
    first: 'the first event of a side',
  }[window.pick];
  const counts =
    window.pick === 'last' || window.pick === 'first'
      ? window.counts === 'ignore'
        ? '; how many does not count'
        : '; unequal numbers differ'
      : '';
  return [
    `compares ${events}${counts}`,
    `judged once both sides are quiet for ${formatDuration(window.settleMs)}`,
    `missing once absence is proven ${formatDuration(window.deadlineMs)} after the other side`,
    `revised by events up to ${formatDuration(window.lateMs)} late`,
    `a side silent for ${formatDuration(window.outageMs)} is an outage; its events are judged after ${formatDuration(window.maxOutageMs)} at the latest`,
  ];
}

/** One line, as the file's author would say it. */
export function ruleInWords(rule: RuleSpec): string {
  return `${bodyInWords(rule)}${termsInWords(rule)}${rule.name === '' ? '' : ` (${rule.name})`}`;
}

function termsInWords({ severity, types, when }: RuleSpec): string {
  const asked = (when ?? []).map(({ side, path, equals, matches, present }) => {
    const is = equals === undefined ? (matches === undefined ? '' : ` matches ${matches}`) : ` is ${equals}`;
    return `${place(path)} of ${side}${is === '' ? ` is ${present === false ? 'not ' : ''}there` : is}`;
  });
  const terms = [
    types === undefined ? '' : `for events of ${list(types)}`,
    asked.length === 0 ? '' : `where ${asked.join(' and ')}`,
    severity === undefined ? '' : `severity ${severity}`,
  ];
  return terms.map((term) => (term === '' ? '' : `, ${term}`)).join('');
}

function bodyInWords(rule: RuleSpec): string {
  switch (rule.kind) {
    case 'ignore':
      return `${list(rule.paths)} not compared`;
    case 'include':
      return `only ${list(rule.paths)} compared`;
    case 'tolerance': {
      const limits = [
        rule.absolute === undefined ? '' : `differ by at most ${rule.absolute}`,
        rule.relative === undefined ? '' : `differ by at most ${formatShare(rule.relative)}`,
        rule.ulp === undefined ? '' : `are at most ${rule.ulp} doubles apart`,
        rule.digits === undefined ? '' : `agree in ${rule.digits} digits`,
      ];
      return `numbers at ${place(rule.path)} the same if they ${limits.filter((limit) => limit !== '').join(' or ')}`;
    }
    case 'unordered':
      return `order at ${place(rule.path)} does not count, elements matched ${rule.key === undefined ? 'as a multiset' : `by ${list(rule.key)}`}`;
    case 'nullish':
      return `${rule.same.join(' and ')} the same at ${place(rule.path)}`;
    case 'time':
      return `times at ${place(rule.path)} the same if they are ${rule.within === undefined ? 'the same instant' : `within ${rule.within}`}`;
    case 'text':
      return `texts at ${place(rule.path)} the same ${textInWords(rule)}`;
    case 'coerce':
      return `values at ${place(rule.path)} the same if they are as a ${rule.to}`;
    case 'bijection':
      return `ids at ${list(rule.paths)} the same up to one renaming, one to one`;
    case 'reference':
      return `references at ${place(rule.path)} the same where what carries the id at ${place(rule.to)} is`;
    case 'known':
      return `differences ${knownInWords(rule)} known until ${rule.expires} (${rule.owner}, ${rule.ticket})`;
    case 'better':
      return `${rule.direction} numbers of the candidate at ${place(rule.path)} an improvement${rule.noWorseThan === undefined ? '' : `, up to ${rule.noWorseThan} worse as good`}`;
    case 'rename':
      return `${place(rule.from)} of ${rule.side} compared as ${place(rule.to)}`;
    case 'decode':
      return `texts at ${place(rule.path)} compared as the ${[...rule.as].reverse().join(' in ')} in them`;
    case 'transform':
      return `${place(rule.path)} of ${rule.side} compared as ${rule.value}`;
  }
}

function textInWords(rule: TextRule): string {
  const folds = [
    rule.case === undefined ? '' : 'case',
    rule.space === undefined ? '' : rule.space === 'trim' ? 'white space around' : 'the amount of white space',
    rule.form === undefined ? '' : `Unicode form (${rule.form})`,
  ].filter((fold) => fold !== '');
  const fits = rule.matching === undefined ? '' : `if both match ${rule.matching}`;
  return [folds.length === 0 ? '' : `but for ${folds.join(', ')}`, fits].filter((text) => text !== '').join(', ');
}

function knownInWords({ path, signature, kinds }: KnownRule): string {
  const parts = [
    kinds === undefined ? '' : `of kind ${kinds.join(' or ')}`,
    path === undefined ? '' : `at ${place(path)}`,
    signature === undefined ? '' : `of signature ${signature}`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function place(path: string): string {
  return path === '' ? 'the root' : path;
}

function list(paths: readonly string[]): string {
  return paths.map(place).join(', ');
}
