// What the client throws becomes a fault that says whether waiting helps, and tells nobody's data.
import { ClickHouseError } from '@clickhouse/client';
import { describe, expect, test } from 'vitest';
import { asFault, connectionLost, isOutOfRoom } from './failures.ts';

const answer = (code: string, type: string, message: string) =>
  asFault(new ClickHouseError({ code, type, message }), 'here');
const broken = (code: string) => Object.assign(new Error(`connect ${code}`), { code });

test.each([
  ['ENOSPC: no space left on device, write', true],
  ['filesystem error: No space left on device', true],
  ['database or disk is full', true],
  ['Cannot attach table: file is damaged', false],
])('an engine that cannot start for "%s" lacks room: %s', (said, lacks) => {
  expect(isOutOfRoom(said)).toBe(lacks);
});

describe('faults of the store', () => {
  test.each([
    ['241', 'MEMORY_LIMIT_EXCEEDED', 'Memory limit exceeded', 'store-overloaded'],
    ['252', 'TOO_MANY_PARTS', 'Too many parts', 'store-overloaded'],
    ['243', 'NOT_ENOUGH_SPACE', 'Cannot reserve 1.00 MiB, not enough space', 'store-disk-full'],
    ['159', 'TIMEOUT_EXCEEDED', 'Timeout exceeded', 'store-overloaded'],
    ['202', 'TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many simultaneous queries', 'store-overloaded'],
    ['242', 'TABLE_IS_READ_ONLY', 'Table is in readonly mode', 'store-replicas'],
    [
      '285',
      'TOO_FEW_LIVE_REPLICAS',
      'Number of alive replicas (1) is less than requested quorum (2)',
      'store-replicas',
    ],
    ['319', 'UNKNOWN_STATUS_OF_INSERT', 'Unknown quorum status', 'store-replicas'],
    ['999', 'KEEPER_EXCEPTION', 'Session expired', 'store-replicas'],
    ['1001', 'STD_EXCEPTION', 'filesystem error: No space left on device', 'store-disk-full'],
  ])('%s %s passes by itself', (code, type, message, expected) => {
    expect(answer(code, type, message)).toMatchObject({ code: expected, retryable: true, cure: expect.any(String) });
  });

  test.each([
    ['62', 'SYNTAX_ERROR', 'Syntax error', 'store-statement'],
    ['60', 'UNKNOWN_TABLE', 'Unknown table x', 'store-no-table'],
    ['47', 'UNKNOWN_IDENTIFIER', 'Unknown expression identifier `severity`', 'store-no-column'],
    ['516', 'AUTHENTICATION_FAILED', 'wrong password', 'store-login'],
    ['81', 'UNKNOWN_DATABASE', 'no database', 'store-no-database'],
    ['497', 'ACCESS_DENIED', 'Not enough privileges. … the grant INSERT ON parallax.pairs_raw', 'store-rights'],
    ['164', 'READONLY', 'Cannot execute query in readonly mode', 'store-readonly-user'],
    ['452', 'SETTING_CONSTRAINT_VIOLATION', 'Setting async_insert should not be changed', 'store-readonly-user'],
    ['115', 'UNKNOWN_SETTING', 'Unknown setting insert_quorum', 'store-old-server'],
    ['701', 'CLUSTER_DOESNT_EXIST', "Requested cluster 'x' not found", 'store-no-cluster'],
    ['396', 'TOO_MANY_ROWS_OR_BYTES', 'Limit for result exceeded', 'store-too-much'],
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

  test.each(['', 'upstream connect error', '<h1>500 Internal Server Error</h1>', '429 Too Many Requests'])(
    'an answer that is not the store’s may pass: %j',
    (body) => {
      expect(asFault(new Error(body), 'here')).toMatchObject({ code: 'store-unreachable', retryable: true });
    },
  );

  test.each(['<title>404 Not Found</title>', '403 Forbidden', 'Unauthorized'])(
    'an answer that is not the store’s and will stay is told: %j',
    (body) => {
      expect(asFault(new Error(body), 'here')).toMatchObject({ code: 'store-failed', retryable: false });
    },
  );

  test.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'EPROTO'])(
    'a certificate that is not accepted (%s) names the authority’s option, and does not pass',
    (code) => {
      expect(asFault(broken(code), 'here')).toMatchObject({
        code: 'store-tls',
        retryable: false,
        cure: expect.stringContaining('PARALLAX_STORE_CA'),
      });
    },
  );

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
