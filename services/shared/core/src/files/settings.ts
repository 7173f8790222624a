// How two files are compared: by an experiment, or strictly as JSON where there is none.
import { compareSpec } from '../compare/from-experiment.ts';
import type { Means } from '../compare/means.ts';
import { type ComparePlan, compilePlan } from '../compare/plan.ts';
import type { CompareSpec, Content } from '../compare/spec.ts';
import { type Correlate, compileCorrelation, compileType, maskedId } from '../envelope/correlate.ts';
import { DEFAULT_CORRELATION } from '../envelope/source.ts';
import { DEFAULT_OUTPUT, type Experiment, type OutputPlan } from '../experiment/experiment.ts';
import { Fault } from '../fault.ts';
import { envelopeFormat } from '../formats/formats.ts';
import { keyDocuments } from '../formats/key-documents.ts';
import type { Side } from '../outcome.ts';
import type { Thresholds } from '../verdict/judge.ts';
import { payloadReader, type ToPayload } from './payload.ts';

export interface FileSettings {
  readonly plan: ComparePlan;
  readonly thresholds: Thresholds;
  /** For events without an id of their own. */
  readonly correlate: Readonly<Record<Side, Correlate>>;
  readonly typeOf: (content: Content, side: Side) => string;
  /** Of an id as it is read, what is shown of it. */
  readonly maskId: (id: string) => string;
  readonly payload: Readonly<Record<Side, ToPayload>>;
}

/** Nobody has agreed to anything: any divergence is too many, and nothing may stay undecided. */
const WITHOUT_CRITERIA: Thresholds = { parity: 1, undecided: 0 };

const WITHOUT_EXPERIMENT: CompareSpec = {
  output: DEFAULT_OUTPUT,
  format: { legacy: 'json', candidate: 'json' },
  select: {},
  compare: { value: true, key: false, headers: [] },
  pick: 'sequence',
  counts: 'compare',
  rules: [],
  budgets: { differencesPerPair: 100, payloadBytes: 64 * 1024 * 1024, depth: 10_000 },
};

/**
 * @param output which of the experiment's outputs the files hold; needed where it has several
 * @param means what the comparison needs from outside the file
 */
export function fileSettings(experiment?: Experiment, output?: string, means: Means = {}): FileSettings {
  if (experiment === undefined) {
    const correlate = compileCorrelation(DEFAULT_CORRELATION);
    const payload = payloadReader('json');
    return {
      plan: compilePlan(WITHOUT_EXPERIMENT),
      thresholds: WITHOUT_CRITERIA,
      correlate: { legacy: correlate, candidate: correlate },
      typeOf: () => '',
      maskId: (id) => id,
      payload: { legacy: payload, candidate: payload },
    };
  }
  const chosen = outputOf(experiment, output);
  const { criteria } = experiment;
  const { legacy, candidate } = chosen;
  const plan = compilePlan(compareSpec(experiment, chosen), means);
  const { mac } = means;
  const readingOf = (side: Side) => ({
    format: envelopeFormat(chosen[side].format, means.schemas?.[side], experiment.budgets),
    keys: keyDocuments(chosen[side], means.schemas?.[side], experiment.budgets),
  });
  const readings = { legacy: readingOf('legacy'), candidate: readingOf('candidate') };
  const correlator = (side: Side) => compileCorrelation(chosen[side].correlation, readings[side]);
  const typeOn = (side: Side) => compileType(experiment.type, readings[side]);
  const types = { legacy: typeOn('legacy'), candidate: typeOn('candidate') };
  const maskId =
    experiment.privacy?.id === 'hmac' && mac !== undefined ? (id: string) => maskedId(id, mac) : (id: string) => id;
  return {
    plan,
    thresholds: criteria.stated ? criteria : WITHOUT_CRITERIA,
    correlate: { legacy: correlator('legacy'), candidate: correlator('candidate') },
    typeOf: (content, side) => types[side](content),
    maskId,
    payload: { legacy: payloadReader(legacy.format), candidate: payloadReader(candidate.format) },
  };
}

function outputOf(experiment: Experiment, name: string | undefined): OutputPlan {
  const names = experiment.outputs.map(({ output }) => output);
  const [first] = experiment.outputs;
  if (name === undefined && first !== undefined && experiment.outputs.length === 1) return first;
  const found = experiment.outputs.find(({ output }) => output === name);
  if (found !== undefined) return found;
  throw new Fault(
    name === undefined
      ? `The experiment has ${names.length} outputs: ${names.join(', ')}`
      : `The experiment has no output ${JSON.stringify(name)}; it has ${names.join(', ')}`,
    { code: 'output-unknown', cure: 'Say with --output NAME which of them the two files hold.' },
  );
}
