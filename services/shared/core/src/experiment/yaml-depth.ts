// How deep a YAML text is nested, found before it is composed: composing takes stack for every level, parsing does not.
import type { CST } from 'yaml';

/** Lists and maps inside one another. */
export const DEEPEST = 100;

/** Offset of the first thing that is too deep; undefined where nothing is. */
export function tooDeepAt(tokens: readonly CST.Token[]): number | undefined {
  const open = tokens.map((token) => ({ token, depth: 0 }));
  let first: number | undefined;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token } = next;
    const depth = 'items' in token ? next.depth + 1 : next.depth;
    if (depth > DEEPEST) {
      if (first === undefined || token.offset < first) first = token.offset;
      continue;
    }
    for (const inside of partsOf(token)) open.push({ token: inside, depth });
  }
  return first;
}

function partsOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [...(key ? [key] : []), ...(value ? [value] : [])]);
}

/** Whether data is nested deeper than a text may be: through aliases it can. */
export function isTooDeep(data: unknown): boolean {
  let level: unknown[] = [data];
  for (let depth = 0; level.length > 0; depth++) {
    level = level.filter((value) => typeof value === 'object' && value !== null);
    if (level.length > 0 && depth >= DEEPEST) return true;
    // What several aliases share is looked at once.
    level = [...new Set(level)].flatMap((value) => Object.values(value as object));
  }
  return false;
}
