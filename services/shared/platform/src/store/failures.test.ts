// What the client throws becomes a fault that says whether waiting helps, and tells nobody's data.
import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, test } from 'vitest';
import { asFault, connectionLost } from './failures.ts';

const answer = (code: string, type: string, message: string) =>
  asFault(new ClickHouseError({ code, type, message }), 'here');
const broken = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

describe('faults of the store', () => {
  test.each([
    ['241', 'MEMORY_LIMIT_EXCEEDED', 'Memory limit exceeded', 'store-overloaded'],
    ['252', 'TOO_MANY_PARTS', 'Too many parts', 'store-overloaded'],
    ['243', 'NOT_ENOUGH_SPACE', 'Cannot reserve 1.00 MiB, not enough space', 'store-disk-full'],
    ['1001', 'STD_EXCEPTION', 'filesystem error: No space left on device', 'store-disk-full'],
  ])('%s %s passes by itself', (code, type, message, expected) => {
    expect(answer(code, type, message)).toMatchObject({ code: expected, retryable: true, cure: expect.any(String) });
  });

  test.each([
    ['62', 'SYNTAX_ERROR', 'Syntax error', 'store-statement'],
    ['60', 'UNKNOWN_TABLE', 'Unknown table x', 'store-no-table'],
    ['516', 'AUTHENTICATION_FAILED', 'wrong password', 'store-login'],
    ['81', 'UNKNOWN_DATABASE', 'no database', 'store-no-database'],
  ])('%s %s does not', (code, type, message, expected) => {
    expect(answer(code, type, message)).toMatchObject({ code: expected, retryable: false });
  });

  test('a connection that broke, and an answer that did not come, are worth another try', () => {
    expect(connectionLost(broken('ECONNREFUSED'))).toBe(true);
    expect(asFault(broken('ECONNRESET'), 'here')).toMatchObject({ code: 'store-unreachable', retryable: true });
    expect(asFault(new Error('Timeout error.'), 'here')).toMatchObject({ code: 'store-unreachable', retryable: true });
    expect(asFault(new Error('<h1>503 Service Unavailable</h1>'), 'here')).toMatchObject({ retryable: true });
    expect(connectionLost(new Error('Timeout error.'))).toBe(false);
  });

  test('what nobody foresaw is not retried', () => {
    expect(asFault(new TypeError('x is not a function'), 'here')).toMatchObject({
      code: 'store-failed',
      retryable: false,
    });
  });

  test("a row that cannot be parsed does not put its owner's data into the message", () => {
    const { message } = answer('27', 'CANNOT_PARSE', `Cannot parse input: expected ',' before: 'jane@example.org'`);
    expect(message).not.toContain('jane');
  });
});
