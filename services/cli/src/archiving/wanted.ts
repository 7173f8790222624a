// Which archived records are meant: by partition, offset, time, key, header and id, all of them together.
import { type ArchivedRecord, DEFAULT_CORRELATION, type Experiment, Fault, type Manifest, SIDES } from '@parallax/core';
import { type OpenedSchemas, TopicIds } from '@parallax/platform';
import { parseTime } from '@parallax/replayer';

export interface WantedFlags {
  readonly partition?: number;
  /** `17`, `17-20`, `17-` or `-20`; both ends included. */
  readonly offsets?: string;
  readonly from?: string;
  readonly to?: string;
  readonly key?: string;
  /** `NAME` or `NAME=VALUE`. */
  readonly header?: readonly string[];
  readonly id?: string;
}

/** Of no meaning where ids are read from headers and JSON. */
const LIMITS = { openBytes: 0, differencesPerPair: 1, payloadBytes: 0, depth: 0 };

export interface Wanted {
  readonly isPartition: (partition: number) => boolean;
  /** Offsets from `from` up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
  /** Whether an object holds nothing that is wanted. */
  readonly skip: (object: Manifest) => boolean;
  /** Of records that were {@link learn}ed. */
  readonly isWanted: (record: ArchivedRecord) => boolean;
  /** Asks for the schemas that are needed to tell. @throws Fault as the registry does */
  readonly learn: (records: readonly ArchivedRecord[]) => Promise<void>;
}

/**
 * @param experiment says where the id stands; without one it is looked for where it is looked for by default
 * @param schemas what the experiment's records may be written with
 * @throws Fault `bad-arguments`, `unknown-topic`
 */
export function wantedRecords(
  topic: string,
  flags: WantedFlags,
  experiment: Experiment | undefined,
  schemas: OpenedSchemas = {},
): Wanted {
  const { id } = flags;
  const ids = id === undefined ? undefined : idsOf(topic, experiment, schemas);
  const [from, to] = flags.offsets === undefined ? [0, Number.MAX_SAFE_INTEGER] : offsetRange(flags.offsets);
  const since = flags.from === undefined ? Number.NEGATIVE_INFINITY : parseTime('--from', flags.from);
  const until = flags.to === undefined ? Number.POSITIVE_INFINITY : parseTime('--to', flags.to);
  const tests: ((record: ArchivedRecord) => boolean)[] = [
    ({ timestamp }) => timestamp >= since && timestamp < until,
    ...(flags.key === undefined ? [] : [keyTest(flags.key)]),
    ...(flags.header ?? []).map(headerTest),
    ...(id === undefined || ids === undefined ? [] : [idTest(id, ids)]),
  ];
  return {
    isPartition: (partition) => flags.partition === undefined || partition === flags.partition,
    from,
    to,
    skip: ({ earliest, latest }) => latest < since || earliest >= until,
    isWanted: (record) => tests.every((test) => test(record)),
    learn: async (records) => ids?.learn(records),
  };
}

function offsetRange(given: string): [from: number, to: number] {
  const [, first, dash, last] = /^(\d{1,15})?(?:(-)(\d{1,15})?)?$/.exec(given) ?? [];
  const from = first === undefined ? 0 : Number(first);
  const to = last !== undefined ? Number(last) + 1 : dash === undefined ? from + 1 : Number.MAX_SAFE_INTEGER;
  if ((first !== undefined || last !== undefined) && from < to) return [from, to];
  throw new Fault(`--offsets is '${given}'`, {
    code: 'bad-arguments',
    cure: 'Give one offset such as 17, or a range such as 17-20, 17- or -20; both ends are included.',
  });
}

function keyTest(key: string): (record: ArchivedRecord) => boolean {
  const wanted = Buffer.from(key);
  return (record) => record.key !== null && wanted.equals(record.key);
}

function headerTest(given: string): (record: ArchivedRecord) => boolean {
  const at = given.indexOf('=');
  const name = at < 0 ? given : given.slice(0, at);
  const value = at < 0 ? undefined : Buffer.from(given.slice(at + 1));
  return ({ headers }) =>
    headers.some(([one, bytes]) => one === name && (value === undefined || (bytes !== null && value.equals(bytes))));
}

function idTest(id: string, { correlate }: TopicIds): (record: ArchivedRecord) => boolean {
  return (record) => {
    const found = correlate(record);
    return found.kind === 'id' && found.id === id;
  };
}

/** Without an experiment, ids are looked for where they are by default. */
function idsOf(topic: string, experiment: Experiment | undefined, schemas: OpenedSchemas): TopicIds {
  if (experiment === undefined)
    return new TopicIds({ correlation: DEFAULT_CORRELATION, format: 'json' }, undefined, LIMITS);
  const { input, outputs, budgets } = experiment;
  if (input?.topic === topic) return new TopicIds(input, schemas.input, budgets);
  for (const output of outputs) {
    for (const side of SIDES) {
      if (output[side].topic === topic) return new TopicIds(output[side], schemas[side], budgets);
    }
  }
  const sides = outputs.flatMap(({ legacy, candidate }) => [legacy, candidate]);
  const known = [...(input === undefined ? [] : [input.topic]), ...sides.map((one) => one.topic)];
  throw new Fault(`The experiment ${experiment.name} has no topic ${topic}`, {
    code: 'unknown-topic',
    cure: `Its topics are ${known.join(', ')}; leave --experiment out to look for the id where it is looked for by default.`,
  });
}
