// The partitioner against the vectors of Kafka's own tests.
import { describe, expect, it } from 'vitest';
import { murmur2, partitionOfKey } from './partitioner.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('murmur2', () => {
  // org.apache.kafka.common.utils.UtilsTest.testMurmur2
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Java does', (key, hash) => {
    expect(murmur2(bytes(key))).toBe(hash);
  });

  it('hashes the empty key', () => {
    expect(murmur2(new Uint8Array(0))).toBe(275646681);
  });
});

describe('partitionOfKey', () => {
  it('takes the positive remainder of a negative hash', () => {
    expect(partitionOfKey(bytes('21'), 12)).toBe((-973932308 & 0x7fffffff) % 12);
  });
});
