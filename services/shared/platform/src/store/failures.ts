// Turns what the client throws into a Fault that says whether waiting helps.
import { ClickHouseError } from '@clickhouse/client';
import { Fault } from '@parallax/core';

/** The request may or may not have reached the store; the same request is safe to repeat. */
const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** ClickHouse error codes that pass by themselves: timeouts, overload, memory, too many parts, a replica's trouble. */
const PASSING = new Set([
  '159',
  '202',
  '203',
  '209',
  '210',
  '225',
  '236',
  '241',
  '242',
  '252',
  '279',
  '285',
  '319',
  '425',
  '439',
  '745',
  '999',
]);

/** What stands between us and the store answers in its place: a body that is no answer of ClickHouse. */
const IN_BETWEEN = /\b50[234]\b|Bad Gateway|Service Unavailable|Gateway Time-?out/i;

const NO_SPACE = /No space left|not enough space|Read-only file system/i;

/** The connection broke, or what listens there is not the store we knew. */
export function connectionLost(error: unknown): boolean {
  if (error instanceof ClickHouseError) return error.code === '516';
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && LOST.has(error.code)) return true;
  return /socket hang up|aborted|other side closed|premature close/i.test(error.message);
}

export function asFault(error: unknown, address: string): Fault {
  if (error instanceof Fault) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (NO_SPACE.test(message)) {
    return new Fault(`The store ${address} cannot write: ${firstLine(message)}`, {
      code: 'store-disk-full',
      cure: 'Make room on its disk, or make it writable; writing goes on by itself.',
      retryable: true,
      cause: error,
    });
  }
  if (error instanceof ClickHouseError) return statementFault(error, address);
  const timedOut = message.startsWith('Timeout error');
  if (timedOut || connectionLost(error) || IN_BETWEEN.test(message)) {
    return new Fault(
      `The store ${address} ${timedOut ? 'did not answer in time' : 'cannot be reached'}: ${firstLine(message)}`,
      {
        code: 'store-unreachable',
        cure: 'Check that it runs and that this machine can reach it; nothing is lost, the same rows are written again.',
        retryable: true,
        cause: error,
      },
    );
  }
  return new Fault(`The store ${address} failed: ${firstLine(message)}`, { code: 'store-failed', cause: error });
}

function statementFault(error: ClickHouseError, address: string): Fault {
  const what = `${firstLine(error.message)}${error.type ? ` (${error.type})` : ''}`;
  if (error.code === '516' || error.code === '192' || error.code === '193') {
    return new Fault(`The store ${address} refuses the user or the password.`, {
      code: 'store-login',
      cure: 'Give the user in the address and the password in PARALLAX_STORE_PASSWORD or PARALLAX_STORE_PASSWORD_FILE.',
      cause: error,
    });
  }
  if (error.code === '81') {
    return new Fault(`The store ${address} has no such database.`, {
      code: 'store-no-database',
      cure: 'Create it, or name another one at the end of the address.',
      cause: error,
    });
  }
  if (error.code === '60') {
    return new Fault(`The store ${address} has no such table: ${what}`, {
      code: 'store-no-table',
      cure: 'Tables: pairs, differences, divergences, signatures, ledger, runs, outages, parity_hourly, latency. A new store has them once a service has started.',
      cause: error,
    });
  }
  if (PASSING.has(error.code)) {
    return new Fault(`The store ${address} is overloaded: ${what}`, {
      code: 'store-overloaded',
      cure: 'It is tried again; if this lasts, give the store more memory or fewer writers.',
      retryable: true,
      cause: error,
    });
  }
  return new Fault(`The store refused the statement: ${what}`, { code: 'store-statement', cause: error });
}

function firstLine(message: string): string {
  // What the parser stopped at is somebody's data: it must not reach a log.
  const line = (message.split('\n', 1)[0] ?? '').replace(/ before: .*$/, '').trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}
