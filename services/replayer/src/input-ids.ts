// What a replay finds in the payloads of the input: ids, and what inputs are chosen by.
import { type Experiment, parseSource } from '@parallax/core';
import { type OpenedSchemas, TopicIds } from '@parallax/platform';
import type { Choice } from './choosing/choice.ts';

/** Without an input, no record has an id. */
export function inputIds(
  { input, type, budgets }: Experiment,
  schemas: OpenedSchemas | undefined,
  choice: Choice | undefined,
): TopicIds {
  const others = [choice?.types && type, choice?.by && parseSource(choice.by)];
  return new TopicIds(
    input ?? { correlation: [], format: 'json' },
    schemas?.input,
    budgets,
    others.flatMap((source) => source || []),
  );
}
