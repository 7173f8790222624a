// Gzip (RFC 1952) inflated within a limit: it is held while inflating, so that a bomb costs no more than the limit.
import { Inflate } from 'pako';

/** Bytes made at once; the limit may be passed by as much before it is noticed. */
const CHUNK = 65_536;
const GZIP_ONLY = 31;

class TooLarge extends Error {}

/** 'too-large', or undefined where the bytes are not whole gzip members with right sums and nothing behind them. */
export function gunzip(bytes: Uint8Array, limit: number): Uint8Array | 'too-large' | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return undefined;
  const inflate = new Inflate({ windowBits: GZIP_ONLY, chunkSize: CHUNK });
  const chunks: Uint8Array[] = [];
  let size = 0;
  inflate.onData = (chunk) => {
    size += chunk.length;
    if (size > limit) throw new TooLarge();
    chunks.push(chunk);
  };
  try {
    // Zeros behind the last member would pass: so it must not have ended before the last byte.
    inflate.push(bytes.subarray(0, -1), false);
    if (inflate.ended || inflate.err !== 0) return undefined;
    inflate.push(bytes.subarray(-1), true);
  } catch (error) {
    if (error instanceof TooLarge) return 'too-large';
    throw error;
  }
  if (inflate.err !== 0 || !inflate.ended) return undefined;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
