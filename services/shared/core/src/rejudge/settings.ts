// Two experiment files to be judged by, the one in force and a changed one: whether they speak of the same pairs, and what
// of the changed one is no rule.
import { compareSpec } from '../compare/from-experiment.ts';
import type { Means } from '../compare/means.ts';
import { type ComparePlan, compilePlan } from '../compare/plan.ts';
import { RuleTally } from '../compare/rule-tally.ts';
import type { CompareSpec } from '../compare/spec.ts';
import type { Experiment, OutputPlan } from '../experiment/experiment.ts';
import { Fault } from '../fault.ts';
import type { Grouping } from '../files/group.ts';
import { type FileSettings, fileSettings } from '../files/settings.ts';
import { type RuleChange, RuleChanges } from './rule-changes.ts';

/** One output, to be judged in both ways. */
export interface RejudgedOutput {
  readonly plan: OutputPlan;
  /** Of the experiment in force: how events are read and shown. */
  readonly settings: FileSettings;
  readonly before: Grouping;
  readonly after: Grouping;
  /** The comparison with these changes made and no others. */
  with(made: ReadonlySet<RuleChange>): Grouping;
  /** Under the rules alone that both files have. */
  unchanged(): Grouping;
}

export interface RejudgeSettings {
  readonly experiment: Experiment;
  readonly changed: Experiment;
  readonly changes: readonly RuleChange[];
  readonly outputs: readonly RejudgedOutput[];
  /** Some of the changed rules are for some event types only. */
  readonly isTyped: boolean;
  /** What the changed rules do, over all outputs. */
  readonly tally: RuleTally;
  readonly means: Means;
}

/** Files are evidence as they are, and an id without a partner is told apart: no rule bears on it. */
const COMPLETE = { legacy: false, candidate: false };

/**
 * Values are shown as the experiment in force masks them, whatever the changed file says of privacy.
 * @param output one of the experiment's; absent: all
 * @throws Fault `other-pairs` where the files are not about the same events; as {@link fileSettings} and `compilePlan`
 */
export function rejudgeSettings(
  experiment: Experiment,
  changed: Experiment,
  output: string | undefined,
  means: Means = {},
): RejudgeSettings {
  refuseOthers(experiment, changed);
  const tally = new RuleTally();
  const settings = settingsChanged(experiment, changed);
  const changes = new RuleChanges(experiment.rules, changed.rules, settings);
  const ofSettings = changes.all.find(({ change }) => change === 'settings');
  const names = output === undefined ? experiment.outputs.map((one) => one.output) : [output];
  const outputs = names.map((name): RejudgedOutput => {
    const own = fileSettings(experiment, name, means);
    const plan = experiment.outputs.find((one) => one.output === name) as OutputPlan;
    const then = changed.outputs.find((one) => one.output === name) as OutputPlan;
    const was = own.plan.spec;
    const { privacy: _, ...is } = compareSpec(changed, then);
    const specs = { was, is: was.privacy === undefined ? is : { ...is, privacy: was.privacy } };
    const grouping = (compiled: ComparePlan): Grouping => ({ plan: compiled, typeOf: own.typeOf, lost: COMPLETE });
    const spec = (made: ReadonlySet<RuleChange>): CompareSpec => ({
      ...(ofSettings !== undefined && made.has(ofSettings) ? specs.is : specs.was),
      rules: changes.rules(made),
    });
    return {
      plan,
      settings: own,
      before: grouping(own.plan),
      after: grouping(compilePlan(spec(new Set(changes.all)), { ...means, tally })),
      with: (made) => grouping(compilePlan(spec(made), means)),
      unchanged: () => grouping(compilePlan({ ...was, rules: changes.unchanged() }, means)),
    };
  });
  const isTyped = changed.rules.some(({ types }) => types !== undefined);
  return { experiment, changed, changes: changes.all, outputs, isTyped, tally, means };
}

/** What decides which events there are, and which are a pair. */
function refuseOthers(experiment: Experiment, changed: Experiment): void {
  const other: string[] = [];
  const differs = (name: string, of: (one: Experiment) => unknown): void => {
    if (JSON.stringify(of(experiment)) !== JSON.stringify(of(changed))) other.push(name);
  };
  differs('outputs', ({ outputs }) => outputs.map(({ output }) => output));
  if (other.length === 0) {
    for (const side of ['legacy', 'candidate'] as const) {
      for (const key of ['topic', 'correlation', 'format', 'registry', 'schemas'] as const) {
        differs(`${key} of ${side}`, ({ outputs }) => outputs.map((output) => output[side][key] ?? null));
      }
    }
  }
  differs('type', ({ type }) => type ?? null);
  if (other.length === 0) return;
  throw new Fault(`The two files are not about the same pairs: they differ in ${other.join(', ')}`, {
    code: 'other-pairs',
    cure: 'Change a copy of the experiment file: its rules, select, compare, window.pick, window.counts and budgets may differ.',
  });
}

function settingsChanged(experiment: Experiment, changed: Experiment): readonly string[] {
  const keys: string[] = [];
  const differs = (name: string, of: (one: Experiment) => unknown): void => {
    if (JSON.stringify(of(experiment)) !== JSON.stringify(of(changed))) keys.push(name);
  };
  differs('select', ({ outputs }) => outputs.map(({ legacy, candidate }) => [legacy.select, candidate.select]));
  differs('compare', ({ compare }) => [compare.value, compare.key, compare.headers]);
  differs('window.pick', ({ window }) => window.pick);
  differs('window.counts', ({ window }) => window.counts);
  for (const key of ['payloadBytes', 'depth'] as const) differs(`budgets.${key}`, ({ budgets }) => budgets[key]);
  return keys;
}
