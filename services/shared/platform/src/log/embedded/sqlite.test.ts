// SQLite's result codes as faults.
import { Fault } from '@parallax/core';
import { describe, expect, it } from 'vitest';
import { asFault, isBusy } from './sqlite.ts';

const sqliteError = (errcode: number): Error =>
  Object.assign(new Error('sqlite'), { code: 'ERR_SQLITE_ERROR', errcode });

describe('an error of SQLite', () => {
  it.each([
    ['a full disk', 13, 'disk-full', true],
    ['a database kept busy', 5, 'log-busy', true],
    ['a busy snapshot (extended code)', 517, 'log-busy', true],
    ['a read-only file', 8, 'read-only', false],
    ['a file that cannot be opened', 14, 'cannot-open', false],
    ['a damaged file', 11, 'log-corrupt', false],
    ['a file of something else', 26, 'log-corrupt', false],
    ['a failing disk (extended code)', 778, 'io-error', true],
  ])('for %s is a fault with a cure', (_, errcode, code, retryable) => {
    const fault = asFault(sqliteError(errcode), '/data/log.sqlite');
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code, retryable, cure: expect.any(String) });
    expect(fault).toMatchObject({ message: expect.stringContaining('/data/log.sqlite') });
  });

  it('that is our own mistake stays what it is', () => {
    const mistake = sqliteError(1);
    expect(asFault(mistake, '/x')).toBe(mistake);
    const fault = new Fault('x', { code: 'y' });
    expect(asFault(fault, '/x')).toBe(fault);
  });

  it('is worth waiting for only when it is a lock', () => {
    expect([5, 6, 261, 13, 1].map((errcode) => isBusy(sqliteError(errcode)))).toEqual([true, true, true, false, false]);
  });
});
