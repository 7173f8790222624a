// The part of a payload that is compared.
import { compileLocator, DEFAULT_DEPTH } from './json-scanner.ts';

export type Selected =
  /** A view into the payload: the value's text without white space around it. */
  | { readonly kind: 'selected'; readonly bytes: Uint8Array }
  /** The payload is JSON but has no such place, or there is no payload. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'undecodable'; readonly reason: string };

/** Compiles the `select` of one side; without a pointer the whole payload is selected unread. */
export function compileSelect(
  pointer: readonly string[] | undefined,
  options: { readonly depth?: number } = {},
): (value: Uint8Array | null) => Selected {
  if (pointer === undefined) return (value) => (value === null ? ABSENT : { kind: 'selected', bytes: value });
  const locate = compileLocator(pointer, options.depth ?? DEFAULT_DEPTH);
  return (value) => {
    if (value === null) return ABSENT;
    const located = locate(value);
    if (located.kind !== 'found') return located;
    return { kind: 'selected', bytes: value.subarray(located.start, located.end) };
  };
}

const ABSENT: Selected = { kind: 'absent' };
