// What texts hold in JSON, base64 and gzip: enough to say which decoding to try; whether it does is for comparing to say.
import { fromBase64 } from '../../compare/rewriting/base64.ts';
import type { Decoding } from '../../compare/rewriting/decode.ts';
import { gunzip } from '../../compare/rewriting/gunzip.ts';
import { decodeUtf8 } from '../../envelope/utf8.ts';
import type { ObservedPath } from './observing.ts';
import type { Proposal } from './proposals.ts';

const CHAINS: readonly (readonly Decoding[])[] = [
  ['json'],
  ['base64', 'json'],
  ['base64', 'gzip', 'json'],
  ['base64'],
  ['base64', 'gzip'],
];
const MOST_BYTES = 1024 * 1024;
const SHORTEST = 4;

/** Decodings under which both sides hold the same sort of thing, and in part the same things. */
export function decodings({ pattern, values }: Pick<ObservedPath, 'pattern' | 'values'>): readonly Proposal[] {
  if (values.length === 0) return [];
  const pairs = values.map(({ legacy, candidate }) => [parsed(legacy), parsed(candidate)] as const);
  return CHAINS.filter((as) => pairs.every(([one, other]) => isFit(one, other, as)))
    .filter((as) => pairs.some(([one, other]) => shares(unpacked(one, as) ?? one, unpacked(other, as) ?? other)))
    .slice(0, 1)
    .map((as) => {
      const both = pairs.filter((sides) => sides.every((side) => unpacked(side, as) !== undefined)).length;
      const where = both === pairs.length ? 'both sides' : both === 0 ? 'one side' : 'one side or both';
      return {
        rule: { decode: { path: pattern, as: as.length === 1 ? (as[0] as Decoding) : as } },
        reason: `on ${where} a text that holds ${WORDS[as.join()] ?? 'more'}, compared as what it holds`,
        risk: {
          level: 'low',
          text: 'how the text is written (spaces, order of members, packing), and that one side wraps what the other does not',
        },
        patterns: [pattern],
      };
    });
}

const WORDS: Readonly<Record<string, string>> = {
  json: 'JSON',
  'base64,json': 'JSON in base64',
  'base64,gzip,json': 'packed JSON in base64',
  base64: 'base64 of what the other side has plainly',
  'base64,gzip': 'packed text in base64',
};

/** One text for what comes out at the end of any chain, or for the value as it stands. */
export function heldText(text: string): string {
  const value = parsed(text);
  for (const as of CHAINS) {
    const inside = unpacked(value, as);
    if (inside !== undefined) return canonical(inside);
  }
  return canonical(value);
}

/** One side at least decodes, and both are then alike: containers of one sort; of plain bytes, the very same text. */
function isFit(one: unknown, other: unknown, as: readonly Decoding[]): boolean {
  const [a, b] = [unpacked(one, as), unpacked(other, as)];
  if (a === undefined && b === undefined) return false;
  const [left, right] = [a ?? one, b ?? other];
  if (as.at(-1) !== 'json') return left === right;
  return isContainer(left) && isContainer(right) && Array.isArray(left) === Array.isArray(right);
}

/** Whether something in them is the same: two texts that are JSON may be about different things. */
function shares(one: unknown, other: unknown): boolean {
  if (canonical(one) === canonical(other)) return true;
  if (!isContainer(one) || !isContainer(other)) return false;
  const others = new Map(Object.entries(other));
  return Object.entries(one).some(
    ([name, value]) => others.has(name) && canonical(value) === canonical(others.get(name)),
  );
}

function unpacked(value: unknown, as: readonly Decoding[]): unknown {
  if (typeof value !== 'string' || value.length < SHORTEST || value.length > MOST_BYTES) return undefined;
  let bytes: Uint8Array | undefined;
  for (const decoding of as) {
    if (decoding === 'base64') bytes = fromBase64(value);
    else if (decoding === 'gzip') {
      const next = bytes?.[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, MOST_BYTES) : undefined;
      bytes = typeof next === 'object' ? next : undefined;
    } else {
      const text = bytes === undefined ? (as.length === 1 ? value : undefined) : decodeUtf8(bytes);
      const inside = text === undefined || !/^\s*[[{]/.test(text) ? undefined : parsed(text);
      return isContainer(inside) ? inside : undefined;
    }
    if (bytes === undefined) return undefined;
  }
  return bytes === undefined ? undefined : decodeUtf8(bytes);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names in order; numbers as doubles are good enough to guess by. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      isContainer(inner) && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? ''
  );
}
