// JSON read exactly and plainly, for the oracle: nothing here is shared with what it is held against.
//
// Numbers are digits and a power of ten, strings are code units, a second member of one name makes a document doubtful.

export type Value =
  | { readonly kind: 'literal'; readonly text: 'null' | 'true' | 'false' }
  | { readonly kind: 'number'; readonly value: Exact }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Value> };

/** ±digits × 10^power; digits neither begin nor end with 0, and zero has none. */
export interface Exact {
  readonly negative: boolean;
  readonly digits: string;
  readonly power: bigint;
}

/** `broken`: no JSON in UTF-8. `doubtful`: JSON that names a member twice. */
export type Reading =
  | { readonly kind: 'value'; readonly value: Value; readonly depth: number }
  | { readonly kind: 'broken' }
  | { readonly kind: 'doubtful' };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const LITERAL = /null|true|false/y;

type Open = { readonly items: Value[] } | { readonly members: Map<string, Value>; name: string };

export function read(bytes: Uint8Array): Reading {
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { kind: 'broken' };
  }
  let at = 0;
  let isDoubtful = false;
  let depth = 0;
  const open: Open[] = [];
  const take = (form: RegExp): string | undefined => {
    form.lastIndex = at;
    const found = form.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const space = (): void => {
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++;
  };
  const string = (): string | undefined => {
    if (text[at] !== '"') return undefined;
    const start = at++;
    let isPlain = true;
    for (; at < text.length && text[at] !== '"'; at++) {
      if (text[at] === '\\') {
        isPlain = false;
        at++;
      } else if (text.charCodeAt(at) < 0x20) return undefined;
    }
    at++;
    if (isPlain && at <= text.length) return text.slice(start + 1, at - 1);
    try {
      return JSON.parse(text.slice(start, at));
    } catch {
      return undefined;
    }
  };
  const name = (into: Extract<Open, { name: string }>): boolean => {
    space();
    const found = string();
    space();
    if (found === undefined || text[at++] !== ':') return false;
    if (into.members.has(found)) isDoubtful = true;
    into.name = found;
    return true;
  };
  for (;;) {
    space();
    let value: Value;
    const first = text[at];
    if (first === '{' || first === '[') {
      at++;
      space();
      const into: Open = first === '{' ? { members: new Map(), name: '' } : { items: [] };
      if (text[at] !== (first === '{' ? '}' : ']')) {
        open.push(into);
        depth = Math.max(depth, open.length);
        if ('members' in into && !name(into)) return { kind: 'broken' };
        continue;
      }
      at++;
      depth = Math.max(depth, open.length + 1);
      value = 'items' in into ? { kind: 'array', items: [] } : { kind: 'object', members: new Map() };
    } else if (first === '"') {
      const found = string();
      if (found === undefined) return { kind: 'broken' };
      value = { kind: 'string', text: found };
    } else {
      const literal = take(LITERAL);
      const number = literal === undefined ? take(NUMBER) : undefined;
      if (literal !== undefined) value = { kind: 'literal', text: literal as 'null' };
      else if (number) value = { kind: 'number', value: exact(number) };
      else return { kind: 'broken' };
    }
    for (;;) {
      space();
      const into = open.at(-1);
      if (into === undefined) {
        if (at !== text.length) return { kind: 'broken' };
        return isDoubtful ? { kind: 'doubtful' } : { kind: 'value', value, depth };
      }
      if ('items' in into) into.items.push(value);
      else into.members.set(into.name, value);
      const separator = text[at++];
      if (separator === ',') {
        if ('members' in into && !name(into)) return { kind: 'broken' };
        break;
      }
      if (separator !== ('items' in into ? ']' : '}')) return { kind: 'broken' };
      open.pop();
      value = 'items' in into ? { kind: 'array', items: into.items } : { kind: 'object', members: into.members };
    }
  }
}

/** `text`: a JSON number. */
export function exact(text: string): Exact {
  const negative = text.startsWith('-');
  if (/^[1-9]{1,15}$/.test(text)) return { negative, digits: text, power: 0n };
  const [mantissa = '', exponent = '0'] = text
    .slice(negative ? 1 : 0)
    .toLowerCase()
    .split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = trimmed(whole + fraction);
  if (all === '') return { negative: false, digits: '', power: 0n };
  let end = all.length;
  while (all[end - 1] === '0') end--;
  const power = BigInt(exponent.replace('+', '')) - BigInt(fraction.length) + BigInt(all.length - end);
  return { negative, digits: all.slice(0, end), power };
}

function trimmed(digits: string): string {
  let from = 0;
  while (digits[from] === '0') from++;
  return digits.slice(from);
}
