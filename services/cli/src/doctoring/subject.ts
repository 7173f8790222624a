// What is examined: an experiment with the topics, groups and own topics it comes with.
import { checkpointTopic, comparatorGroup } from '@parallax/comparator';
import {
  deadLetterTopic,
  type Experiment,
  LIVE_RUN,
  type OutputPlan,
  SIDES,
  type Side,
  shuffledTopic,
} from '@parallax/core';

/** A topic of the experiment, and as what. */
export interface Role {
  readonly topic: string;
  /** `legacy output price`, `input`. */
  readonly as: string;
  readonly side?: Side;
}

export function rolesOf({ outputs, input, candidate }: Experiment): readonly Role[] {
  const named = outputs.length > 1;
  const outs = outputs.flatMap((output) =>
    SIDES.map(
      (side): Role => ({ topic: output[side].topic, as: `${side}${named ? ` output ${output.output}` : ''}`, side }),
    ),
  );
  const ins: readonly Role[] = input === undefined ? [] : [{ topic: input.topic, as: 'input' }];
  const own: readonly Role[] =
    candidate.input === undefined ? [] : [{ topic: candidate.input, as: "candidate's input" }];
  const twins = outputs.flatMap(({ output, twin }): readonly Role[] =>
    twin === undefined ? [] : [{ topic: twin.topic, as: `twin${named ? ` output ${output}` : ''}` }],
  );
  return [...outs, ...twins, ...ins, ...own];
}

/** Topics that are written for the experiment: not yours, and made when they are needed. */
export function ownTopicsOf({
  name,
  outputs,
}: Experiment): readonly { readonly topic: string; readonly compacted: boolean }[] {
  return [
    { topic: checkpointTopic(name), compacted: true },
    { topic: deadLetterTopic(name), compacted: false },
    ...outputs.flatMap((output) =>
      SIDES.filter((side) => output[side].shuffle === true).map((side) => {
        return { topic: shuffledTopic(name, side, output.output), compacted: false };
      }),
    ),
  ];
}

export function groupOf({ name }: Experiment): string {
  return comparatorGroup(name, LIVE_RUN);
}

export function isShuffledOutput(output: OutputPlan): boolean {
  return SIDES.some((side) => output[side].shuffle === true);
}
