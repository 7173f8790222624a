// Turns what the client throws into a Fault that says whether waiting helps.
import { ClickHouseError } from '@clickhouse/client';
import { Fault } from '@parallax/core';

/** The oldest long-term release whose functions the views use. */
export const OLDEST_SERVER = '24.8';

/** What a service's user needs, as a sentence. */
const GRANTS =
  'What a service needs: GRANT SELECT, INSERT, CREATE TABLE, CREATE VIEW, ALTER TABLE ON database.* (with a cluster also CLUSTER ON *.*, and SELECT ON system.clusters, system.macros); for reading: GRANT SELECT ON database.*.';

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
  'ERR_STREAM_PREMATURE_CLOSE',
  // An answer that was cut: what is there cannot be unpacked or parsed as HTTP.
  'Z_BUF_ERROR',
  'Z_DATA_ERROR',
  'HPE_INVALID_EOF_STATE',
]);

/** ClickHouse error codes that pass by themselves: a replica without its Keeper, or without its fellows. */
const REPLICA = new Set([
  '225', // NO_ZOOKEEPER
  '242', // TABLE_IS_READ_ONLY
  '244', // UNEXPECTED_ZOOKEEPER_ERROR
  '254', // NO_ACTIVE_REPLICAS
  '285', // TOO_FEW_LIVE_REPLICAS
  '286', // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
  '319', // UNKNOWN_STATUS_OF_INSERT
  '999', // KEEPER_EXCEPTION
]);

/** The same of timeouts, overload, memory, too many parts, a server that starts or stops. */
const PASSING = new Set([
  '159', // TIMEOUT_EXCEEDED
  '173', // CANNOT_ALLOCATE_MEMORY
  '198', // DNS_ERROR
  '201', // QUOTA_EXCEEDED
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '203', // NO_FREE_CONNECTION
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '236', // ABORTED
  '241', // MEMORY_LIMIT_EXCEEDED
  '252', // TOO_MANY_PARTS
  '279', // ALL_CONNECTION_TRIES_FAILED
  '394', // QUERY_WAS_CANCELLED
  '425', // SYSTEM_ERROR
  '439', // CANNOT_SCHEDULE_TASK
  '473', // DEADLOCK_AVOIDED
  '499', // S3_ERROR, of a disk there
  '517', // CANNOT_ASSIGN_ALTER
  '733', // TABLE_IS_BEING_RESTARTED
  '745', // SERVER_OVERLOADED
]);

/** What the client says of a certificate it does not trust, or of a port that does not speak TLS. */
const TLS =
  /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO)|self[- ]signed certificate|wrong version number/i;

/** An answer in the store's place (a proxy, a server that is no ClickHouse) that says it will stay as it is. */
const LASTING = /\b4(?!08|29)\d\d\b|^(Unauthori[sz]ed|Forbidden|Not Found)\b/i;

const NO_SPACE = /No space left|not enough space|Read-only file system/i;

/** What Node, the engine and SQLite say of a disk that is full. */
export function isOutOfRoom(message: string): boolean {
  return /ENOSPC|No space left|disk is full/i.test(message);
}

/** The connection broke, or what listens there is not the store we knew. */
export function connectionLost(error: unknown): boolean {
  if (error instanceof ClickHouseError) return error.code === '516';
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && LOST.has(error.code)) return true;
  return /socket hang up|aborted|other side closed|premature close/i.test(error.message);
}

