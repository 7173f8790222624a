// Where a replay lives: topics and groups of its own, all named after it, so that it meets nothing else.
import type { Experiment } from '../experiment/experiment.ts';
import { Fault } from '../fault.ts';

/** The run of an experiment that is no replay. */
export const LIVE_RUN = 'live';

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
  if (RUN_NAME.test(run) && run !== LIVE_RUN) return run;
  const why =
    run === LIVE_RUN ? 'that is the name of the run that is no replay' : 'a name is 1 to 63 of a-z, 0-9 and -';
  throw new Fault(`"${run}" cannot be the name of a replay: ${why}.`, {
    code: 'bad-run-name',
    cure: 'Name it after what is replayed, for example build-b.',
  });
}

/** A topic's name in a run; topics keep their own in {@link LIVE_RUN}. */
export function topicOfRun(topic: string, run: string): string {
  return run === LIVE_RUN ? topic : `${topic}.replay.${run}`;
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
