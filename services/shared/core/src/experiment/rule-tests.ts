// Rule tests: two events and what the rules must make of them. One that fails is a fault of the file.
import { compareWith } from '../compare/compare.ts';
import { compareSpec } from '../compare/from-experiment.ts';
import { type ComparePlan, compilePlan } from '../compare/plan.ts';
import { Fault } from '../fault.ts';
import type { Comparison, Difference } from '../outcome.ts';
import type { Experiment, RuleTest } from './experiment.ts';
import type { ExperimentFault } from './faults.ts';
import type { WrittenTest } from './test-schema.ts';
import type { YamlText } from './yaml-text.ts';

/** Differences told of a test that fails. */
const SHOWN = 5;
const LONGEST_VALUE = 80;

/** The tests with their values as JSON text; a fault where a value is none. */
export function testsOf(
  written: readonly WrittenTest[],
  yaml: YamlText,
  file: string,
): { readonly tests: readonly RuleTest[]; readonly faults: readonly ExperimentFault[] } {
  const faults: ExperimentFault[] = [];
  const tests = written.map(({ name, outcome, type = '' }, index): RuleTest => {
    const text = (side: 'legacy' | 'candidate'): string => {
      const path = ['tests', index, side];
      const json = yaml.json(path);
      if (json.kind === 'ok') return json.json;
      const place = yaml.placeOf(path);
      faults.push({ code: 'bad-value', file, ...place, key: `tests[${index}].${side}`, message: json.why });
      return '';
    };
    return { name: name ?? `tests[${index}]`, legacy: text('legacy'), candidate: text('candidate'), outcome, type };
  });
  return { tests, faults };
}

/** What came of each test that did not come out as it must, in their order. */
export interface FailedTest {
  readonly index: number;
  readonly test: RuleTest;
  readonly comparison: Comparison;
}

/**
 * The tests speak of the first output, and of rules while they hold: a `known` difference does not fail its test on the
 * day it expires. Values are JSON whatever the topics hold; under `text` and `bytes` a string is the payload.
 * @throws Fault `bad-rules`
 */
export function failedTests(experiment: Experiment): readonly FailedTest[] {
  const { tests = [] } = experiment;
  const [output] = experiment.outputs;
  if (tests.length === 0 || output === undefined) return [];
  const { privacy: _, ...spec } = compareSpec(experiment, output);
  const isPlain = spec.format.legacy === 'text' || spec.format.legacy === 'bytes';
  const plan = compilePlan({
    ...spec,
    compare: { value: true, key: false, headers: [] },
    ...(isPlain ? {} : { format: { legacy: 'json', candidate: 'json' } }),
  });
  return tests.flatMap((test, index) => {
    const comparison = outcomeOf(test, plan, isPlain);
    return comparison.kind === test.outcome ? [] : [{ index, test, comparison }];
  });
}

function outcomeOf({ legacy, candidate, type }: RuleTest, plan: ComparePlan, isPlain: boolean): Comparison {
  const content = (json: string) => {
    const value: unknown = isPlain ? JSON.parse(json) : json;
    return [
      { key: null, value: new TextEncoder().encode(typeof value === 'string' ? value : json), headers: [] },
    ] as const;
  };
  return compareWith(content(legacy), content(candidate), plan, type, true);
}

export function testFaults(experiment: Experiment, yaml: YamlText, file: string): readonly ExperimentFault[] {
  let failed: readonly FailedTest[];
  try {
    failed = failedTests(experiment);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const place = yaml.placeOfKey(['tests']);
    return [
      { code: 'failing-test', file, ...place, key: 'tests', message: `The tests cannot be run: ${error.message}` },
    ];
  }
  return failed.map(({ index, test, comparison }) => ({
    code: 'failing-test',
    file,
    ...yaml.placeOf(['tests', index]),
    key: `tests[${index}]`,
    message: `The test \`${test.name}\` fails: ${test.outcome} was to come out, and ${came(comparison)}.`,
    cure: 'Correct the rules, or what the test claims.',
  }));
}

/** Controls in values are not shown raw. */
function came(comparison: Comparison): string {
  const { kind } = comparison;
  if (kind === 'match') return 'match did: the two are identical';
  if (kind === 'inconclusive') return `inconclusive (${comparison.reason}) did`;
  const { differences } = comparison;
  const counting = differences.filter(({ rule }) => rule === undefined);
  const told = counting.length > 0 ? counting : differences;
  const shown = told.slice(0, SHOWN).map(differenceText);
  const more = told.length > SHOWN ? `; and ${told.length - SHOWN} more` : '';
  return `${kind} did${shown.length === 0 ? '' : `: ${shown.join('; ')}${more}`}`.replace(/\p{Cc}/gu, '·');
}

function differenceText({ path, kind, legacy, candidate, rule }: Difference): string {
  const short = (text: string | undefined): string =>
    text === undefined ? 'nothing' : text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
  const by = rule === undefined ? '' : `, excused by ${rule}`;
  return `${path || 'the root'} ${kind}, ${short(legacy)} against ${short(candidate)}${by}`;
}
