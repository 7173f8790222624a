// From the experiment to what a join is told: everything that is compiled once per output.
import { compareSpec } from '../compare/from-experiment.ts';
import type { Means } from '../compare/means.ts';
import { compilePlan } from '../compare/plan.ts';
import type { Content } from '../compare/spec.ts';
import { type Correlate, compileCorrelation, compileType, maskIds } from '../envelope/correlate.ts';
import type { Experiment, OutputPlan } from '../experiment/experiment.ts';
import { envelopeFormat, formatHeaders } from '../formats/formats.ts';
import { KEY_SCHEMA_HEADER } from '../formats/framing.ts';
import { keyDocuments } from '../formats/key-documents.ts';
import { keyFormatOf, usesSchemas } from '../formats/uses.ts';
import type { Side } from '../outcome.ts';
import { readsOwnTopics } from '../runs/names.ts';
import { placed } from '../shuffle/placed.ts';
import type { JoinConfig, Sorted } from './config.ts';

/** What differs between partitions, processes and runs. */
export type JoinSettings = Pick<
  JoinConfig,
  | 'run'
  | 'partition'
  | 'timestamps'
  | 'compacted'
  | 'joins'
  | 'topics'
  | 'placesIds'
  | 'tracksConsumption'
  | 'openBytes'
  | 'rulesVersion'
> &
  Partial<Pick<JoinConfig, 'tombstones' | 'lookupEvery'>> & {
    /** Sides that are shuffled, with the partitions of their shuffled topics. */
    readonly shuffled?: Readonly<Partial<Record<Side, number>>>;
  };

/** Closed pairs remembered per partition: enough for repeats and late events of the last minutes at full rate. */
export const DEFAULT_TOMBSTONES = 100_000;
/** One id in so many is looked up although both sides came, to measure reuse beyond the tombstones. */
const DEFAULT_LOOKUP_EVERY = 64;

const NOT_SELECTED: Sorted = { kind: 'not-selected' };

/**
 * Compiles once; the returned function makes the configuration of one partition.
 * @param means what the comparison needs from outside the file
 */
export function planJoins(
  experiment: Experiment,
  output: OutputPlan,
  means: Means = {},
): (settings: JoinSettings) => JoinConfig {
  const { window, compare } = experiment;
  const spec = compareSpec(experiment, output);
  const { select } = spec;
  const plan = compilePlan(spec, means);
  const id = experiment.privacy?.id === 'hmac' ? means.mac : undefined;
  const readingOf = (side: Side) => ({
    format: envelopeFormat(output[side].format, means.schemas?.[side], experiment.budgets),
    keys: keyDocuments(output[side], means.schemas?.[side], experiment.budgets),
  });
  const readings = { legacy: readingOf('legacy'), candidate: readingOf('candidate') };
  const idOf = (side: Side) => compileCorrelation(output[side].correlation, readings[side]);
  const ids = { legacy: idOf('legacy'), candidate: idOf('candidate') };
  const typeOn = (side: Side) => compileType(experiment.type, readings[side]);
  const types = { legacy: typeOn('legacy'), candidate: typeOn('candidate') };
  return ({ shuffled, ...settings }) => {
    const correlator = (side: Side): ((record: Content) => Sorted) => {
      const partitions = shuffled?.[side];
      const found = partitions === undefined ? ids[side] : placed(ids[side], settings.partition, partitions);
      const masked = id === undefined ? found : maskIds(found, id);
      return means.judges === undefined ? masked : judging(found, masked, means.judges);
    };
    const correlate = { legacy: correlator('legacy'), candidate: correlator('candidate') };
    return {
      tombstones: DEFAULT_TOMBSTONES,
      lookupEvery: DEFAULT_LOOKUP_EVERY,
      ...settings,
      experiment: experiment.name,
      output: output.output,
      plan,
      bytesDecide:
        !plan.makesOneSideAnew && readsAlike(output, compare.key, means) && select.legacy === select.candidate,
      compareKey: compare.key,
      compareHeaders: [...compare.headers, ...keptHeaders(output, compare.key)],
      pick: window.pick,
      counts: window.counts,
      settleMs: window.settleMs,
      deadlineMs: window.deadlineMs,
      sharesTime: readsOwnTopics(settings.run),
      lateMs: readsOwnTopics(settings.run) ? window.lateMs : Number.MAX_SAFE_INTEGER,
      outageMs: window.outageMs,
      maxOutageMs: window.maxOutageMs,
      correlate: (side, record) => correlate[side](record),
      typeOf: (side, record) => types[side](record),
    };
  };
}

function judging(found: Correlate, masked: Correlate, judges: (id: string) => boolean): (record: Content) => Sorted {
  return (record) => {
    const correlated = found(record);
    return correlated.kind === 'id' && !judges(correlated.id) ? NOT_SELECTED : masked(record);
  };
}

/** Whether equal bytes are the same value on both sides: a schema's number says something within one registry only. */
function readsAlike({ legacy, candidate }: OutputPlan, comparesKeys: boolean, { schemas }: Means): boolean {
  const isOneRegistry = schemas?.legacy === schemas?.candidate;
  if (legacy.format !== candidate.format || (usesSchemas(legacy.format) && !isOneRegistry)) return false;
  if (!comparesKeys) return true;
  const keys = keyFormatOf(legacy);
  return keys === keyFormatOf(candidate) && (keys === 'text' || isOneRegistry);
}

function keptHeaders({ legacy, candidate }: OutputPlan, comparesKeys: boolean): readonly string[] {
  const ofKeys = comparesKeys && [legacy, candidate].some((side) => keyFormatOf(side) !== 'text');
  const ofValues = [...formatHeaders(legacy.format), ...formatHeaders(candidate.format)];
  return ofKeys ? [...ofValues, KEY_SCHEMA_HEADER] : ofValues;
}
