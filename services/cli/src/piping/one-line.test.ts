// A value as one line keeps what it says, or is refused.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine } from './one-line.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
function lineOf(text: string): string | undefined {
  const line = oneLine(bytes(text));
  return line.kind === 'line' ? new TextDecoder().decode(line.bytes) : undefined;
}

test.each([
  ['a compact value is handed over as it stands', '{"n":1.0,"long":12345678901234567890.10}', undefined],
  ['only line ends are left out of JSON', '{\r\n  "n": 1.0,\n\t"e": 1E2 }\n', '{  "n": 1.0,\t"e": 1E2 }'],
  ['line ends that Unicode has besides are escaped in JSON', '"a\u2028b\u2029"', '"a\\u2028b\\u2029"'],
  ['text keeps its spaces', ' a  b ', undefined],
  ['the line end that ends a text is left out', 'one\r\n', 'one'],
  ['what only looks like JSON is text', '{"a":1', undefined],
])('%s', (_, text, line = text) => {
  expect(lineOf(text)).toBe(line);
});

test.each(['a\nb', 'a\rb', 'a\n\n', 'a\u2028b', '{"a":\n1'])('several lines of text are refused: %j', (text) => {
  expect(oneLine(bytes(text))).toEqual({ kind: 'several-lines' });
});

test('no value and white space are nothing to hand over', () => {
  expect([null, bytes(''), bytes(' \n\t')].map((value) => oneLine(value).kind)).toEqual(['empty', 'empty', 'empty']);
});

test('bytes that are no UTF-8 pass as they are, if they are one line', () => {
  const value = Uint8Array.of(0xff, 0xe2, 0x80, 0x41);
  expect(oneLine(value)).toEqual({ kind: 'line', bytes: value });
  expect(oneLine(Uint8Array.of(0xff, 0x0a, 0x41)).kind).toBe('several-lines');
});

test('every JSON value, however it is written, becomes one line that says the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), fc.constantFrom('\n', '\r\n'), (value, indent, lineEnd) => {
      const text = JSON.stringify(value, null, indent).replaceAll('\n', lineEnd);
      const line = lineOf(text);
      expect(line).not.toMatch(/[\n\r\u2028\u2029]/);
      expect(JSON.parse(line ?? '')).toEqual(JSON.parse(text));
    }),
  );
});
