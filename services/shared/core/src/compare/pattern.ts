// Path patterns of rules: JSON Pointers with `*` for any one segment and `**` for any number of them.

export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'deep' };

const UNESCAPED: Readonly<Record<string, string>> = { '~0': '~', '~1': '/', '~2': '*' };

/** What a pattern looks like, for messages. */
export const PATTERN_FORM =
  "a JSON Pointer such as /total or /items/*/sku ('' is the whole; * any one segment, ** any number; ~0 is ~, ~1 is /, ~2 is *)";

/** The segments, or undefined when the text is no pattern. */
export function parsePattern(text: string): readonly Segment[] | undefined {
  if (text === '') return [];
  if (!text.startsWith('/') || /~(?![012])/.test(text)) return undefined;
  return text
    .slice(1)
    .split('/')
    .map((segment) => {
      if (segment === '*') return { kind: 'any' };
      if (segment === '**') return { kind: 'deep' };
      return { kind: 'name', name: segment.replace(/~[012]/g, (text) => UNESCAPED[text] ?? text) };
    });
}
