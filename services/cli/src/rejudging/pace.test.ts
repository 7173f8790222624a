// What is said of how far rejudging is.
import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('rate and time left are those of the phase, and are not guessed from its first moments', () => {
  let now = 0;
  const lines: string[] = [];
  const pace = new Pace(
    100_000,
    (line) => lines.push(line),
    () => now,
  );
  pace.add('ids', 10_000);
  now = 1_000;
  pace.add('ids', 40_000);
  pace.add('events', 1);
  now = 3_000;
  pace.add('events', 19_999);
  expect(lines).toEqual([
    'reading ids: 10 %',
    'reading ids: 50 %, 50,000/s, 1 s left',
    'judging: 0 %',
    'judging: 20 %, 10,000/s, 8 s left',
  ]);
});
