// What a value that is not allowed was probably meant to be, as a sentence that says what to write.
import { suggest } from './suggest.ts';

const CHOICES = /^[a-z][\w-]*(?:, [a-z][\w-]*)+$/i;

/**
 * @param value as written in the file
 * @param allowed the words of the fault: a list of choices, or what a value must be
 */
export function meantValue(value: string, allowed: string): string | undefined {
  return meantShape(value.trim(), allowed) ?? meantScalar(value, allowed);
}

/** A path where a map is wanted, a map or a list where a path is. */
function meantShape(value: string, allowed: string): string | undefined {
  const [, first] = /^a map with (paths?),? ?/.exec(allowed) ?? [];
  if (first !== undefined) {
    if (first === 'path' && /^\d+(?:\.\d+)?$/.test(value) && allowed.includes('absolute')) {
      return `Write { path: /…, absolute: ${value} }, with the place it is for.`;
    }
    const [, path] = /^(['"]?)(\/[^'"\s{}[\]]*)\1$/.exec(value)?.slice(1) ?? [];
    return path === undefined ? undefined : `Write { ${first}: ${path} }, and what else is needed beside it.`;
  }
  if (allowed.startsWith('a path such as') && value.startsWith('[')) {
    return 'One path stands here: write a rule for each, or * for any name.';
  }
  if (allowed === 'a list of rules') {
    if (/^\w+$/.test(value)) return value === 'nothing' ? undefined : 'Leave `rules` out where there are none.';
    return /^\w+:/.test(value) ? `Begin each rule with a dash and a space: - ${value}` : undefined;
  }
  if (allowed.startsWith('a map with name, ')) {
    if (value === 'nothing') return 'Leave the dash out, or say a rule after it.';
    return allowed.split(', ').includes(value) ? `Write \`${value}:\` and what it says after it.` : undefined;
  }
  const [, inner] = /^\{\s*paths?:\s*(.+?)\s*\}$/s.exec(value) ?? [];
  return allowed.startsWith('a list of paths') && inner !== undefined ? `Write just ${inner}.` : undefined;
}

function meantScalar(value: string, allowed: string): string | undefined {
  const bare = value.replace(/^(['"])(.*)\1$/s, '$2').trim();
  if (CHOICES.test(allowed)) return meantChoice(bare, allowed.split(', '));
  if (/^a (?:path such as|JSON Pointer)/.test(allowed)) return meantPath(bare, /^['"]\s|\s['"]$/.test(value.trim()));
  if (allowed === 'true or false') return SWITCHES[bare.toLowerCase()];
  if (allowed.startsWith('a percentage') && /^-\d+(?:\.\d+)?%$/.test(bare))
    return `Leave the sign out: ${bare.slice(1)}.`;
  if (allowed.startsWith('a duration') && /^-\d+[a-z]+$/.test(bare)) return `Leave the sign out: ${bare.slice(1)}.`;
  if (allowed.startsWith('a duration')) {
    const spelt = meantDuration(bare);
    if (spelt !== undefined) return spelt;
  }
  if (allowed.startsWith('a date')) return meantDate(bare);
  if (allowed.startsWith('a share')) return meantShare(bare);
  if (!/^-?\d+(?:\.\d+)?$/.test(bare)) return undefined;
  if (allowed.startsWith('a duration')) return `Write ${bare}s for seconds, ${bare}ms for milliseconds.`;
  if (allowed.startsWith('a percentage')) return `Write ${bare}%.`;
  if (allowed.startsWith('a size')) return `Write ${bare}MiB or ${bare}KiB.`;
  if (/^(?:a name|what the ticket)/.test(allowed)) return `Put it in quotes: "${bare}".`;
  if (!/^a(?: whole)? number/.test(allowed)) return undefined;
  if (bare.startsWith('-')) return `Leave the sign out: ${bare.slice(1)}.`;
  return bare === value.trim() ? undefined : `Leave the quotes out: ${bare}.`;
}

/** Words for true and false that were such in YAML 1.1. */
const SWITCHES: Readonly<Record<string, string>> = {
  yes: 'Write true.',
  on: 'Write true.',
  no: 'Write false.',
  off: 'Write false.',
};

/** `2sec`, `2 s`, `5 minutes` */
function meantDuration(value: string): string | undefined {
  const [, number, word = ''] = /^(\d+)\s*([a-z]+)$/i.exec(value) ?? [];
  const unit = Object.entries(UNITS).find(([, words]) => words.includes(word.toLowerCase()))?.[0];
  return number === undefined || unit === undefined ? undefined : `Write ${number}${unit}.`;
}

const UNITS: Readonly<Record<string, readonly string[]>> = {
  ms: ['ms', 'msec', 'millis', 'milliseconds'],
  s: ['s', 'sec', 'secs', 'second', 'seconds'],
  m: ['m', 'min', 'mins', 'minute', 'minutes'],
  h: ['h', 'hr', 'hrs', 'hour', 'hours'],
  d: ['d', 'day', 'days'],
};

/** `31.12.2027`: the day first, as nobody writes the month with points. */
function meantDate(value: string): string | undefined {
  const [, day = '', month = '', year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(value) ?? [];
  return year === undefined ? undefined : `Write ${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}.`;
}

/** Percentages are what people mean by numbers from 1 on. */
function meantShare(value: string): string | undefined {
  const [, number, sign] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(value) ?? [];
  if (number === undefined) return undefined;
  const share = Number((Number(number) / 100).toPrecision(15));
  if (sign === '%') return share < 1 ? `Write ${share}.` : undefined;
  if (Number(number) < 1) return `Leave the quotes out: ${number}.`;
  const most = 'Numbers of one sign are never further apart than 1.';
  return share < 1 ? `${most} For ${number} % write ${share}.` : most;
}

/** Words of other tools and languages for ours. */
const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  relative: ['percent', 'percentage', 'share'],
  absolute: ['epsilon', 'delta', 'margin'],
  within: ['tolerance'],
  value: ['expression', 'jsonata'],
  expires: ['until', 'expiry'],
  missing: ['undefined', 'absent'],
  removed: ['missing'],
  number: ['int', 'integer', 'float', 'double', 'decimal'],
  boolean: ['bool', 'flag'],
  candidate: ['new'],
  legacy: ['old'],
  lower: ['less', 'smaller', 'down'],
  higher: ['more', 'greater', 'up'],
  equivalent: ['equal', 'tolerated'],
  match: ['same', 'identical'],
  mismatch: ['different', 'diff', 'differ', 'unequal'],
  minor: ['low'],
  major: ['high'],
};

/** The one of the known words for which another was written. */
export function otherWord(word: string, known: readonly string[]): string | undefined {
  return known.find((one) => OTHER_WORDS[one]?.includes(word));
}

function meantChoice(value: string, choices: readonly string[]): string | undefined {
  const words = /^\[.*\]$/s.test(value) ? value.slice(1, -1).split(',') : [value];
  for (const word of words.map((one) => one.trim())) {
    const near =
      choices.includes(word) || word === '' ? undefined : (otherWord(word, choices) ?? suggest(word, choices));
    if (near !== undefined) return `Did you mean \`${near}\`?`;
  }
  return undefined;
}

/** `total`, `$.items[*].price` and `items.0.sku` are paths of other languages. */
function meantPath(value: string, isPadded: boolean): string | undefined {
  const names = value
    .replace(/^\$?\.?/, '')
    .replace(/\[(?:'([^']*)'|"([^"]*)"|(\d+|\*))\]/g, '.$1$2$3')
    .split(/[./]/);
  if (value.startsWith('/')) {
    const escaped = value.replace(/~(?![012])/g, '~0');
    if (escaped !== value) return `A ~ is written ~0: ${escaped}`;
    return isPadded ? `Did you mean \`${value}\`?` : undefined;
  }
  if (names.some((name) => !/^[\w$@*-]+$/.test(name))) return undefined;
  return `Did you mean \`/${names.join('/')}\`?`;
}
