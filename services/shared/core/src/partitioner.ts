// The partition of a key, as Java's default partitioner chooses it: toPositive(murmur2(key)) % partitions.
//
// Source: org.apache.kafka.common.utils.Utils.murmur2 and BuiltInPartitioner.partitionForKey of Apache Kafka.

const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/** The 32-bit signed hash. */
export function murmur2(key: Uint8Array): number {
  const { length } = key;
  const body = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < body; at += 4) {
    let word = byte(key, at) | (byte(key, at + 1) << 8) | (byte(key, at + 2) << 16) | (byte(key, at + 3) << 24);
    word = Math.imul(word, M);
    word = Math.imul(word ^ (word >>> R), M);
    hash = Math.imul(hash, M) ^ word;
  }
  const rest = length - body;
  if (rest === 3) hash ^= byte(key, body + 2) << 16;
  if (rest >= 2) hash ^= byte(key, body + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ byte(key, body), M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

export function partitionOfKey(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

function byte(key: Uint8Array, at: number): number {
  return key[at] ?? 0;
}
