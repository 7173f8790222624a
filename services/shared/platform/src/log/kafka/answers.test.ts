// Whole answers come out, however a socket happens to cut them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Answers } from './answers.ts';

function framed(content: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length);
  return Buffer.concat([length, content]);
}

/** What comes out of reads that all use one buffer, which is overwritten after each. */
function emitted(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const out: Buffer[] = [];
  const answers = new Answers((answer) => out.push(answer));
  const shared = Buffer.alloc(Math.max(1, ...cuts));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const read = bytes.copy(shared, 0, at, at + (cuts[turn % cuts.length] as number));
    answers.take(shared.subarray(0, read));
    shared.fill(0xff);
    at += read;
  }
  return out;
}

describe('answers of a broker', () => {
  test('come out whole, each once, however they are cut', () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
    const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(contents, cuts, (all, sizes) => {
        const answers = all.map(framed);
        expect(emitted(Buffer.concat(answers), sizes)).toEqual(answers);
      }),
    );
  });

  test('of a length that none can have are passed on as they come', () => {
    const notKafka = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n');
    const negative = Buffer.from('ffffffff00112233', 'hex');
    for (const bytes of [notKafka, negative]) expect(Buffer.concat(emitted(bytes, [3]))).toEqual(bytes);
  });
});
