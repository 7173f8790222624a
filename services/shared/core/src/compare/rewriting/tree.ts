// A document opened up to be rewritten: what is not touched stays the bytes it was written in, so that nothing is lost.
import { stringOf } from '../../json/strings.ts';
import { ARRAY, ESCAPED, OBJECT, STRING, type Tape } from '../../json/tape.ts';
import { pointerSegment } from '../../json/text.ts';

/** Documents deeper than this are not rewritten. */
const DEEPEST = 500;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** JSON text of a scalar, or a container opened up. */
export type Tree = { readonly text: Uint8Array } | { readonly members: Map<string, Tree> } | { readonly items: Tree[] };

/** undefined where it is too deep. */
export function openTree(tape: Tape, node: number, depth = 0): Tree | undefined {
  if (depth > DEEPEST) return undefined;
  const kind = tape.kind[node] as number;
  if (kind < ARRAY) {
    const quote = kind === STRING || kind === ESCAPED ? 1 : 0;
    return { text: tape.bytes.subarray((tape.start[node] as number) - quote, (tape.end[node] as number) + quote) };
  }
  const end = tape.next[node] as number;
  if (kind === OBJECT) {
    const members = new Map<string, Tree>();
    for (let key = node + 1; key < end; key = tape.next[key + 1] as number) {
      const value = openTree(tape, key + 1, depth + 1);
      if (value === undefined) return undefined;
      members.set(stringOf(tape, key), value);
    }
    return { members };
  }
  const items: Tree[] = [];
  for (let at = node + 1; at < end; at = tape.next[at] as number) {
    const value = openTree(tape, at, depth + 1);
    if (value === undefined) return undefined;
    items.push(value);
  }
  return { items };
}

/** JSON text of the tree. */
export function treeBytes(tree: Tree): Uint8Array {
  const output = new Output();
  write(tree, output);
  return output.bytes();
}

export function treeText(tree: Tree): string {
  return decoder.decode(treeBytes(tree));
}

/** The string a tree holds, lone surrogates kept; undefined where it holds something else. */
export function stringIn(tree: Tree): string | undefined {
  if (!('text' in tree) || tree.text[0] !== QUOTE) return undefined;
  // The bytes passed the parser: they are one JSON string in valid UTF-8.
  return JSON.parse(decoder.decode(tree.text)) as string;
}

/** A string as a tree. Well-formed stringify: a lone surrogate becomes an escape, not U+FFFD. */
export function stringTree(text: string): Tree {
  return { text: encoder.encode(JSON.stringify(text)) };
}

/** The JSON Pointer that leads along these names. */
export function pointerTo(names: readonly string[]): string {
  return names.map((name) => `/${pointerSegment(name)}`).join('');
}

function write(tree: Tree, output: Output): void {
  if ('text' in tree) {
    output.put(tree.text);
    return;
  }
  let isFirst = true;
  if ('members' in tree) {
    output.byte(OPEN_OBJECT);
    for (const [name, child] of tree.members) {
      if (!isFirst) output.byte(COMMA);
      isFirst = false;
      output.name(name);
      output.byte(COLON);
      write(child, output);
    }
    output.byte(CLOSE_OBJECT);
    return;
  }
  output.byte(OPEN_ARRAY);
  for (const child of tree.items) {
    if (!isFirst) output.byte(COMMA);
    isFirst = false;
    write(child, output);
  }
  output.byte(CLOSE_ARRAY);
}

/** Bytes as they come, in one buffer that grows. */
class Output {
  private buffer = new Uint8Array(1024);
  private length = 0;

  byte(byte: number): void {
    this.reserve(1);
    this.buffer[this.length++] = byte;
  }

  put(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A text as a JSON string. */
  name(text: string): void {
    this.reserve(text.length + 2);
    const { buffer } = this;
    let at = this.length;
    buffer[at++] = QUOTE;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x20 || unit > 0x7e || unit === QUOTE || unit === BACKSLASH) {
        this.put(encoder.encode(JSON.stringify(text)));
        return;
      }
      buffer[at++] = unit;
    }
    buffer[at++] = QUOTE;
    this.length = at;
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private reserve(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.length + more, this.buffer.length * 2));
    larger.set(this.buffer);
    this.buffer = larger;
  }
}
