// A digest of 32 hex digits in four words.
import { digestText } from './digest.ts';

export const DIGEST_WORDS = 4;
export const DIGEST_BYTES = 16;

const DIGEST = /^[0-9a-f]{32}$/;

/** Whether it is a digest, as every one of ours is; what a stored row holds may be none. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

export function writeDigest(digest: string, words: Int32Array, at: number): void {
  for (let i = 0; i < DIGEST_WORDS; i++) words[at + i] = Number.parseInt(digest.slice(8 * i, 8 * i + 8), 16);
}

export function readDigest(words: Int32Array, at: number): string {
  return digestText(words, at);
}

/** From one place to another. */
export function moveDigest(from: Int32Array, at: number, words: Int32Array, to: number): void {
  for (let i = 0; i < DIGEST_WORDS; i++) words[to + i] = from[at + i] as number;
}
