// Where a replay lives: topics and groups of its own, all named after it, so that it meets nothing else.
import type { Experiment } from '../experiment/experiment.ts';
import { Fault } from '../fault.ts';

/** The run of an experiment that is no replay. */
export const LIVE_RUN = 'live';
/** Legacy against its twin, without the rules that excuse: how often legacy differs from itself. */
export const TWIN_RUN = 'twin';
/** Legacy against the candidate, without the rules that excuse: what the twin's run is held against. */
export const BARE_RUN = 'bare';

const RESERVED: ReadonlyMap<string, string> = new Map([
  [LIVE_RUN, 'that is the name of the run that is no replay'],
  [TWIN_RUN, 'that is the name of the run that compares legacy with its twin'],
  [BARE_RUN, 'that is the name of the run that compares without rules, to measure noise'],
]);

/** Whether it reads the experiment's own topics: a replay has its own. */
export function readsOwnTopics(run: string): boolean {
  return RESERVED.has(run);
}

/** A topic of the archive, and the topic of the run it is fed to. */
export interface FedTopic {
  readonly source: string;
  readonly topic: string;
}

export interface RunTopics {
  /** Fed from what both systems read; named after what the candidate reads. */
  readonly input: FedTopic;
  /** In the order of the experiment. */
  readonly outputs: readonly { readonly output: string; readonly legacy: FedTopic; readonly candidate: string }[];
}

const RUN_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws Fault `bad-run-name` */
export function checkRunName(run: string): string {
  if (RUN_NAME.test(run) && !readsOwnTopics(run)) return run;
  const why = RESERVED.get(run) ?? 'a name is 1 to 63 of a-z, 0-9 and -';
  throw new Fault(`"${run}" cannot be the name of a replay: ${why}.`, {
    code: 'bad-run-name',
    cure: 'Name it after what is replayed, for example build-b.',
  });
}

/** A topic's name in a run; topics keep their own where it is no replay. */
export function topicOfRun(topic: string, run: string): string {
  return readsOwnTopics(run) ? topic : `${topic}.replay.${run}`;
}

/** @throws Fault `no-input` where the experiment does not say what both systems read */
export function topicsOfRun(experiment: Experiment, run: string): RunTopics {
  const { input, candidate, outputs } = experiment;
  if (input === undefined) {
    throw new Fault(`Experiment ${experiment.name} does not say what both systems read, so there is nothing to feed.`, {
      code: 'no-input',
      cure: 'Add `input: { topic: NAME }` to the experiment file, and keep that topic in the archive.',
    });
  }
  return {
    input: { source: input.topic, topic: topicOfRun(candidate.input ?? input.topic, run) },
    outputs: outputs.map(({ output, legacy, candidate: side }) => ({
      output,
      legacy: { source: legacy.topic, topic: topicOfRun(legacy.topic, run) },
      candidate: topicOfRun(side.topic, run),
    })),
  };
}

/** The consumer group of the build that is tried in a replay. */
export function buildGroupOfRun(experiment: Experiment, run: string): string {
  return topicOfRun(experiment.candidate.group ?? experiment.name, run);
}

/** Whoever consumes in this group is the one who feeds the run. */
export function replayerGroup(experiment: string, run: string): string {
  return `parallax.${experiment}.${run}.replayer`;
}
