// A record's value as one line, as programs of any language read lines.
//
// A line end inside a JSON value can only stand between its parts, where it means nothing: it is left out, and the rest
// stays byte by byte, numbers too. U+2028 and U+2029 may stand in JSON strings, and some readers of lines (Node's) end a
// line there: they are written as escapes, which is the same JSON. In other text a line end cannot be left out, but at
// its very end, where it means no more than that the text is over.

export type OneLine =
  | { readonly kind: 'line'; readonly bytes: Uint8Array }
  /** Nothing to hand over: no value, or white space only, for which programs that read JSON answer no line. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'several-lines' };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const ESCAPES: ReadonlyMap<number, Uint8Array> = new Map([
  [0xa8, new TextEncoder().encode('\\u2028')],
  [0xa9, new TextEncoder().encode('\\u2029')],
]);

export function oneLine(value: Uint8Array | null): OneLine {
  if (value === null || value.every(isSpace)) return { kind: 'empty' };
  if (!hasLineEnd(value)) return { kind: 'line', bytes: value };
  if (isJson(value)) return { kind: 'line', bytes: withoutLineEnds(value) };
  const bytes = withoutLastLineEnd(value);
  return hasLineEnd(bytes) ? { kind: 'several-lines' } : { kind: 'line', bytes };
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

/** U+2028 and U+2029 are E2 80 A8 and E2 80 A9. */
function separatorAt(bytes: Uint8Array, at: number): Uint8Array | undefined {
  if (bytes[at] !== 0xe2 || bytes[at + 1] !== 0x80) return undefined;
  return ESCAPES.get(bytes[at + 2] ?? 0);
}

function hasLineEnd(bytes: Uint8Array): boolean {
  if (bytes.includes(LINE_FEED) || bytes.includes(CARRIAGE_RETURN)) return true;
  for (let at = bytes.indexOf(0xe2); at >= 0; at = bytes.indexOf(0xe2, at + 1)) {
    if (separatorAt(bytes, at) !== undefined) return true;
  }
  return false;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function withoutLineEnds(json: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at < json.length; at++) {
    const escaped = separatorAt(json, at);
    if (escaped === undefined && json[at] !== LINE_FEED && json[at] !== CARRIAGE_RETURN) continue;
    parts.push(json.subarray(from, at));
    if (escaped !== undefined) {
      parts.push(escaped);
      at += 2;
    }
    from = at + 1;
  }
  return Buffer.concat([...parts, json.subarray(from)]);
}

function withoutLastLineEnd(text: Uint8Array): Uint8Array {
  let end = text.length;
  if (text[end - 1] === LINE_FEED) end--;
  if (text[end - 1] === CARRIAGE_RETURN) end--;
  return text.subarray(0, end);
}
