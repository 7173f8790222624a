// Where a replay writes, and where its build may answer: topics of the run alone, never one that is live.
import { type Experiment, Fault, type RunTopics, topicOfRun, topicsOfRun } from '@parallax/core';

export interface TargetOptions {
  /** By output: where the build answers, if not in the run's own topic for it. */
  readonly candidateTopics?: Readonly<Record<string, string>> | undefined;
  /** Topics of other names that are allowed; `*` stands for any text. */
  readonly allow?: readonly string[] | undefined;
}

const OF_A_RUN = /\.replay\.[a-z0-9][a-z0-9-]*$/;
/** Those of brokers and of Parallax itself. */
const INTERNAL = /^(?:__|_schemas$|parallax\.)/;

/**
 * The run's topics, each looked at.
 * @throws Fault `no-input`, `bad-arguments`, `replay-target-live`, `replay-target-refused`
 */
export function targetsOfRun(experiment: Experiment, run: string, options: TargetOptions = {}): RunTopics {
  const { candidateTopics = {}, allow = [] } = options;
  const topics = topicsOfRun(experiment, run);
  const known = topics.outputs.map(({ output }) => output);
  for (const output of Object.keys(candidateTopics)) {
    if (known.includes(output)) continue;
    throw new Fault(`Experiment ${experiment.name} has no output ${output}.`, {
      code: 'bad-arguments',
      cure: `Give one of ${known.join(', ')} as --candidate-output OUTPUT=TOPIC.`,
    });
  }
  const outputs = topics.outputs.map((one) => ({ ...one, candidate: candidateTopics[one.output] ?? one.candidate }));
  const targets = [topics.input.topic, ...outputs.flatMap(({ legacy, candidate }) => [legacy.topic, candidate])];
  for (const [at, topic] of targets.entries()) {
    checkTarget(experiment, run, topic, allow);
    if (targets.indexOf(topic) !== at) throw refused(topic, 'serves the run twice', run);
  }
  return { ...topics, outputs };
}

function checkTarget(experiment: Experiment, run: string, topic: string, allow: readonly string[]): void {
  const live = liveTopics(experiment).get(topic);
  if (live !== undefined) {
    throw new Fault(`${topic} is live: ${live}. A replay never writes there, nor does its build.`, {
      code: 'replay-target-live',
      cure: `Leave --candidate-output out: the build then answers in ${topicOfRun('TOPIC', run)}, a topic of the run alone.`,
    });
  }
  if (INTERNAL.test(topic)) throw refused(topic, 'is internal', run);
  if (topic.endsWith(topicOfRun('', run))) return;
  if (OF_A_RUN.test(topic)) throw refused(topic, 'belongs to another run', run);
  if (!allow.some((pattern) => fits(pattern, topic))) throw refused(topic, 'is no topic of the run', run, true);
}

function liveTopics({ input, candidate, outputs }: Experiment): ReadonlyMap<string, string> {
  const named: readonly (readonly [string | undefined, string])[] = [
    [input?.topic, 'both systems read it'],
    [candidate.input, 'the candidate reads it'],
    ...outputs.flatMap(({ legacy, candidate: side, twin }) => [
      [legacy.topic, 'legacy answers there'] as const,
      [side.topic, 'the candidate answers there'] as const,
      [twin?.topic, 'legacy’s twin answers there'] as const,
    ]),
  ];
  return new Map(named.flatMap(([topic, why]) => (topic === undefined ? [] : [[topic, why] as const])));
}

function fits(pattern: string, topic: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return topic === first;
  if (!topic.startsWith(first) || !topic.endsWith(last) || topic.length < first.length + last.length) return false;
  let at = first.length;
  const end = topic.length - last.length;
  for (const part of rest) {
    const found = topic.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

function refused(topic: string, why: string, run: string, mayBeAllowed = false): Fault {
  const allowed = mayBeAllowed
    ? ` Or allow it: --allow-target '${topic}', or PARALLAX_REPLAY_ALLOW; a * stands for any text.`
    : '';
  return new Fault(`A replay ${run} does not take ${topic}, which ${why}.`, {
    code: 'replay-target-refused',
    cure: `Topics of this run end with ${topicOfRun('', run)}.${allowed}`,
  });
}
