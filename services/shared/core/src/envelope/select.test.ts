// The compared part of a payload.
import { expect, test } from 'vitest';
import { compileSelect } from './select.ts';

const select = (text: string | null, pointer?: readonly string[]) => {
  const selected = compileSelect(pointer)(text === null ? null : new TextEncoder().encode(text));
  return selected.kind === 'selected' ? new TextDecoder().decode(selected.bytes) : selected;
};

test('without a pointer the whole payload is selected, whatever it holds', () => {
  expect(select('{"a":')).toBe('{"a":');
  expect(select(null)).toEqual({ kind: 'absent' });
});

test('a pointer selects the text of its value', () => {
  expect(select('{"op":"u", "after": {"a": 1} }', ['after'])).toBe('{"a": 1}');
  expect(select('{"op":"d","after":null}', ['after'])).toBe('null');
});

test('nothing at the place and a broken payload are told apart', () => {
  expect(select('{"op":"d"}', ['after'])).toEqual({ kind: 'absent' });
  expect(select('{"after":1', ['after'])).toEqual({ kind: 'undecodable', reason: 'malformed-json' });
});
