// A digest of 32 hex digits in four words.

export const DIGEST_BYTES = 16;

export function writeDigest(digest: string, words: Int32Array, at: number): void {
  for (let i = 0; i < 4; i++) words[at + i] = Number.parseInt(digest.slice(8 * i, 8 * i + 8), 16);
}

export function readDigest(words: Int32Array, at: number): string {
  let digest = '';
  for (let i = 0; i < 4; i++) digest += ((words[at + i] as number) >>> 0).toString(16).padStart(8, '0');
  return digest;
}
