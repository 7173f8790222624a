// Why payloads are scanned for their id: `node scripts/bench/correlation.ts` sets it beside parsing the whole document.
import { compileCorrelation, parseSource } from '@parallax/core';

const items = Array.from({ length: 5 }, (_, index) => ({ sku: `SKU-${index}`, qty: index, price: 12.5 + index }));
const document = {
  orderId: 'o-123456',
  customer: { name: 'Jane Doe', email: 'jane@example.com' },
  items,
  total: 123.45,
  processedAt: '2024-01-01T00:00:00Z',
  requestId: 'abc-def-123',
  correlationId: 'c-99999',
};
const value = new TextEncoder().encode(JSON.stringify(document));
const record = { key: value.subarray(0, 20), value, headers: [['correlation-id', value.subarray(0, 20)]] as const };
const decoder = new TextDecoder();

const ways: Readonly<Record<string, () => unknown>> = {
  'JSON.parse': () => JSON.parse(decoder.decode(value)).correlationId,
  ...Object.fromEntries(['path:/correlationId', 'header:correlation-id', 'key'].map((text) => [text, reading(text)])),
};

function reading(text: string): () => unknown {
  const source = parseSource(text);
  const correlate = compileCorrelation(source === undefined ? [] : [[source]]);
  return () => correlate(record);
}

/** The best of many rounds: what else runs on the machine only ever adds. */
function microseconds(run: () => unknown): number {
  const calls = 30_000;
  const rounds = Array.from({ length: 50 }, () => {
    const start = performance.now();
    for (let call = 0; call < calls; call++) run();
    return performance.now() - start;
  });
  return (Math.min(...rounds) * 1_000) / calls;
}

process.stdout.write(`${value.length} bytes\n`);
for (const [name, run] of Object.entries(ways)) {
  process.stdout.write(`${name.padEnd(22)} ${microseconds(run).toFixed(3)} µs\n`);
}
