// Which inputs are replayed, besides the time they were recorded in. An id is chosen when one of its inputs fits every part
// of the choice; then all its inputs are fed, so that the build can answer what legacy answered.
import { Fault, formatShare, OUTCOMES, type Outcome, parseSource, SOURCE_FORMS } from '@parallax/core';
import { parseShare } from './share.ts';

/** Kept with the run as it stands here. Parts are joined by "and", the members of one part by "or"; headers all by "and". */
export interface Choice {
  readonly types?: readonly string[];
  /** The key as text. */
  readonly keys?: readonly string[];
  /** `NAME`, or `NAME=VALUE`. */
  readonly headers?: readonly string[];
  readonly ids?: readonly string[];
  /** Of the entities, 0 to 1: the same ones every time, and those of a smaller share among them. */
  readonly share?: number;
  /** What an entity is: `key`, `id`, or where it is read from. Default: `key`. */
  readonly by?: string;
  readonly judged?: JudgedChoice;
}

/** By what became of the ids in a run. */
export interface JudgedChoice {
  readonly run: string;
  readonly outcomes?: readonly Outcome[];
  readonly signatures?: readonly string[];
}

/** As a command line gives them. */
export interface ChoiceFlags {
  readonly type?: readonly string[];
  readonly key?: readonly string[];
  readonly header?: readonly string[];
  readonly id?: readonly string[];
  readonly share?: string;
  readonly by?: string;
  readonly outcome?: string;
  readonly signature?: readonly string[];
  readonly in?: string;
}

const DIVERGED: readonly Outcome[] = ['mismatch', 'missing-legacy', 'missing-candidate'];

/** undefined where nothing is asked for: everything is replayed. @throws Fault `bad-arguments` */
export function choiceOf(flags: ChoiceFlags): Choice | undefined {
  const { type, key, header, id, share, by } = flags;
  if (by !== undefined && share === undefined) throw bad('--by says what a share is of.', 'Give --share, too.');
  if (by !== undefined && by !== 'id' && parseSource(by) === undefined) {
    throw bad(`--by is '${by}'.`, `Give id, ${SOURCE_FORMS}.`);
  }
  for (const one of header ?? []) {
    if (one === '' || one.startsWith('=')) throw bad(`--header is '${one}'.`, 'Give NAME or NAME=VALUE.');
  }
  const judged = judgedOf(flags);
  const choice: Choice = {
    ...(type === undefined ? {} : { types: type }),
    ...(key === undefined ? {} : { keys: key }),
    ...(header === undefined ? {} : { headers: header }),
    ...(id === undefined ? {} : { ids: id }),
    ...(share === undefined ? {} : { share: parseShare(share) }),
    ...(by === undefined ? {} : { by }),
    ...(judged === undefined ? {} : { judged }),
  };
  return Object.keys(choice).length === 0 ? undefined : choice;
}

function judgedOf({ outcome, signature, in: run }: ChoiceFlags): JudgedChoice | undefined {
  if (outcome === undefined && signature === undefined && run === undefined) return undefined;
  const outcomes = outcome?.split(',').map((given) => {
    const known = OUTCOMES.find((one) => one === given.trim());
    if (known === undefined) throw bad(`--outcome is '${given}'.`, `Give one or more of ${OUTCOMES.join(',')}.`);
    return known;
  });
  return {
    run: run ?? 'live',
    // Of a run alone, what diverged in it is meant.
    ...(outcomes === undefined ? (signature === undefined ? { outcomes: DIVERGED } : {}) : { outcomes }),
    ...(signature === undefined ? {} : { signatures: signature }),
  };
}

/** In words, for people; undefined: everything. */
export function describeChoice(choice: Choice | undefined): string | undefined {
  if (choice === undefined) return undefined;
  const { types, keys, headers, ids, share, by = 'key', judged } = choice;
  const any = (name: string, texts: readonly string[] | undefined) =>
    texts === undefined ? [] : [`${name} ${texts.join(' or ')}`];
  return [
    ...any('type', types),
    ...any('key', keys),
    ...(headers ?? []).map((header) => `header ${header}`),
    ...any('id', ids),
    ...(share === undefined ? [] : [`${formatShare(share)} by ${by}`]),
    ...(judged === undefined
      ? []
      : [
          [...any('', judged.outcomes), ...any('signature', judged.signatures), `in run ${judged.run}`]
            .join(' ')
            .trim(),
        ]),
  ].join(', ');
}

export function isSameChoice(one: Choice | undefined, other: Choice | undefined): boolean {
  return canonical(one) === canonical(other);
}

function canonical(choice: Choice | undefined): string {
  return JSON.stringify(choice ?? {}, (_, value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

function bad(message: string, cure: string): Fault {
  return new Fault(message, { code: 'bad-arguments', cure });
}
