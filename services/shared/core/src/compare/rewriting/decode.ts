// Decoding: what a string holds in base64, gzip or JSON is compared instead of the string, on whichever side it decodes.
import { Parser } from '../../json/parse.ts';
import { isUtf8 } from '../../json/utf8.ts';
import type { RuleFault } from '../kinds/kind.ts';
import { PATTERN_FORM, parsePattern, type Segment } from '../pattern.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { gunzip } from './gunzip.ts';
import { placesOf } from './places.ts';
import type { Rewriting, Room } from './rewriting.ts';
import { openTree, pointerTo, stringIn, stringTree, type Tree, treeText } from './tree.ts';

export type Decoding = 'json' | 'base64' | 'gzip';
export const DECODINGS = ['json', 'base64', 'gzip'] as const satisfies readonly Decoding[];

/**
 * A string at `path` is compared as what it holds: the decodings are applied one after the other, and only where all of
 * them succeed; what does not decode stays as it is. Bytes that come out at the end are text where they are UTF-8, else
 * `base64:` and their base64.
 */
export interface DecodeRule extends RuleTerms {
  readonly kind: 'decode';
  readonly path: string;
  readonly as: readonly Decoding[];
}

/** Decodings in one another; more are a mistake. */
const MOST = 8;

export function decodeFaults({ path, as }: DecodeRule): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  if (parsePattern(path) === undefined) {
    faults.push({ key: 'path', what: `${JSON.stringify(path)} is no path pattern`, allowed: PATTERN_FORM });
  }
  if (as.length === 0 || as.length > MOST) {
    faults.push({
      key: 'as',
      what: `as names ${as.length} decodings`,
      allowed: `1 to ${MOST} of ${DECODINGS.join(', ')}`,
    });
  }
  const early = as.indexOf('json');
  if (early >= 0 && early < as.length - 1) {
    faults.push({
      key: 'as',
      what: `what json has read is no bytes that ${as[early + 1]} could decode`,
      cure: 'Put json last; for a JSON string inside JSON write a second decode rule of the same path.',
    });
  }
  return faults;
}

/** Only for rules without faults. */
export function decodeRewriting(rule: DecodeRule): Rewriting {
  const pattern: readonly Segment[] = parsePattern(rule.path) ?? [];
  const parser = new Parser();
  return {
    rule,
    side: 'both',
    apply: (draft, room, done) => {
      for (const place of placesOf(draft, pattern)) {
        const held = place.value();
        const text = held === undefined ? undefined : stringIn(held);
        if (held === undefined || text === undefined) continue;
        const decoded = decode(text, rule.as, room, place.names.length, parser);
        if (decoded === undefined) continue;
        if ('stopped' in decoded) return decoded.stopped;
        done.push({ rule, path: pointerTo(place.names), value: treeText(held), moved: false });
        place.replace(decoded.tree);
      }
      return undefined;
    },
  };
}

type Decoded = { readonly tree: Tree } | { readonly stopped: string } | undefined;

/** `depth`: of the place. */
function decode(text: string, as: readonly Decoding[], room: Room, depth: number, parser: Parser): Decoded {
  let bytes = room.rawBytes && depth === 0 ? unitBytes(text) : undefined;
  for (const decoding of as) {
    if (decoding === 'json') return asJson(bytes ?? utf8(text), room, depth, parser);
    if (decoding === 'base64') {
      const next = fromBase64(bytes === undefined ? text : latin(bytes));
      if (next === undefined) return undefined;
      bytes = next;
    } else {
      const packed = bytes ?? unitBytes(text);
      const next = packed === undefined ? undefined : gunzip(packed, room.bytes);
      if (next === undefined) return undefined;
      if (next === 'too-large') return { stopped: 'budget-bytes' };
      bytes = next;
    }
    room.bytes -= bytes.length;
    if (room.bytes < 0) return { stopped: 'budget-bytes' };
  }
  return bytes === undefined ? undefined : { tree: stringTree(shownBytes(bytes)) };
}

function asJson(bytes: Uint8Array | undefined, room: Room, depth: number, parser: Parser): Decoded {
  if (bytes === undefined) return undefined;
  const result = parser.parse(bytes, room.depth);
  try {
    if (result === 'undecodable') return undefined;
    if (result !== 'ok') return { stopped: result };
    if (parser.tape.duplicateKeys) return { stopped: 'duplicate-keys' };
    const tree = openTree(parser.tape, 0, depth);
    return tree === undefined ? { stopped: 'budget-depth' } : { tree };
  } finally {
    parser.tape.release();
  }
}

/** A lone surrogate has no UTF-8: text with one is no JSON. */
function utf8(text: string): Uint8Array | undefined {
  return text.isWellFormed() ? new TextEncoder().encode(text) : undefined;
}

/** The bytes of a string of one code unit a byte. */
function unitBytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 255) return undefined;
    bytes[i] = unit;
  }
  return bytes;
}

function latin(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192) parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return parts.join('');
}

/** One text for each sequence of bytes: text that looks like the base64 of others is shown in base64, too. */
function shownBytes(bytes: Uint8Array): string {
  const text = isUtf8(bytes) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : undefined;
  return text === undefined || text.startsWith('base64:') ? `base64:${toBase64(bytes)}` : text;
}
