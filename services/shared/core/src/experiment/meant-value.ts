// What a value that is not allowed was probably meant to be, as a sentence that says what to write.
import { suggest } from './suggest.ts';

const CHOICES = /^[a-z][\w-]*(?:, [a-z][\w-]*)+$/i;

/**
 * @param value as written in the file
 * @param allowed the words of the fault: a list of choices, or what a value must be
 */
export function meantValue(value: string, allowed: string): string | undefined {
  const bare = value.replace(/^(['"])(.*)\1$/s, '$2').trim();
  if (CHOICES.test(allowed)) return meantChoice(bare, allowed.split(', '));
  if (/^a (?:path such as|JSON Pointer)/.test(allowed)) return meantPath(bare);
  if (!/^-?\d+(?:\.\d+)?$/.test(bare)) return undefined;
  if (allowed.startsWith('a duration')) return `Write ${bare}s for seconds, ${bare}ms for milliseconds.`;
  if (allowed.startsWith('a percentage')) return `Write ${bare}%.`;
  if (allowed.startsWith('a size')) return `Write ${bare}MiB or ${bare}KiB.`;
  if (!/^a(?: whole)? number/.test(allowed)) return undefined;
  if (bare.startsWith('-')) return `Leave the sign out: ${bare.slice(1)}.`;
  return bare === value.trim() ? undefined : `Leave the quotes out: ${bare}.`;
}

function meantChoice(value: string, choices: readonly string[]): string | undefined {
  const words = /^\[.*\]$/s.test(value) ? value.slice(1, -1).split(',') : [value];
  for (const word of words.map((one) => one.trim())) {
    const near = choices.includes(word) || word === '' ? undefined : suggest(word, choices);
    if (near !== undefined) return `Did you mean \`${near}\`?`;
  }
  return undefined;
}

/** `total`, `$.items[*].price` and `items.0.sku` are paths of other languages. */
function meantPath(value: string): string | undefined {
  const names = value
    .replace(/^\$?\.?/, '')
    .replace(/\[(?:'([^']*)'|"([^"]*)"|(\d+|\*))\]/g, '.$1$2$3')
    .split(/[./]/);
  if (value.startsWith('/') || names.some((name) => !/^[\w$@*-]+$/.test(name))) return undefined;
  return `Did you mean \`/${names.join('/')}\`?`;
}
