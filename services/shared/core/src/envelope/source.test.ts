// The written form of sources.
import { expect, test } from 'vitest';
import { formatSource, parseSource } from './source.ts';

test.each([
  'header:correlation-id',
  'header:a:b',
  'path:/a/0/b~1c~0',
  'path:/',
  'key',
  'key:/id',
  'key:/',
  'ce_id',
  'traceparent',
])('%s is read and written back', (text) => {
  const source = parseSource(text);
  expect(source && formatSource(source)).toBe(text);
});

test.each([
  '',
  'header:',
  'header: x',
  'path:',
  'path:a',
  'path:/a~2',
  'KEY',
  'key:',
  'key:id',
  'key:/a~2',
  'trace',
  'body:/a',
  'header',
])('%s is no source', (text) => {
  expect(parseSource(text)).toBeUndefined();
});
