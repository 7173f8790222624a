// The walk through docs/replay.md: last hour's traffic against a changed build, and what it fixed.
import { expect, test } from 'vitest';
import { walkPage } from './testing/page-walk.ts';

test('every command of the page does what the page says', async () => {
  const walked = await walkPage('replay.md', process.env);
  expect(walked.filter(({ code, expected }) => code !== expected)).toEqual([]);
  const saidAfter = (part: string) => walked.find(({ commands }) => commands.includes(part))?.said ?? '';
  expect(saidAfter('--from "$LAST_HOUR" --dry-run')).toMatch(/2\d\d inputs with 2\d\d ids|300 inputs with 300 ids/);
  expect(saidAfter('--build v2.1')).toMatch(/PARITY {2}shop, run build-b/);
  const compared = saidAfter('runs compare live build-b');
  expect(compared).toContain('shop: live and build-b (v2.1), against what legacy answered');
  expect(compared).toMatch(/fixed +100 +diverged in live, agree in build-b/);
  expect(compared).toMatch(/remaining +0 /);
  expect(compared).toMatch(/new +0 /);
  expect(compared).toMatch(/Fixed[\s\S]*mismatch[\s\S]*v1:/);
  expect(compared).toMatch(/build +v2\.1/);
  expect(compared).toMatch(/rules +[0-9a-f]{12}, version \d+ of this run/);
  const again = saidAfter('--in live');
  expect(again).toContain('Chosen: 100 of 300 inputs in that time.');
  expect(again).toMatch(/PARITY {2}shop, run again/);
  expect(again).toMatch(/Chosen: 10% by key: \d+ inputs? of 300\./);
  expect(saidAfter('runs delete')).toContain('Run again of shop is gone: 4 topics');
});
