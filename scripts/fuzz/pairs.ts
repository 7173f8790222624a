// Pairs of payloads that no sender means: bytes mangled, structures bent, both over and over. The same for the same seed.
import { GONE } from '../corpus/mutation.ts';
import { MUTATIONS } from '../corpus/mutations.ts';
import { judged } from '../corpus/orders.ts';
import { places, put } from '../corpus/places.ts';
import { RULED } from '../corpus/ruled.ts';
import { NOISES, spell } from '../corpus/spelling.ts';
import { document, object, pick, type Roll, roller, string, type Tree } from '../corpus/tree.ts';
import { crowds } from './crowds.ts';
import { HOSTILE, SEEDS, TOKENS } from './hostile.ts';

export interface BytePair {
  /** How it was made. */
  readonly by: string;
  readonly legacy: Uint8Array;
  readonly candidate: Uint8Array;
  /** Large, deep, or made to take long. */
  readonly isHard?: boolean;
  /** Name of the rules it was made for; absent: whose turn it is. */
  readonly under?: string;
}

/** Share of pairs that hold arrays of elements nearly the same. */
const CROWDED = 0.15;
const CROWDED_RULES = ['rich', 'including', 'referring', 'crowding', 'rewriting and crowding', 'on conditions'];
/** One pair in so many is large, deep or made to take long. */
const HOSTILE_EVERY = 8_000;

const encoder = new TextEncoder();
const tokens = TOKENS.map((token) => encoder.encode(token));
const seeds = SEEDS.map((seed) => encoder.encode(seed));

/** Without end. `hostile`: one in so many is large; 0 for none. */
export function* bytePairs(seed: number, hostile: number = HOSTILE_EVERY): Generator<BytePair> {
  const roll = roller(seed);
  const makers = Object.entries(HOSTILE);
  for (let n = 1; ; n++) {
    if (hostile > 0 && n % hostile === 0) {
      const [by, make] = makers[(n / hostile) % makers.length] as (typeof makers)[number];
      const [legacy, candidate] = make(roll);
      yield { by, legacy: bytesOf(legacy), candidate: bytesOf(candidate), isHard: true };
      continue;
    }
    if (roll() < CROWDED) {
      const [one, other] = crowds(roll);
      yield {
        by: 'crowd',
        under: pick(CROWDED_RULES, roll),
        legacy: encoder.encode(spell(one, NOISES, roll)),
        candidate: encoder.encode(spell(roll() < 0.2 ? bent(other, RULED_KINDS, roll) : other, NOISES, roll)),
      };
      continue;
    }
    const isRuled = roll() < 0.3;
    const tree = isRuled ? forRules(roll) : document(roll, 4);
    const legacy = roll() < 0.2 ? pick(seeds, roll) : encoder.encode(spell(tree, NOISES, roll));
    if (roll() < 0.5) yield { by: 'bytes', legacy, candidate: mangled(legacy, 1 + Math.floor(roll() * 4), roll) };
    else if (roll() < 0.15)
      yield { by: 'bytes on both sides', legacy: mangled(legacy, 1, roll), candidate: mangled(legacy, 1, roll) };
    else
      yield {
        by: 'structure',
        legacy,
        candidate: encoder.encode(spell(bent(tree, isRuled ? RULED_KINDS : KINDS, roll), NOISES, roll)),
      };
  }
}

function bytesOf(made: string | Uint8Array): Uint8Array {
  return typeof made === 'string' ? encoder.encode(made) : made;
}

/** None to three changes, each somewhere. */
function bent(tree: Tree, kinds: readonly string[], roll: Roll): Tree {
  let result = tree;
  for (let changes = Math.floor(roll() * 4); changes > 0; changes--) {
    const all = places(result);
    // Most changes are for few kinds of values.
    for (let tries = 0; tries < 6; tries++) {
      const place = pick(all, roll);
      const by = MUTATIONS[pick(kinds, roll)]?.change(place.tree, roll);
      if (by === undefined || by === GONE) continue;
      result = put(result, place.path, by);
      break;
    }
  }
  return result;
}

/** With values that rules have something to say about, under the names that those rules look at. */
function forRules(roll: Roll): Tree {
  const from = judged(roll);
  const names = { createdAt: 'at', name: 'city', größe: 'trace', price: 'quantity', Name: 'reference', 0: 'paid' };
  const members: [string, Tree][] = Object.entries(names).map(([name, of]) => [name, from[of] as Tree]);
  for (const name of ['payload', 'packed'] as const) if (roll() < 0.3) members.push([name, from[name] as Tree]);
  const id = string(`n${Math.floor(roll() * 3)}`);
  const lines: Tree = {
    kind: 'array',
    items: [id, object({ id }), object({ id: string('n1'), createdAt: from.booked as Tree })],
  };
  return {
    kind: 'object',
    members: [...members, ['id', id], ['ref', string('n1')], ['lines', lines], ['things', lines]],
  };
}

const KINDS = Object.keys(MUTATIONS);
const RULED_KINDS = Object.keys(RULED);

/** So many small changes to the bytes. */
export function mangled(bytes: Uint8Array, changes: number, roll: Roll): Uint8Array {
  let result = bytes;
  for (let i = 0; i < changes; i++) {
    const at = Math.floor(roll() * (result.length + 1));
    const length = 1 + Math.floor(roll() * 4);
    const end = Math.min(result.length, at + length);
    switch (Math.floor(roll() * 7)) {
      case 0: {
        result = result.slice();
        result[at] = (result[at] ?? 0) ^ (1 << Math.floor(roll() * 8));
        break;
      }
      case 1:
        result = spliced(result, at, end, []);
        break;
      case 2:
        result = spliced(result, at, at, [Math.floor(roll() * 256)]);
        break;
      case 3:
        result = spliced(result, at, at, result.subarray(at, end));
        break;
      case 4:
        result = spliced(result, at, end, pick(tokens, roll));
        break;
      case 5: {
        const from = Math.floor(roll() * result.length);
        result = spliced(result, at, end, result.subarray(from, from + length * 3));
        break;
      }
      default:
        result = spliced(result, at, at, pick(tokens, roll));
    }
  }
  return result;
}

function spliced(bytes: Uint8Array, from: number, to: number, by: ArrayLike<number>): Uint8Array {
  const result = new Uint8Array(bytes.length - (to - from) + by.length);
  result.set(bytes.subarray(0, from));
  result.set(by, from);
  result.set(bytes.subarray(to), from + by.length);
  return result;
}
