// Which members of a group are processes of this machine that are gone.
import { expect, test } from 'vitest';
import { clientIdOf, isGone, processOf } from './predecessors.ts';

const own = { host: 'here', pid: 7, began: 'today' };
const alive = (pid: number): boolean => pid === 7 || pid === 8;

test.each([
  [{ host: 'here', pid: 9, began: 'today' }, true, 'a process that has ended'],
  [{ host: 'here', pid: 8, began: 'today' }, false, 'a process that lives'],
  [own, false, 'this process'],
  [{ ...own, began: 'yesterday' }, true, 'one that had the number of this process, as in a restarted container'],
  [{ host: 'there', pid: 9, began: 'today' }, false, 'a process of another machine'],
])('%j is gone: %s (%s)', (named, gone) => {
  expect(isGone(clientIdOf(named), own, alive)).toBe(gone);
});

test('ids of another making are nobody that could be gone', () => {
  for (const id of ['', 'kafkajs', 'parallax', 'parallax/here/x/y', 'parallax/here/9', 'rdkafka/here/9/today']) {
    expect(isGone(id, own, alive)).toBe(false);
  }
  expect(processOf(clientIdOf(own))).toEqual(own);
});
