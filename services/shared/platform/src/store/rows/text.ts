// Text as ClickHouse can hold it: its JSON refuses lone surrogates, which an id or a value may contain.
//
// A lone surrogate U+D800 is stored as the visible text `�{d800}` (the replacement character, then its code). Text that
// already looks like that gets one more brace, so the mapping is one to one: two ids that differ stay different.

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const MARKED = /\ufffd(\{+)(d[89a-f][0-9a-f]{2})\}/g;

export function toStored(text: string): string {
  if (text.isWellFormed() && !text.includes('\ufffd{')) return text;
  return text
    .replace(MARKED, (_, braces: string, code: string) => `\ufffd${braces}{${code}}`)
    .replace(LONE_SURROGATE, (unit) => `\ufffd{${unit.charCodeAt(0).toString(16)}}`);
}

export function fromStored(text: string): string {
  if (!text.includes('\ufffd{')) return text;
  return text.replace(MARKED, (_, braces: string, code: string) =>
    braces === '{' ? String.fromCharCode(Number.parseInt(code, 16)) : `\ufffd${braces.slice(1)}${code}}`,
  );
}
