// What is wrong with an archive, by its place: told by `verify`, and by whoever reads on around it.
import { Fault, type Manifest, type Range } from '@parallax/core';

export interface ArchiveProblem {
  /** Stable, kebab-case. */
  readonly code: string;
  /** The object's key, or topic, partition and offsets. */
  readonly place: string;
  readonly message: string;
  readonly cure: string;
}

/** Told of each problem as it is met: what it speaks of is left out, and reading goes on. */
export type OnProblem = (problem: ArchiveProblem) => void;

export const RESTORE = 'Restore the object from a copy, or archive the topic anew while the log still has the records.';

/** What a fault says of one object. A damaged one is not to be looked for with `verify`: it is known by now. */
export function objectProblem(key: string, { code, message, cure = RESTORE }: Fault): ArchiveProblem {
  return { code, place: key, message, cure: code === 'archive-object-damaged' ? RESTORE : cure };
}

/** Offsets between two objects over which the log was never read: what is missing may be anything up to that many records. */
export function gapProblem(topic: string, partition: number, { from, to }: Range): ArchiveProblem {
  const where = `${topic}, partition ${partition}`;
  const offsets = to - from === 1 ? `the offset ${from}` : `the offsets ${from} to ${to - 1}`;
  return {
    code: 'archive-gap',
    place: `${where}, offsets ${from} to ${to - 1}`,
    message: `No object of ${where} holds ${offsets}: up to ${counted(to - from)} missing`,
    cure: 'The log expired before the archiver read it, or an object was removed. Give the log a longer retention, or restore it.',
  };
}

/** An object that is gone while its manifest is there. */
export function missingProblem(key: string, manifest: Pick<Manifest, 'count'> | undefined): ArchiveProblem {
  const held = manifest === undefined ? '' : `: it held ${counted(manifest.count)}`;
  return {
    code: 'archive-object-missing',
    place: key,
    message: `${key} is missing; its manifest is there${held}`,
    cure: RESTORE,
  };
}

/** Passes on what may pass by itself, and bugs. */
export function lastingFault(error: unknown): Fault {
  if (error instanceof Fault && !error.retryable) return error;
  throw error;
}

/** As {@link lastingFault}, and what lasts but is no object's: a missing bucket or right is told once, not of every object. */
export function objectFault(error: unknown): Fault {
  const fault = lastingFault(error);
  if (OF_AN_OBJECT.has(fault.code)) return fault;
  throw fault;
}

const OF_AN_OBJECT: ReadonlySet<string> = new Set([
  'archive-object-damaged',
  'archive-object-misplaced',
  'archive-not-avro',
  'archive-codec-unknown',
  'archive-schema-unknown',
  'archive-block-too-large',
  'archive-number-too-large',
  'archive-manifest-newer',
  'archive-manifest-unreadable',
  'archive-frozen',
]);

function counted(records: number): string {
  return `${records} ${records === 1 ? 'record' : 'records'}`;
}
