// What may be shown of a dead letter: abbreviated, escaped, and masked where the experiment says so.
import { shown } from '../compare/bytes-text.ts';
import { compareSpec } from '../compare/from-experiment.ts';
import type { Means } from '../compare/means.ts';
import { compilePlan } from '../compare/plan.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { DeadLetter } from './letter.ts';

/** JSON text, or null where the record has none. */
export interface Preview {
  readonly key: string | null;
  readonly value: string | null;
}

/**
 * Masks are places in documents: what cannot be read as one, or is seen from another root, is not shown at all.
 * @param means what the comparison needs from outside the file
 */
export function deadLetterPreview(experiment: Experiment, means: Means = {}): (letter: DeadLetter) => Preview {
  const outputs = new Map(
    experiment.outputs.map((output) => {
      const { masks, spec } = compilePlan(compareSpec(experiment, output), means);
      return [output.output, { masks, spec }] as const;
    }),
  );
  const others = outputs.values().next().value;
  return ({ output, side, key, value }) => {
    // An output the file no longer has is masked like one that it has.
    const { masks, spec } = outputs.get(output) ?? others ?? {};
    if (masks === undefined) {
      return { key: key === null ? null : shown(key), value: value === null ? null : shown(value) };
    }
    const isWhole = spec?.select[side] === undefined && spec?.format[side] === 'json';
    return {
      key: key === null ? null : masks.part(key),
      value: value === null ? null : ((isWhole ? masks.preview(value) : undefined) ?? hidden(value.length)),
    };
  };
}

function hidden(bytes: number): string {
  return JSON.stringify(`hidden: ${bytes} bytes that cannot be masked in places`);
}
