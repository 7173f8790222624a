// Names of members read from a text: recognised by their bytes where they come as expected.
import { STRING_BYTE } from '../json/parse.ts';
import { HASH_SEED } from '../json/strings.ts';
import type { Spot } from './spots.ts';
import { spaceEnd } from './two-texts.ts';
import { standsAt, type Words } from './words.ts';

const QUOTE = 0x22;
const COLON = 0x3a;

export class Names {
  /** Where the value of the name read last begins. */
  valueAt = 0;

  /**
   * The member whose name follows the bracket (`isFirst`) or comma at `p`, what follows its colon in `valueAt`; undefined
   * also for names not in plain ASCII.
   */
  after(text: Words, p: number, spot: Spot, guess: Spot | undefined, isFirst: boolean): Spot | undefined {
    if (guess !== undefined && standsAt(text, p, isFirst ? guess.opening : guess.following, guess.span)) {
      this.valueAt = p + guess.span;
      return guess;
    }
    const { bytes } = text;
    const from = spaceEnd(bytes, p + 1);
    if (bytes[from] !== QUOTE) return undefined;
    let at = from + 1;
    let hash = HASH_SEED;
    for (let byte = bytes[at] as number; STRING_BYTE[byte] === 0; byte = bytes[++at] as number) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (bytes[at] !== QUOTE) return undefined;
    const colon = spaceEnd(bytes, at + 1);
    if (bytes[colon] !== COLON) return undefined;
    this.valueAt = colon + 1;
    return spot.member(hash, bytes, from + 1, at);
  }
}
