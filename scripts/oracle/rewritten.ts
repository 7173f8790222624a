// What rules make of a document before it is compared, for the oracle. What a transform means is said by hand: an
// expression is not computed a second time.
import { gunzipSync } from 'node:zlib';
import type { RuleSpec } from '@parallax/core';
import { type Found, type Path, replaced, segments } from './patterns.ts';
import { read, type Value } from './value.ts';

/** By the name of the rule: what becomes of a value. */
export type Transforms = Readonly<Record<string, (value: Value) => Found>>;

/** In the order of the rules. */
export function rewritten(value: Value, side: string, rules: readonly RuleSpec[], transforms: Transforms): Value {
  return rules.reduce((result: Value, rule) => {
    if (rule.kind === 'rename' && rule.side === side) return renamed(result, rule);
    if (rule.kind === 'decode')
      return replaced(result, segments(rule.path), (here) => decoded(here, rule.as)) ?? result;
    if (rule.kind !== 'transform' || rule.side !== side) return result;
    const change = transforms[rule.name];
    if (change === undefined) throw new Error(`nobody said what the transform ${rule.name} means`);
    return replaced(result, segments(rule.path), change) ?? result;
  }, value);
}

/** Only within one object. */
function renamed(value: Value, rule: Extract<RuleSpec, { kind: 'rename' }>): Value {
  const parent = segments(rule.from).slice(0, -1);
  const [from, to] = [segments(rule.from).at(-1) ?? '', segments(rule.to).at(-1) ?? ''];
  return within(value, parent, (here) => {
    const moved = here.kind === 'object' ? here.members.get(from) : undefined;
    if (here.kind !== 'object' || moved === undefined || here.members.has(to)) return here;
    const members = new Map(here.members).set(to, moved);
    members.delete(from);
    return { kind: 'object', members };
  });
}

function within(value: Value, path: Path, change: (here: Value) => Value): Value {
  const [name, ...rest] = path;
  if (name === undefined) return change(value);
  const below = value.kind === 'object' ? value.members.get(name) : undefined;
  if (value.kind !== 'object' || below === undefined) return value;
  return { kind: 'object', members: new Map(value.members).set(name, within(below, rest, change)) };
}

/** All of the chain, or nothing of it. A chain that ends in bytes is beyond this. */
function decoded(value: Value, as: readonly string[]): Value {
  if (value.kind !== 'string') return value;
  let bytes: Uint8Array | undefined = new TextEncoder().encode(value.text);
  for (const [step, decoding] of as.entries()) {
    if (decoding === 'json') {
      const reading = value.text.isWellFormed() && bytes !== undefined ? read(bytes) : undefined;
      return reading?.kind === 'value' ? reading.value : value;
    }
    bytes = decoding === 'base64' ? base64(bytes) : step === 0 ? undefined : unzipped(bytes);
    if (bytes === undefined) return value;
  }
  throw new Error('a chain ends in bytes');
}

const PLAIN = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Of one alphabet, padded or not, and nothing that another text would decode to. */
function base64(packed: Uint8Array): Uint8Array | undefined {
  const text = new TextDecoder('latin1').decode(packed);
  if (/[+/]/.test(text) && /[-_]/.test(text)) return undefined;
  const plain = text.replaceAll('-', '+').replaceAll('_', '/');
  if (plain === '' || !PLAIN.test(plain)) return undefined;
  const bytes = Buffer.from(plain, 'base64');
  return bytes.toString('base64').replaceAll('=', '') === plain.replaceAll('=', '') ? bytes : undefined;
}

function unzipped(bytes: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(bytes);
  } catch {
    return undefined;
  }
}