/** The client throws a plain Error that holds the answer's body where that is no ClickHouse exception. */
function isForeignAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === 'Error' && !('code' in error) && !LASTING.test(error.message);
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
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (TLS.test(code) || TLS.test(message)) {
    return new Fault(`The certificate of the store ${address} is not accepted: ${firstLine(message)}`, {
      code: 'store-tls',
      cure: "If its authority is your own, give its certificate (PEM) with PARALLAX_STORE_CA_FILE; the address must name the host the certificate is for, and the server's HTTPS port (8443).",
      cause: error,
    });
  }
  const timedOut = message.startsWith('Timeout error');
  if (timedOut || connectionLost(error) || isForeignAnswer(error)) {
    return new Fault(
      `The store ${address} ${timedOut ? 'did not answer in time' : isForeignAnswer(error) ? 'did not answer as ClickHouse does' : 'cannot be reached'}: ${firstLine(message)}`,
      {
        code: 'store-unreachable',
        cure: 'Check its host and port, that it runs, and that this machine can reach it. What was read stays in the log: no row is lost by it.',
        retryable: true,
        cause: error,
      },
    );
  }
  return new Fault(`The store ${address} failed: ${firstLine(message)}`, { code: 'store-failed', cause: error });
}

function statementFault(error: ClickHouseError, address: string): Fault {
  const what = `${firstLine(error.message)}${error.type ? ` (${error.type})` : ''}`;
  switch (error.code) {
    case '192':
    case '193':
    case '194':
    case '516':
      return new Fault(`The store ${address} refuses the user or the password.`, {
        code: 'store-login',
        cure: 'Give the user in the address and the password in PARALLAX_STORE_PASSWORD or PARALLAX_STORE_PASSWORD_FILE.',
        cause: error,
      });
    case '81':
      return new Fault(`The store ${address} has no such database.`, {
        code: 'store-no-database',
        cure: 'Create it (`CREATE DATABASE …`), or name another one at the end of the address.',
        cause: error,
      });
    case '60':
      return new Fault(`The store ${address} has no such table: ${what}`, {
        code: 'store-no-table',
        cure: 'Tables: pairs, differences, divergences, signatures, ledger, runs, outages, parity_hourly, latency, load, noise, halts. A new store has them once a service has started.',
        cause: error,
      });
    case '47':
      return new Fault(`The store ${address} has no such column: ${what}`, {
        code: 'store-no-column',
        cure: 'docs/tables.md lists the columns. A store that an older build made gets those it lacks once a service of this build has started; `parallax doctor` shows which schema it has.',
        cause: error,
      });
    case '497':
      return new Fault(`The user lacks a right in the store ${address}: ${what}`, {
        code: 'store-rights',
        cure: GRANTS,
        cause: error,
      });
    case '164':
    case '452':
      return new Fault(`The user may not do this in the store ${address}: ${what}`, {
        code: 'store-readonly-user',
        cure: `A user with \`readonly = 1\` can read nothing here, for each request names its settings: \`readonly = 2\` is enough for reading, a writer needs 0. ${GRANTS}`,
        cause: error,
      });
    case '115':
      return new Fault(`The store ${address} does not know a setting: ${what}`, {
        code: 'store-old-server',
        cure: `It is older than ClickHouse ${OLDEST_SERVER}, which is the oldest that will do: update it.`,
        cause: error,
      });
    case '170':
    case '701':
      return new Fault(`The store ${address} knows no such cluster: ${what}`, {
        code: 'store-no-cluster',
        cure: 'PARALLAX_STORE_CLUSTER names one of `SELECT DISTINCT cluster FROM system.clusters`; leave it empty for a single server.',
        cause: error,
      });
    case '158':
    case '307':
    case '396':
      return new Fault(`The answer is too large to be held here: ${what}`, {
        code: 'store-too-much',
        cure: 'Ask for less: LIMIT, WHERE, or count() and GROUP BY; whole tables are read with a ClickHouse client.',
        cause: error,
      });
    default:
  }
  if (REPLICA.has(error.code)) {
    return new Fault(`The store ${address} cannot reach its replicas or its Keeper: ${what}`, {
      code: 'store-replicas',
      cure: 'It is tried again. If it lasts, look at system.replicas and the Keeper; with two replicas of which one is down, PARALLAX_STORE_QUORUM=1 lets writing go on.',
      retryable: true,
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
