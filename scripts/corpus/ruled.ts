// Changes made for the places of rules: to what a rule excuses, just beyond it, and to what only looks like it.
import { gunzipSync, gzipSync } from 'node:zlib';
import { GONE, type Mutation } from './mutation.ts';
import { NULL, number, string, type Tree } from './tree.ts';
import { STATUS } from './typical.ts';

const text = (change: (value: string) => string | Tree | undefined): Mutation => ({
  on: 'string',
  change: (here) => {
    const changed = here.kind === 'string' ? change(here.value) : undefined;
    return typeof changed === 'string' ? string(changed) : changed;
  },
});
/** Of a number that every double holds. */
const numeric = (change: (value: number) => string | number | undefined): Mutation => ({
  on: 'number',
  change: (here) => {
    const changed =
      here.kind === 'number' && /^\d{1,9}(?:\.\d{1,6})?$/.test(here.text) ? change(Number(here.text)) : undefined;
    return changed === undefined ? undefined : number(changed);
  },
});

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
/** Of a time in UTC to the second. */
const time = (change: (ms: number, value: string) => string | number): Mutation =>
  text((value) => {
    const ms = TIME.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(ms)) return undefined;
    const changed = change(ms, value);
    return typeof changed === 'number' ? number(changed) : changed;
  });
const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
const shifted = (ms: number, minutes: number): string => iso(ms + minutes * 60_000).slice(0, 19);

/** Of a document in base64, gzip around it or not. */
const encoded = (change: (document: string) => string | undefined): Mutation =>
  text((value) => {
    const opened = open(value);
    const changed = opened === undefined ? undefined : change(opened.document);
    return changed === undefined || opened === undefined ? undefined : opened.pack(changed);
  });
/** So that what comes out is another value, or the same in other words. */
const inDocument = (change: (value: unknown) => unknown): Mutation =>
  encoded((document) => JSON.stringify(change(JSON.parse(document))));

interface Opened {
  readonly document: string;
  pack(document: string): string;
}

export function open(value: string): Opened | undefined {
  if (!/^[A-Za-z0-9+/]{4,}={0,2}$/.test(value)) return undefined;
  const bytes = Buffer.from(value, 'base64');
  try {
    const isPacked = bytes[0] === 0x1f;
    const document = (isPacked ? gunzipSync(bytes) : bytes).toString();
    JSON.parse(document);
    const pack = (next: string): Uint8Array => (isPacked ? gzipSync(next) : Buffer.from(next));
    return { document, pack: (next) => Buffer.from(pack(next)).toString('base64') };
  } catch {
    return undefined;
  }
}

const CODES = Object.entries(STATUS);

