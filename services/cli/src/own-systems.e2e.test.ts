// The walk through docs/own-systems.md: every command of the page, as it stands there, in its order.
import { expect, test } from 'vitest';
import { walkPage } from './testing/page-walk.ts';

test('every command of the page does what the page says', async () => {
  const walked = await walkPage('own-systems.md', process.env);
  expect(walked.filter(({ code, expected }) => code !== expected)).toEqual([]);
  const all = walked.map(({ said }) => said).join('\n');
  expect(all).toContain('200 inputs read; 200 outputs written to orders.priced.v2.');
  expect(all).toMatch(/1\. 50 pairs, 25 % of the judged: mismatch[\s\S]*\/total/);
  expect(all).toMatch(/legacy 45000 +candidate 40500/);
  expect(all).toMatch(/PARITY {2}orders, run build-b/);
  expect(all).toMatch(/fixed +50 /);
  expect(all).toMatch(/remaining +0 /);
  expect(all).toMatch(/new +0 /);
});
