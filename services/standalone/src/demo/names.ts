// The topics and groups of the demo's experiment, as its file names them.
import { type Experiment, Fault } from '@parallax/core';

export interface DemoNames {
  readonly input: string;
  readonly legacy: string;
  readonly candidate: string;
  /** Of the candidate. */
  readonly group: string;
  /** Of legacy: not in the experiment, for Parallax does not need to know it. */
  readonly legacyGroup: string;
}

export function namesOf({ input, outputs, candidate }: Experiment): DemoNames {
  const [output] = outputs;
  if (input === undefined || output === undefined || candidate.group === undefined) {
    throw new Fault("The demo's experiment file has been changed: it needs input, one output and candidate.group", {
      code: 'demo-file-changed',
      cure: 'Restore it from the repository; start an experiment of your own with its file as the argument.',
    });
  }
  return {
    input: input.topic,
    legacy: output.legacy.topic,
    candidate: output.candidate.topic,
    group: candidate.group,
    legacyGroup: 'renderer',
  };
}
