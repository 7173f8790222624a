// From the experiment to what a join is told: everything that is compiled once per output.
import { compareSpec } from '../compare/from-experiment.ts';
import { compilePlan } from '../compare/plan.ts';
import type { Mac } from '../compare/privacy.ts';
import { compileCorrelation, compileType, maskIds } from '../envelope/correlate.ts';
import type { Experiment, OutputPlan, OutputSide } from '../experiment/experiment.ts';
import { LIVE_RUN } from '../runs/names.ts';
import type { JoinConfig } from './config.ts';

/** What differs between partitions, processes and runs. */
export type JoinSettings = Pick<
  JoinConfig,
  | 'run'
  | 'partition'
  | 'timestamps'
  | 'compacted'
  | 'joins'
  | 'topics'
  | 'tracksConsumption'
  | 'openBytes'
  | 'rulesVersion'
> &
  Partial<Pick<JoinConfig, 'tombstones' | 'lookupEvery'>>;

/** Closed pairs remembered per partition: enough for repeats and late events of the last minutes at full rate. */
export const DEFAULT_TOMBSTONES = 100_000;
/** One id in so many is looked up although both sides came, to measure reuse beyond the tombstones. */
const DEFAULT_LOOKUP_EVERY = 64;

/**
 * Compiles once; the returned function makes the configuration of one partition.
 * @param mac needed where the experiment masks by hmac
 */
export function planJoins(
  experiment: Experiment,
  output: OutputPlan,
  mac?: Mac,
): (settings: JoinSettings) => JoinConfig {
  const { window, compare } = experiment;
  const spec = compareSpec(experiment, output);
  const { select } = spec;
  const plan = compilePlan(spec, mac);
  const id = experiment.privacy?.id === 'hmac' ? mac : undefined;
  const correlate = { legacy: correlator(output.legacy, id), candidate: correlator(output.candidate, id) };
  const type = compileType(experiment.type);
  return (settings) => ({
    tombstones: DEFAULT_TOMBSTONES,
    lookupEvery: DEFAULT_LOOKUP_EVERY,
    ...settings,
    experiment: experiment.name,
    output: output.output,
    plan,
    bytesDecide: output.legacy.format === output.candidate.format && select.legacy === select.candidate,
    compareKey: compare.key,
    compareHeaders: compare.headers,
    pick: window.pick,
    counts: window.counts,
    settleMs: window.settleMs,
    deadlineMs: window.deadlineMs,
    sharesTime: settings.run === LIVE_RUN,
    lateMs: settings.run === LIVE_RUN ? window.lateMs : Number.MAX_SAFE_INTEGER,
    outageMs: window.outageMs,
    maxOutageMs: window.maxOutageMs,
    correlate: (side, record) => correlate[side](record),
    typeOf: (_, record) => type(record),
  });
}

function correlator(side: OutputSide, mac: Mac | undefined) {
  const correlate = compileCorrelation(side.correlation);
  return mac === undefined ? correlate : maskIds(correlate, mac);
}
