// Fingerprints as the Avro project publishes them (share/test/data/schema-tests.txt).
import { expect, test } from 'vitest';
import { parsingCanonicalForm, schemaFingerprint } from './fingerprint.ts';

/** Signed 64-bit decimals, as that file has them. */
test.each<[string, string, bigint]>([
  ['"null"', '"null"', 7195948357588979594n],
  ['{"type":"null"}', '"null"', 7195948357588979594n],
  ['"boolean"', '"boolean"', -6970731678124411036n],
  ['"int"', '"int"', 8247732601305521295n],
  ['"long"', '"long"', -3434872931120570953n],
  ['"float"', '"float"', 5583340709985441680n],
  ['"double"', '"double"', -8181574048448539266n],
  ['"bytes"', '"bytes"', 5746618253357095269n],
  ['"string"', '"string"', -8142146995180207161n],
  ['[  ]', '[]', -1241056759729112623n],
  ['[ "int"  ]', '["int"]', -5232228896498058493n],
  ['[ "int" , {"type":"boolean"} ]', '["int","boolean"]', 5392556393470105090n],
  ['{"fields":[], "type":"record", "name":"foo"}', '{"name":"foo","type":"record","fields":[]}', -4824392279771201922n],
  [
    '{"fields":[], "type":"record", "name":"foo", "namespace":"x.y"}',
    '{"name":"x.y.foo","type":"record","fields":[]}',
    5916914534497305771n,
  ],
  [
    '{"type":"record", "name":"foo", "doc":"Useful info", "fields":[{"name":"f1", "type":{"type":"boolean"}}]}',
    '{"name":"foo","type":"record","fields":[{"name":"f1","type":"boolean"}]}',
    7843277075252814651n,
  ],
])('%s', (schema, canonical, fingerprint) => {
  expect(parsingCanonicalForm(schema)).toBe(canonical);
  const littleEndian = BigInt.asUintN(64, fingerprint).toString(16).padStart(16, '0').match(/../g) ?? [];
  expect(schemaFingerprint(schema)).toBe(littleEndian.reverse().join(''));
});
