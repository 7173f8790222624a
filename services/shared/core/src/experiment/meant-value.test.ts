// A value that is not allowed is answered with what to write instead, where that can be told.
import { expect, test } from 'vitest';
import { meantValue } from './meant-value.ts';

const PATH = 'a path such as /total or /items/*/price';

test.each([
  ['total', PATH, 'Did you mean `/total`?'],
  ['$.items[*].price', PATH, 'Did you mean `/items/*/price`?'],
  ['items.0.sku', PATH, 'Did you mean `/items/0/sku`?'],
  ["$['unit price']", PATH, undefined],
  ['/a~3', PATH, 'A ~ is written ~0: /a~03'],
  ['sku', 'a JSON Pointer such as /after', 'Did you mean `/sku`?'],
  ['candidat', 'legacy, candidate', 'Did you mean `candidate`?'],
  ['"Legacy"', 'legacy, candidate', 'Did you mean `legacy`?'],
  ['[base64, jsn]', 'json, base64, gzip', 'Did you mean `json`?'],
  ['xml', 'json, base64, gzip', undefined],
  ['2', 'a duration with its unit, like 500ms', 'Write 2s for seconds, 2ms for milliseconds.'],
  ['2sec', 'a duration with its unit, like 500ms', 'Write 2s.'],
  ['"5 Minutes"', 'a duration with its unit, like 500ms', 'Write 5m.'],
  ['31.1.2027', 'a date or time such as 2026-12-31', 'Write 2027-01-31.'],
  ['soon', 'a duration with its unit, like 500ms', undefined],
  ['99.9', 'a percentage from 0% to 100%, like 99.9%', 'Write 99.9%.'],
  ['64', 'a size with its unit, like 512KiB', 'Write 64MiB or 64KiB.'],
  ['-0.005', 'a number, 0 or more', 'Leave the sign out: 0.005.'],
  ["'5'", 'a number, 0 or more', 'Leave the quotes out: 5.'],
])('%s where %s is allowed: %s', (value, allowed, cure) => {
  expect(meantValue(value, allowed)).toBe(cure);
});
