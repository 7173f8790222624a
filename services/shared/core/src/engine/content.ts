// What the join keeps of a record: a copy of the parts that are compared. (Clients hand out slices of fetch buffers; a
// kept slice would pin the whole buffer.)
import type { Content } from '../compare/spec.ts';
import type { Header } from '../ports/log.ts';

const NO_HEADERS: readonly Header[] = [];

export interface KeptParts {
  readonly compareKey: boolean;
  /** Those compared, and those the value is read by; a final `*` stands for any ending. */
  readonly compareHeaders: readonly string[];
}

/** The parts of a record that are compared, as the client handed them out: only good until the next call. */
export function partsOf(record: Content, parts: KeptParts): Content {
  return {
    key: parts.compareKey ? record.key : null,
    value: record.value,
    headers:
      parts.compareHeaders.length === 0
        ? NO_HEADERS
        : record.headers.filter(([name]) => isKept(name, parts.compareHeaders)),
  };
}

function isKept(name: string, kept: readonly string[]): boolean {
  for (const one of kept) {
    if (one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1)))) return true;
  }
  return false;
}

/** A copy to keep. */
export function copyContent({ key, value, headers }: Content): Content {
  return {
    key: copy(key),
    value: copy(value),
    headers: headers.length === 0 ? NO_HEADERS : headers.map(([name, bytes]) => [name, copy(bytes)]),
  };
}

/** Equal to the byte in everything that is compared. */
export function sameContent(left: Content, right: Content): boolean {
  return (
    equalBytes(left.value, right.value) &&
    equalBytes(left.key, right.key) &&
    left.headers.length === right.headers.length &&
    left.headers.every(([name, bytes], i) => {
      const opposite = right.headers[i] as Header;
      return name === opposite[0] && equalBytes(bytes, opposite[1]);
    })
  );
}

function equalBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A real copy also of subclasses whose own `slice` shares memory. */
function copy(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Uint8Array.prototype.slice.call(bytes);
}
