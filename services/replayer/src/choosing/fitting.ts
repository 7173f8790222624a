// Whether an input fits a choice.
import {
  type ArchivedRecord,
  type Correlated,
  compileCorrelation,
  compileType,
  type Experiment,
  Fault,
  parseSource,
  type ReadingOptions,
} from '@parallax/core';
import type { Choice } from './choice.ts';
import { isInShare } from './share.ts';

/** Ids by what became of them in a run. */
export interface KnownIds {
  has(id: string): boolean;
}

export type Fits = (record: ArchivedRecord, correlated: Correlated) => boolean;

/**
 * @param judged the ids of `choice.judged`; needed where it is there
 * @param reading how the inputs' payloads become JSON
 * @throws Fault `no-type` where types are asked for, and the experiment has none
 */
export function compileChoice(
  experiment: Experiment,
  choice: Choice,
  judged: KnownIds | undefined,
  reading: ReadingOptions = {},
): Fits {
  const { ids } = choice;
  const parts: Fits[] = [];
  // Cheapest first: what is read from payloads comes last.
  if (choice.keys !== undefined) parts.push(oneOf(choice.keys, ({ key }) => key));
  for (const header of choice.headers ?? []) parts.push(headerFits(header));
  if (ids !== undefined) parts.push((_, found) => found.kind === 'id' && ids.includes(found.id));
  if (judged !== undefined) parts.push((_, found) => found.kind === 'id' && judged.has(found.id));
  if (choice.share !== undefined) parts.push(shareFits(choice.share, choice.by ?? 'key', reading));
  if (choice.types !== undefined) parts.push(typeFits(experiment, choice.types, reading));
  return (record, correlated) => parts.every((fits) => fits(record, correlated));
}

function oneOf(texts: readonly string[], of: (record: ArchivedRecord) => Uint8Array | null): Fits {
  const wanted = texts.map((text) => Buffer.from(text));
  return (record) => {
    const bytes = of(record);
    return bytes !== null && wanted.some((one) => one.equals(bytes));
  };
}

/** Any header of that name: one that stands twice is both. */
function headerFits(text: string): Fits {
  const [name = '', ...rest] = text.split('=');
  const value = rest.length === 0 ? undefined : Buffer.from(rest.join('='));
  return ({ headers }) =>
    headers.some(([one, bytes]) => one === name && (value === undefined || (bytes !== null && value.equals(bytes))));
}

/** What has no entity is in no share. */
function shareFits(share: number, by: string, reading: ReadingOptions): Fits {
  if (by === 'key') return ({ key }) => key !== null && isInShare(key, share);
  if (by === 'id') return (_, found) => found.kind === 'id' && isInShare(Buffer.from(found.id), share);
  const source = parseSource(by);
  const entity = compileCorrelation(source === undefined ? [] : [[source]], reading);
  return (record) => {
    const found = entity(record);
    return found.kind === 'id' && isInShare(Buffer.from(found.id), share);
  };
}

function typeFits({ name, type }: Experiment, types: readonly string[], reading: ReadingOptions): Fits {
  if (type === undefined) {
    throw new Fault(`Experiment ${name} does not say what the type of an event is, so none can be chosen.`, {
      code: 'no-type',
      cure: 'Add `type: header:NAME` or `type: path:/POINTER` to the experiment file, or choose by --header.',
    });
  }
  const typeOf = compileType(type, reading);
  return (record) => types.includes(typeOf(record));
}
