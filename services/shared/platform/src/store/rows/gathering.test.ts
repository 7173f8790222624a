// Rows on their way: differences first, in bounded inserts, and after a failure only what was not acknowledged.
import { expect, test } from 'vitest';
import { differenceRow, ledgerRow, pairRow } from '../../testing/store-rows.ts';
import { Gathering, InsertMemory, type SendInsert } from './gathering.ts';

/** A block begins with how many columns, then how many rows it has, seven bits a byte; there are few columns. */
function rowsOf(block: Buffer): number {
  let rows = 0;
  for (let at = 1; ; at++) {
    const byte = block[at] as number;
    rows += (byte & 0x7f) << (7 * (at - 1));
    if (byte < 0x80) return rows;
  }
}

function recorder(fails: (call: number) => boolean = () => false) {
  const sent: { table: string; rows: number }[] = [];
  let calls = 0;
  const send: SendInsert = async ({ name }, block) => {
    if (fails(++calls)) throw new Error('down');
    sent.push({ table: name, rows: rowsOf(block) });
  };
  return { sent, send };
}

test("a pair's differences are written before the pair, and the ledger after both", async () => {
  const { sent, send } = recorder();
  const rows = new Gathering(new InsertMemory(), send);
  rows.add({ ledger: [ledgerRow()], pairs: [pairRow(), pairRow({ id: 'b' })] });
  rows.add({ differences: [differenceRow()] });
  await rows.write();
  expect(sent).toEqual([
    { table: 'differences_raw', rows: 1 },
    { table: 'pairs_raw', rows: 2 },
    { table: 'ledger_raw', rows: 1 },
  ]);
});

test('more rows than an insert takes go in several', async () => {
  const { sent, send } = recorder();
  const rows = new Gathering(new InsertMemory(), send);
  const some = Array.from({ length: 1_000 }, () => ledgerRow());
  for (let n = 0; n < 150; n++) rows.add({ ledger: some });
  await rows.write();
  expect(sent.map((insert) => insert.rows)).toEqual([100_000, 50_000]);
});

test('values of megabytes make an insert that is cut by its bytes', async () => {
  const { sent, send } = recorder();
  const rows = new Gathering(new InsertMemory(), send);
  const legacy = 'x'.repeat(20 * 1_048_576);
  rows.add({ differences: [0, 1, 2].map((position) => differenceRow({ position, legacy })) });
  await rows.write();
  expect(sent.map((insert) => insert.rows)).toEqual([2, 1]);
});

test('writing again after a failure sends what was not acknowledged, byte for byte', async () => {
  const bodies: string[] = [];
  let calls = 0;
  const rows = new Gathering(new InsertMemory(), async (_, block) => {
    bodies.push(block.toString('latin1'));
    if (++calls === 2) throw new Error('down');
  });
  rows.add({ differences: [differenceRow()], pairs: [pairRow()] });
  await expect(rows.write()).rejects.toThrow('down');
  await rows.write();
  expect(bodies).toHaveLength(3);
  expect(bodies[2]).toBe(bodies[1]);
  await rows.write();
  expect(bodies).toHaveLength(3);
});

test('memory is used again once it is written, and not where an attempt was given up', async () => {
  const memory = new InsertMemory();
  const seen: ArrayBufferLike[] = [];
  let fail = false;
  const send: SendInsert = async (_, block) => {
    seen.push(block.buffer);
    if (fail) throw new Error('down');
  };
  const big = Array.from({ length: 1_000 }, () => pairRow());
  const write = async () => {
    const rows = new Gathering(memory, send);
    rows.add({ pairs: big });
    return rows.write().catch(() => {
      fail = false;
      return rows.write();
    });
  };
  await write();
  await write();
  expect(seen[1]).toBe(seen[0]);
  fail = true;
  await write();
  await write();
  expect(seen.slice(2, 4).every((buffer) => buffer === seen[0])).toBe(true);
  expect(seen[4]).not.toBe(seen[0]);
});
