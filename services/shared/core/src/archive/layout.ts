// Where archived records lie: object keys, as Confluent's S3 tools name them, and the keys derived from them.
//
//   topics/<topic>/partition=<p>/<topic>+<p>+<first offset, 10 digits>.avro          a full chunk
//   tails/<topic>/partition=<p>/<topic>+<p>+<first offset, 10 digits>+<count>.avro   the open chunk so far
//   quarantine/<digest>/<full chunk's key>                                           a chunk whose key holds other records
//   manifests/<any of the above>.json                                                what the object must hold
import { Fault } from '../fault.ts';

export interface ObjectName {
  readonly kind: 'full' | 'tail';
  readonly topic: string;
  readonly partition: number;
  /** Offset of the object's first record. */
  readonly first: number;
  /** Records in the object; only a tail's name tells it. */
  readonly count?: number;
}

const ROOTS = { full: 'topics', tail: 'tails' } as const;
const NAME = /^(topics|tails)\/([^/]+)\/partition=(\d+)\/([^/+]+)\+(\d+)\+(\d{10,16})(?:\+(\d+))?\.avro$/;
/** Kafka's rule for topic names. */
const TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;

export function objectKey(name: ObjectName): string {
  const { kind, topic, partition, first, count } = name;
  const size = kind === 'tail' ? `+${count}` : '';
  return `${partitionPrefix(kind, topic, partition)}${topic}+${partition}+${String(first).padStart(10, '0')}${size}.avro`;
}

/** Undefined for every key that {@link objectKey} would not have written. */
export function parseObjectKey(key: string): ObjectName | undefined {
  const [, root, topic, partition, , , first, count] = NAME.exec(key) ?? [];
  if (topic === undefined) return undefined;
  const kind = root === ROOTS.full ? 'full' : 'tail';
  const name = { kind, topic, partition: Number(partition), first: Number(first) } as const;
  const whole: ObjectName = count === undefined ? name : { ...name, count: Number(count) };
  return isTopic(topic) && Number.isSafeInteger(whole.first) && objectKey(whole) === key ? whole : undefined;
}

/** Every object of this kind of one partition, and of no other, starts with it. */
export function partitionPrefix(kind: ObjectName['kind'], topic: string, partition: number): string {
  return `${topicPrefix(kind, topic)}partition=${partition}/`;
}

export function topicPrefix(kind: ObjectName['kind'], topic: string): string {
  if (!isTopic(topic)) {
    throw new Fault(`"${topic}" is not a topic name`, {
      code: 'bad-topic-name',
      cure: 'A name has 1 to 249 letters, digits, dots, underscores and hyphens, and is not "." or "..".',
    });
  }
  return `${ROOTS[kind]}/${topic}/`;
}

/** Start of the keys of all objects of a kind. */
export function kindPrefix(kind: ObjectName['kind']): string {
  return `${ROOTS[kind]}/`;
}

export const MANIFEST_PREFIX = 'manifests/';
export const QUARANTINE_PREFIX = 'quarantine/';

export function manifestKey(key: string): string {
  return `${MANIFEST_PREFIX}${key}.json`;
}

/** The object a manifest speaks of. */
export function manifestSubject(key: string): string | undefined {
  return key.startsWith(MANIFEST_PREFIX) && key.endsWith('.json') ? key.slice(MANIFEST_PREFIX.length, -5) : undefined;
}

/** `recordDigest` keeps two different contenders for one key apart. */
export function quarantineKey(key: string, recordDigest: string): string {
  return `${QUARANTINE_PREFIX}${recordDigest.slice(0, 16)}/${key}`;
}

function isTopic(topic: string): boolean {
  return TOPIC.test(topic) && topic !== '.' && topic !== '..';
}
