// Names of members read from a text: recognised by their bytes where they come as expected.
import { STRING_BYTE } from '../json/parse.ts';
import { HASH_SEED } from '../json/strings.ts';
import type { Spot } from './spots.ts';
import { oneKeyEnd, spaceEnd } from './two-texts.ts';

const QUOTE = 0x22;
const COLON = 0x3a;

export class Names {
  /** Where the value of the name read last begins. */
  valueAt = 0;

  /** The member whose name stands at `p`, what follows its colon in `valueAt`; undefined also for names not in plain ASCII. */
  at(bytes: Uint8Array, p: number, spot: Spot, guess: Spot | undefined): Spot | undefined {
    const end = guess === undefined ? -1 : oneKeyEnd(bytes, p, guess.key);
    if (end >= 0) {
      this.valueAt = end;
      return guess;
    }
    if (bytes[p] !== QUOTE) return undefined;
    let at = p + 1;
    let hash = HASH_SEED;
    for (let byte = bytes[at] as number; STRING_BYTE[byte] === 0; byte = bytes[++at] as number) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (bytes[at] !== QUOTE) return undefined;
    const colon = spaceEnd(bytes, at + 1);
    if (bytes[colon] !== COLON) return undefined;
    this.valueAt = colon + 1;
    return spot.member(hash, bytes, p + 1, at);
  }
}