export const RULED: Readonly<Record<string, Mutation>> = {
  'a second later': time((ms) => iso(ms + 1_000)),
  'two seconds earlier': time((ms) => iso(ms - 2_000)),
  'two seconds and a nanosecond later': time((ms) => iso(ms + 2_000).replace('Z', '.000000001Z')),
  'a nanosecond later': time((ms) => iso(ms).replace('Z', '.000000001Z')),
  'three seconds later': time((ms) => iso(ms + 3_000)),
  'an hour later by its zone': time((_, value) => value.replace('Z', '-01:00')),
  'the same instant in another zone': time((ms) => `${shifted(ms, 330)}+05:30`),
  'the same instant in basic form': time((_, value) => value.replaceAll(/[-:]/g, '')),
  'the same instant as milliseconds': time((ms) => ms),
  'the same instant as seconds in a text': time((ms) => String(ms / 1_000)),
  'the same instant as a date of mail': time((ms) => new Date(ms).toUTCString()),
  'the same instant, its fraction stated': time((_, value) => value.replace('Z', '.000000000000Z')),
  'the instant after, as a leap second': time((_, value) => value.replace(':59Z', ':60Z')),
  'milliseconds taken for seconds': time((ms) => ms / 1_000_000),
  'microseconds for milliseconds': time((ms) => ms * 1_000),
  'a day that no month has': time((_, value) => value.replace(/-\d\dT/, '-32T')),
  'a wrong day of the week': time((ms) =>
    new Date(ms).toUTCString().replace(/^.../, (day) => (day === 'Mon' ? 'Tue' : 'Mon')),
  ),
  'the date alone': time((_, value) => value.slice(0, 10)),
  'the time of day alone': time((_, value) => value.slice(11, 19)),
  'zone left out': time((_, value) => value.slice(0, -1)),
  'space at both ends': text((value) => `\u2003${value}\n`),
  'runs of white space': text((value) => value.replaceAll(' ', ' \u00a0\t')),
  'white space left out': text((value) => value.replaceAll(' ', '')),
  'wide letters': text((value) =>
    value.replace(/[a-z]/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  ),
  'compatible form': text((value) => value.normalize('NFKC')),
  'sharp s to ss': text((value) => value.replace('ß', 'SS')),
  'capital sharp s': text((value) => value.replace('ß', 'ẞ')),
  'dotless i to i': text((value) => value.replace('ı', 'i')),
  'dotless i to I': text((value) => value.replace('ı', 'I')),
  'umlaut left out': text((value) => value.normalize('NFD').replaceAll('\u0308', '')),
  'another hexadecimal text': text((value) =>
    /^[0-9a-f-]{13}$/.test(value)
      ? value.replaceAll(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16))
      : undefined,
  ),
  'a letter that does not fit': text((value) => (/^[0-9a-f-]{13}$/.test(value) ? `g${value.slice(1)}` : undefined)),
  'one letter too many': text((value) => (/^[0-9a-f-]{13}$/.test(value) ? `${value}0` : undefined)),
  'a line break at the end': text((value) => `${value}\n`),
  'text of a number spelt otherwise': text((value) => (/^\d+$/.test(value) ? `${value}.0e0` : undefined)),
  'text of a number with a zero before': text((value) => (/^\d+$/.test(value) ? `0${value}` : undefined)),
  'number to its text, spelt otherwise': {
    on: 'number',
    change: (here) => (here.kind === 'number' && /^\d+$/.test(here.text) ? string(`${here.text}.0`) : undefined),
  },
  'truth to 1 or 0': {
    on: 'literal',
    change: (here) =>
      here.kind === 'literal' && here.text !== 'null' ? number(here.text === 'true' ? 1 : 0) : undefined,
  },
  'truth to "yes" or "no"': {
    on: 'literal',
    change: (here) =>
      here.kind === 'literal' && here.text !== 'null' ? string(here.text === 'true' ? 'yes' : 'no') : undefined,
  },
  'a fresh id': text((value) => (/^n\d$/.test(value) ? 'fresh' : undefined)),
  'id of another': text((value) => (/^n\d$/.test(value) ? `n${(Number(value.slice(1)) + 1) % 3}` : undefined)),
  'id as a number': text((value) => (/^n\d$/.test(value) ? number(value.slice(1)) : undefined)),
  'ids mixed up': { on: 'array', change: (here) => withIds(here, (id) => (id === 'n0' ? 'n1' : id)) },
  'ids all renamed but the head': { on: 'array', change: (here) => withIds(here, (id) => `x${id}`) },
  'encoded document in other words': encoded((document) => `\n ${document} `),
  'encoded document emptied': encoded(() => '{}'),
  'encoded value in an array': inDocument((value) => [value]),
  'value changed in an encoded document': inDocument((value) =>
    Array.isArray(value)
      ? [...value, 1]
      : value !== null && typeof value === 'object'
        ? { ...value, more: null }
        : 'other',
  ),
  'encoded document cut': encoded((document) => document.slice(0, -1)),
  'encoded in the other alphabet': text((value) =>
    open(value) === undefined ? undefined : value.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
  ),
  'encoding with white space': text((value) =>
    open(value) === undefined ? undefined : `${value.slice(0, 4)}\n${value.slice(4)}`,
  ),
  'document instead of its encoding': text((value) => open(value)?.document),
  'word to its code': text((value) => CODES.find(([, word]) => word === value)?.[0]),
  'word to another code': text(
    (value) => CODES.find(([, word]) => CODES.some(([, one]) => one === value) && word !== value)?.[0],
  ),
  'word to another word': text((value) => (CODES.some(([, word]) => word === value) ? 'on hold' : undefined)),
  'called as on the other side': {
    on: 'object',
    change: (here) =>
      here.kind === 'object'
        ? { kind: 'object', members: here.members.map(([name, value]) => [name === 'email' ? 'mail' : name, value]) }
        : undefined,
  },
  'a percent less': numeric((value) => value * 0.99),
  'five percent more': numeric((value) => `${(value * 105).toFixed(4)}e-2`),
  'a little over five percent more': numeric((value) => `${(value * 105).toFixed(4)}00001e-2`),
  'a tenth more': numeric((value) => `${(value * 11).toFixed(4)}e-1`),
  'one more and a bit': numeric((value) => `${Math.floor(value) + 1}.0000001`),
  'one less': numeric((value) => value - 1),
  'the other currency': text((value) => (value === 'JPY' ? 'EUR' : value === 'EUR' ? 'JPY' : undefined)),
  'empty list to nothing': {
    on: 'array',
    change: (here) => (here.kind === 'array' && here.items.length === 0 ? GONE : undefined),
  },
  'empty list to null': {
    on: 'array',
    change: (here) => (here.kind === 'array' && here.items.length === 0 ? NULL : undefined),
  },
};

/** The document with each text `n…` in it replaced. */
export function withIds(here: Tree, change: (id: string) => string): Tree {
  if (here.kind === 'string') return /^n\d$/.test(here.value) ? string(change(here.value)) : here;
  if (here.kind === 'array') return { kind: 'array', items: here.items.map((item) => withIds(item, change)) };
  if (here.kind !== 'object') return here;
  return { kind: 'object', members: here.members.map(([name, value]) => [name, withIds(value, change)]) };
}
